/** What the spanning tree depends on, and what happens when the network changes. */
import { bridge, ip, ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import type { LabPlan } from '../plan.ts'

export const STP_TWISTS: readonly Twist[] = [
  { name: 'stp-priority', apply: priority },
  { name: 'stp-cost', apply: cost },
  { name: 'stp-port-priority', apply: portPriority },
  { name: 'stp-cable-fails', apply: cableFails },
  { name: 'stp-show', apply: show },
  { name: 'stp-off', apply: off },
]

function priority(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const value = draw.pick([0, 4096, 40000, 65535])
  const asBrctl = run(one.ns, `brctl setbridgeprio ${one.name} ${value}`)
  lab.setup(draw.chance(0.5) ? asBrctl : ip(one.ns, `link set ${one.name} type bridge priority ${value}`))
  lab.group(bridge(one.ns, 'link'))
}

function cost(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const port = draw.pick(one.ports)
  const value = draw.pick([1, 50, 200])
  const asBrctl = run(one.ns, `brctl setpathcost ${one.name} ${port} ${value}`)
  lab.setup(draw.chance(0.5) ? asBrctl : bridge(one.ns, `link set dev ${port} cost ${value}`))
  lab.group(bridge(one.ns, 'link'))
}

function portPriority(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  lab.setup(bridge(one.ns, `link set dev ${draw.pick(one.ports)} priority ${draw.pick([0, 16, 63])}`))
  lab.group(bridge(draw.pick(lab.bridges).ns, 'link'))
}

/** A port goes down, and another way is found where there is one. */
function cableFails(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  lab.group(ip(one.ns, `link set ${one.ports[0] ?? ''} down`), 'sleep 4', ping(from.ns, to.address))
}

function show(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const look = draw.pick([
    bridge(one.ns, 'link'),
    ip(one.ns, `-d link show ${draw.pick(one.ports)}`),
    bridge(one.ns, `fdb show br ${one.name} dynamic`),
  ])
  lab.group(look)
}

function off(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const asBrctl = run(one.ns, `brctl stp ${one.name} off`)
  const change = draw.chance(0.5) ? asBrctl : ip(one.ns, `link set ${one.name} type bridge stp_state 0`)
  // Without the protocol a loop would never end.
  if (one.ports.length < 3 && lab.bridges.length < 3)
    lab.group(change, bridge(one.ns, 'link'), ping(from.ns, to.address))
  else lab.group(bridge(one.ns, 'link'), ping(from.ns, to.address))
}
