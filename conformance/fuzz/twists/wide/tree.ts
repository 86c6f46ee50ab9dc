/** The spanning tree while its settings change. */
import { bridge, ip, ping, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import type { LabPlan } from '../../plan.ts'

export const TREE_TWISTS: readonly Twist[] = [
  { name: 'tree-priority-run', apply: priorityRun },
  { name: 'tree-cost-run', apply: costRun },
  { name: 'tree-times-run', apply: timesRun },
  { name: 'tree-state-run', apply: stateRun },
]

function priorityRun(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const value = draw.pick([0, 4096, 61440])
  const asBrctl = run(one.ns, `brctl setbridgeprio ${one.name} ${value}`)
  lab.group(
    draw.chance(0.5) ? asBrctl : ip(one.ns, `link set ${one.name} type bridge priority ${value}`),
    'sleep 2',
    bridge(draw.pick(lab.bridges).ns, 'link'),
  )
}

function costRun(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const port = draw.pick(one.ports)
  const change = draw.pick([
    `cost ${draw.pick([1, 3, 100])}`,
    `priority ${draw.pick([0, 16, 63])}`,
    'cost 0',
    'priority 64',
  ])
  lab.group(bridge(one.ns, `link set dev ${port} ${change}`), bridge(draw.pick(lab.bridges).ns, 'link'))
}

function timesRun(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const change = draw.pick([
    'forward_delay 300',
    'hello_time 200',
    'max_age 800',
    'forward_delay 100',
    'hello_time 50',
    'max_age 4100',
  ])
  lab.group(
    ip(one.ns, `link set ${one.name} type bridge ${change}`),
    ip(one.ns, `link set ${one.ports[0] ?? ''} down`),
    ip(one.ns, `link set ${one.ports[0] ?? ''} up`),
    ping(from.ns, to.address),
  )
}

/** A port that a person forbids, or that the protocol is told to treat otherwise. */
function stateRun(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const port = draw.pick(one.ports)
  lab.group(
    bridge(
      one.ns,
      `link set dev ${port} ${draw.pick(['state 0', 'guard on', 'root_block on', 'state 3', 'learning off'])}`,
    ),
    bridge(one.ns, 'link'),
    ...(draw.chance(0.5)
      ? [ip(one.ns, `link set ${one.name} type bridge ${draw.pick(['fdb_flush', 'ageing_time 100'])}`)]
      : []),
  )
}
