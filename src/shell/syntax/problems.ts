/** Turns the parser's complaints into sentences that say where, what and how to fix it. */
import type { SyntaxProblem } from './ast.ts'

/** Offsets of line starts, for finding line and column. */
export class Lines {
  readonly #starts: readonly number[]
  readonly #firstLine: number

  /** `firstLine` is the number of the text's first line in the whole that it is a part of. */
  constructor(text: string, firstLine = 1) {
    this.#firstLine = firstLine
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#starts = starts
  }

  /** Line of an offset, from 1. */
  line(offset: number): number {
    return this.#index(offset) + this.#firstLine
  }

  #index(offset: number): number {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle
    }
    return low
  }

  /** Column of an offset, from 1. */
  column(offset: number): number {
    return offset - this.#starts[this.#index(offset)]! + 1
  }
}

export function problemAt(lines: Lines, from: number, to: number, message: string, fix: string): SyntaxProblem {
  return { from, to: Math.max(to, from), line: lines.line(from), column: lines.column(from), message, fix }
}

/** A complaint of the parser as a problem. */
export function parserProblem(lines: Lines, message: string, from: number, textLength: number): SyntaxProblem {
  const [what, fix] = explain(message)
  return problemAt(lines, from, Math.min(from + 1, textLength), what, fix)
}

const EXPLANATIONS: readonly (readonly [
  pattern: RegExp,
  explain: (match: RegExpExecArray) => readonly [what: string, fix: string],
])[] = [
  [
    /^expected '([^']+)' to close '([^']+)'$/,
    ([, close, open]) => [`“${open}” has no “${close}”`, `Write “${close}” where the “${open}” ends.`],
  ],
  [
    /^expected command after '([^']+)'$/,
    ([, token]) => [`nothing follows “${token}”`, `Write a command after “${token}”, or take “${token}” away.`],
  ],
  [
    /^unterminated double quote$/,
    () => ['a double quote (") is not closed', 'Add the closing " or take the opening one away.'],
  ],
  [
    /^unterminated single quote$/,
    () => ["a single quote (') is not closed", "Add the closing ' or take the opening one away."],
  ],
  [/^unterminated command substitution$/, () => ['“$(” is not closed', 'Add the closing “)”.']],
  [/^unterminated (.+)$/, ([, what]) => [`${what} is not closed`, 'Add the closing sign.']],
  [
    /^unexpected token '(fi|done|esac|then|else|elif|do|\}|\))'$/,
    ([, token]) => [`“${token}” closes nothing here`, `Take “${token}” away, or add the line that it should close.`],
  ],
  [
    /^unexpected token '([^']+)'$/,
    ([, token]) => [`“${token}” does not belong here`, 'Take it away, or put it in quotes.'],
  ],
  [/^unexpected end of (.+)$/, ([, what]) => [`the ${what} ends too early`, 'Finish the last command.']],
]

function explain(message: string): readonly [what: string, fix: string] {
  for (const [pattern, explanation] of EXPLANATIONS) {
    const match = pattern.exec(message)
    if (match !== null) return explanation(match)
  }
  return [message, 'Correct the line, or put a # before it.']
}
