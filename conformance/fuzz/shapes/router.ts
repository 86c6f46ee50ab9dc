/** Networks with routers between them. */
import { confKey, ip, sysctl } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'

export const ROUTER_SHAPES: readonly Shape[] = [
  { features: ['router-chain-1'], build: (lab) => chain(lab, 1) },
  { features: ['router-chain-2'], build: (lab) => chain(lab, 2) },
  { features: ['router-chain-3'], build: (lab) => chain(lab, 3) },
  { features: ['router-calico'], build: calico },
  { features: ['router-multihomed'], build: multihomed },
  { features: ['router-two-gateways'], build: twoGateways },
  { features: ['router-unnumbered'], build: unnumbered },
]

const host = (ns: string, dev: string, address: string, prefix = 24): Host => ({
  ns,
  dev,
  address,
  prefix,
  lan: address.replace(/\.\d+$/, ''),
})

/** A cable with an address at both ends, both up. */
function link(lab: LabPlan, one: Host, other: Host): void {
  lab.cable(one.ns, one.dev, other.ns, other.dev)
  lab.host(one)
  lab.host(other)
  lab.up(one.ns, one.dev)
  lab.up(other.ns, other.dev)
}

const forward = (lab: LabPlan, ns: string): void => lab.setup(sysctl(ns, 'ip_forward', 1))

/** a, then `count` routers in a row, then b. */
function chain(lab: LabPlan, count: number): void {
  const routers = Array.from({ length: count }, (_, k) => `r${k + 1}`)
  lab.ns('a', ...routers, 'b')
  const a = host('a', 'eth0', '10.0.0.1')
  const b = host('b', 'eth0', `10.0.${count}.1`)
  const firstIn = host('r1', 'eth0', '10.0.0.254')
  const lastOut = host(`r${count}`, 'eth1', `10.0.${count}.254`)
  link(lab, a, firstIn)
  for (let k = 1; k < count; k++) {
    link(lab, host(`r${k}`, 'eth1', `10.0.${k}.1`), host(`r${k + 1}`, 'eth0', `10.0.${k}.2`))
  }
  link(lab, lastOut, b)
  lab.setup(ip('a', 'route add default via 10.0.0.254'), ip('b', `route add default via 10.0.${count}.254`))
  for (let k = 1; k < count; k++) {
    lab.setup(ip(`r${k}`, `route add 10.0.${count}.0/24 via 10.0.${k}.2`))
    lab.setup(ip(`r${k + 1}`, `route add 10.0.0.0/24 via 10.0.${k}.1`))
  }
  for (const ns of routers) {
    forward(lab, ns)
    lab.routers.push({ ns, inDev: 'eth0', outDev: 'eth1' })
  }
  lab.pair(a, b)
  lab.pair(b, a)
  lab.pair(a, lastOut)
  lab.pair(a, firstIn)
}

/** Containers whose gateway 169.254.1.1 is nowhere: the host end of the veth answers by proxy ARP. */
function calico(lab: LabPlan): void {
  lab.ns('h', 'c1', 'c2', 'gw')
  const hostSide = host('h', 'eth0', '192.168.1.109')
  const gw = host('gw', 'eth0', '192.168.1.1')
  link(lab, hostSide, gw)
  lab.setup(ip('h', 'route add default via 192.168.1.1'))
  const isWide = lab.draw.chance(0.5)
  const containers = [
    host('c1', 'eth0', '10.10.10.10', isWide ? 24 : 32),
    host('c2', 'eth0', '10.10.10.20', isWide ? 24 : 32),
  ]
  containers.forEach((container, k) => {
    const port = `cali${k + 1}`
    lab.cable('h', port, container.ns, 'eth0')
    lab.host(container)
    lab.up(container.ns, 'eth0')
    lab.setup(ip(container.ns, 'route add 169.254.1.1 dev eth0'))
    lab.setup(ip(container.ns, 'route add default via 169.254.1.1 dev eth0'))
    lab.up('h', port)
    lab.setup(ip('h', `route add ${container.address} dev ${port}`))
    lab.setup(sysctl('h', confKey(port, 'proxy_arp'), 1))
    lab.proxyDelay('h', port)
    lab.setup(ip('gw', `route add ${container.address} via 192.168.1.109`))
  })
  forward(lab, 'h')
  lab.routers.push({ ns: 'h', inDev: 'cali1', outDev: 'cali2' })
  const [c1, c2] = containers
  if (c1 === undefined || c2 === undefined) return
  lab.pair(c1, c2)
  lab.pair(c1, gw)
  lab.pair(gw, c2)
  lab.pair(c2, hostSide)
}

/** a reaches b over two routers and has an address on the network of either. */
function multihomed(lab: LabPlan): void {
  lab.ns('a', 'r1', 'r2', 'b')
  const [a1, a2] = [host('a', 'eth0', '10.0.1.1'), host('a', 'eth1', '10.0.2.1')]
  const [b1, b2] = [host('b', 'eth0', '10.0.3.1'), host('b', 'eth1', '10.0.4.1')]
  const [in1, in2] = [host('r1', 'eth0', '10.0.1.254'), host('r2', 'eth0', '10.0.2.254')]
  link(lab, a1, in1)
  link(lab, a2, in2)
  link(lab, host('r1', 'eth1', '10.0.3.254'), b1)
  link(lab, host('r2', 'eth1', '10.0.4.254'), b2)
  lab.setup(ip('a', 'route add default via 10.0.1.254'))
  // Answers may come back another way than the question went.
  lab.setup(ip('b', `route add default via ${lab.draw.pick(['10.0.3.254', '10.0.4.254'])}`))
  if (lab.draw.chance(0.5)) lab.setup(ip('a', 'route add 10.0.4.0/24 via 10.0.2.254'))
  lab.setup(ip('r1', 'route add 10.0.2.0/24 via 10.0.1.1'), ip('r2', 'route add 10.0.1.0/24 via 10.0.2.1'))
  for (const ns of ['r1', 'r2']) {
    forward(lab, ns)
    lab.routers.push({ ns, inDev: 'eth0', outDev: 'eth1' })
  }
  lab.pair(a1, b1)
  lab.pair(a1, b2)
  lab.pair(b1, a2)
  lab.pair(a2, b2)
}

/** A LAN with two gateways; what is behind r2 is reached through r1 first, which tells the sender so. */
function twoGateways(lab: LabPlan): void {
  lab.ns('sw', 'a', 'r1', 'r2', 'b')
  lab.bridge('sw', 'br0', ['p1', 'p2', 'p3'])
  const a = host('a', 'eth0', '10.0.0.1')
  const [r1, r2] = [host('r1', 'eth0', '10.0.0.254'), host('r2', 'eth0', '10.0.0.253')]
  ;[a, r1, r2].forEach((one, k) => {
    lab.plug('sw', 'br0', `p${k + 1}`, one.ns, 'eth0')
    lab.host(one)
    lab.up(one.ns, 'eth0')
  })
  const [far, b] = [host('r2', 'eth1', '10.0.3.254'), host('b', 'eth0', '10.0.3.1')]
  link(lab, far, b)
  lab.setup(ip('a', 'route add default via 10.0.0.254'), ip('r1', 'route add 10.0.3.0/24 via 10.0.0.253'))
  lab.setup(ip('b', 'route add default via 10.0.3.254'))
  forward(lab, 'r1')
  forward(lab, 'r2')
  lab.routers.push({ ns: 'r2', inDev: 'eth0', outDev: 'eth1' }, { ns: 'r1', inDev: 'eth0', outDev: 'eth0' })
  lab.pair(a, b)
  lab.pair(b, a)
  lab.pair(a, far)
  lab.pair(a, r1)
}

/** A router without addresses on its cables: one address on lo, host routes out. */
function unnumbered(lab: LabPlan): void {
  lab.ns('a', 'r', 'b')
  const [a, b] = [host('a', 'eth0', '10.0.1.1', 32), host('b', 'eth0', '10.0.2.1', 32)]
  lab.cable('a', 'eth0', 'r', 'eth0')
  lab.cable('r', 'eth1', 'b', 'eth0')
  lab.setup(ip('r', 'addr add 10.9.9.9/32 dev lo'))
  lab.up('r', 'eth0', 'eth1')
  for (const [one, dev] of [[a, 'eth0'] as const, [b, 'eth1'] as const]) {
    lab.host(one)
    lab.up(one.ns, 'eth0')
    lab.setup(ip(one.ns, 'route add 10.9.9.9 dev eth0 scope link'), ip(one.ns, 'route add default via 10.9.9.9'))
    lab.setup(ip('r', `route add ${one.address} dev ${dev}`))
  }
  forward(lab, 'r')
  lab.routers.push({ ns: 'r', inDev: 'eth0', outDev: 'eth1' })
  const router: Host = { ns: 'r', dev: 'eth0', address: '10.9.9.9', prefix: 32, lan: '10.0.1' }
  lab.hosts.push(router)
  lab.pair(a, b)
  lab.pair(b, a)
  lab.pair(a, router)
}
