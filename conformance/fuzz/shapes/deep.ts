/** Networks of several parts at once: what one kind of interface or box does meets what the next one does. */
import { bridge, ip, run, sysctl } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'

/** Somebody routes to somewhere else, and has an address there. */
export const DEEP_EDGE_SHAPES: readonly Shape[] = [
  { features: ['deep-two-routers'], build: twoRouters },
  { features: ['deep-trunk-edge'], build: trunkEdge },
  { features: ['deep-macvlan-edge'], build: macvlanEdge },
  { features: ['deep-ipvlan-edge'], build: ipvlanEdge },
  { features: ['deep-two-bridges'], build: twoBridges },
]

/** Bridges whose ports or members are no plain cables. */
export const DEEP_BRIDGE_SHAPES: readonly Shape[] = [
  { features: ['deep-vlan-bridges'], build: vlanBridges },
  { features: ['deep-macvlan-bridge'], build: macvlanOnBridge },
  { features: ['deep-two-bridges'], build: twoBridges },
]

const host = (ns: string, dev: string, address: string, lan: string): Host => ({ ns, dev, address, prefix: 24, lan })

function link(lab: LabPlan, one: Host, other: Host): void {
  lab.cable(one.ns, one.dev, other.ns, other.dev)
  for (const end of [one, other]) {
    lab.host(end)
    lab.up(end.ns, end.dev)
  }
}

/** A bridge with an address of its own, and containers on its ports p1, p2… */
function populated(lab: LabPlan, ns: string, name: string, hosts: readonly Host[], firstPort = 1): void {
  const ports = hosts.map((_, k) => `p${firstPort + k}`)
  lab.setup(ip(ns, `link add ${name} address ${lab.freshMac()} type bridge mcast_snooping 0`))
  lab.up(ns, name)
  lab.bridges.push({ ns, name, ports })
  hosts.forEach((one, k) => {
    lab.plug(ns, name, ports[k] ?? '', one.ns, one.dev)
    lab.host(one)
    lab.up(one.ns, one.dev)
  })
}

const gateway = (lab: LabPlan, ns: string, address: string): void =>
  lab.setup(ip(ns, `route add default via ${address}`))
const masquerade = (lab: LabPlan, ns: string, dev: string): void =>
  lab.setup(run(ns, `iptables -t nat -A POSTROUTING -o ${dev} -j MASQUERADE`))

/** A private network behind a router behind another, which translates. */
function twoRouters(lab: LabPlan): void {
  lab.ns('in', 'r1', 'r2', 'out')
  const [inner, near] = [host('in', 'eth0', '192.168.1.10', 'in'), host('r1', 'eth0', '192.168.1.254', 'in')]
  const [up, down] = [host('r1', 'eth1', '10.1.0.1', 'mid'), host('r2', 'eth0', '10.1.0.254', 'mid')]
  const [wan, outer] = [host('r2', 'eth1', '203.0.113.254', 'out'), host('out', 'eth0', '203.0.113.9', 'out')]
  link(lab, inner, near)
  link(lab, up, down)
  link(lab, wan, outer)
  gateway(lab, 'in', near.address)
  gateway(lab, 'r1', down.address)
  gateway(lab, 'out', wan.address)
  if (lab.draw.chance(0.5)) lab.setup(ip('r2', 'route add 192.168.1.0/24 via 10.1.0.1'))
  if (lab.draw.chance(0.6)) masquerade(lab, 'r2', 'eth1')
  lab.setup(sysctl('r1', 'ip_forward', 1), sysctl('r2', 'ip_forward', 1))
  lab.routers.push({ ns: 'r1', inDev: 'eth0', outDev: 'eth1' }, { ns: 'r2', inDev: 'eth0', outDev: 'eth1' })
  lab.pair(inner, outer)
  lab.pair(outer, up)
  lab.pair(inner, wan)
}

/** Access ports of two VLANs, a trunk to a router, and what is behind that. */
function trunkEdge(lab: LabPlan): void {
  lab.ns('sw', 'a', 'b', 'router', 'out')
  const [a, b] = [host('a', 'eth0', '10.0.10.1', 'vlan10'), host('b', 'eth0', '10.0.20.1', 'vlan20')]
  populated(lab, 'sw', 'br0', [a, b])
  lab.plug('sw', 'br0', 'trunk', 'router', 'eth0')
  lab.up('router', 'eth0')
  lab.setup(ip('sw', 'link set br0 type bridge vlan_filtering 1'))
  ;[10, 20].forEach((vid, k) => {
    lab.setup(bridge('sw', `vlan del dev p${k + 1} vid 1`))
    lab.setup(bridge('sw', `vlan add dev p${k + 1} vid ${vid} pvid untagged`))
    lab.setup(bridge('sw', `vlan add dev trunk vid ${vid}`))
    lab.setup(ip('router', `link add link eth0 name eth0.${vid} type vlan id ${vid}`))
    lab.host(host('router', `eth0.${vid}`, `10.0.${vid}.254`, `vlan${vid}`))
    lab.up('router', `eth0.${vid}`)
  })
  const [wan, outer] = [host('router', 'eth1', '203.0.113.254', 'out'), host('out', 'eth0', '203.0.113.9', 'out')]
  link(lab, wan, outer)
  gateway(lab, 'a', '10.0.10.254')
  gateway(lab, 'b', '10.0.20.254')
  gateway(lab, 'out', wan.address)
  lab.setup(sysctl('router', 'ip_forward', 1))
  if (lab.draw.chance(0.3)) lab.setup(bridge('sw', `vlan del dev trunk vid ${lab.draw.pick([1, 20])}`))
  lab.routers.push({ ns: 'router', inDev: 'eth0.10', outDev: 'eth1' })
  lab.pair(a, outer)
  lab.pair(a, b)
  lab.pair(outer, wan)
}

/** A host's NIC with children, a router at the other end of its cable, and what is behind that. */
function childrenEdge(lab: LabPlan, make: (ns: string, dev: string) => string, childNet: string): readonly Host[] {
  lab.ns('host', 'r', 'out')
  const [nic, near] = [host('host', 'eth0', '10.0.0.1', 'lan'), host('r', 'eth0', '10.0.0.254', 'lan')]
  link(lab, nic, near)
  const children = [1, 2].map((k): Host => {
    const [ns, dev] = [`c${k}`, `ch${k}`]
    lab.ns(ns)
    lab.setup(ip('host', make(ns, dev)))
    lab.up(ns, dev)
    return lab.host(host(ns, dev, `${childNet}.${10 + k}`, childNet === '10.0.0' ? 'lan' : 'children'))
  })
  const [wan, outer] = [host('r', 'eth1', '203.0.113.254', 'out'), host('out', 'eth0', '203.0.113.9', 'out')]
  link(lab, wan, outer)
  gateway(lab, 'out', wan.address)
  lab.setup(sysctl('r', 'ip_forward', 1))
  lab.routers.push({ ns: 'r', inDev: 'eth0', outDev: 'eth1' })
  const [first = nic, second = nic] = children
  lab.pair(first, outer)
  lab.pair(first, second)
  lab.pair(outer, second)
  lab.pair(first, nic)
  return children
}

function macvlanEdge(lab: LabPlan): void {
  const mode = lab.draw.pick(['bridge', 'bridge', 'vepa', 'private'])
  const make = (ns: string, dev: string): string =>
    `link add link eth0 name ${dev} netns ${ns} type macvlan mode ${mode}`
  for (const { ns } of childrenEdge(lab, make, '10.0.0')) gateway(lab, ns, '10.0.0.254')
}

function ipvlanEdge(lab: LabPlan): void {
  const mode = lab.draw.pick(['l2', 'l3', 'l3s', 'l3s'])
  const make = (ns: string, dev: string): string =>
    `link add link eth0 name ${dev} netns ${ns} type ipvlan mode ${mode}`
  const isInLan = mode === 'l2'
  for (const { ns, dev } of childrenEdge(lab, make, isInLan ? '10.0.0' : '192.168.9'))
    lab.setup(ip(ns, `route add default ${isInLan ? 'via 10.0.0.254' : `dev ${dev}`}`))
  if (!isInLan) lab.setup(ip('r', 'route add 192.168.9.0/24 via 10.0.0.1'))
}

/** A host with two bridges routes between their networks. */
function twoBridges(lab: LabPlan): void {
  lab.ns('host', 'c1', 'c2', 'c3')
  const [c1, c2] = [host('c1', 'eth0', '172.17.0.2', 'net0'), host('c2', 'eth0', '172.18.0.2', 'net1')]
  const c3 = host('c3', 'eth0', '172.17.0.3', 'net0')
  populated(lab, 'host', 'br0', [c1, c3])
  populated(lab, 'host', 'br1', [c2], 3)
  const [one, two] = [host('host', 'br0', '172.17.0.254', 'net0'), host('host', 'br1', '172.18.0.254', 'net1')]
  lab.host(one)
  lab.host(two)
  for (const ns of ['c1', 'c3']) gateway(lab, ns, one.address)
  gateway(lab, 'c2', two.address)
  lab.setup(sysctl('host', 'ip_forward', 1))
  if (lab.draw.chance(0.4))
    lab.setup('modprobe br_netfilter', run('host', 'sysctl -w net.bridge.bridge-nf-call-iptables=1'))
  lab.routers.push({ ns: 'host', inDev: 'br0', outDev: 'br1' })
  lab.pair(c1, c2)
  lab.pair(c2, two)
  lab.pair(c1, c3)
  lab.pair(c3, one)
}

/** Two hosts whose bridges are joined by a VLAN of the cable between them. */
function vlanBridges(lab: LabPlan): void {
  lab.ns('h1', 'h2', 'c1', 'c2')
  lab.cable('h1', 'eth0', 'h2', 'eth0')
  const containers = [1, 2].map((k) => host(`c${k}`, 'eth0', `10.0.0.${k}`, 'lan'))
  containers.forEach((one, k) => {
    const ns = `h${k + 1}`
    lab.up(ns, 'eth0')
    lab.setup(ip(ns, 'link add link eth0 name eth0.10 type vlan id 10'))
    populated(lab, ns, 'br0', [one])
    lab.setup(ip(ns, 'link set eth0.10 master br0'))
    lab.up(ns, 'eth0.10')
  })
  const [c1, c2] = containers
  if (c1 === undefined || c2 === undefined) return
  const bridgeHost = lab.host(host('h1', 'br0', '10.0.0.254', 'lan'))
  lab.pair(c1, c2)
  lab.pair(c2, bridgeHost)
  lab.pair(c2, c1)
}

/** A bridge that is the parent of a macvlan child. */
function macvlanOnBridge(lab: LabPlan): void {
  lab.ns('host', 'c1', 'c2', 'c3')
  const [c1, c2] = [host('c1', 'eth0', '10.0.0.1', 'lan'), host('c2', 'eth0', '10.0.0.2', 'lan')]
  populated(lab, 'host', 'br0', [c1, c2])
  const mode = lab.draw.pick(['bridge', 'private', 'vepa'])
  lab.setup(ip('host', `link add link br0 name mv0 address ${lab.freshMac()} type macvlan mode ${mode}`))
  lab.setup(ip('host', 'link set mv0 netns c3'))
  const child = lab.host(host('c3', 'mv0', '10.0.0.3', 'lan'))
  lab.up('c3', 'mv0')
  const bridgeHost = lab.draw.chance(0.5) ? lab.host(host('host', 'br0', '10.0.0.254', 'lan')) : c2
  lab.pair(c1, child)
  lab.pair(child, c2)
  lab.pair(child, bridgeHost)
  lab.pair(c1, c2)
}
