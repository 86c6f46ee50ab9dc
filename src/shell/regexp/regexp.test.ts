import { expect, test } from 'vitest'
import { RegExpFault } from './regexp-parse.ts'
import { posixRegExpOf, RegExpBudgetExceeded } from './regexp.ts'
import type { PosixRegExpOptions } from './regexp.ts'

const found = (source: string, text: string, options: Partial<PosixRegExpOptions> = {}): readonly unknown[] | null =>
  posixRegExpOf(source, { extended: true, ...options }).exec(text)

test.each([
  ['a|ab', 'xabc', ['ab']],
  ['(a|ab)(c|bcd)', 'abcd', ['abcd', 'a', 'bcd']],
  ['x*', 'aaa', ['']],
  ['[]a-c^]+', 'x]b^', [']b^']],
  ['[^[:space:]]+$', 'one two', ['two']],
  ['(a*)+b', 'aab', ['aab', 'aa']],
  ['a{2,3}', 'aaaa', ['aaa']],
  ['a{,2}b', 'aab', ['aab']],
  ['a{x', 'a{x', ['a{x']],
  ['*a', '*a', ['*a']],
  ['\\<is\\>', 'this is', ['is']],
  ['(.)\\1', 'abccd', ['cc', 'c']],
  ['(a)|b', 'b', ['b', undefined]],
  ['(b)*\\1', 'a', null],
])('%s finds the leftmost longest match in “%s”', (source, text, match) => {
  const result = found(source, text)
  expect(result === null ? null : [...result]).toEqual(match)
})

test('basic expressions give signs their meaning by a backslash', () => {
  const basic = { extended: false }
  expect([...(found('a\\{2\\}\\(b\\|c\\)+', 'aac+', basic) ?? [])]).toEqual(['aac+', 'c'])
  expect([...(found('^*a$b', '*a$b', basic) ?? [])]).toEqual(['*a$b'])
})

test('options: no difference of case, lines of a text, whole words and lines', () => {
  expect(found('[a-c]É', 'Bé', { ignoreCase: true })?.[0]).toBe('Bé')
  expect(found('^b$', 'a\nb\nc', { multiline: true })?.[0]).toBe('b')
  expect(found('^b$', 'a\nb\nc')).toBeNull()
  expect(found('foo|foobar', 'foobar foo', { only: 'word' })?.[0]).toBe('foobar')
  expect(found('a|ab', 'ab', { only: 'line' })?.[0]).toBe('ab')
  expect(found('[\\n]', '\n', { escapesInSets: true })?.[0]).toBe('\n')
})

test('a search goes on from lastIndex', () => {
  const pattern = posixRegExpOf('[0-9]+', { extended: true })
  expect([pattern.exec('1 22 3')?.[0], pattern.exec('1 22 3')?.[0], pattern.lastIndex]).toEqual(['1', '22', 4])
})

test.each([
  ['(a', 'Unmatched ( or \\('],
  ['[a', 'Unmatched [, [^, [:, [., or [='],
  ['a\\', 'Trailing backslash'],
  ['a{3,2}', 'Invalid content of \\{\\}'],
  ['\\1', 'Invalid back reference'],
  ['((a{1000}){1000})', 'Regular expression too big'],
])('%s is refused: %s', (source, message) => {
  expect(() => posixRegExpOf(source, { extended: true })).toThrow(new RegExpFault(message))
})

test('what would go back without end is found, or not, in steps that grow with the text', () => {
  const text = `${'a'.repeat(2000)}!`
  for (const source of ['(a*)*b', '(a|a)*b', '(a|aa)+$', '(.*)*x', '([a-z]+)+[0-9]'])
    expect(found(source, text)).toBeNull()
})

test('back references that would never end are given up', () => {
  expect(() => found('(a*)*(a*)*(a*)*\\1b', 'a'.repeat(200))).toThrow(RegExpBudgetExceeded)
})
