/** Machines that filter and translate: a router at the edge of a network, and Docker's host. */
import { ip, sysctl } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'
import { LAN_SHAPES } from './lan.ts'
import { ROUTER_SHAPES } from './router.ts'

const named = (shapes: readonly Shape[], name: string): Shape => {
  const shape = shapes.find(({ features }) => features.includes(name))
  if (shape === undefined) throw new Error(`no shape is called ${name}`)
  return shape
}

const CABLE = named(LAN_SHAPES, 'lan-cable')
const CHAIN_1 = named(ROUTER_SHAPES, 'router-chain-1')
const CHAIN_2 = named(ROUTER_SHAPES, 'router-chain-2')
const EDGE: Shape = { features: ['edge-router'], build: edge }
const DOCKER: Shape = { features: ['edge-docker'], build: docker }

export const FILTER_SHAPES: readonly Shape[] = [CABLE, CHAIN_1, DOCKER, EDGE, CHAIN_2]
export const NAT_SHAPES: readonly Shape[] = [EDGE, DOCKER, CHAIN_1]
export const SOCKET_SHAPES: readonly Shape[] = [CABLE, CHAIN_1, named(LAN_SHAPES, 'lan-bridged')]

const host = (ns: string, dev: string, address: string, lan: string, prefix = 24): Host => ({
  ns,
  dev,
  address,
  prefix,
  lan,
})

function link(lab: LabPlan, one: Host, other: Host): void {
  lab.cable(one.ns, one.dev, other.ns, other.dev)
  lab.host(one)
  lab.host(other)
  lab.up(one.ns, one.dev)
  lab.up(other.ns, other.dev)
}

/** A private network behind a router; the other side knows the way back in half of the labs. */
function edge(lab: LabPlan): void {
  lab.ns('in', 'r', 'out')
  const [inner, inSide] = [host('in', 'eth0', '192.168.1.10', 'in'), host('r', 'eth0', '192.168.1.1', 'in')]
  const [outSide, outer] = [host('r', 'eth1', '203.0.113.1', 'out'), host('out', 'eth0', '203.0.113.9', 'out')]
  link(lab, inner, inSide)
  link(lab, outSide, outer)
  lab.setup(ip('in', 'route add default via 192.168.1.1'), sysctl('r', 'ip_forward', 1))
  if (lab.draw.chance(0.5)) lab.setup(ip('out', 'route add default via 203.0.113.1'))
  lab.routers.push({ ns: 'r', inDev: 'eth0', outDev: 'eth1' })
  lab.pair(inner, outer)
  lab.pair(outer, outSide)
  lab.pair(inner, outSide)
}

/**
 * Two containers on a bridge whose host has an address on it and routes to a gateway. The bridge joins no group: when it
 * tells of one is chance, and conntrack would remember.
 */
function docker(lab: LabPlan): void {
  lab.ns('host', 'c1', 'c2', 'gw')
  lab.setup(ip('host', `link add docker0 address ${lab.freshMac()} type bridge mcast_snooping 0`))
  lab.bridges.push({ ns: 'host', name: 'docker0', ports: ['p1', 'p2'] })
  lab.up('host', 'docker0')
  const containers = [1, 2].map((k) => host(`c${k}`, 'eth0', `172.17.0.${k + 1}`, 'docker', 16))
  containers.forEach((one, k) => {
    lab.plug('host', 'docker0', `p${k + 1}`, one.ns, one.dev)
    lab.host(one)
    lab.up(one.ns, one.dev)
    lab.setup(ip(one.ns, 'route add default via 172.17.0.1'))
  })
  const bridgeHost = lab.host(host('host', 'docker0', '172.17.0.1', 'docker', 16))
  const [wan, gw] = [host('host', 'eth0', '192.168.3.101', 'wan'), host('gw', 'eth0', '192.168.3.1', 'wan')]
  link(lab, wan, gw)
  lab.setup(ip('host', 'route add default via 192.168.3.1'), sysctl('host', 'ip_forward', 1))
  if (lab.draw.chance(0.5)) lab.setup(ip('gw', 'route add 172.17.0.0/16 via 192.168.3.101'))
  lab.routers.push({ ns: 'host', inDev: 'docker0', outDev: 'eth0' })
  const [c1, c2] = containers
  if (c1 === undefined || c2 === undefined) return
  lab.pair(c1, gw)
  lab.pair(gw, wan)
  lab.pair(c1, c2)
  lab.pair(c2, bridgeHost)
}
