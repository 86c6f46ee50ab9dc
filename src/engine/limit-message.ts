// The message for a lab that asked for more than the model gives.
import type { LabEngine } from './lab-engine.ts'

/** What a person is told when a lab never comes to rest: usually a loop of bridges, which are named. */
export function limitMessage(engine: LabEngine): string {
  const { limit, trace, world } = engine
  if (limit === undefined) return ''
  const bridges = new Map<string, number>()
  if (trace !== undefined) {
    for (let i = Math.max(0, trace.count - 5_000); i < trace.count; i++) {
      const device = world.devices[trace.device[i] ?? 0]
      const master = device?.master === undefined || device.master === 0 ? undefined : world.devices[device.master]
      if (master !== undefined) {
        const name = `${world.namespaces[master.netns]?.name ?? ''}/${master.name}`
        bridges.set(name, (bridges.get(name) ?? 0) + 1)
      }
    }
  }
  const loop = bridges.size > 0 && (limit.limit === 'events' || limit.limit === 'frames')
  const names = [...bridges.keys()].sort().join(', ')
  return loop
    ? `Broadcast storm: frames circle through ${names} without end (${limit.message}). Take one of the links away, or switch STP on.`
    : `The lab was stopped: ${limit.message}.`
}
