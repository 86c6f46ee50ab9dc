import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventQueue, schedule, takeNext } from '../../sim/event-queue.ts'
import { MILLISECOND_NS, SECOND_NS } from '../../sim/time.ts'
import { addTimer, JIFFY_NS, timerExpiry } from './timer-wheel.ts'

test('a timer never fires early, and late by at most one slot of its level (calc_wheel_index)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 120_000 }), (now, delayMs) => {
      const late = timerExpiry(now, delayMs * MILLISECOND_NS) - now - delayMs * MILLISECOND_NS
      expect(late).toBeGreaterThan(-JIFFY_NS)
      expect(late).toBeLessThanOrEqual(Math.max(2 * JIFFY_NS, (delayMs / 63) * 8 * MILLISECOND_NS + 2 * JIFFY_NS))
    }),
  )
})

test('a second fires within 32 ms, five seconds within 256 ms', () => {
  for (let now = 0; now < SECOND_NS; now += 7 * MILLISECOND_NS) {
    expect(timerExpiry(now, SECOND_NS) - now).toBeLessThanOrEqual(1.036 * SECOND_NS)
    expect(timerExpiry(now, 5 * SECOND_NS) - now).toBeLessThanOrEqual(5.26 * SECOND_NS)
  }
})

test('timers of one slot fire last set first, those of a wider level before them (enqueue_timer, collect_expired_timers)', () => {
  const queue = createEventQueue<string>()
  const at = timerExpiry(0, 5 * SECOND_NS)
  schedule(queue, at, 'no timer of the wheel')
  addTimer(queue, 0, 5 * SECOND_NS, 'set first')
  addTimer(queue, 0, 5 * SECOND_NS, 'set second')
  const later = at - 2 * JIFFY_NS
  expect(timerExpiry(later, JIFFY_NS)).toBe(at)
  addTimer(queue, later, JIFFY_NS, 'set late')
  const order = [1, 2, 3, 4].map(() => takeNext(queue)?.event)
  expect(order).toEqual(['set second', 'set first', 'set late', 'no timer of the wheel'])
})
