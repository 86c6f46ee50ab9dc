/** A text's lines by offset, with either line end, so that an edit can leave every other byte alone. */

/** A line: its text is `[from, to)`, its line end `[to, next)`. */
export interface Line {
  readonly from: number
  readonly to: number
  readonly next: number
}

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Cuts a text into lines at `\n` and `\r\n`. A byte order mark belongs to no line. A text that ends with a line end has
 * no empty line after it; an empty text has no line.
 */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  let from = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  while (from < text.length) {
    const feed = text.indexOf('\n', from)
    const next = feed < 0 ? text.length : feed + 1
    let to = feed < 0 ? text.length : feed
    if (feed > from && text[feed - 1] === '\r') to--
    lines.push({ from, to, next })
    from = next
  }
  return lines
}

/** The line end that the text uses, by its first line; `\n` when it has none. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  const feed = text.indexOf('\n')
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n'
}
