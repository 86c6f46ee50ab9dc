/**
 * The lab file as the author wrote it: its text, and where its statements, directives and comments stand. The text is
 * never rewritten here; see `edit.ts` for changes and `canonical.ts` for the tidy form.
 */
import { DIRECTIVE_USAGE, directiveSubject, isDirectiveLine, LAB_VERSION, readDirective } from './directives.ts'
import type { Directive, DirectiveReading } from './directives.ts'
import { linesOf } from './lines.ts'
import type { Line } from './lines.ts'
import { problemAt } from './problem.ts'
import type { DocumentProblem } from './problem.ts'
import { newReadBudget, splitStatements } from './statements.ts'
import type { ReadBudget } from './statements.ts'

/** Where something stands: offsets `[from, to)` without the last line end, and its lines, 1-based and inclusive. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly line: number
  readonly endLine: number
}

/** Whole lines that a shell reads together: a command, several with `;`, a loop. */
export interface LabStatement extends Span {
  readonly kind: 'statement'
  readonly phase: 'setup' | 'action'
  /** What to run: the lines with `\n` as line end, without blanks at both ends. */
  readonly source: string
  /** False when its syntax is broken; then the problems say why, and it must not run. */
  readonly isSound: boolean
}

/** A `#%%` line. */
export interface LabDirective extends Span {
  readonly kind: 'directive'
  readonly directive: Directive
  /** Offset where the author's trailing comment, or the blanks before it, begin. */
  readonly bodyTo: number
}

/** One comment line outside of any statement, the `#!` line included. */
export interface LabComment extends Span {
  readonly kind: 'comment'
}

export type LabItem = LabStatement | LabDirective | LabComment

/** A lab file, read. */
export interface LabDocument {
  /** The author's text, byte for byte. */
  readonly text: string
  readonly lines: readonly Line[]
  /** Everything but blank lines, in the order of the text. */
  readonly items: readonly LabItem[]
  readonly directives: readonly LabDirective[]
  /** Statements before `#%% run`. */
  readonly setup: readonly LabStatement[]
  /** Statements after `#%% run`. */
  readonly actions: readonly LabStatement[]
  /** The line that starts the actions. */
  readonly run: LabDirective | undefined
  /** The first comment of the file, without its `#`, lines joined by `\n`; empty when commands come first. */
  readonly description: string
  /** In the order of lines. */
  readonly problems: readonly DocumentProblem[]
}

/** A longer script is no lab; what lies beyond is kept in the text but not read. */
export const LAB_LIMIT_CHARACTERS = 200_000

/** Reads a lab file. Never throws: what is sound is loaded, what is not is listed. */
export function parseLab(text: string): LabDocument {
  const lines = linesOf(text)
  const reader: Reader = {
    text,
    lines,
    items: [],
    problems: [],
    run: undefined,
    bySubject: new Map(),
    budget: newReadBudget(),
  }
  const count = readableLineCount(reader)
  let first = 0
  for (let index = 0; index <= count; index++) {
    const line = index < count ? lineText(reader, index) : undefined
    if (line !== undefined && !isDirectiveLine(line)) continue
    // A directive always ends what stands before it, so that an open loop or quote can't swallow `#%% run`.
    readCommands(reader, first, index)
    if (line !== undefined) readDirectiveLine(reader, index, line)
    first = index + 1
  }
  for (let index = 0; index < count; index++) findControlCharacter(reader, index)
  const { items, run } = reader
  const statements = items.filter((item) => item.kind === 'statement')
  return {
    text,
    lines,
    items,
    directives: items.filter((item) => item.kind === 'directive'),
    setup: statements.filter((statement) => statement.phase === 'setup'),
    actions: statements.filter((statement) => statement.phase === 'action'),
    run,
    description: descriptionOf(reader),
    problems: reader.problems.toSorted(byPlace),
  }
}

/** The directive of a kind that holds: the last one. Undefined when the lab has none. */
export function directiveOf<K extends Directive['kind']>(
  document: LabDocument,
  kind: K,
): Extract<Directive, { kind: K }> | undefined {
  const isOfKind = (directive: Directive): directive is Extract<Directive, { kind: K }> => directive.kind === kind
  return document.directives.map((item) => item.directive).findLast(isOfKind)
}

/** All directives of a kind that hold: of two about the same subject the last. */
export function directivesOf<K extends Directive['kind']>(
  document: LabDocument,
  kind: K,
): readonly Extract<Directive, { kind: K }>[] {
  const isOfKind = (directive: Directive): directive is Extract<Directive, { kind: K }> => directive.kind === kind
  const bySubject = new Map(
    document.directives
      .map((item) => item.directive)
      .filter(isOfKind)
      .map((directive) => [directiveSubject(directive), directive]),
  )
  return [...bySubject.values()]
}

interface Reader {
  readonly text: string
  readonly lines: readonly Line[]
  readonly items: LabItem[]
  readonly problems: DocumentProblem[]
  readonly bySubject: Map<string, number>
  readonly budget: ReadBudget
  run: LabDirective | undefined
}

function byPlace(a: DocumentProblem, b: DocumentProblem): number {
  return a.line === b.line ? (a.column ?? 0) - (b.column ?? 0) : a.line - b.line
}

function lineText(reader: Reader, index: number): string {
  const line = reader.lines[index]
  return line === undefined ? '' : reader.text.slice(line.from, line.to)
}

function spanOf(reader: Reader, first: number, last: number): Span {
  const from = reader.lines[first]?.from ?? 0
  const to = reader.lines[last]?.to ?? from
  return { from, to, line: first + 1, endLine: last + 1 }
}

function readableLineCount({ text, lines, problems }: Reader): number {
  if (text.length <= LAB_LIMIT_CHARACTERS) return lines.length
  const count = lines.findIndex((line) => line.to > LAB_LIMIT_CHARACTERS)
  const params = { characters: text.length, limit: LAB_LIMIT_CHARACTERS }
  problems.push(problemAt({ line: count + 1 }, { code: 'too-long', params }))
  return count
}

/** Reads the lines `[from, to)`, which hold no directive. */
function readCommands(reader: Reader, from: number, to: number): void {
  const lines = Array.from({ length: to - from }, (_, offset) => lineText(reader, from + offset))
  const phase = reader.run === undefined ? 'setup' : 'action'
  let next = 0
  const readComments = (end: number): void => {
    for (; next < end; next++) {
      if (lines[next]?.trim() === '') continue
      reader.items.push({ kind: 'comment', ...spanOf(reader, from + next, from + next) })
    }
  }
  for (const { first, last, flaw } of splitStatements(lines, reader.budget)) {
    readComments(first)
    const source = lines
      .slice(first, last + 1)
      .join('\n')
      .trim()
    reader.items.push({
      kind: 'statement',
      ...spanOf(reader, from + first, from + last),
      phase,
      source,
      isSound: flaw === undefined,
    })
    if (flaw !== undefined) {
      const place = { line: from + flaw.line + 1, column: flaw.column + 1 }
      reader.problems.push(problemAt(place, { code: 'syntax', params: { detail: flaw.message, fix: flaw.fix } }))
    }
    next = last + 1
  }
  readComments(lines.length)
}

function readDirectiveLine(reader: Reader, index: number, line: string): void {
  const reading = readDirective(line)
  if (reading === undefined) return
  const span = spanOf(reader, index, index)
  const { directive } = reading
  const item: LabDirective = { kind: 'directive', ...span, directive, bodyTo: span.from + reading.bodyLength }
  reader.items.push(item)
  judgeDirective(reader, item, reading)
  if (directive.kind === 'run') reader.run ??= item
  reader.bySubject.set(directiveSubject(directive), span.line)
}

function judgeDirective(reader: Reader, { line, directive }: LabDirective, { flaw }: DirectiveReading): void {
  const written = lineText(reader, line - 1).trim()
  const earlierLine = reader.bySubject.get(directiveSubject(directive))
  const isOwnSubject = directive.kind === 'note' || directive.kind === 'unknown'
  if (flaw !== undefined) {
    const params = { directive: written, usage: DIRECTIVE_USAGE[flaw] }
    reader.problems.push(problemAt({ line }, { code: 'directive-malformed', params }))
  } else if (directive.kind === 'unknown') {
    reader.problems.push(problemAt({ line }, { code: 'directive-unknown', params: { directive: written } }))
  } else if (directive.kind === 'run' && earlierLine !== undefined) {
    const params = { earlierLine: reader.run?.line ?? earlierLine }
    reader.problems.push(problemAt({ line }, { code: 'run-repeated', params }))
  } else if (earlierLine !== undefined && !isOwnSubject) {
    reader.problems.push(
      problemAt({ line }, { code: 'directive-repeated', params: { directive: written, earlierLine } }),
    )
  }
  if (directive.kind === 'vethlab' && directive.version > LAB_VERSION) {
    const params = { version: directive.version, known: LAB_VERSION }
    reader.problems.push(problemAt({ line }, { code: 'version-newer', params }))
  }
}

// Tab is the one control character that scripts use; a pasted terminal or a binary brings the others.
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f]/

function findControlCharacter(reader: Reader, index: number): void {
  const text = lineText(reader, index)
  const column = text.search(CONTROL_CHARACTER)
  if (column < 0) return
  const character = `U+${text.charCodeAt(column).toString(16).toUpperCase().padStart(4, '0')}`
  const place = { line: index + 1, column: column + 1 }
  reader.problems.push(problemAt(place, { code: 'control-character', params: { character } }))
}

/** The first block of comment lines, if only directives, blank lines and a `#!` line stand before it. */
function descriptionOf({ text, items }: Reader): string {
  const block: string[] = []
  let previousLine: number | undefined
  for (const item of items) {
    if (item.kind === 'directive' && block.length === 0) continue
    if (item.kind !== 'comment') break
    const line = text.slice(item.from, item.to).trim()
    if (line.startsWith('#!') && item.line === 1) continue
    if (previousLine !== undefined && item.line !== previousLine + 1) break
    block.push(line.replace(/^#+[ \t]?/, '').trimEnd())
    previousLine = item.line
  }
  return block.join('\n').trim()
}
