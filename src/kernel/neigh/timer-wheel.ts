// When a kernel timer really fires. Linux keeps timers on a wheel with coarser slots the further away they are, so they fire late, never
// early: 1 s comes after 1.000 to 1.028 s, 5 s after 5.0 to 5.3 s. Linux: kernel/time/timer.c, calc_wheel_index, at HZ = 250.
import { scheduleInSlot, type EventQueue, type TimerHandle } from '../../sim/event-queue.ts'
import { MILLISECOND_NS, type SimTime } from '../../sim/time.ts'

/** One tick of the kernel's clock at HZ = 250. */
export const JIFFY_NS = 4 * MILLISECOND_NS

/** Each level of the wheel has 64 slots, one of which is always being emptied, each eight times as wide as those of the level below. */
const USABLE_SLOTS = 63
const LEVEL_FACTOR = 8
const LEVELS = 9

/** How far the wheel had turned when the lab began: any number will do, as on a machine that was switched on at some moment. */
const BOOT_JIFFIES = 58

/** The kernel's clock: ticks since the machine was switched on (jiffies). */
export function jiffiesAt(now: SimTime): number {
  return Math.floor(now / JIFFY_NS) + BOOT_JIFFIES
}

interface Slot {
  readonly at: SimTime
  readonly level: number
}

function slotFor(now: SimTime, delayNs: number): Slot {
  const clock = jiffiesAt(now)
  const delta = Math.max(1, Math.round(delayNs / JIFFY_NS))
  const expires = clock + delta
  let width = 1
  let level = 0
  for (; level < LEVELS - 1 && delta >= USABLE_SLOTS * width; level++) width *= LEVEL_FACTOR
  return { at: (Math.floor((expires + width) / width) * width - BOOT_JIFFIES) * JIFFY_NS, level }
}

/** The time at which a timer set now for `delayNs` from now fires. */
export function timerExpiry(now: SimTime, delayNs: number): SimTime {
  return slotFor(now, delayNs).at
}

/**
 * Sets a timer. Those of one slot fire in the order in which Linux finds them: the widest level first, and in a slot the one set last, for it was
 * put at the head of the slot's list (enqueue_timer, collect_expired_timers, expire_timers).
 */
export function addTimer<E>(
  queue: EventQueue<E>,
  now: SimTime,
  delayNs: number,
  event: E,
  keepsRunning = true,
): TimerHandle {
  const { at, level } = slotFor(now, delayNs)
  return scheduleInSlot(queue, at, level, event, keepsRunning)
}
