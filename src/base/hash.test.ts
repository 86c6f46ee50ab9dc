import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash53, hashBytes, hashHex, hashInit, hashNumber, hashText, hashValue } from './hash.ts'

const hexOf = (value: unknown): string => hashHex(hashValue(hashInit(), value))

test('the values are fixed, because saved labs depend on them', () => {
  expect(hashHex(hashInit())).toBe('32bcc818d31d0a60')
  expect(hash53('')).toBe(8_966_326_539_625_644)
  expect(hash53('veth0')).toBe(2_689_244_381_521_665)
  expect(hash53('veth0', 7)).toBe(293_412_714_478_369)
  expect(hexOf({ a: [1, 2.5, 'x', null, undefined, true], b: new Map([[1, 'one']]) })).toBe('768672e58949e6cb')
})

test('a 53-bit hash is an exact integer', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, seed) => {
      const hash = hash53(text, seed)
      expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true)
      expect(hash53(text, seed)).toBe(hash)
    }),
  )
})

test('no two of 200,000 near-equal keys collide', () => {
  const seen = new Set<number>()
  for (let index = 0; index < 200_000; index++) seen.add(hash53(`ns${index % 500}/eth${Math.floor(index / 500)}`))
  expect(seen.size).toBe(200_000)
})

test('each bit of the hash is set in about half of all cases', () => {
  const counts = Array.from({ length: 53 }, () => 0)
  for (let index = 0; index < 4096; index++) {
    const bits = hash53(String(index)).toString(2).padStart(53, '0')
    for (let bit = 0; bit < 53; bit++) if (bits[bit] === '1') counts[bit] = counts[bit]! + 1
  }
  for (const count of counts) expect(Math.abs(count - 2048)).toBeLessThan(200)
})

test('kinds do not run into each other', () => {
  const values = [0, '0', '', null, undefined, false, [], {}, [0], [[]], ['', ''], [''], new Map(), new Set(), 0n]
  const hexes = [...values, new Uint8Array(0), new Uint8Array(1), 0.5, 2 ** 40, -1, true].map(hexOf)
  expect(new Set(hexes).size).toBe(hexes.length)
})

test('equal numbers hash equally', () => {
  expect(hexOf(-0)).toBe(hexOf(0))
  expect(hexOf(Number.NaN)).toBe(hexOf(0 / 0))
  expect(hexOf(2 ** 40 + 1)).not.toBe(hexOf(2 ** 40))
})

test('a record is its keys and values, not their order; a map is its order too', () => {
  expect(hexOf({ a: 1, b: 2 })).toBe(hexOf({ b: 2, a: 1 }))
  expect(hexOf({ a: 1, b: 2 })).not.toBe(hexOf({ a: 2, b: 1 }))
  const entries: [string, number][] = [
    ['a', 1],
    ['b', 2],
  ]
  expect(hexOf(new Map(entries))).not.toBe(hexOf(new Map(entries.reverse())))
})

test('bytes are a range, and adding in parts differs from adding at once', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7)
  const whole = hashHex(hashBytes(hashInit(), bytes, 1, 6))
  expect(hashHex(hashBytes(hashInit(), bytes.slice(1, 6)))).toBe(whole)
  expect(hashHex(hashBytes(hashBytes(hashInit(), bytes, 1, 3), bytes, 3, 6))).not.toBe(whole)
})

test('a state is changed in place and is plain data', () => {
  const state = hashInit(3)
  expect(hashText(hashNumber(state, 1), 'x')).toBe(state)
  expect(hashHex(structuredClone(state))).toBe(hashHex(state))
})

test('what is no plain data is refused', () => {
  const loop: unknown[] = []
  loop.push(loop)
  expect(() => hexOf(() => 1)).toThrow('no plain data')
  expect(() => hexOf(new Date(0))).toThrow('no plain data')
  expect(() => hexOf(loop)).toThrow('contains itself')
})
