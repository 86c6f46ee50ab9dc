import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallestChange } from './smallest-change.ts'

test('the change makes one text of the other', () => {
  const text = fc
    .array(fc.constantFrom('ip link', 'a', 'b', '\n', ' ', 'é'), { maxLength: 12 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const change = smallestChange(before, after)
      if (change === undefined) return before === after
      const { from, to, insert } = change
      return from <= to && before.slice(0, from) + insert + before.slice(to) === after
    }),
  )
})

test('a line in the middle is one insertion', () => {
  expect(smallestChange('a\nc\n', 'a\nb\nc\n')).toEqual({ from: 2, to: 2, insert: 'b\n' })
  expect(smallestChange('same', 'same')).toBeUndefined()
})
