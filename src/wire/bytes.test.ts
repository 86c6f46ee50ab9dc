import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asciiBytes, asciiText, fromHex, readU16, readU32, toHex, utf8Bytes, writeU16, writeU32 } from './bytes.ts'

test('integers are big-endian and touch no other byte', () => {
  const bytes = new Uint8Array(8).fill(0xa5)
  writeU16(bytes, 1, 0x1234)
  writeU32(bytes, 3, 0xfedcba98)
  expect(toHex(bytes)).toBe('a51234fedcba98a5')
  expect(readU16(bytes, 1)).toBe(0x1234)
  expect(readU32(bytes, 3)).toBe(0xfedcba98)
  expect(() => readU32(bytes, 6)).not.toThrow()
})

test('hexadecimal digits go both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes)
    }),
  )
  expect(fromHex('02:42 AC\n11')).toEqual(Uint8Array.of(2, 0x42, 0xac, 0x11))
  expect(fromHex('')).toEqual(new Uint8Array(0))
  expect(fromHex('abc')).toBeUndefined()
  expect(fromHex('zz')).toBeUndefined()
  expect(toHex(Uint8Array.of(1, 2, 3, 4), 1, 3)).toBe('0203')
})

test('ASCII goes both ways', () => {
  expect(asciiText(asciiBytes('GET / HTTP/1.1\r\n'))).toBe('GET / HTTP/1.1\r\n')
  expect(asciiText(asciiBytes('abcdef'), 2, 4)).toBe('cd')
})

test('UTF-8 is what the platform makes of it', () => {
  const encoder = new TextEncoder()
  for (const text of ['', 'abc', 'é', '网桥', '🦈', '\ud800', 'a\udc00b']) {
    expect(utf8Bytes(text)).toEqual(encoder.encode(text))
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Bytes(text)).toEqual(encoder.encode(text))
    }),
  )
})
