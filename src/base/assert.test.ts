import { expect, test } from 'vitest'
import { AssertionError, assert, unreachable } from './assert.ts'
import { err, ok } from './result.ts'

test('assert passes what holds and throws what does not, with its message', () => {
  expect(() => assert(true, 'fine')).not.toThrow()
  expect(() => assert(false, 'no such device')).toThrow(new AssertionError('no such device'))
})

test('unreachable names the value that came after all', () => {
  expect(() => unreachable('surprise' as never)).toThrow('unreachable: surprise')
})

test('a result says which of the two it is', () => {
  expect(ok(3)).toEqual({ ok: true, value: 3 })
  expect(err('bad')).toEqual({ ok: false, error: 'bad' })
})
