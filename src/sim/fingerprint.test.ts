import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventChain, firstDifference, type EventColumns } from './fingerprint.ts'

const NO_BYTES = new Uint8Array(0)

const run = (events: readonly number[], bytes: readonly Uint8Array[] = []): EventColumns => ({
  count: events.length,
  columns: [events, events.map((value) => value * 2)],
  bytesOf: (index) => bytes[index] ?? NO_BYTES,
})

test('equal runs have equal chains, and each number stands for all before it', () => {
  const chain = eventChain(run([1, 2, 3]))
  expect(firstDifference(chain, eventChain(run([1, 2, 3])))).toBeUndefined()
  expect(eventChain(run([1, 2]))).toEqual(chain.slice(0, 2))
  expect(eventChain(run([2, 2, 3]))[2]).not.toBe(chain[2])
})

test('the first event that differs is found, whatever comes after it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.nat(), (events, at) => {
      const where = at % events.length
      const other = events.map((value, index) => (index === where ? value + 1 : value))
      expect(firstDifference(eventChain(run(events)), eventChain(run(other)))).toBe(where)
    }),
  )
})

test('a run that ends early differs where it ends', () => {
  expect(firstDifference(eventChain(run([1, 2, 3])), eventChain(run([1, 2])))).toBe(2)
  expect(firstDifference(eventChain(run([])), eventChain(run([1])))).toBe(0)
})

test('bytes count, and so does whose they are', () => {
  const frame = new Uint8Array([1, 2, 3])
  const plain = eventChain(run([1, 2]))
  expect(firstDifference(plain, eventChain(run([1, 2], [NO_BYTES, frame])))).toBe(1)
  expect(firstDifference(plain, eventChain(run([1, 2], [frame])))).toBe(0)
})

test('a chain may begin later', () => {
  expect(eventChain(run([7, 2, 3]), 1)).toEqual(eventChain(run([2, 3])))
})
