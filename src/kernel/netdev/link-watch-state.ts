// What waits to be done about changed carriers: the static variables of net/core/link_watch.c. What is done is in link-watch.ts.
import type { TimerHandle } from '../../sim/event-queue.ts'
import type { SimTime } from '../../sim/time.ts'
import type { DeviceId } from '../world.ts'

export interface LinkWatch {
  /** Devices whose carrier changed and that nobody has looked at since, first come first (lweventlist). */
  events: DeviceId[]
  /** The work is wanted at once, for an event that does not wait (LW_URGENT). */
  urgent: boolean
  /** Wanted as soon as the present call has ended. */
  wanted: boolean
  /** In the work queue. */
  queued: boolean
  /** For work that is held back. */
  timer: TimerHandle
  /** Before this only urgent events are acted upon (linkwatch_nextevent). */
  nextEventAt: SimTime
  /**
   * Whether events are held back at all. A lab's setup takes no time here, while on a machine it takes so long that nothing is left of it when
   * the actions begin; only from there on there is a pace.
   */
  isPaced: boolean
}

export function createLinkWatch(): LinkWatch {
  return { events: [], urgent: false, wanted: false, queued: false, timer: 0, nextEventAt: 0, isPaced: false }
}
