import { expect, test } from 'vitest'
import { inColumns, NOTHING_DRAWN, paintLine } from './line-paint.ts'

const ESC = '\u001b'

test.each([
  ['a short line', 'ab', 1, 10, NOTHING_DRAWN, `\r${ESC}[Kab\r${ESC}[1C`, { row: 0, endRow: 0 }],
  [
    'a line of two rows, cursor in the first',
    'abcdef',
    2,
    4,
    NOTHING_DRAWN,
    `\r${ESC}[Kabcdef${ESC}[1A\r${ESC}[2C`,
    { row: 0, endRow: 1 },
  ],
  [
    'again, with the cursor in the second',
    'abcdef',
    6,
    4,
    { row: 0, endRow: 1 },
    `\r${ESC}[Jabcdef\r${ESC}[2C`,
    { row: 1, endRow: 1 },
  ],
  [
    'over a line whose cursor was in the second row',
    'x',
    1,
    4,
    { row: 1, endRow: 1 },
    `${ESC}[1A\r${ESC}[Jx\r${ESC}[1C`,
    NOTHING_DRAWN,
  ],
  ['a full row', 'abcd', 4, 4, NOTHING_DRAWN, `\r${ESC}[Kabcd\r\n\r`, { row: 1, endRow: 1 }],
  ['wide characters', '网络', 1, 10, NOTHING_DRAWN, `\r${ESC}[K网络\r${ESC}[2C`, { row: 0, endRow: 0 }],
])('%s', (_, text, cursor, columns, before, output, drawn) => {
  expect(paintLine(text, cursor, columns, before)).toEqual({ output, drawn })
})

test('words stand in columns, read downwards', () => {
  expect(inColumns(['a', 'bb', 'c', 'd'], 9)).toBe('a   c\r\nbb  d')
})
