/** Rules with every selector, tables, kinds of routes, several next hops, metrics. */
import { confKey, ip, ping, run, sysctl } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear, networkOf } from '../../plan.ts'
import type { LabPlan } from '../../plan.ts'
import { crossing, knock, pings, someOf, udp } from './words.ts'

export const POLICY_TWISTS: readonly Twist[] = [
  { name: 'rule-protocol', apply: ruleProtocol },
  { name: 'rule-user', apply: ruleUser },
  { name: 'rule-goto', apply: ruleGoto },
  { name: 'rule-mark', apply: ruleMark },
  { name: 'rule-suppress', apply: ruleSuppress },
  { name: 'rule-tos', apply: ruleTos },
  { name: 'rule-edit', apply: ruleEdit },
  { name: 'route-nexthops', apply: nexthops },
  { name: 'route-fallback', apply: fallback },
  { name: 'route-lists', apply: lists },
  { name: 'route-source-goes', apply: sourceGoes },
  { name: 'route-kinds', apply: kinds },
]

const REJECTIONS = ['unreachable', 'prohibit', 'blackhole'] as const

/** A table that rejects everything, or leads to a device with nothing behind it. */
function deadTable(lab: LabPlan, draw: Draw, ns: string, table: number): void {
  const kind = draw.pick([...REJECTIONS, 'throw'])
  lab.setup(ip(ns, `route add ${kind} default table ${table}`))
}

function ruleProtocol(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  const selector = draw.pick([
    'ipproto icmp',
    'ipproto udp',
    'ipproto udp dport 5000',
    'ipproto udp dport 5001-5010',
    'ipproto tcp dport 80',
    'ipproto udp sport 4000',
    'dport 5000',
    'not ipproto icmp',
  ])
  lab.setup(ip(ns, `rule add ${selector} ${draw.pick([...REJECTIONS, 'table 70', 'table 70'])}`))
  deadTable(lab, draw, ns, 70)
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000, draw.pick(['', '-p 4000'])),
    draw.pick([knock(from.ns, to.address, 80), udp(from.ns, to.address, 5005)]),
    ip(ns, draw.pick(['rule', 'rule show table 70', `route get ${to.address} ipproto udp dport 5000`])),
  )
}

function ruleUser(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, from.ns, router.ns])
  const range = draw.pick(['0-0', '0-999', '1-4294967294', '1000-2000'])
  lab.setup(ip(ns, `rule add uidrange ${range} ${draw.pick([`to ${to.address} `, ''])}${draw.pick(REJECTIONS)}`))
  lab.group(ping(from.ns, to.address), ip(ns, 'rule'), ip(ns, `route get ${to.address} uid ${draw.pick([0, 1000])}`))
}

function ruleGoto(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  lab.setup(
    ip(ns, `rule add pref 100 ${draw.pick(['', `to ${to.address} `])}goto ${draw.pick([300, 300, 400, 32766])}`),
  )
  lab.setup(ip(ns, `rule add pref 200 ${draw.pick(REJECTIONS)}`))
  if (draw.chance(0.6)) lab.setup(ip(ns, `rule add pref 300 ${draw.pick(['nop', 'table 71', 'table main'])}`))
  lab.group(
    ping(from.ns, to.address),
    ip(
      ns,
      draw.pick(['rule add pref 400 table main', 'rule del pref 300', 'rule add pref 50 goto 10', 'rule del pref 200']),
    ),
    ip(ns, 'rule'),
    ping(from.ns, to.address),
  )
}

function ruleMark(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const isHost = draw.chance(0.5)
  const ns = isHost ? from.ns : router.ns
  const protocol = draw.pick(['icmp', 'udp', 'all'])
  const [mark, wanted] = draw.pick([
    ['1', '1'] as const,
    ['0x11', '0x1/0xf'] as const,
    ['2', '1'] as const,
    ['5', '4/4'] as const,
  ])
  lab.setup(
    run(ns, `iptables -t mangle -A ${isHost ? 'OUTPUT' : 'PREROUTING'} -p ${protocol} -j MARK --set-mark ${mark}`),
  )
  lab.setup(ip(ns, `rule add fwmark ${wanted} ${draw.pick(['table 72', 'prohibit'])}`))
  deadTable(lab, draw, ns, 72)
  if (draw.chance(0.3))
    lab.setup(sysctl(ns, confKey('all', 'src_valid_mark'), 1), sysctl(ns, confKey('all', 'rp_filter'), 1))
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    draw.pick([ping(from.ns, to.address, '-m 1'), ip(ns, `route get ${to.address} mark ${mark}`)]),
    ip(ns, 'rule'),
  )
}

function ruleSuppress(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  const dev = ns === from.ns ? from.dev : router.outDev
  const limit = draw.pick([
    'suppress_prefixlength 0',
    'suppress_prefixlength 24',
    'suppress_prefixlength 32',
    'suppress_ifgroup 7',
  ])
  if (limit.includes('ifgroup')) lab.setup(ip(ns, `link set ${dev} group 7`))
  lab.setup(
    ip(ns, `rule add pref 90 table main ${limit}`),
    ip(ns, `rule add pref 91 ${draw.pick(['table 73', 'prohibit'])}`),
  )
  deadTable(lab, draw, ns, 73)
  const near = addressNear(from, 254)
  lab.group(ping(from.ns, to.address), ping(from.ns, near), ip(ns, draw.pick(['rule', `route get ${to.address}`])))
}

function ruleTos(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  const tos = draw.pick(['0x10', '0x08', '0x04', '0x1c'])
  const byRoute = draw.chance(0.5)
  if (byRoute) lab.setup(ip(ns, `route add ${draw.pick(REJECTIONS)} ${to.address} tos ${tos}`))
  else lab.setup(ip(ns, `rule add tos ${tos} ${draw.pick(REJECTIONS)}`))
  lab.group(
    ping(from.ns, to.address),
    ping(from.ns, to.address, `-Q ${draw.pick([tos, tos, '0x1', '0x11'])}`),
    ip(ns, byRoute ? draw.pick(['route', `route get ${to.address} tos ${tos}`]) : 'rule'),
  )
}

/** Rules come, are refused as doubles, go by what they select, and are listed in part. */
function ruleEdit(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const steps = [
    `rule add from ${networkOf(from)} table 74`,
    `rule add from ${networkOf(from)} table 74`,
    `rule add from ${from.address} to ${to.address} pref 500 table 74`,
    `rule add pref 500 prohibit`,
    `rule add iif ${from.dev} oif lo table 75`,
    'rule add from all blackhole pref 40000',
    `rule del from ${networkOf(from)}`,
    'rule del table 74',
    'rule del pref 32767',
    'rule add not to 10.9.0.0/16 table 76 protocol static',
    'rule add dev nosuch table 77',
    'rule add from 10.0.0.0/8 table 255 realms 3',
    'rule add table main uidrange 5',
    'rule add goto 10 pref 20',
    'rule del from 10.200.0.0/16',
  ]
  const show = [
    'rule',
    'rule show table 74',
    `rule list from ${from.address}`,
    'rule show pref 500',
    '-d rule',
    'rule show iif lo',
  ]
  lab.group(...someOf(draw, 4, from.ns, steps), ip(from.ns, draw.pick(show)), ping(from.ns, to.address))
}

/** Two next hops, of which one is dead or dies: with both alive the choice would be the kernel's secret. */
function nexthops(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const dead = lab.dummy(from.ns, '192.168.30.1/24')
  const weights = draw.pick(['', ' weight 3', ' weight 256'])
  const good = `nexthop via ${addressNear(from, 254)} dev ${from.dev}`
  const [one, two] = draw.shuffle([`nexthop via 192.168.30.2 dev ${dead}${weights}`, good])
  lab.setup(ip(from.ns, `route replace ${draw.pick(['default', to.address])} ${one ?? ''} ${two ?? ''}`))
  const isDown = draw.chance(0.7)
  lab.group(
    ip(from.ns, isDown ? `link set ${dead} down` : `addr flush dev ${dead}`),
    ip(from.ns, 'route'),
    ...(isDown ? [ping(from.ns, to.address)] : [ip(from.ns, 'route show table all')]),
    ip(
      from.ns,
      draw.pick([`link set ${dead} up`, `link del ${dead}`, `route del ${to.address}`, 'route flush proto boot']),
    ),
    ip(from.ns, 'route'),
  )
}

/** The better way goes, and comes back: the other one is taken, or not. */
function fallback(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const spare = lab.dummy(from.ns, '192.168.31.1/24')
  lab.setup(ip(from.ns, `route replace ${to.address} dev ${spare} metric ${draw.pick([0, 50, 200])}`))
  lab.setup(ip(from.ns, `route add ${to.address} via ${addressNear(from, 254)} metric ${draw.pick([100, 300])}`))
  lab.group(
    ping(from.ns, to.address),
    ip(from.ns, `link set ${spare} down`),
    ping(from.ns, to.address),
    ip(from.ns, draw.pick(['route', `route get ${to.address}`, `link set ${spare} up`])),
    ip(from.ns, 'route'),
  )
}

function lists(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  lab.setup(ip(from.ns, `route add ${networkOf(to)} via ${addressNear(from, 254)} proto static metric 30`))
  lab.setup(ip(from.ns, `route add 10.64.0.0/10 dev ${from.dev} scope link src ${from.address}`))
  lab.setup(
    ip(from.ns, 'route add unreachable 10.64.9.0/24 metric 4'),
    ip(from.ns, 'route add 10.64.9.9 dev lo table 80'),
  )
  const shows = [
    'route show root 10.0.0.0/8',
    `route show match ${to.address}`,
    `route show exact ${networkOf(to)}`,
    'route show proto static',
    'route show scope link',
    `route show dev ${from.dev}`,
    `route show via ${addressNear(from, 254)}`,
    `route show src ${from.address}`,
    'route show type unreachable',
    'route show table 80',
    'route show table all type local',
    'route show table all type broadcast',
    'route show metric 30',
    `route show ${networkOf(to)}`,
    '-d route show',
    'route show cache',
    'route show default',
    `route get fibmatch ${to.address}`,
  ]
  lab.group(
    ...someOf(draw, 3, from.ns, shows),
    ip(from.ns, draw.pick(['route flush table 80', 'route flush proto static', 'route flush root 10.64.0.0/10'])),
    ip(from.ns, 'route show table all'),
  )
}

/** Routes name a source address that is taken away. */
function sourceGoes(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const source = draw.pick([addressNear(from, 36), '172.26.0.1'])
  const dev = draw.pick(['lo', from.dev])
  lab.setup(ip(from.ns, `addr add ${source}/32 dev ${dev}`))
  lab.setup(ip(from.ns, `route add ${to.address} via ${addressNear(from, 254)} src ${source}`))
  lab.setup(ip(from.ns, `route add 10.77.0.0/16 dev ${from.dev} src ${source} table ${draw.pick([81, 254])}`))
  lab.group(
    ping(from.ns, to.address),
    ip(
      from.ns,
      draw.pick([`addr del ${source}/32 dev ${dev}`, `addr flush dev ${dev} to ${source}`, `link set ${dev} down`]),
    ),
    ip(from.ns, 'route show table all'),
    ping(from.ns, to.address),
  )
}

/** Local, broadcast, anycast and rejecting routes that a person adds. */
function kinds(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([router.ns, to.ns])
  const kind = draw.pick([
    'local 10.90.0.0/24 dev lo',
    'broadcast 10.90.0.7 dev lo',
    'unreachable 10.90.0.0/24',
    'anycast 10.90.0.7 dev lo',
    'multicast 10.90.0.7 dev lo',
    'prohibit 10.90.0.0/24',
    'local 10.90.0.7 dev lo table local',
  ])
  lab.setup(ip(ns, `route add ${kind}`), ip(from.ns, `route replace 10.90.0.0/24 via ${addressNear(from, 254)}`))
  if (ns === to.ns) lab.setup(ip(router.ns, `route add 10.90.0.0/24 via ${to.address}`))
  lab.group(
    pings(from.ns, '10.90.0.7', 2, 0.3),
    ping(ns, '10.90.0.7'),
    ip(ns, draw.pick(['route', 'route show table local', 'route get 10.90.0.7'])),
  )
}
