/** VLAN interfaces and tagged ports; macvlan and ipvlan children and their parent. */
import { bridge, ip, ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear } from '../plan.ts'
import type { Host, LabPlan, ParentPlan } from '../plan.ts'

export const VLAN_TWISTS: readonly Twist[] = [
  { name: 'vlan-lower-down', apply: lowerDown },
  { name: 'vlan-unknown', apply: unknownVid },
  { name: 'vlan-membership', apply: membership },
  { name: 'vlan-mtu', apply: vlanMtu },
  { name: 'vlan-mac', apply: vlanMac },
  { name: 'vlan-refused', apply: vlanRefused },
]

const MACVLAN_AND_IPVLAN: readonly Twist[] = [
  { name: 'hairpin', apply: hairpin },
  { name: 'parent-down', apply: parentDown },
  { name: 'host-child', apply: hostChild },
  { name: 'static-neighbours', apply: staticNeighbours },
]

export const MACVLAN_TWISTS: readonly Twist[] = [
  ...MACVLAN_AND_IPVLAN.map(({ name, apply }): Twist => ({ name: `macvlan-${name}`, apply })),
  { name: 'macvlan-child-mac', apply: childMac },
  { name: 'macvlan-mode-change', apply: (lab, draw) => modeChange(lab, draw, 'macvlan') },
  { name: 'macvlan-child-down', apply: childDown },
  { name: 'macvlan-refused', apply: macvlanRefused },
]

export const IPVLAN_TWISTS: readonly Twist[] = [
  ...MACVLAN_AND_IPVLAN.map(({ name, apply }): Twist => ({ name: `ipvlan-${name}`, apply })),
  { name: 'ipvlan-mode-change', apply: (lab, draw) => modeChange(lab, draw, 'ipvlan') },
  { name: 'ipvlan-child-down', apply: childDown },
  { name: 'ipvlan-return-route', apply: returnRoute },
  { name: 'ipvlan-refused', apply: ipvlanRefused },
]

/** The device below a VLAN interface; the interface itself where there is none. */
const lower = ({ dev }: Host): string => (dev === 'in' ? 'out' : dev.replace(/\.\d+$/, ''))

function lowerDown(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.group(
    ip(to.ns, `link set ${lower(to)} down`),
    draw.pick([ip(to.ns, '-br link'), ping(from.ns, to.address), ip(to.ns, `link set ${to.dev} up`)]),
    ip(to.ns, `link set ${lower(to)} up`),
    ping(from.ns, to.address),
  )
}

function unknownVid(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const vid = draw.pick([30, 1, 4094])
  const dev = `${lower(from)}.${vid}`
  lab.setup(ip(from.ns, `link add link ${lower(from)} name ${dev} type vlan id ${vid}`))
  lab.setup(ip(from.ns, `addr add 10.0.30.1/24 dev ${dev}`))
  lab.up(from.ns, dev)
  lab.group(ping(from.ns, '10.0.30.2'), ping(from.ns, to.address, `-I ${dev}`))
}

function membership(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const [one] = lab.bridges
  if (one === undefined) {
    // Two hosts on one cable have no bridge: the VLAN interface goes and comes back instead.
    const id = draw.pick([10, 10, 11])
    lab.group(
      ip(to.ns, `link del ${to.dev}`),
      ip(to.ns, `link add link ${lower(to)} name ${to.dev} type vlan id ${id}`),
      ip(to.ns, `addr add ${to.address}/${to.prefix} dev ${to.dev}`),
      ip(to.ns, `link set ${to.dev} up`),
      ping(from.ns, to.address),
    )
    return
  }
  const port = draw.pick(one.ports)
  const vid = draw.pick([10, 20])
  const change = draw.pick([
    `vlan add dev ${port} vid ${vid}`,
    `vlan add dev ${port} vid ${vid} untagged`,
    `vlan add dev ${port} vid ${vid} pvid`,
    `vlan add dev ${port} vid ${vid} pvid untagged`,
    `vlan del dev ${port} vid ${vid}`,
    `vlan add dev ${one.name} vid ${vid} self`,
    `vlan add dev ${port} vid 10-12`,
  ])
  lab.group(bridge(one.ns, change), bridge(one.ns, 'vlan show'), ping(from.ns, to.address))
}

function vlanMtu(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.group(
    ip(to.ns, `link set ${draw.pick([lower(to), to.dev])} mtu ${draw.pick([1400, 1496, 1504])}`),
    ping(from.ns, to.address, `-s ${draw.pick([1468, 1472, 1400])} -M ${draw.pick(['do', 'dont'])}`),
    ip(to.ns, draw.pick(['link', `-d link show ${to.dev}`])),
  )
}

function vlanMac(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const dev = draw.pick([lower(to), to.dev])
  lab.group(
    ping(from.ns, to.address),
    ip(to.ns, `link set ${dev} address ${lab.freshMac()}`),
    ip(from.ns, `neigh flush dev ${from.dev}`),
    ping(from.ns, to.address),
  )
}

function vlanRefused(lab: LabPlan, draw: Draw): void {
  const { ns, dev } = lab.asked(draw).to
  const attempts = [
    ip(ns, `link add link ${lower({ dev } as Host)} name w0 type vlan id 10`),
    ip(ns, `link add link ${dev} name w0 type vlan id 4095`),
    ip(ns, `link add link ${dev} name w0 type vlan`),
    ip(ns, 'link add link lo name w0 type vlan id 5'),
    ip(ns, 'link add link nosuch name w0 type vlan id 5'),
    ip(ns, `link add link ${dev} name w0 mtu 9000 type vlan id 5`),
    ip(ns, 'link add name w0 type vlan id 5'),
    bridge(ns, `vlan add dev ${dev} vid 10`),
    bridge(ns, 'vlan show'),
    ip(ns, `link set ${dev} type vlan id 12`),
    ip(ns, `link add link ${dev} name w0 type ipvlan`),
  ]
  lab.group(...draw.shuffle(attempts).slice(0, 3))
}

function parentOf(lab: LabPlan): ParentPlan {
  const [parent] = lab.parents
  if (parent === undefined) throw new Error('this twist needs a parent with children')
  return parent
}

/** The switch sends frames back to the port that they came from. */
function hairpin(lab: LabPlan, draw: Draw): void {
  const { switchNs, switchPort } = parentOf(lab)
  const { from, to } = lab.asked(draw)
  lab.setup(bridge(switchNs, `link set dev ${switchPort} hairpin on`))
  lab.group(ping(from.ns, to.address), bridge(switchNs, 'fdb show br br0 dynamic'))
}

function parentDown(lab: LabPlan, draw: Draw): void {
  const { ns, dev, children } = parentOf(lab)
  const { from, to } = lab.asked(draw)
  const child = draw.pick(children)
  lab.group(
    ip(ns, `link set ${draw.pick([dev, 'eth0'])} down`),
    draw.pick([ping(from.ns, to.address), ip(child.ns, 'link'), ip(child.ns, 'route'), ip(ns, '-br link')]),
    ip(ns, 'link set eth0 up'),
    ping(from.ns, to.address),
  )
}

/** The usual cure for a parent that its children cannot reach: one more child for the host itself. */
function hostChild(lab: LabPlan, draw: Draw): void {
  const { ns, dev, children } = parentOf(lab)
  const child = draw.pick(children)
  const kind = child.macOf === undefined ? `macvlan mode ${draw.pick(['bridge', 'vepa', 'private'])}` : 'ipvlan mode l2'
  lab.setup(
    ip(ns, `link add link ${dev} name shim type ${kind}`),
    ip(ns, `addr add ${addressNear(child, 50)}/32 dev shim`),
  )
  lab.up(ns, 'shim')
  lab.setup(ip(ns, `route add ${child.address} dev shim`))
  lab.group(ping(ns, child.address), ping(child.ns, addressNear(child, 50)), ip(ns, '-d link show shim'))
}

function staticNeighbours(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.pairs[0] ?? lab.near(draw)
  lab.setup(ip(from.ns, `neigh add ${to.address} lladdr ${lab.macOf(to)} dev ${from.dev}`))
  lab.setup(ip(to.ns, `neigh add ${from.address} lladdr ${lab.macOf(from)} dev ${to.dev}`))
  lab.group(ping(from.ns, to.address), ip(from.ns, 'neigh'))
}

function childMac(lab: LabPlan, draw: Draw): void {
  const { ns, children } = parentOf(lab)
  const { ns: childNs, dev } = draw.pick(children)
  const { from, to } = lab.asked(draw)
  const mac = draw.pick([lab.freshMac(), '01:00:5e:00:00:01', '02:00:00:00:02:03'])
  lab.group(ip(childNs, `link set ${dev} address ${mac}`), ping(from.ns, to.address), bridge(ns, 'fdb show'))
}

function modeChange(lab: LabPlan, draw: Draw, kind: 'macvlan' | 'ipvlan'): void {
  const child = draw.pick(parentOf(lab).children)
  const { from, to } = lab.asked(draw)
  const modes =
    kind === 'macvlan'
      ? ['mode bridge', 'mode private', 'mode vepa', 'mode passthru']
      : ['mode l2', 'mode l3', 'mode l3s', 'mode l2 private', 'mode l3 vepa', 'mode l2 bridge']
  lab.group(
    ping(from.ns, to.address),
    ip(child.ns, `link set ${child.dev} type ${kind} ${draw.pick(modes)}`),
    ip(child.ns, `-d link show ${child.dev}`),
    ping(from.ns, to.address),
  )
}

function childDown(lab: LabPlan, draw: Draw): void {
  const { ns, dev } = draw.pick(parentOf(lab).children)
  const { from, to } = lab.asked(draw)
  const gone = draw.chance(0.7) ? `link set ${dev} down` : `link del ${dev}`
  lab.group(ip(ns, gone), ping(from.ns, to.address), ip(ns, draw.pick(['-br link', 'route', `link set ${dev} up`])))
}

/** What the world needs to find addresses that only the host knows. */
function returnRoute(lab: LabPlan, draw: Draw): void {
  const { ns, children } = parentOf(lab)
  const child = draw.pick(children)
  const way = draw.pick(['via 10.0.0.1 dev eth0', 'dev eth0'])
  lab.group(
    ip('r', `route replace ${child.address} ${way}`),
    ping('r', child.address),
    draw.pick([run(ns, 'sysctl -w net.ipv4.ip_forward=1'), ip('r', 'neigh'), ip(ns, 'neigh')]),
    ping(child.ns, '10.0.0.3'),
  )
}

function macvlanRefused(lab: LabPlan, draw: Draw): void {
  const { ns, dev, children } = parentOf(lab)
  const child = draw.pick(children)
  const attempts = [
    ip(ns, `link add link ${dev} name w0 type ipvlan`),
    ip(ns, `link add link ${dev} name w0 type macvlan mode passthru`),
    ip(ns, `link add link ${dev} name w0 type macvlan mode bridge mtu 9000`),
    ip(ns, `link add link ${dev} name w0 mtu 9000 type macvlan mode bridge`),
    ip(ns, 'link add name w0 type macvlan'),
    ip(child.ns, `link set ${child.dev} address ${lab.macOf(child)}`),
    ip(child.ns, `link set ${child.dev} type macvlan mode wrong`),
    ip(child.ns, `link set ${child.dev} type macvlan macaddr add 02:00:00:00:00:07`),
    ip(ns, 'link add brx type bridge'),
    ip(ns, `link set ${dev} master brx`),
    ip(child.ns, `-d link show ${child.dev}`),
  ]
  lab.group(...draw.shuffle(attempts).slice(0, 3))
}

function ipvlanRefused(lab: LabPlan, draw: Draw): void {
  const { ns, dev, children } = parentOf(lab)
  const child = draw.pick(children)
  const other = draw.pick(children)
  const attempts = [
    ip(ns, `link add link ${dev} name w0 type macvlan mode bridge`),
    ip(ns, `link add link ${dev} name w0 type ipvlan mode l4`),
    ip(ns, `link add link ${dev} name w0 type ipvlan mode l2 wrong`),
    ip(child.ns, `addr add ${other.address}/32 dev ${child.dev}`),
    ip(child.ns, `addr add 10.0.0.1/24 dev ${child.dev}`),
    ip(child.ns, `link set ${child.dev} address 02:00:00:00:00:07`),
    ip(child.ns, `link set ${child.dev} mtu 9000`),
    ip(ns, `link add link ${dev} name w0 type ipvlan`),
    ip(child.ns, `link add link ${child.dev} name w0 type macvlan`),
    ip(child.ns, `link add link ${child.dev} name w0 type vlan id 5`),
    ip(child.ns, `-d link show ${child.dev}`),
  ]
  lab.group(...draw.shuffle(attempts).slice(0, 3))
}
