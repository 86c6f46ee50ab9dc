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
  { name: 'stp-times', apply: times },
  { name: 'stp-root-goes', apply: rootGoes },
  { name: 'stp-joins', apply: joins },
  { name: 'stp-guard', apply: guard },
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

/** The root says how long everybody waits. */
function times(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  lab.setup(
    draw.pick([
      run(one.ns, `brctl setfd ${one.name} 3`),
      run(one.ns, `brctl sethello ${one.name} 2`),
      run(one.ns, `brctl setmaxage ${one.name} 8`),
      ip(one.ns, `link set ${one.name} type bridge forward_delay 300`),
    ]),
  )
  lab.group(bridge(draw.pick(lab.bridges).ns, 'link'), ip(one.ns, `-br link`))
}

/** A bridge goes down and comes back: while it is away, another is the root. */
function rootGoes(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const [other] = lab.bridges.filter(({ ns }) => ns !== one.ns)
  lab.group(
    ip(one.ns, `link set ${one.name} down`),
    bridge((other ?? one).ns, 'link'),
    ip(one.ns, `link set ${one.name} up`),
  )
}

/** A port leaves and joins again: it listens and learns before it forwards. */
function joins(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const port = draw.pick(one.ports)
  const asBrctl = draw.chance(0.5)
  lab.group(
    asBrctl ? run(one.ns, `brctl delif ${one.name} ${port}`) : ip(one.ns, `link set ${port} nomaster`),
    asBrctl ? run(one.ns, `brctl addif ${one.name} ${port}`) : ip(one.ns, `link set ${port} master ${one.name}`),
    bridge(one.ns, 'link'),
  )
}

/** A port that must not hear of other bridges, or must not become the way to the root. */
function guard(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const [port = ''] = one.ports
  lab.setup(bridge(one.ns, `link set dev ${port} ${draw.pick(['guard on', 'root_block on'])}`))
  lab.group(bridge(one.ns, 'link'))
}
