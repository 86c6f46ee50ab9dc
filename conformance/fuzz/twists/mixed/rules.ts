/** Matches and targets of iptables that the other suites leave out, alone and one after the other. */
import { ip, ping, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import type { Host, LabPlan } from '../../plan.ts'
import { crossing, knock, pings, udp } from '../wide/words.ts'

export const RULE_TWISTS: readonly Twist[] = [
  { name: 'rules-rates', apply: rates },
  { name: 'rules-reverse-path', apply: reversePath },
  { name: 'rules-contents', apply: contents },
  { name: 'rules-told', apply: told },
  { name: 'rules-nth', apply: nth },
  { name: 'rules-goto', apply: jumps },
  { name: 'rules-notrack', apply: notrack },
]

const iptables = (ns: string, rest: string): string => run(ns, `iptables ${rest}`)

interface Place {
  readonly ns: string
  readonly chain: string
  readonly from: Host
  readonly to: Host
}

function place(lab: LabPlan, draw: Draw): Place {
  const { from, to, router } = crossing(lab)
  const [ns, chain] = draw.pick([
    [router.ns, 'FORWARD'] as const,
    [router.ns, 'FORWARD'] as const,
    [to.ns, 'INPUT'] as const,
    [from.ns, 'OUTPUT'] as const,
  ])
  return { ns, chain, from, to }
}

/** So many in a time, for each sender, receiver or port. */
function rates(lab: LabPlan, draw: Draw): void {
  const { ns, chain, from, to } = place(lab, draw)
  const mode = draw.pick(['', ' --hashlimit-mode srcip', ' --hashlimit-mode dstip', ' --hashlimit-mode srcip,dstport'])
  const rate = draw.pick([
    '--hashlimit-upto 1/s',
    '--hashlimit-above 2/s',
    '--hashlimit-upto 3/min',
    '--hashlimit 1/hour',
  ])
  const mask = mode.includes('srcip') && draw.chance(0.4) ? ` --hashlimit-srcmask ${draw.pick([8, 24])}` : ''
  const match = `-m hashlimit ${rate} --hashlimit-burst ${draw.pick([1, 2, 3])}${mode}${mask} --hashlimit-name one`
  lab.setup(
    iptables(ns, `-A ${chain} -p ${draw.pick(['icmp', 'udp', 'all'])} ${match} -j ${draw.pick(['ACCEPT', 'DROP'])}`),
  )
  if (draw.chance(0.6)) lab.setup(iptables(ns, `-A ${chain} -j ${draw.pick(['DROP', 'REJECT'])}`))
  lab.group(
    pings(from.ns, to.address, 4, 0.3),
    udp(from.ns, to.address, 5000),
    udp(from.ns, to.address, 5001),
    iptables(ns, draw.pick([`-nvL ${chain}`, '-S'])),
  )
}

function reversePath(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([router.ns, to.ns])
  const words = draw.pick(['', ' --invert', ' --loose', ' --loose --invert', ' --validmark', ' --accept-local'])
  lab.setup(
    iptables(
      ns,
      `-t ${draw.pick(['raw', 'mangle'])} -A PREROUTING -m rpfilter${words} -j ${draw.pick(['ACCEPT', 'DROP'])}`,
    ),
  )
  const source = draw.pick(['172.27.0.1', '10.250.0.1', from.address])
  if (source !== from.address) lab.setup(ip(from.ns, `addr add ${source}/32 dev lo`))
  lab.group(
    ping(from.ns, to.address, `-I ${source}`),
    ping(from.ns, to.address),
    ping(to.ns, from.address),
    iptables(ns, `-t raw -nvL`),
    iptables(ns, `-t mangle -nvL PREROUTING`),
  )
}

function contents(lab: LabPlan, draw: Draw): void {
  const { ns, chain, from, to } = place(lab, draw)
  const matches = [
    '-p udp -m string --string hello --algo bm',
    '-p udp -m string --string HELLO --algo kmp',
    '-p udp -m string --string HELLO --algo bm --icase',
    '-m string --hex-string |68656c|lo --algo bm --from 28 --to 40',
    '-p icmp -m string --hex-string |10111213| --algo kmp',
    '-m ecn --ecn-ip-ect 1',
    '-p tcp -m ecn --ecn-tcp-ece',
    '-p icmp -m length --length 100:200',
    '-m addrtype --dst-type LOCAL',
    '-m addrtype --src-type LOCAL',
    '-p tcp --tcp-flags ALL SYN',
    '-p tcp --tcp-flags SYN,ACK,RST RST',
    '-p tcp ! --syn',
    '-p tcp --tcp-option 8',
    '-p tcp --tcp-option 19',
    '-p udp --sport 4000 --dport 1024:',
    '-p udp ! --sport :1023',
    '-p tcp -m multiport --sports 80,443',
    '-p icmp --icmp-type echo-reply',
    '-m conntrack --ctexpire 20:40',
    '-m conntrack --ctreplsrcport 5000 -p udp',
    '-m quota --quota 200',
    '-m statistic --mode nth --every 2 --packet 0',
    ...(chain === 'OUTPUT'
      ? ['-m owner --uid-owner 0', '-m owner --uid-owner 1000', '-m owner ! --socket-exists']
      : []),
  ].map((match) => match.replaceAll('|68656c|lo', "'|68656c|lo'").replaceAll('|10111213|', "'|10111213|'"))
  const [first = '', second = '', third = ''] = draw.shuffle(matches)
  lab.setup(
    iptables(ns, `-A ${chain} ${first} -j ${draw.pick(['DROP', 'REJECT', 'ACCEPT'])}`),
    iptables(ns, `-A ${chain} ${second}`),
    iptables(ns, `-A ${chain} ${third} -j ${draw.pick(['DROP', 'RETURN'])}`),
  )
  lab.group(
    pings(from.ns, to.address, 2, 0.3, draw.pick(['', '-Q 0x1', '-s 120'])),
    udp(from.ns, to.address, 5000, '-p 4000'),
    knock(from.ns, to.address, 80),
    iptables(ns, `-nvL ${chain}`),
    iptables(ns, '-S'),
  )
}

/** Targets that tell somebody or hand the packet over; nobody listens. */
function told(lab: LabPlan, draw: Draw): void {
  const { ns, chain, from, to } = place(lab, draw)
  const targets = [
    'NFLOG --nflog-group 3 --nflog-prefix word',
    'NFLOG',
    'NFQUEUE --queue-num 2',
    'NFQUEUE --queue-num 2 --queue-bypass',
    'NFQUEUE --queue-balance 0:3',
    'AUDIT --type drop',
    'LOG --log-prefix x',
    'LOG --log-level info --log-uid',
  ]
  const mangle = draw.chance(0.4)
  const table = mangle ? '-t mangle ' : ''
  const more = mangle
    ? ['CLASSIFY --set-class 1:2', 'MARK --or-mark 4', 'MARK --set-xmark 5/7', 'MARK --xor-mark 1']
    : []
  const where = mangle ? 'POSTROUTING' : chain
  const [first = '', second = ''] = draw.shuffle([...targets, ...more])
  lab.setup(iptables(ns, `${table}-A ${where} -p icmp -j ${first}`), iptables(ns, `${table}-A ${where} -j ${second}`))
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    iptables(ns, `${table}-nvL ${where}`),
    iptables(ns, `${table}-S`),
  )
}

/** Every second, every third, and shares of what is left. */
function nth(lab: LabPlan, draw: Draw): void {
  const { ns, chain, from, to } = place(lab, draw)
  const every = draw.integer(2, 4)
  lab.setup(
    iptables(
      ns,
      `-A ${chain} -p icmp -m statistic --mode nth --every ${every} --packet ${draw.integer(0, every - 1)} -j ${draw.pick(['DROP', 'REJECT'])}`,
    ),
    iptables(ns, `-A ${chain} -m statistic ${draw.pick(['', '! '])}--mode nth --every 2`),
  )
  lab.group(pings(from.ns, to.address, 5, 0.2), udp(from.ns, to.address, 5000), iptables(ns, `-nvL ${chain}`))
}

/** Chains that call chains: what RETURN and the end of each lead back to. */
function jumps(lab: LabPlan, draw: Draw): void {
  const { ns, chain, from, to } = place(lab, draw)
  const verdict = (): string => draw.pick(['-j RETURN', '-j ACCEPT', '-j DROP', ''])
  lab.setup(iptables(ns, '-N ONE'), iptables(ns, '-N TWO'))
  lab.setup(iptables(ns, `-A ${chain} ${draw.pick(['-g', '-j'])} ONE`), iptables(ns, `-A ${chain} -p udp -j REJECT`))
  lab.setup(
    iptables(ns, `-A ONE ${draw.pick(['-p icmp', '-p udp', ''])} ${draw.pick(['-g', '-j'])} TWO`.replaceAll('  ', ' ')),
  )
  lab.setup(iptables(ns, `-A ONE ${verdict()}`.trimEnd()))
  lab.setup(iptables(ns, `-A TWO -p icmp ${verdict()}`.trimEnd()), iptables(ns, `-A TWO ${verdict()}`.trimEnd()))
  if (draw.chance(0.3)) lab.setup(iptables(ns, `-P ${chain} DROP`))
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    iptables(ns, draw.pick(['-A TWO -j ONE', '-X ONE', '-F TWO', '-E ONE FIRST', '-D ONE 1', '-I ONE -j TWO'])),
    ping(from.ns, to.address),
    iptables(ns, '-nvL'),
    iptables(ns, '-S -v'),
  )
}

/** Packets that are not tracked, in one direction or both. */
function notrack(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const target = draw.pick(['CT --notrack', 'NOTRACK'])
  lab.setup(
    iptables(
      router.ns,
      `-t raw -A PREROUTING ${draw.pick([`-s ${from.address} `, '-p udp ', '-p icmp ', ''])}-j ${target}`,
    ),
  )
  lab.setup(
    iptables(
      router.ns,
      `-A FORWARD -m conntrack --ctstate ${draw.pick(['UNTRACKED', 'NEW', 'INVALID', 'ESTABLISHED'])} -j ${draw.pick(['DROP', 'ACCEPT'])}`,
    ),
  )
  if (draw.chance(0.5)) lab.setup(iptables(router.ns, `-t nat -A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    ping(to.ns, from.address),
    iptables(router.ns, '-nvL FORWARD'),
    run(router.ns, 'conntrack -L'),
  )
}
