import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4 } from './address.ts'
import { readU16, readU32, writeU16, writeU32 } from './bytes.ts'
import { adjustChecksum, adjustChecksum32, internetChecksum, pseudoHeaderSum } from './checksum.ts'

test('the example of RFC 1071', () => {
  const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)
  expect(internetChecksum(bytes, 0, 8)).toBe(~0xddf2 & 0xffff)
})

test('an odd last byte counts as the high half of a word', () => {
  expect(internetChecksum(Uint8Array.of(0x12, 0x34, 0x56), 0, 3)).toBe(
    internetChecksum(Uint8Array.of(0x12, 0x34, 0x56, 0), 0, 4),
  )
})

test('no bytes give all ones', () => {
  expect(internetChecksum(new Uint8Array(0), 0, 0)).toBe(0xffff)
})

test('a region that holds its own checksum sums to zero', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 2000 }), fc.nat(0xffff), (bytes, initial) => {
      writeU16(bytes, 2, 0)
      writeU16(bytes, 2, internetChecksum(bytes, 0, bytes.length, initial))
      expect(internetChecksum(bytes, 0, bytes.length, initial)).toBe(0)
    }),
  )
})

test('the largest packet does not overflow', () => {
  const bytes = new Uint8Array(65_535).fill(0xff)
  expect(internetChecksum(bytes, 0, bytes.length, 0xffff * 6)).toBe(0x00ff)
})

test('the incremental update agrees with a fresh sum', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 12, maxLength: 60 }),
      fc.nat(0xffff),
      fc.nat(0xffffffff),
      (bytes, word, long) => {
        writeU16(bytes, 0, 0)
        const before = internetChecksum(bytes, 0, bytes.length)
        const oldWord = readU16(bytes, 2)
        const oldLong = readU32(bytes, 4)
        writeU16(bytes, 2, word)
        writeU32(bytes, 4, long)
        const after = adjustChecksum32(adjustChecksum(before, oldWord, word), oldLong, long)
        writeU16(bytes, 0, after)
        expect(internetChecksum(bytes, 0, bytes.length)).toBe(0)
      },
    ),
  )
})

test("RFC 1624's example, where the older equation gives the other zero", () => {
  expect(adjustChecksum(0xdd2f, 0x5555, 0x3285)).toBe(0x0000)
})

test('the pseudo-header sums its fields as words', () => {
  expect(pseudoHeaderSum(ipv4('1.2.3.4'), ipv4('5.6.7.8'), 17, 20)).toBe(0x0102 + 0x0304 + 0x0506 + 0x0708 + 17 + 20)
})
