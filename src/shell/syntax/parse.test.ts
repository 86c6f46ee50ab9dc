import { expect, test } from 'vitest'
import { describeProblem, parseScript } from './parse.ts'
import { quoteWord, staticText } from './quote.ts'

test('statements have their spans, lines and texts', () => {
  const text = '# comment\nip netns add a\n\nip link add x \\\n  type dummy; sleep 1 &\n'
  const { statements, problems } = parseScript(text)
  expect(problems).toEqual([])
  expect(statements.map(({ line, from, to, background }) => [line, text.slice(from, to), background])).toEqual([
    [2, 'ip netns add a', false],
    [4, 'ip link add x \\\n  type dummy', false],
    [5, 'sleep 1 &', true],
  ])
  expect(statements[2]?.text).toBe('sleep 1')
})

test('words know their source and, where nothing is expanded, their text', () => {
  const { statements } = parseScript(`ip "link set" 'a b'\\ c $x`)
  const command = statements[0]!.command
  expect(command.kind).toBe('simple')
  if (command.kind !== 'simple') return
  expect(command.words.map((word) => [word.text, staticText(word)])).toEqual([
    ['ip', 'ip'],
    ['"link set"', 'link set'],
    ["'a b'\\ c", 'a b c'],
    ['$x', undefined],
  ])
  expect(['a.b/24', 'two words', "it's", ''].map(quoteWord)).toEqual(['a.b/24', "'two words'", "'it'\\''s'", "''"])
})

test.each([
  ['a\nif true; then b', 'line 2, column 16: “if” has no “fi”. Write “fi” where the “if” ends.'],
  ['echo "abc', 'line 1, column 6: a double quote (") is not closed. Add the closing " or take the opening one away.'],
  ['echo $(ip a', 'line 1, column 6: “$(” is not closed. Add the closing “)”.'],
  ['a &&', 'line 1, column 5: nothing follows “&&”. Write a command after “&&”, or take “&&” away.'],
  ['\n\ndone', 'line 3, column 1: “done” closes nothing here. Take “done” away, or add the line that it should close.'],
  ['coproc a', 'line 1, column 1: “coproc” is not supported. Start the command with & and use a file.'],
  ['echo $(if x)', expect.stringMatching(/^line 1, column 1\d: /)],
])('what is wrong in %j is said with line, column and remedy', (text, expected) => {
  const { problems } = parseScript(text)
  expect(problems.map(describeProblem)).toContainEqual(expected)
})

test('lines of a part are those of the whole; other systems’ line ends do not matter', () => {
  const { statements } = parseScript('a\r\nb\r\n', { firstLine: 10 })
  expect(statements.map(({ line, text }) => [line, text])).toEqual([
    [10, 'a'],
    [11, 'b'],
  ])
})
