// The message for a lab that asked for more than the model gives.
import type { LabEngine } from './lab-engine.ts'

/** How far back the trace is searched for what circles. */
const LOOK_BACK_EVENTS = 5_000

/** The bridges through which frames circle without end, sorted; none when the limit has another cause. */
export function stormBridges({ limit, trace, world }: LabEngine): readonly string[] {
  const bridges = new Set<string>()
  if (limit === undefined || trace === undefined) return []
  for (let i = Math.max(0, trace.count - LOOK_BACK_EVENTS); i < trace.count; i++) {
    const device = world.devices[trace.device[i] ?? 0]
    const master = device?.master === undefined || device.master === 0 ? undefined : world.devices[device.master]
    if (master !== undefined) bridges.add(`${world.namespaces[master.netns]?.name ?? ''}/${master.name}`)
  }
  return [...bridges].sort()
}

/** What a person is told when a lab never comes to rest: usually a loop of bridges, which are named. */
export function limitMessage(engine: LabEngine): string {
  const { limit } = engine
  if (limit === undefined) return ''
  const bridges = stormBridges(engine)
  if (bridges.length === 0) return `The lab was stopped: ${limit.message}.`
  return (
    `Broadcast storm: frames circle through ${bridges.join(', ')} without end (${limit.message}). ` +
    'Take one of the links away, or switch STP on.'
  )
}
