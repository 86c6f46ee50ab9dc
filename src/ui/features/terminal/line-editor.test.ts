import { describe, expect, test } from 'vitest'
import { completeLine, newLine, shownLine, typeKeys } from './line-editor.ts'
import type { LineState } from './line-editor.ts'

const ESC = '\u001b'
const HISTORY = ['ip addr', 'ping -c 1 b', 'ip route']

function typed(data: string, history: readonly string[] = HISTORY): LineState {
  return typeKeys(newLine(history), data).state
}

/** The line with a bar at the cursor. */
function line(data: string): string {
  const { text, cursor } = typed(data)
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`
}

test.each([
  ['plain text', 'ip a', 'ip a|'],
  ['arrows, insert', `ac${ESC}[Db`, 'ab|c'],
  ['Home and End', `b${ESC}[Ha${ESC}[Fc`, 'abc|'],
  ['Ctrl-A and Ctrl-E', 'b\u0001a\u0005c', 'abc|'],
  ['Backspace and Delete', `abcd\u007f${ESC}[D${ESC}[3~`, 'ab|'],
  ['a surrogate pair is one character', '\u{1F600}x\u0002\u0002\u0004', '|x'],
  ['Ctrl-U cuts what is before', `one two${ESC}[D${ESC}[D${ESC}[D\u0015`, '|two'],
  ['Ctrl-K cuts what follows, Ctrl-Y puts it back', 'ab\u0001\u000b\u0019\u0019', 'abab|'],
  ['Ctrl-W cuts a word', 'ip addr  show \u0017', 'ip addr  |'],
  ['a word back and forth', `ip addr show${ESC}[1;5D${ESC}b${ESC}f`, 'ip addr| show'],
  ['Ctrl-D deletes where something stands', 'ab\u0001\u0004', '|b'],
  ['Up goes back, Down returns to what was typed', `dra${ESC}[A${ESC}[A${ESC}[B${ESC}[Bft`, 'draft|'],
  ['Up stops at the oldest', `${ESC}[A`.repeat(9), 'ip addr|'],
  ['Ctrl-R finds, twice goes further back, Right takes it', `\u0012ip\u0012${ESC}[C`, 'ip addr|'],
  ['Ctrl-R keeps the last find when nothing fits', `\u0012pingx${ESC}[C`, 'ping -c 1 b|'],
  ['Escape leaves the search', `dr\u0012ping${ESC}`, 'dr|'],
  ['an unknown sequence does nothing', `a${ESC}[15~b`, 'ab|'],
  ['a paste of one line waits to be edited', `a${ESC}[200~b c${ESC}[201~`, 'ab c|'],
])('%s', (_, data, shown) => {
  expect(line(data)).toBe(shown)
})

describe('effects', () => {
  test('Enter hands the line over and keeps it in the history, once', () => {
    const { state, effects } = typeKeys(newLine(), 'ls\rls\r\r')
    expect(effects).toEqual([
      { kind: 'submit', text: 'ls\n', shown: 'ls' },
      { kind: 'submit', text: 'ls\n', shown: 'ls' },
      { kind: 'submit', text: '\n', shown: '' },
    ])
    expect([state.text, state.history]).toEqual(['', ['ls']])
  })

  test('a paste of lines runs at once and leaves its unfinished end', () => {
    const { state, effects } = typeKeys(newLine(), `a${ESC}[200~b\r\nc\rd${ESC}[201~`)
    expect(effects).toEqual([{ kind: 'submit', text: 'ab\nc\n', shown: 'ab' }])
    expect([state.text, state.history]).toEqual(['d', ['ab', 'c']])
  })

  test('Ctrl-C drops the line, Ctrl-D on an empty one ends, Tab, Ctrl-L and Escape ask', () => {
    const { state, effects } = typeKeys(newLine(), `x\u0003\u0004\t\u000c${ESC}`)
    expect(effects.map(({ kind }) => kind)).toEqual(['interrupt', 'end', 'complete', 'clear', 'leave'])
    expect(state.text).toBe('')
  })
})

test('Tab adds what all candidates share, then shows them', () => {
  const start = typed('ip r')
  const once = completeLine(start, { from: 3, words: ['route ', 'rule '] })
  expect([once.state.text, once.choices]).toEqual(['ip r', ['route ', 'rule ']])
  const only = completeLine(typed('ip ro x\u0002\u0002'), { from: 3, words: ['route '] })
  expect([only.state.text, only.state.cursor, only.choices]).toEqual(['ip route  x', 9, []])
  expect(completeLine(start, { from: 3, words: [] })).toEqual({ state: start, choices: [] })
})

test('the screen shows the prompt and the line, or the search', () => {
  expect(shownLine(typed('ab\u0002'), '# ')).toEqual(['# ab', 3])
  expect(shownLine(typed('\u0012-c'), '# ')).toEqual(["(reverse-i-search)`-c': ping -c 1 b", 29])
  expect(shownLine(typed('\u0012zz'), '# ')).toEqual(["(failed reverse-i-search)`zz': ", 31])
})
