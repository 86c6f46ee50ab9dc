/** Hosts of one LAN. */
import { ip } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'

export const LAN_SHAPES: readonly Shape[] = [
  { features: ['lan-cable'], build: cable },
  { features: ['lan-bridged'], build: bridged },
  { features: ['lan-two-nics'], build: twoNics },
  { features: ['lan-unnumbered'], build: unnumbered },
]

const host = (ns: string, dev: string, last: number, prefix = 24): Host => ({
  ns,
  dev,
  address: `10.0.0.${last}`,
  prefix,
  lan: 'lan',
})

function cable(lab: LabPlan): void {
  const prefix = lab.draw.pick([24, 24, 30, 16, 8])
  lab.ns('a', 'b')
  lab.cable('a', 'eth0', 'b', 'eth0')
  const a = lab.host(host('a', 'eth0', 1, prefix))
  const b = lab.host(host('b', 'eth0', 2, prefix))
  lab.up('a', 'eth0')
  lab.up('b', 'eth0')
  lab.pair(a, b)
  lab.pair(b, a)
}

/** A switch with these interfaces plugged in, up and with addresses. */
function lanOf(lab: LabPlan, hosts: readonly Host[]): void {
  lab.ns('sw', ...new Set(hosts.map(({ ns }) => ns)))
  const ports = hosts.map((_, k) => `p${k + 1}`)
  lab.bridge('sw', 'br0', ports)
  hosts.forEach((one, k) => {
    lab.plug('sw', 'br0', ports[k] ?? '', one.ns, one.dev)
    lab.host(one)
    lab.up(one.ns, one.dev)
  })
}

function bridged(lab: LabPlan): void {
  const [a, b, c] = [host('a', 'eth0', 1), host('b', 'eth0', 2), host('c', 'eth0', 3)]
  lanOf(lab, [a, b, c])
  lab.pair(a, b)
  lab.pair(b, c)
  lab.pair(c, a)
}

function twoNics(lab: LabPlan): void {
  const [a, a2, b, c] = [host('a', 'eth0', 1), host('a', 'eth1', 11), host('b', 'eth0', 2), host('c', 'eth0', 3)]
  const withThird = lab.draw.chance(0.5)
  lanOf(lab, withThird ? [a, a2, b, c] : [a, a2, b])
  lab.pair(b, a2)
  lab.pair(a, b)
  lab.pair(b, a)
  lab.pair(a2, b)
}

/** No common subnet: host routes, peer addresses, or addresses on lo. */
function unnumbered(lab: LabPlan): void {
  const [a, b] = [host('a', 'eth0', 1, 32), host('b', 'eth0', 2, 32)]
  lab.ns('a', 'b')
  lab.cable('a', 'eth0', 'b', 'eth0')
  const way = lab.draw.integer(0, 2)
  for (const [one, other] of [[a, b] as const, [b, a] as const]) {
    if (way === 1) lab.setup(ip(one.ns, `addr add ${one.address} peer ${other.address} dev eth0`))
    else lab.setup(ip(one.ns, `addr add ${one.address}/32 dev ${way === 2 ? 'lo' : 'eth0'}`))
    lab.up(one.ns, 'eth0')
    if (way !== 1) lab.setup(ip(one.ns, `route add ${other.address} dev eth0`))
    lab.hosts.push(one)
  }
  lab.pair(a, b)
  lab.pair(b, a)
}
