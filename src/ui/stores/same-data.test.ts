import { expect, test } from 'vitest'
import { keepSame } from './same-data.ts'

const before = { a: [{ x: 1, y: undefined }, { x: 2 }], b: { c: 'text' } }

test('what is equal is the same object', () => {
  expect(keepSame(before, structuredClone(before))).toBe(before)
})

test('of what has changed the unchanged parts are the same objects', () => {
  const later = { ...structuredClone(before), b: { c: 'other' } }
  const kept = keepSame(before, later)
  expect(kept).toEqual({ a: before.a, b: { c: 'other' } })
  expect(kept.a).toBe(before.a)
  const shifted = keepSame(before.a, [{ x: 1, y: undefined }, { x: 3 }, { x: 2 }])
  expect(shifted).toEqual([{ x: 1, y: undefined }, { x: 3 }, { x: 2 }])
  expect(shifted[0]).toBe(before.a[0])
})

test.each([
  ['less', [1, 2], [1]],
  ['more', [1], [1, 2]],
  ['a member that is missing', { a: undefined }, {}],
  ['a member that is there, without a value', {}, { a: undefined }],
  ['another name', { a: 1 }, { b: 1 }],
  ['a list for an object', {}, []],
  ['a map, of which nothing is known', new Map([[1, 1]]), new Map([[1, 2]])],
  ['nothing', { a: 1 }, null],
])('%s is different', (_, earlier, later) => {
  expect(keepSame(earlier, later)).toBe(later)
})

test('nothing is written into either', () => {
  const later = Object.freeze([Object.freeze({ x: 1, y: undefined }), Object.freeze({ x: 9 })])
  expect(keepSame(before.a, later)).toEqual(later)
  expect(later[0]).not.toBe(before.a[0])
})
