import { expect, test } from 'vitest'
import { inColumns, paintLine } from './line-paint.ts'

const ESC = '\u001b'

test.each([
  ['a short line', 'ab', 1, 10, 0, `\r${ESC}[Jab\r${ESC}[1C`, 0],
  ['a line of two rows, cursor in the first', 'abcdef', 2, 4, 0, `\r${ESC}[Jabcdef${ESC}[1A\r${ESC}[2C`, 0],
  ['again, with the cursor in the second', 'abcdef', 6, 4, 0, `\r${ESC}[Jabcdef\r${ESC}[2C`, 1],
  ['over a line whose cursor was in the second row', 'x', 1, 4, 1, `${ESC}[1A\r${ESC}[Jx\r${ESC}[1C`, 0],
  ['a full row', 'abcd', 4, 4, 0, `\r${ESC}[Jabcd\r\n\r`, 1],
  ['wide characters', '网络', 1, 10, 0, `\r${ESC}[J网络\r${ESC}[2C`, 0],
])('%s', (_, text, cursor, columns, rowBefore, output, row) => {
  expect(paintLine(text, cursor, columns, rowBefore)).toEqual({ output, row })
})

test('words stand in columns, read downwards', () => {
  expect(inColumns(['a', 'bb', 'c', 'd'], 9)).toBe('a   c\r\nbb  d')
})
