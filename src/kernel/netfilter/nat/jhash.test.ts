import { expect, test } from 'vitest'
import { jhash2 } from './jhash.ts'

// Reckoned apart from this code by the published steps of lookup3; the second is what chose 10.0.1.78 out of 10.0.1.77 to 79 on Linux.
test.each([
  [[], 0, 0xdeadbeef],
  [[0x0100000a, 0, 0, 0], 0x0101000a, 0x8020c4a0],
  [[1, 2, 3], 7, 0xfbd612ad],
  [[1, 2], 0, 0x8b4c7979],
] as const)('the hash of %j with %i', (words, first, hash) => {
  expect(jhash2(words, first)).toBe(hash)
})
