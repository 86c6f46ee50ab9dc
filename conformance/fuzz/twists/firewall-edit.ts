/** What people do to a firewall besides adding rules: chains of their own, listing, counting, saving and restoring. */
import { ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import type { LabPlan } from '../plan.ts'
import { about, iptables, post, say, words } from './firewall-words.ts'

export const FIREWALL_EDIT_TWISTS: readonly Twist[] = [
  { name: 'firewall-chains', apply: chains },
  { name: 'firewall-words', apply: ruleWords },
  { name: 'firewall-save', apply: save },
  { name: 'firewall-restore', apply: restore },
  { name: 'firewall-zero', apply: zero },
]

/** Chains come, get another name, are used, and cannot go while they are. */
function chains(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, '-N ONE'), iptables(at.ns, `-A ${at.chain} -j ONE`), iptables(at.ns, '-N TWO'))
  const steps = [
    '-N ONE',
    '-N INPUT',
    '-X ONE',
    '-X TWO',
    '-X',
    '-X NONE',
    '-E TWO THREE',
    '-E ONE TWO',
    '-E NONE FOUR',
    '-F ONE',
    '-F NONE',
    '-A ONE -j TWO',
    '-A TWO -j ONE',
    '-A ONE -j INPUT',
    '-P ONE DROP',
    '-I ONE 3 -j DROP',
    '-Z ONE',
    '-L ONE -n',
    '-L NONE -n',
    '-S TWO',
    '-N a-name-that-is-longer-than-28-characters',
  ]
  const chosen = draw.shuffle(steps).slice(0, draw.integer(2, 4))
  lab.group(...chosen.map((step) => iptables(at.ns, step)), iptables(at.ns, draw.pick(['-S', '-L -n', '-L -nv'])))
}

const MATCHES: readonly string[] = [
  '-p tcp --syn',
  '-p tcp ! --syn',
  '-p tcp --tcp-flags SYN,RST SYN',
  '-p tcp ! --tcp-flags ALL FIN,PSH,URG',
  '-p tcp --sport 1024:65535 --dport 22',
  '-p tcp -m tcp --dport ssh',
  '-p udp --sport 53 --dport 1024:',
  '-p udp ! --dport :1023',
  '-p tcp -m multiport --dports 80,443,8000:8010',
  '-p udp -m multiport ! --ports 53,123',
  '-p icmp --icmp-type 3',
  '-p icmp --icmp-type 3/1',
  '-p icmp --icmp-type time-exceeded',
  '-p icmp ! --icmp-type echo-request',
  '-p 47',
  '-p 2',
  '-p all',
  '! -p tcp',
  '-f',
  '! -f',
  '-s 10.1.0.0/16',
  '-s 10.1.2.3/255.255.0.0',
  '-s 10.1.2.3/255.0.255.0',
  '-s 10.0.0.1,10.0.0.9',
  '! -d 192.168.0.0/24',
  '-d 0.0.0.0/0',
  '-m mac --mac-source 02:00:00:00:00:AA',
  '-m mac ! --mac-source 02:00:00:00:00:aa',
  '-m limit',
  '-m limit --limit 10/sec',
  '-m limit --limit 3/hour --limit-burst 7',
  '-m limit --limit 120/min',
  '-m addrtype --dst-type BROADCAST',
  '-m addrtype --src-type UNICAST,LOCAL ! --dst-type MULTICAST',
  '-m mark --mark 5',
  '-m mark ! --mark 0x10/0xf0',
  '-m conntrack --ctstate NEW,INVALID',
  '-m conntrack ! --ctstate ESTABLISHED',
  '-m conntrack --ctstate DNAT',
  '-m state --state RELATED,ESTABLISHED',
  '-m comment --comment word',
  '-m physdev --physdev-in p1',
  '-m physdev ! --physdev-in p1',
]
const TARGETS: readonly string[] = [
  '',
  '-j ACCEPT',
  '-j DROP',
  '-j RETURN',
  '-j REJECT',
  '-j REJECT --reject-with icmp-admin-prohibited',
  '-j REJECT --reject-with host-unreach',
  '-j LOG',
  '-j LOG --log-prefix seen: --log-level 4',
  '-j LOG --log-level debug --log-ip-options --log-tcp-sequence --log-uid',
]

/** How rules that are written in many ways are read back. */
function ruleWords(lab: LabPlan, draw: Draw): void {
  const { ns } = post(lab, draw)
  const rules = draw.shuffle(MATCHES.filter((match) => !match.includes('physdev'))).slice(0, 5)
  for (const rule of rules) lab.setup(iptables(ns, words('-A INPUT', rule, draw.pick(TARGETS))))
  const [first = ''] = rules
  lab.group(
    iptables(ns, draw.pick(['-S', '-S -v', '-S INPUT', '-S INPUT 2'])),
    iptables(ns, draw.pick(['-L -n', '-L -nv', '-L INPUT -nvx --line-numbers', '-L INPUT 3 -nv', '-vnL INPUT'])),
    iptables(ns, words(draw.pick(['-C', '-C', '-D']), 'INPUT', first, draw.pick(TARGETS))),
  )
}

const SAVED = "| grep -v '^#'"

function save(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, words(`-A ${at.chain}`, about(draw, at), '-j ACCEPT')))
  if (draw.chance(0.5)) lab.setup(iptables(at.ns, `-N OWN`), iptables(at.ns, `-A OWN -j RETURN`))
  if (draw.chance(0.5)) lab.setup(iptables(at.ns, '-t nat -A POSTROUTING -p udp -j MASQUERADE --to-ports 4000-4001'))
  if (draw.chance(0.5)) lab.setup(iptables(at.ns, `-t mangle -A PREROUTING -p tcp -j MARK --set-mark 2`))
  lab.group(
    say(draw, at),
    run(at.ns, `iptables-save ${draw.pick(['', '', '-c ', '-t filter ', '-t nat ', '-c -t filter '])}${SAVED}`),
  )
}

/** What iptables-restore reads, without an apostrophe or a blank line. */
const RESTORED: readonly (readonly string[])[] = [
  ['*filter', ':INPUT DROP [0:0]', '-A INPUT -p icmp -j ACCEPT', 'COMMIT'],
  ['*filter', ':INPUT ACCEPT [5:420]', ':MINE - [0:0]', '-A INPUT -j MINE', '-A MINE -p udp -j DROP', 'COMMIT'],
  ['*filter', '[7:588] -A INPUT -p icmp -j ACCEPT', 'COMMIT'],
  ['*nat', ':POSTROUTING ACCEPT [0:0]', '-A POSTROUTING -p icmp -j MASQUERADE', 'COMMIT'],
  ['*filter', '-A INPUT -p icmp -j DROP'],
  ['*filter', '-A NOCHAIN -p icmp -j DROP', 'COMMIT'],
  ['*filter', '-A INPUT -p icmp -j NOTARGET', 'COMMIT'],
  ['*filter', '-A INPUT --dport 80 -j DROP', 'COMMIT'],
  ['*nosuch', 'COMMIT'],
  ['-A INPUT -j DROP', 'COMMIT'],
]

function restore(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, '-A INPUT -p tcp -j ACCEPT'))
  const text = draw.pick(RESTORED).join('\\n')
  const how = draw.pick(['', '', ' -n', ' -c', ' --test'])
  lab.group(
    `printf '${text}\\n' | ${run(at.ns, `iptables-restore${how}`)}`,
    ping(at.from.ns, at.to.address),
    iptables(at.ns, draw.pick(['-S', '-S -v', '-t nat -S'])),
  )
}

/** Counters that are given, read and set to nothing. */
function zero(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, `-A ${at.chain} -p icmp -j ACCEPT`))
  lab.setup(iptables(at.ns, `-A ${at.chain} -c 12 3456 ${draw.pick(['-p udp', '-p icmp', '-s 10.9.9.9'])}`))
  lab.group(
    ping(at.from.ns, at.to.address),
    iptables(at.ns, draw.pick(['-Z', `-Z ${at.chain}`, `-Z ${at.chain} 1`, `-L ${at.chain} -nv -Z`, `-Z NONE`])),
    iptables(at.ns, draw.pick([`-L ${at.chain} -nv`, `-S ${at.chain} -v`, '-S -v'])),
  )
}
