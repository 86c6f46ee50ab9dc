/** Programs that look on while things happen: tcpdump, ip monitor and conntrack -E, each for a time. */
import { arping, ip, ping, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear } from '../../plan.ts'
import type { LabPlan } from '../../plan.ts'
import { crossing, udp } from '../wide/words.ts'

export const WATCHING_TWISTS: readonly Twist[] = [
  { name: 'tcpdump-run', apply: dump },
  { name: 'ip-monitor', apply: monitor },
]

export const FLOW_WATCHING_TWISTS: readonly Twist[] = [
  { name: 'conntrack-events', apply: events },
  { name: 'conntrack-edits', apply: edits },
]

/**
 * Two slots long: what follows is seen, what comes after that is not. The machine's `timeout` has programs of its own, a shell has not, and ends
 * only what it has started itself.
 */
const forAWhile = (ns: string, command: string): string => run(ns, `timeout 4 bash -c "exec ${command}" &`)

const FILTERS = [
  '',
  'icmp',
  'arp',
  'arp or icmp',
  'ip',
  'not arp',
  'ether broadcast',
  'icmp[icmptype] == icmp-echo',
  'ip and greater 90',
  'less 60',
  'udp or icmp',
  'ip proto 1',
  'ether proto 0x0806',
  'inbound',
  'outbound and icmp',
]

function dump(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const { ns, dev } = draw.pick([from, to])
  const filter = draw.pick([...FILTERS, `host ${to.address}`, `src ${from.address}`, `dst host ${to.address} and icmp`])
  const options = draw.pick(['', '-e ', '-v ', '-q ', '-p ', '-c 2 ', '-c 1 -e ', '-A ', '-x ', '-vv ', '-xx '])
  const on = draw.pick([dev, dev, 'any'])
  const quoted = filter === '' ? '' : ` '${filter}'`
  lab.group(
    forAWhile(ns, `tcpdump -t -n -l ${options}-i ${on}${quoted} 2>/dev/null`),
    draw.pick([
      ping(from.ns, to.address),
      ping(from.ns, to.address, '-c 2 -i 0.3').replace('-c 1 ', ''),
      udp(from.ns, to.address, 5000),
      ping(from.ns, to.address, '-s 2000'),
      arping(from.ns, from.dev, to.address),
    ]),
    ping(to.ns, from.address),
  )
}

function monitor(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const what = draw.pick(['', 'link', 'address', 'route', 'neigh', 'rule', 'all', 'neigh route', 'link address'])
  const label = draw.pick(['', '', 'label'])
  const steps = [
    `link set ${to.dev} down`,
    `link set ${to.dev} mtu 1300`,
    `addr add ${addressNear(to, 57)}/24 dev ${to.dev}`,
    `addr del ${to.address}/${to.prefix} dev ${to.dev}`,
    'link add dummy7 type dummy',
    'route add 10.81.0.0/16 dev lo',
    'rule add pref 77 table 77',
    `neigh add ${addressNear(to, 58)} lladdr 02:00:00:00:00:59 dev ${to.dev}`,
    `neigh flush dev ${to.dev}`,
    `link set ${to.dev} address ${lab.freshMac()}`,
    `link set ${to.dev} promisc on`,
    `link set ${to.dev} arp off`,
  ]
  lab.group(
    forAWhile(to.ns, `ip monitor ${label} ${what}`.replaceAll(/ +/g, ' ').trimEnd()),
    draw.chance(0.4) ? ping(from.ns, to.address) : ip(to.ns, draw.pick(steps)),
    ip(to.ns, draw.pick(steps)),
  )
}

const router = (lab: LabPlan): string => crossing(lab).router.ns

function events(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const ns = router(lab)
  if (draw.chance(0.7)) lab.setup(run(ns, 'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP'))
  if (draw.chance(0.4)) lab.setup(run(ns, `iptables -t nat -A POSTROUTING -j MASQUERADE`))
  if (draw.chance(0.4)) lab.setup(run(ns, 'sysctl -w net.netfilter.nf_conntrack_icmp_timeout=1'))
  const mask = draw.pick([
    '',
    '',
    ' -e NEW',
    ' -e DESTROY',
    ' -e NEW,UPDATES',
    ' -p udp',
    ` -s ${from.address}`,
    ' -o extended',
  ])
  lab.group(
    forAWhile(ns, `conntrack -E${mask} 2>/dev/null`),
    draw.pick([
      ping(from.ns, to.address),
      udp(from.ns, to.address, 5000),
      run(from.ns, `nc -z -v -w 1 ${to.address} 80`),
    ]),
    run(ns, draw.pick(['conntrack -F', 'conntrack -D -p icmp', 'conntrack -L', 'conntrack -D'])),
  )
}

/** Flows that a person makes, changes and takes away. */
function edits(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const ns = router(lab)
  lab.setup(run(ns, 'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT'))
  lab.setup(run(ns, 'sysctl -w net.netfilter.nf_conntrack_acct=1'))
  const flow = `-s ${from.address} -d ${to.address} -p udp --sport 4000 --dport 5000`
  const tools = [
    `-I ${flow} -t 60`,
    `-I ${flow} -t 60 -u ASSURED`,
    `-I -s ${from.address} -d 10.9.9.9 -p tcp --sport 4000 --dport 81 --state ESTABLISHED -t 60`,
    `-I ${flow} -t 60 -m 5`,
    `-U ${flow} -m 7`,
    `-U -p udp -t 100`,
    `-D ${flow}`,
    `-D -m 7`,
    `-G ${flow}`,
    '-L -p udp',
    '-L -o id',
    '-L -u ASSURED',
    '-L -u UNREPLIED',
    '-L -m 7',
    `-L -r ${to.address}`,
    '-L -z',
    `-I ${flow}`,
    '-I -p udp -t 5',
    '-D -p icmp --icmp-type 8',
  ]
  lab.group(
    ...draw
      .shuffle([udp(from.ns, to.address, 5000, '-p 4000'), ping(from.ns, to.address)])
      .slice(0, draw.integer(0, 2)),
    ...draw
      .shuffle(tools)
      .slice(0, 3)
      .map((tool) => run(ns, `conntrack ${tool.replace(' -o id', '')}`)),
    udp(from.ns, to.address, 5000, '-p 4000'),
    run(ns, draw.pick(['conntrack -L', 'conntrack -L -p udp', 'iptables -nvL FORWARD'])),
  )
}
