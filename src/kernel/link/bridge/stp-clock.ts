// When spanning tree's timers fire: on the kernel's wheel, those that repeat on whole seconds of its clock so that many of them wake the
// processor together. Nothing keeps running for them. Linux: mod_timer, round_jiffies; br_set_ticks, br_get_ticks.
import { cancel, type TimerHandle } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS, SECOND_NS } from '../../../sim/time.ts'
import { addTimer, JIFFY_NS, jiffiesAt } from '../../neigh/timer-wheel.ts'
import type { KernelEvent } from '../../events.ts'
import type { DeviceId, World } from '../../world.ts'

export type StpTimer = Extract<KernelEvent, { kind: 'bridge.timer' }>['timer']

const JIFFIES_PER_SECOND = SECOND_NS / JIFFY_NS
const JIFFY_MS = JIFFY_NS / MILLISECOND_NS
/** Times in messages are in 1/256 s. */
const TICKS_PER_SECOND = 256

/** Starts a timer anew. `device` is the bridge, or for a port's timers the port. */
export function startTimer(
  world: World,
  old: TimerHandle,
  device: DeviceId,
  timer: StpTimer,
  delayNs: number,
): TimerHandle {
  cancel(world.queue, old)
  return addTimer(world.queue, world.now, delayNs, { kind: 'bridge.timer', device, timer }, false)
}

/** A delay that ends on a whole second of the kernel's clock: the one before when that is less than a quarter of a second away (round_jiffies). */
export function roundedDelayNs(world: World, delayNs: number): number {
  const clock = jiffiesAt(world.now)
  const wanted = clock + Math.round(delayNs / JIFFY_NS)
  const past = wanted % JIFFIES_PER_SECOND
  const rounded = wanted - past + (past < Math.floor(JIFFIES_PER_SECOND / 4) ? 0 : JIFFIES_PER_SECOND)
  return (rounded > clock ? rounded - clock : wanted - clock) * JIFFY_NS
}

/** A time in milliseconds as the kernel keeps it: whole ticks of its clock (clock_t_to_jiffies). */
export function wholeJiffiesMs(ms: number): number {
  return Math.floor(ms / JIFFY_MS) * JIFFY_MS
}

/** Milliseconds as a message carries them (br_set_ticks). */
export function msToTicks(ms: number): number {
  return Math.floor((TICKS_PER_SECOND * Math.floor(ms / JIFFY_MS)) / JIFFIES_PER_SECOND)
}

/** What a message carries as milliseconds (br_get_ticks). */
export function ticksToMs(ticks: number): number {
  return Math.ceil((ticks * JIFFIES_PER_SECOND) / TICKS_PER_SECOND) * JIFFY_MS
}
