// Deferred work that pauses until the softirq work that it raised is done.
import { expect, test } from 'vitest'
import { createEventQueue, queueWork, raiseSoftirq, resumeWork, takeNext } from './event-queue.ts'

function drain(queue: ReturnType<typeof createEventQueue<string>>): string[] {
  const taken: string[] = []
  for (let next = takeNext(queue); next !== undefined; next = takeNext(queue)) taken.push(next.event)
  return taken
}

test('work that is resumed comes before other work, and after the softirq work that it raised', () => {
  const queue = createEventQueue<string>()
  queueWork(queue, 0, 'first')
  queueWork(queue, 0, 'second')
  expect(takeNext(queue)?.event).toBe('first')
  raiseSoftirq(queue, 1, 'raised')
  resumeWork(queue, 1, 'first, part two')
  expect(drain(queue)).toEqual(['raised', 'first, part two', 'second'])
})

test('the only work can be resumed too', () => {
  const queue = createEventQueue<string>()
  queueWork(queue, 0, 'only')
  takeNext(queue)
  resumeWork(queue, 1, 'its rest')
  expect(drain(queue)).toEqual(['its rest'])
})
