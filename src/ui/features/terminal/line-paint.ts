// Draws the line that is being edited: how many rows it takes, and what moves the cursor there. Pure.

/** What of the line stands on the screen: where the cursor was left and where the line ends, in rows below its first row. */
export interface Drawn {
  readonly row: number
  readonly endRow: number
}

export interface Painted {
  readonly output: string
  readonly drawn: Drawn
}

/** The cursor stands in its column 0, where the line will begin. */
export const NOTHING_DRAWN: Drawn = { row: 0, endRow: 0 }

/** Characters that take two columns. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** Columns that a text takes when it begins at a column, wide characters moved to the next row where they do not fit. */
function cellsOf(text: string, columns: number): number {
  let cells = 0
  for (const char of text) {
    if (!WIDE.test(char)) cells += 1
    else cells += (cells % columns === columns - 1 ? 1 : 0) + 2
  }
  return cells
}

/** Erases the line that was painted before and paints another, with the cursor at an offset. */
export function paintLine(text: string, cursor: number, columns: number, before: Drawn): Painted {
  const end = cellsOf(text, columns)
  const at = cellsOf(text.slice(0, cursor), columns)
  const [endRow, row] = [Math.floor(end / columns), Math.floor(at / columns)]
  // After the last column a terminal's cursor waits for the next character; a line end takes it to the next row.
  const wrap = end > 0 && end % columns === 0 ? '\r\n' : ''
  const column = at % columns
  const back = `${move(endRow - row, 'A')}\r${move(column, 'C')}`
  return { output: `${erase(before)}${text}${wrap}${back}`, drawn: { row, endRow } }
}

/** Takes away what was painted, with the cursor at its beginning. Below a line of one row nothing stands, and no row is drawn anew. */
export function erase({ row, endRow }: Drawn): string {
  return `${move(row, 'A')}\r\u001b[${endRow > 0 ? 'J' : 'K'}`
}

/** Words in columns, as a shell lists what Tab found. */
export function inColumns(words: readonly string[], columns: number): string {
  const width = Math.max(...words.map((word) => word.length)) + 2
  const perRow = Math.max(1, Math.floor(columns / width))
  const rows = Math.ceil(words.length / perRow)
  return Array.from({ length: rows }, (_, row) =>
    words
      .filter((_word, index) => index % rows === row)
      .map((word) => word.padEnd(width))
      .join('')
      .trimEnd(),
  ).join('\r\n')
}

function move(count: number, direction: 'A' | 'C'): string {
  return count > 0 ? `\u001b[${count}${direction}` : ''
}
