import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cancel,
  createEventQueue,
  dueAt,
  isBusy,
  nextEventAt,
  queueWork,
  raiseSoftirq,
  schedule,
  takeNext,
} from './event-queue.ts'

function drain(queue: ReturnType<typeof createEventQueue<string>>): string[] {
  const events: string[] = []
  for (let next = takeNext(queue); next !== undefined; next = takeNext(queue)) events.push(next.event)
  return events
}

describe('the event queue', () => {
  test('timers fire by time, and at equal times in the order in which they were set', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (times) => {
        const queue = createEventQueue<string>()
        times.forEach((at, k) => schedule(queue, at, `${at} ${k}`))
        const wanted = times.map((at, k) => ({ at, k })).sort((x, y) => (x.at === y.at ? x.k - y.k : x.at - y.at))
        expect(drain(queue)).toEqual(wanted.map(({ at, k }) => `${at} ${k}`))
      }),
    )
  })

  test('a cancelled timer does not fire, and cancelling twice or too late is harmless', () => {
    const queue = createEventQueue<string>()
    const first = schedule(queue, 1, 'first')
    const second = schedule(queue, 2, 'second')
    cancel(queue, first)
    cancel(queue, first)
    expect(dueAt(queue, first)).toBeUndefined()
    expect(drain(queue)).toEqual(['second'])
    cancel(queue, second)
    expect(isBusy(queue)).toBe(false)
  })

  test('softirq work is first in, first out, and deferred work waits until that line is empty', () => {
    const queue = createEventQueue<string>()
    queueWork(queue, 1, 'work')
    raiseSoftirq(queue, 5, 'one')
    raiseSoftirq(queue, 5, 'two')
    expect(drain(queue)).toEqual(['one', 'two', 'work'])
  })

  test('softirq work comes before a timer of the same time, a sooner timer before it', () => {
    const queue = createEventQueue<string>()
    schedule(queue, 5, 'timer')
    schedule(queue, 4, 'sooner')
    raiseSoftirq(queue, 5, 'softirq')
    expect(nextEventAt(queue)).toBe(4)
    expect(drain(queue)).toEqual(['sooner', 'softirq', 'timer'])
  })

  test('housekeeping keeps no run going', () => {
    const queue = createEventQueue<string>()
    schedule(queue, 5, 'ageing', false)
    expect(isBusy(queue)).toBe(false)
    const timer = schedule(queue, 9, 'retry')
    expect(isBusy(queue)).toBe(true)
    cancel(queue, timer)
    expect(isBusy(queue)).toBe(false)
  })

  test('a long line is compacted without losing anything', () => {
    const queue = createEventQueue<string>()
    const out: string[] = []
    for (let k = 0; k < 5000; k++) {
      raiseSoftirq(queue, k, String(k))
      if (k % 3 === 0) out.push(takeNext(queue)?.event ?? '')
    }
    expect([...out, ...drain(queue)]).toEqual(Array.from({ length: 5000 }, (_, k) => String(k)))
  })
})
