import { expect, test } from 'vitest'
import { nextPartSize } from './use-in-parts.ts'

test.each([
  ['the first part is as large as it was asked for', 32, undefined, 32],
  ['a machine that keeps up gets more', 32, 17, 39],
  ['one that just keeps up gets as much again', 32, 33, 32],
  ['one that does not gets less', 50, 50, 35],
  ['never next to nothing', 30, 400, 24],
  ['never very many', 90, 10, 96],
])('%s', (_, partSize, tookMs, next) => {
  expect(nextPartSize(partSize, tookMs)).toBe(next)
})
