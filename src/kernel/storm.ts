// What becomes of a broadcast storm that reached a limit: the frames that circle are taken away, so that the lab can go on without them.
import { takeWork } from '../sim/event-queue.ts'
import { drop } from './trace.ts'
import type { World } from './world.ts'

/**
 * Drops every frame that waits to be received, each with its reason in the trace, and begins to count events anew. Timers stay: what still asks
 * for an answer will ask again, and if the loop is still there, storm again.
 */
export function endStorm(world: World): void {
  const waiting = takeWork(world.queue, (event) => 'skb' in event)
  for (const event of waiting) {
    if (!('skb' in event)) continue
    const device = world.devices['device' in event ? event.device : event.lower]
    if (device !== undefined) drop(world, 'storm.ended', device, event.skb)
  }
  world.rate = { since: world.now, count: 0, isFlooded: false }
}
