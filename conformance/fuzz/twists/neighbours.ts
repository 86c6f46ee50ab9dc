/** Neighbours that a person enters, and addresses that come and go. */
import { arping, confKey, ip, ping, run, sysctl } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear } from '../plan.ts'
import type { LabPlan } from '../plan.ts'

export const NEIGHBOUR_TWISTS: readonly Twist[] = [
  { name: 'neigh-static', apply: neighStatic },
  { name: 'neigh-wrong', apply: neighWrong },
  { name: 'neigh-flush', apply: neighFlush },
  { name: 'neigh-proxy', apply: neighProxy },
  { name: 'neigh-refused', apply: neighRefused },
  { name: 'address-secondary', apply: secondary },
  { name: 'address-promote', apply: promote },
  { name: 'address-readd', apply: readd },
  { name: 'address-dummy', apply: dummy },
  { name: 'address-loopback', apply: loopback },
  { name: 'address-refused', apply: addressRefused },
]

/** States with a timer are entered as an action: how long a setup takes is the machine's affair. */
function enter(lab: LabPlan, ns: string, command: string, state: string): string[] {
  if (!['reachable', 'delay', 'probe'].includes(state)) {
    lab.setup(ip(ns, `${command}${state === '' ? '' : ` nud ${state}`}`))
    return []
  }
  return [ip(ns, `${command} nud ${state}`)]
}

function neighStatic(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const state = draw.pick(['', 'permanent', 'reachable', 'stale', 'noarp', 'delay', 'probe'])
  const command = `neigh replace ${to.address} lladdr ${lab.macOf(to)} dev ${from.dev}`
  const show = draw.pick(['neigh', `neigh get ${to.address} dev ${from.dev}`])
  lab.group(...enter(lab, from.ns, command, state), ping(from.ns, to.address), ip(from.ns, show))
}

function neighWrong(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const state = draw.pick(['permanent', 'stale', 'reachable', 'delay', 'stale'])
  const command = `neigh replace ${to.address} lladdr 02:00:00:00:00:99 dev ${from.dev}`
  const back = draw.chance(0.5) ? [ping(to.ns, from.address)] : []
  lab.group(...enter(lab, from.ns, command, state), ping(from.ns, to.address), ...back, ip(from.ns, 'neigh'))
}

function neighFlush(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const forget = draw.pick([
    `neigh flush dev ${from.dev}`,
    'neigh flush all',
    `neigh del ${to.address} dev ${from.dev}`,
    `neigh flush to ${to.address}`,
    `-s neigh flush dev ${from.dev}`,
  ])
  lab.group(ping(from.ns, to.address), ip(from.ns, forget), ip(from.ns, 'neigh'), ping(from.ns, to.address))
}

function neighProxy(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const address = draw.chance(0.6) ? addressNear(from, 78) : '172.31.0.78'
  lab.setup(ip(to.ns, `neigh add proxy ${address} dev ${to.dev}`))
  lab.proxyDelay(to.ns, to.dev)
  if (draw.chance(0.8)) lab.setup(sysctl(to.ns, confKey(to.dev, 'forwarding'), 1))
  const dev = lab.dummy(to.ns, '192.168.7.2/24')
  if (draw.chance(0.8)) lab.setup(ip(to.ns, `route add ${address}/32 dev ${dev}`))
  const show = draw.pick([ip(to.ns, 'neigh show proxy'), run(to.ns, 'arp -n'), ip(to.ns, 'neigh')])
  lab.group(arping(from.ns, from.dev, address), show)
}

function neighRefused(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const attempts = [
    `neigh add ${to.address} dev ${from.dev}`,
    `neigh add ${to.address} lladdr 02:00:00:00:00:11 dev nodev`,
    `neigh add ${to.address} lladdr 02:00:00:00:00:11`,
    `neigh add ${to.address} lladdr 02:00:00 dev ${from.dev}`,
    `neigh change ${addressNear(to, 97)} lladdr 02:00:00:00:00:11 dev ${from.dev}`,
    `neigh del ${addressNear(to, 97)} dev ${from.dev}`,
    `neigh get ${addressNear(to, 97)} dev ${from.dev}`,
    `neigh del proxy ${addressNear(to, 97)} dev ${from.dev}`,
    'neigh flush',
    `neigh add ${to.address} lladdr 02:00:00:00:00:11 dev ${from.dev} nud wrong`,
    `neigh replace ${to.address} lladdr 02:00:00:00:00:11 dev ${from.dev} nud failed`,
  ]
  lab.group(
    ...draw
      .shuffle(attempts)
      .slice(0, 3)
      .map((attempt) => ip(from.ns, attempt)),
  )
}

function secondary(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const second = addressNear(to, 41)
  lab.setup(ip(to.ns, `addr add ${second}/${draw.pick([to.prefix, to.prefix, 32, 25])} dev ${to.dev}`))
  const last = draw.chance(0.5) ? ip(to.ns, `addr show dev ${to.dev}`) : ip(to.ns, 'route show table local')
  lab.group(ping(from.ns, second), ip(to.ns, `addr del ${to.address}/${to.prefix} dev ${to.dev}`), last)
}

function promote(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const [second, third] = [addressNear(to, 42), addressNear(to, 43)]
  const key = draw.chance(0.5) ? 'all' : to.dev
  if (draw.chance(0.8)) lab.setup(sysctl(to.ns, confKey(key, 'promote_secondaries'), 1))
  for (const address of [second, third]) lab.setup(ip(to.ns, `addr add ${address}/${to.prefix} dev ${to.dev}`))
  lab.group(
    ip(to.ns, `addr del ${to.address}/${to.prefix} dev ${to.dev}`),
    ip(to.ns, draw.pick([`addr show ${to.dev}`, 'route', 'route show table local'])),
    ping(from.ns, second),
  )
}

function readd(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const address = `${to.address}/${to.prefix}`
  lab.group(
    ip(to.ns, draw.chance(0.7) ? `addr del ${address} dev ${to.dev}` : `addr flush dev ${to.dev}`),
    draw.chance(0.5) ? ping(from.ns, to.address) : ip(to.ns, 'route'),
    ip(to.ns, `addr ${draw.pick(['add', 'add', 'replace'])} ${address} ${draw.pick(['', 'brd + '])}dev ${to.dev}`),
    ping(from.ns, to.address),
  )
}

function dummy(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const dev = lab.dummy(to.ns, `10.55.5.5/${draw.pick([32, 24])}`)
  lab.setup(ip(from.ns, `route add 10.55.5.5 ${draw.chance(0.6) ? `via ${to.address}` : `dev ${from.dev}`}`))
  const unused = ping(to.ns, '10.55.5.77')
  lab.group(ping(from.ns, '10.55.5.5'), draw.pick([unused, ip(to.ns, `-d link show ${dev}`), ip(to.ns, 'route')]))
}

function loopback(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(ip(to.ns, `addr add 10.66.6.6/${draw.pick([32, 32, 24])} dev lo`))
  lab.setup(ip(from.ns, `route add 10.66.6.6 via ${to.address}`))
  const other = draw.pick([ping(to.ns, '127.0.0.1'), ping(to.ns, '127.9.9.9'), ping(to.ns, '10.66.6.6', '-I lo')])
  lab.group(ping(from.ns, '10.66.6.6'), draw.chance(0.5) ? other : ping(to.ns, to.address))
}

function addressRefused(lab: LabPlan, draw: Draw): void {
  const { to } = lab.asked(draw)
  const attempts = [
    `addr add ${to.address}/${to.prefix} dev ${to.dev}`,
    `addr del 10.88.8.8/24 dev ${to.dev}`,
    'addr add 10.88.8.8/24 dev nodev',
    'addr add 10.88.8.300/24 dev lo',
    'addr add 10.88.8.8/33 dev lo',
    'addr add 10.88.8.8/24',
    `addr del ${to.address}/${to.prefix === 32 ? 24 : 32} dev ${to.dev}`,
    `addr add 224.0.0.5/24 dev ${to.dev}`,
    'addr add 0.0.0.0/24 dev lo',
    `addr change 10.88.8.8/24 dev ${to.dev}`,
  ]
  lab.group(
    ...draw
      .shuffle(attempts)
      .slice(0, 3)
      .map((attempt) => ip(to.ns, attempt)),
  )
}
