import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyedInteger, keyedRandom } from './keyed-random.ts'

const key = fc.array(fc.oneof(fc.string(), fc.integer()))

test('a value depends on seed and key only', () => {
  expect(keyedRandom(1, 'mac', 'ns1', 'eth0')).toBe(keyedRandom(1, 'mac', 'ns1', 'eth0'))
  expect(keyedRandom(1, 'mac', 'ns1', 'eth0')).not.toBe(keyedRandom(2, 'mac', 'ns1', 'eth0'))
  expect(keyedRandom(1, 'mac', 'ns1', 'eth0')).not.toBe(keyedRandom(1, 'mac', 'ns1eth0'))
  expect(keyedRandom(1, '1')).not.toBe(keyedRandom(1, 1))
  expect(keyedRandom('1', 'a')).not.toBe(keyedRandom(1, 'a'))
})

test('values lie in [0, 1)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer()), key, (seed, parts) => {
      const value = keyedRandom(seed, ...parts)
      expect(value >= 0 && value < 1).toBe(true)
    }),
  )
})

test('values spread evenly over counters', () => {
  const buckets = Array.from({ length: 10 }, () => 0)
  for (let count = 0; count < 10_000; count++) {
    const bucket = Math.floor(keyedRandom('seed', 'jitter', count) * 10)
    buckets[bucket] = buckets[bucket]! + 1
  }
  for (const size of buckets) expect(Math.abs(size - 1000)).toBeLessThan(130)
})

test('an integer lies within its bounds, both of which occur', () => {
  const seen = new Set<number>()
  for (let count = 0; count < 200; count++) seen.add(keyedInteger(-1, 2, 7, count))
  expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2])
  expect(keyedInteger(5, 5, 'x')).toBe(5)
  expect(() => keyedInteger(2, 1, 'x')).toThrow('no integer in [2, 1]')
})
