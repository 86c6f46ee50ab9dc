/** Bridges that run the spanning tree protocol. They come up as the first actions, for the protocol's time counts from then. */
import { bridge, ip } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'

export const STP_SHAPES: readonly Shape[] = [
  { features: ['stp-alone'], build: alone },
  { features: ['stp-one-cable'], build: (lab) => pairOfBridges(lab, 1) },
  { features: ['stp-two-cables'], build: (lab) => pairOfBridges(lab, 2) },
  { features: ['stp-triangle'], build: triangle },
]

const host = (ns: string, last: number): Host => ({
  ns,
  dev: 'eth0',
  address: `10.0.0.${last}`,
  prefix: 24,
  lan: 'lan',
})

/** A bridge, down, with times so short that a port forwards after four seconds. It joins no group, which would be told at a time of chance. */
function stpBridge(lab: LabPlan, ns: string, last: number, ports: readonly string[]): void {
  const times = 'forward_delay 200 hello_time 100 max_age 600'
  lab.setup(
    ip(
      ns,
      `link add br0 address 02:00:00:00:00:${last.toString(16).padStart(2, '0')} type bridge mcast_snooping 0 stp_state 1 ${times}`,
    ),
  )
  lab.bridges.push({ ns, name: 'br0', ports })
  lab.first.push(ip(ns, 'link set br0 up'))
}

function plugHost(lab: LabPlan, ns: string, port: string, one: Host): void {
  lab.plug(ns, 'br0', port, one.ns, one.dev)
  lab.host(one)
  lab.up(one.ns, one.dev)
}

/** A cable between ports of two bridges. */
function trunk(lab: LabPlan, nsA: string, portA: string, nsB: string, portB: string): void {
  lab.cable(nsA, portA, nsB, portB, lab.portMac(nsA, portA))
  lab.setup(ip(nsA, `link set ${portA} master br0`), ip(nsB, `link set ${portB} master br0`))
  lab.up(nsA, portA)
  lab.up(nsB, portB)
}

function alone(lab: LabPlan): void {
  lab.ns('sw', 'a', 'b')
  stpBridge(lab, 'sw', 10, ['p1', 'p2'])
  const [a, b] = [host('a', 1), host('b', 2)]
  plugHost(lab, 'sw', 'p1', a)
  plugHost(lab, 'sw', 'p2', b)
  lab.first.push('sleep 4.5', bridge('sw', 'link'))
  lab.pair(a, b)
}

/** The bridge with the smaller address is the root, unless a priority says otherwise. */
function pairOfBridges(lab: LabPlan, cables: number): void {
  lab.ns('s1', 's2', 'a', 'b')
  const ports = Array.from({ length: cables }, (_, k) => `c${k + 1}`)
  const firstIsRoot = lab.draw.chance(0.5)
  stpBridge(lab, 's1', firstIsRoot ? 10 : 12, [...ports, 'p1'])
  stpBridge(lab, 's2', 11, [...ports, 'p2'])
  for (const port of ports) trunk(lab, 's1', port, 's2', port)
  const [a, b] = [host('a', 1), host('b', 2)]
  plugHost(lab, 's1', 'p1', a)
  plugHost(lab, 's2', 'p2', b)
  lab.first.push('sleep 6')
  lab.pair(a, b)
}

function triangle(lab: LabPlan): void {
  lab.ns('s1', 's2', 's3', 'a', 'b')
  const order = lab.draw.shuffle([10, 11, 12])
  ;['s1', 's2', 's3'].forEach((ns, k) => stpBridge(lab, ns, order[k] ?? 0, ['x', 'y', `p${k + 1}`]))
  trunk(lab, 's1', 'x', 's2', 'y')
  trunk(lab, 's2', 'x', 's3', 'y')
  trunk(lab, 's3', 'x', 's1', 'y')
  const [a, b] = [host('a', 1), host('b', 2)]
  plugHost(lab, 's1', 'p1', a)
  plugHost(lab, 's2', 'p2', b)
  lab.first.push('sleep 6')
  lab.pair(a, b)
}
