import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyBytes, createSlab, SLAB_BYTES, takeBytes } from './slab.ts'

test('arrays are zero, as long as asked for, and apart from each other', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 60 }), (lengths) => {
      const slab = createSlab()
      const arrays = lengths.map((length, at) => {
        const bytes = takeBytes(slab, length)
        expect(bytes.length).toBe(length)
        expect(bytes.every((byte) => byte === 0)).toBe(true)
        return bytes.fill(at + 1)
      })
      arrays.forEach((bytes, at) => expect(bytes.every((byte) => byte === at + 1)).toBe(true))
    }),
  )
})

test('an array takes along one slab at most, or exactly its own memory', () => {
  const slab = createSlab()
  for (let length = 0; length < 9_000; length += 37)
    expect([length, SLAB_BYTES]).toContain(takeBytes(slab, length).buffer.byteLength)
})

test('a copy has the same bytes and does not follow the original', () => {
  const bytes = Uint8Array.of(1, 2, 3)
  const copy = copyBytes(createSlab(), bytes)
  bytes[0] = 9
  expect([...copy]).toEqual([1, 2, 3])
})
