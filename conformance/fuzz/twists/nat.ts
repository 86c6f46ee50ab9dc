/** Addresses and ports that change on the way. */
import { ip, ping, run, sysctl } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear } from '../plan.ts'
import type { Host, LabPlan, RouterPlan } from '../plan.ts'

export const NAT_TWISTS: readonly Twist[] = [
  { name: 'nat-masquerade', apply: masquerade },
  { name: 'nat-snat', apply: snat },
  { name: 'nat-dnat', apply: dnat },
  { name: 'nat-dnat-port', apply: dnatPort },
  { name: 'nat-redirect', apply: redirect },
  { name: 'nat-hairpin', apply: hairpin },
  { name: 'nat-output', apply: dnatOutput },
  { name: 'nat-same-id', apply: sameId },
  { name: 'nat-errors', apply: errors },
  { name: 'nat-address-goes', apply: addressGoes },
  { name: 'nat-flows', apply: flows },
  { name: 'nat-tcp', apply: tcp },
  { name: 'nat-return', apply: exempt },
  { name: 'nat-localhost', apply: localhost },
  { name: 'nat-redirect-output', apply: redirectOutput },
  { name: 'nat-tcp-ends', apply: tcpEnds },
  { name: 'nat-flow-tools', apply: flowTools },
]

interface Crossing {
  readonly from: Host
  readonly to: Host
  readonly router: RouterPlan
  /** The router's own address on the far side. */
  readonly outside: Host
}

function crossing(lab: LabPlan): Crossing {
  const [first] = lab.pairs
  const [router] = lab.routers
  const outside = lab.hosts.find(({ ns, dev }) => ns === router?.ns && dev === router.outDev)
  if (first === undefined || router === undefined || outside === undefined) throw new Error('this twist needs a router')
  return { ...first, router, outside }
}

const nat = (ns: string, rest: string): string => run(ns, `iptables -t nat ${rest}`)
const show = (draw: Draw, ns: string): string =>
  draw.pick([nat(ns, '-L -nv'), nat(ns, '-S'), run(ns, 'conntrack -L'), nat(ns, '-nvL POSTROUTING')])
const udp = (from: Host, address: string, port: number, options = ''): string =>
  `echo hello | ${run(from.ns, `nc -u -w 1 ${options}${address} ${port}`)}`

function masquerade(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const match = draw.pick([`-o ${router.outDev}`, `-s ${from.address}/24 -o ${router.outDev}`, `! -o ${router.inDev}`])
  const ports = draw.chance(0.2) ? ' --to-ports 4000-4010' : ''
  lab.setup(nat(router.ns, `-A POSTROUTING ${ports === '' ? '' : '-p udp '}${match} -j MASQUERADE${ports}`))
  lab.group(ping(from.ns, to.address), udp(from, to.address, 5000), show(draw, router.ns))
}

function snat(lab: LabPlan, draw: Draw): void {
  const { from, to, router, outside } = crossing(lab)
  const second = addressNear(outside, 77)
  const target = draw.pick([outside.address, second, `${second}-${addressNear(outside, 79)}`])
  if (target !== outside.address && draw.chance(0.7))
    lab.setup(ip(router.ns, `addr add ${second}/32 dev ${outside.dev}`))
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j SNAT --to-source ${target}`))
  lab.group(ping(from.ns, to.address), udp(from, to.address, 5000, '-p 4000 '), show(draw, router.ns))
}

function dnat(lab: LabPlan, draw: Draw): void {
  const { from, to, router, outside } = crossing(lab)
  const target = draw.pick([from.address, from.address, addressNear(from, 98)])
  const match = draw.pick([`-d ${outside.address}`, `-i ${router.outDev}`, `-i ${router.outDev} -p icmp`])
  lab.setup(nat(router.ns, `-A PREROUTING ${match} -j DNAT --to-destination ${target}`))
  lab.group(ping(to.ns, outside.address), udp(to, outside.address, 5000), show(draw, router.ns))
}

function dnatPort(lab: LabPlan, draw: Draw): void {
  const { from, to, router, outside } = crossing(lab)
  lab.setup(nat(router.ns, `-A PREROUTING -i ${router.outDev} -p udp --dport 5300 -j DNAT --to ${from.address}:9053`))
  lab.group(
    ...(draw.chance(0.6) ? [`echo answer | ${run(from.ns, 'nc -u -l 9053 &')}`] : []),
    udp(to, outside.address, 5300),
    udp(to, outside.address, 5301),
    show(draw, router.ns),
  )
}

function redirect(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const [protocol, flag] = draw.pick([['udp', '-u '] as const, ['tcp', ''] as const])
  lab.setup(nat(router.ns, `-A PREROUTING -i ${router.inDev} -p ${protocol} --dport 8053 -j REDIRECT --to-ports 9053`))
  lab.group(
    ...(draw.chance(0.7) ? [run(router.ns, `nc ${flag}-l 9053 &`)] : []),
    `echo hello | ${run(from.ns, `nc -N ${flag}-w 1 ${to.address} 8053`)}`,
    show(draw, router.ns),
  )
}

/** From inside to the outer address of something inside. */
function hairpin(lab: LabPlan, draw: Draw): void {
  const { from, router, outside } = crossing(lab)
  const inside = lab.hosts.find(({ lan, ns }) => lan === from.lan && ns !== from.ns && ns !== router.ns) ?? from
  lab.setup(nat(router.ns, `-A PREROUTING -d ${outside.address} -j DNAT --to-destination ${inside.address}`))
  if (draw.chance(0.6)) lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.inDev} -j MASQUERADE`))
  lab.group(ping(from.ns, outside.address), udp(from, outside.address, 5000), show(draw, router.ns))
}

function dnatOutput(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const other = draw.pick(['198.51.100.7', addressNear(from, 97)])
  const target = draw.pick([to.address, to.address, '127.0.0.1'])
  lab.setup(nat(from.ns, `-A OUTPUT -d ${other} -j DNAT --to-destination ${target}`))
  lab.group(ping(from.ns, other), udp(from, other, 5000), show(draw, from.ns))
}

/** Two flows that would look the same behind the router. */
function sameId(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const inside = lab.hosts.find(({ lan, ns }) => lan === from.lan && ns !== from.ns && ns !== router.ns)
  const second = inside?.address ?? addressNear(from, 33)
  if (inside === undefined) lab.setup(ip(from.ns, `addr add ${second}/24 dev ${from.dev}`))
  // Out of a wide range the kernel would choose at random.
  lab.setup(nat(router.ns, `-I POSTROUTING -p udp -o ${router.outDev} -j MASQUERADE --to-ports 4000-4001`))
  const asker = inside ?? from
  lab.group(
    udp(from, to.address, 5000, `-s ${from.address} -p 4000 `),
    udp(asker, to.address, 5000, `-s ${second} -p 4000 `),
    draw.pick([run(router.ns, 'conntrack -L -p udp'), nat(router.ns, '-L -nv')]),
  )
}

/** ICMP errors about translated packets are translated too. */
function errors(lab: LabPlan, draw: Draw): void {
  const { from, to, router, outside } = crossing(lab)
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  lab.setup(nat(router.ns, `-A PREROUTING -i ${router.outDev} -p udp -j DNAT --to-destination ${from.address}`))
  lab.group(
    udp(from, to.address, 5001),
    draw.pick([ping(from.ns, to.address, '-t 1'), ping(from.ns, addressNear(to, 96))]),
    udp(to, outside.address, 5002),
    show(draw, router.ns),
  )
}

/** Masqueraded flows end with the address that they were given. */
function addressGoes(lab: LabPlan, draw: Draw): void {
  const { from, to, router, outside } = crossing(lab)
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  const [gone, back] = draw.pick([
    [`link set ${outside.dev} down`, `link set ${outside.dev} up`] as const,
    [`addr del ${outside.address}/24 dev ${outside.dev}`, `addr add ${outside.address}/24 dev ${outside.dev}`] as const,
  ])
  lab.group(
    udp(from, to.address, 5000, '-p 4000 '),
    ip(router.ns, gone),
    run(router.ns, 'conntrack -L'),
    ip(router.ns, back),
    ping(from.ns, to.address),
  )
}

function flows(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  lab.group(
    ping(from.ns, to.address),
    run(router.ns, draw.pick(['conntrack -F', 'conntrack -D -p icmp', 'conntrack -C'])),
    run(router.ns, `conntrack -L${draw.pick(['', ' -n', ' -p icmp'])}`),
    ping(from.ns, to.address),
  )
}

function tcp(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  lab.group(
    run(to.ns, 'nc -l 8080 &'),
    `echo from-client | ${run(from.ns, `nc -N ${to.address} 8080`)}`,
    draw.pick([run(router.ns, 'conntrack -L -p tcp'), nat(router.ns, '-L -nv')]),
  )
}

/** What RETURN or ACCEPT keeps from being translated. */
function exempt(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const verdict = draw.pick(['RETURN', 'ACCEPT'])
  lab.setup(nat(router.ns, `-A POSTROUTING -p icmp -j ${verdict}`))
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  lab.group(ping(from.ns, to.address), udp(from, to.address, 5000), show(draw, router.ns))
}

/** From outside to a program that listens on loopback only, which Linux allows where it is told to. */
function localhost(lab: LabPlan, draw: Draw): void {
  const { from, router } = crossing(lab)
  const way = lab.hosts.find(({ ns, lan }) => ns === router.ns && lan === from.lan)
  const address = way?.address ?? from.address
  if (draw.chance(0.6)) lab.setup(sysctl(router.ns, 'conf.all.route_localnet', 1))
  lab.setup(nat(router.ns, '-A PREROUTING -p udp --dport 8053 -j DNAT --to-destination 127.0.0.1:9053'))
  lab.group(
    ...(draw.chance(0.7) ? [`echo answer | ${run(router.ns, 'nc -u -l 127.0.0.1 9053 &')}`] : []),
    udp(from, address, 8053),
    show(draw, router.ns),
  )
}

/** A machine's own packets end on a port of its own. */
function redirectOutput(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const [protocol, flag] = draw.pick([['udp', '-u '] as const, ['tcp', ''] as const])
  lab.setup(nat(from.ns, `-A OUTPUT -p ${protocol} --dport 8053 -j REDIRECT --to-ports 9053`))
  lab.group(
    ...(draw.chance(0.7) ? [run(from.ns, `nc ${flag}-l 9053 &`)] : []),
    `echo hello | ${run(from.ns, `nc -N ${flag}-w 1 ${to.address} 8053`)}`,
    show(draw, from.ns),
  )
}

/** Connections that are refused, forbidden, never answered or reset: what is remembered of each. */
function tcpEnds(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  const reject = '-p tcp --dport 8082 -j REJECT --reject-with tcp-reset'
  if (draw.chance(0.5)) lab.setup(run(to.ns, `iptables -A INPUT ${reject}`))
  if (draw.chance(0.5)) lab.setup(run(to.ns, 'iptables -A INPUT -p tcp --dport 8081 -j DROP'))
  const [first = 0, second = 0] = draw.shuffle([8080, 8081, 8082])
  lab.group(
    run(from.ns, `nc -z -v -w 1 ${to.address} ${first}`),
    run(from.ns, `nc -z -v -w 1 ${to.address} ${second}`),
    run(router.ns, 'conntrack -L -p tcp'),
  )
}

/** The table of flows is searched and emptied in part. */
function flowTools(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  lab.setup(nat(router.ns, `-A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  const tools = [
    `-L -s ${from.address}`,
    `-L -d ${to.address}`,
    '-L -p udp --dport 5000',
    '-L -p udp --orig-port-dst 5000',
    '-L --src-nat',
    '-L --dst-nat',
    '-L -p icmp',
    '-L -p tcp --state ESTABLISHED',
    '-L -o extended',
    '-D -p udp',
    `-D -s ${from.address}`,
    '-D -p tcp',
    '-C',
    '-F',
    '-L nosuch',
    '-L -p nosuch',
  ]
  lab.group(
    ping(from.ns, to.address),
    udp(from, to.address, 5000),
    ...draw
      .shuffle(tools)
      .slice(0, 3)
      .map((tool) => run(router.ns, `conntrack ${tool}`)),
  )
}
