/**
 * Where the statements of a script begin and end, in whole lines. The shell's own parser says so; what this adds is the
 * recovery: one broken line must not take the rest of the lab with it.
 */
import { parseScript } from '../shell/syntax/parse.ts'
import type { Command, Script, Statement, SyntaxProblem } from '../shell/syntax/parse.ts'

/** A run of whole lines that hold one statement or more. Indexes count among the given lines; columns from 0. */
export interface StatementSpan {
  readonly first: number
  readonly last: number
  /** What is wrong with its syntax; then it must not run. */
  readonly flaw: StatementFlaw | undefined
}

export interface StatementFlaw {
  readonly line: number
  readonly column: number
  readonly message: string
  readonly fix: string
}

/**
 * What reading a text may cost, so that a hostile one ends in a message and not in a frozen page. One is a character
 * parsed; a broken statement has what follows it parsed again, and mistakes cost extra.
 */
export interface ReadBudget {
  left: number
}

/** Some hundred mistakes in a lab of usual size. */
export function newReadBudget(): ReadBudget {
  return { left: 1_000_000 }
}

/** Characters that are parsed at once; more only for a statement that is longer, and none may be longer than the limit. */
const WINDOW_CHARACTERS = 4000
const STATEMENT_LIMIT_CHARACTERS = 16_000

/**
 * Splits lines without line ends. Blank and comment lines belong to no span, unless inside a statement. A statement
 * that is never closed counts as broken with the lines below it that are indented further, its body; reading goes on
 * after them. When the budget is used up the rest is one broken span.
 */
export function splitStatements(lines: readonly string[], budget = newReadBudget()): readonly StatementSpan[] {
  const spans: StatementSpan[] = []
  let start = 0
  while (start < lines.length) {
    if (budget.left <= 0) {
      spans.push(unreadSpan(lines, start))
      break
    }
    const { part, cut } = readPart(lines, start, budget)
    const broken = part.brokenSpan()
    const isBrokenInside = broken !== undefined && broken.first < cut
    spans.push(...part.soundSpans(isBrokenInside ? broken.first : cut).map((span) => shifted(span, start)))
    if (isBrokenInside) spans.push(shifted(broken, start))
    start += isBrokenInside ? broken.last + 1 : cut
  }
  return spans
}

/** Parses from a line on; `cut` is the line up to which the end of the window can't have changed anything. */
function readPart(
  lines: readonly string[],
  start: number,
  budget: ReadBudget,
): { readonly part: Part; readonly cut: number } {
  for (let limit = WINDOW_CHARACTERS; ; limit *= 4) {
    const end = windowEnd(lines, start, limit)
    const part = new Part(lines.slice(start, end))
    budget.left -= part.cost
    const cut = end === lines.length ? part.lines.length : part.lastStatementLine()
    if (cut > 0) return { part, cut }
    if (limit >= STATEMENT_LIMIT_CHARACTERS) return { part, cut: part.lines.length }
  }
}

function windowEnd(lines: readonly string[], start: number, limit: number): number {
  let end = start + 1
  let characters = lines[start]?.length ?? 0
  while (end < lines.length && characters < limit) characters += (lines[end++]?.length ?? 0) + 1
  return end
}

function unreadSpan(lines: readonly string[], first: number): StatementSpan {
  const message = 'there are too many mistakes above to read on'
  return { first, last: lines.length - 1, flaw: { line: first, column: 0, message, fix: 'Correct those first.' } }
}

/**
 * Index in a line where the author's trailing comment begins, the blanks before it included; the line's length without
 * one. A `#` inside quotes or a word is no comment.
 */
export function trailingCommentAt(line: string): number {
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? ''
    if (char === '\\' && quote !== "'") at++
    else if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if (char === '#' && at > 0 && /\s/.test(line[at - 1] ?? '')) return line.slice(0, at).trimEnd().length
  }
  return line.length
}

/** Some lines, parsed once. */
class Part {
  readonly lines: readonly string[]
  readonly #text: string
  readonly #starts: readonly number[]
  readonly #script: Script

  constructor(lines: readonly string[]) {
    this.lines = lines
    this.#text = lines.join('\n')
    let offset = 0
    this.#starts = lines.map((line) => {
      const start = offset
      offset += line.length + 1
      return start
    })
    this.#script = parseScript(this.#text)
  }

  get cost(): number {
    // Substitutions inside each other are parsed once a level.
    const levels = this.#text.split('$(').length - 1 + this.#script.problems.length
    return 50 + this.#text.length * (1 + Math.min(levels, 300) / 20)
  }

  /** Where the last statement begins: the one that might go on below. Without one, the end. */
  lastStatementLine(): number {
    return this.#groups().at(-1)?.first ?? this.lines.length
  }

  /** The first statement that can't be read, if any. */
  brokenSpan(): StatementSpan | undefined {
    const problem = this.#script.problems[0]
    if (problem === undefined) return undefined
    const isAtEnd = problem.from >= this.#text.trimEnd().length
    const statement = this.#script.statements.findLast(({ from }) => from <= problem.from)
    const isInside = statement !== undefined && (isAtEnd || isOpen(statement) || problem.from <= endOf(statement))
    if (!isInside) {
      const line = this.#lineAt(problem.from)
      return { first: this.#groupStart(line), last: line, flaw: this.#flawOf(problem, line) }
    }
    const first = this.#lineAt(statement.from)
    if (this.#isClosed(statement)) {
      const last = this.#lineAt(endOf(statement))
      return { first: this.#groupStart(first), last, flaw: this.#flawOf(problem, this.#lineAt(problem.from)) }
    }
    return { first: this.#groupStart(first), last: this.#bodyEnd(first), flaw: this.#flawOf(problem, first) }
  }

  /** What stands above line `end`. */
  soundSpans(end: number): readonly StatementSpan[] {
    const spans: StatementSpan[] = []
    let next = 0
    const takeUncovered = (to: number): void => {
      for (; next < to; next++) {
        const line = this.lines[next]?.trim() ?? ''
        if (line !== '' && !line.startsWith('#')) spans.push({ first: next, last: next, flaw: undefined })
      }
    }
    for (const { first, last } of this.#groups()) {
      if (last >= end) break
      takeUncovered(first)
      spans.push({ first, last, flaw: undefined })
      next = last + 1
    }
    takeUncovered(end)
    return spans
  }

  /** Lines of the statements; those that share a line go together. */
  #groups(): readonly { readonly first: number; readonly last: number }[] {
    const groups: { first: number; last: number }[] = []
    for (const statement of this.#script.statements) {
      const [first, last] = [this.#lineAt(statement.from), this.#lineAt(endOf(statement))]
      const previous = groups.at(-1)
      if (previous !== undefined && first <= previous.last) previous.last = Math.max(previous.last, last)
      else groups.push({ first, last: Math.max(first, last) })
    }
    return groups
  }

  #groupStart(line: number): number {
    return this.#groups().find(({ first, last }) => first <= line && line <= last)?.first ?? line
  }

  /** Whether what follows a statement would not become a part of it. */
  #isClosed(statement: Statement): boolean {
    if (isOpen(statement)) return false
    const source = this.#text.slice(statement.from, endOf(statement))
    const [, follower] = parseScript(`${source}\n:`).statements
    return follower !== undefined && follower.text === ':'
  }

  #bodyEnd(first: number): number {
    const indentation = indentationOf(this.lines[first] ?? '')
    let last = first
    for (let line = first + 1; line < this.lines.length; line++) {
      const text = this.lines[line] ?? ''
      if (text.trim() === '') continue
      if (indentationOf(text) <= indentation) break
      last = line
    }
    return last
  }

  #flawOf({ from, message, fix }: SyntaxProblem, line: number): StatementFlaw {
    const column = from - (this.#starts[line] ?? 0)
    const length = this.lines[line]?.length ?? 0
    return { line, column: Math.min(Math.max(column, 0), length), message, fix }
  }

  #lineAt(offset: number): number {
    let [low, high] = [0, this.#starts.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low
  }
}

/** The parser gives a construct that is never closed no extent. */
function isOpen({ from, to }: Statement): boolean {
  return to <= from
}

/** Where a statement ends, its here-documents with their closing lines included. */
function endOf(statement: Statement): number {
  return Math.max(statement.to, ...hereDocumentEnds(statement.command))
}

function hereDocumentEnds(command: Command): readonly number[] {
  switch (command.kind) {
    case 'pipeline':
      return command.commands.flatMap(hereDocumentEnds)
    case 'and-or':
      return [command.first, ...command.rest.map((item) => item.command)].flatMap(hereDocumentEnds)
    case 'function':
      return hereDocumentEnds(command.body)
    default:
      // A body ends where its closing line begins.
      return command.redirections.filter(({ operator }) => operator === '<<').map(({ target }) => target.to)
  }
}

function indentationOf(line: string): number {
  return line.length - line.trimStart().length
}

function shifted({ first, last, flaw }: StatementSpan, by: number): StatementSpan {
  const moved = flaw === undefined ? undefined : { ...flaw, line: flaw.line + by }
  return { first: first + by, last: last + by, flaw: moved }
}
