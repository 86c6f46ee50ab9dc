/**
 * The smallest edits on a lab's text. Each function takes a document that was just parsed and returns the new text; it
 * touches whole lines of its own and nothing else, keeps the author's line ends, and returns the text unchanged when
 * there is nothing to do or when what it is given can't be written into a lab file.
 */
import { directiveSubject, writeDirective } from './directives.ts'
import type { Directive } from './directives.ts'
import type { LabDirective, LabDocument, LabStatement } from './document.ts'
import { lineEndOf } from './lines.ts'
import { trailingCommentAt } from './statements.ts'

/** Where a machine or a namespace stands on the canvas, in pixels. */
export interface CanvasPosition {
  readonly x: number
  readonly y: number
}

/** Writes a directive: in place of the one about the same subject, else where such lines belong. */
export function setDirective(document: LabDocument, directive: Directive): string {
  const written = writeDirective(directive)
  if (written === undefined) return document.text
  return spliced(document.text, [directiveSplice(document, directive, written)])
}

/** Takes out every line that speaks about the same subject as the directive, trailing comments included. */
export function removeDirective(document: LabDocument, directive: Directive): string {
  const subject = directiveSubject(directive)
  const removed = document.directives.filter((item) => directiveSubject(item.directive) === subject)
  return spliced(
    document.text,
    removed.map((item) => removalOf(document, item.line, item.endLine)),
  )
}

/** Adds a command at the end of the setup, before layout lines and actions that follow it. */
export function appendSetup(document: LabDocument, command: string): string {
  const last = document.setup.at(-1)
  return insertAfter(document, last?.endLine ?? (document.run ? document.run.line - 1 : document.lines.length), command)
}

/** Adds a command at the end of the actions, and the line `#%% run` when the lab has none yet. */
export function appendAction(document: LabDocument, command: string): string {
  const { run } = document
  if (run !== undefined) return insertAfter(document, document.actions.at(-1)?.endLine ?? run.line, command)
  return command.trim() === '' ? document.text : insertAfter(document, document.lines.length, `#%% run\n${command}`)
}

/**
 * Adds a command, of one line or several, below a line (1-based; 0 is the top). A line inside a statement stands for
 * the statement's last line, so that no loop is torn apart.
 */
export function insertAfter(document: LabDocument, line: number, command: string): string {
  if (command.trim() === '') return document.text
  const wanted = Number.isNaN(line) ? 0 : Math.trunc(line)
  const around = document.items.find((item) => item.line <= wanted && wanted < item.endLine)
  return spliced(document.text, [insertionAfter(document, around?.endLine ?? wanted, command)])
}

/** Puts a command in a statement's place; indentation and a one-line statement's trailing comment stay. */
export function replaceStatement(document: LabDocument, statement: LabStatement, command: string): string {
  if (!isPartOf(document, statement) || command.trim() === '') return document.text
  const old = document.text.slice(statement.from, statement.to)
  const indentation = /^[ \t]*/.exec(old)?.[0] ?? ''
  const comment = statement.line === statement.endLine ? old.slice(trailingCommentAt(old)) : ''
  const text = indentation + inLines(document, command.trim()) + comment
  return spliced(document.text, [{ from: statement.from, to: statement.to, text }])
}

/** Takes out a statement's lines. */
export function removeStatement(document: LabDocument, statement: LabStatement): string {
  if (!isPartOf(document, statement)) return document.text
  return spliced(document.text, [removalOf(document, statement.line, statement.endLine)])
}

/** Writes where things stand: changes only the `at` lines whose position differs, adds those that are missing. */
export function setLayout(
  document: LabDocument,
  positions: ReadonlyMap<string, CanvasPosition & { readonly isAuto?: true }>,
): string {
  const splices: Splice[] = []
  for (const [name, { x, y, isAuto }] of positions) {
    const place: Directive = { kind: 'at', name, x, y }
    const directive: Directive = isAuto === true ? { ...place, isAuto } : place
    const written = writeDirective(directive)
    if (written !== undefined) splices.push(directiveSplice(document, directive, written))
  }
  return spliced(document.text, splices)
}

interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Applies splices that don't overlap; those at one place keep their order. */
function spliced(text: string, splices: readonly Splice[]): string {
  let result = ''
  let at = 0
  for (const splice of splices.toSorted((a, b) => (a.from === b.from ? a.to - b.to : a.from - b.from))) {
    result += text.slice(at, splice.from) + splice.text
    at = splice.to
  }
  return result + text.slice(at)
}

function inLines(document: LabDocument, command: string): string {
  return command.replaceAll(/\r?\n/g, lineEndOf(document.text))
}

function insertionAfter(document: LabDocument, afterLine: number, command: string): Splice {
  const { lines, text } = document
  const end = lineEndOf(text)
  const written = inLines(document, command.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd())
  const index = Math.min(Math.max(afterLine, 0), lines.length)
  const previous = lines[index - 1]
  const at = previous?.next ?? lines[0]?.from ?? text.length
  // The last line may have no line end: then the new one has none either, and the text before stays a prefix.
  const isOpenEnd = previous !== undefined && previous.to === previous.next
  return { from: at, to: at, text: isOpenEnd ? end + written : written + end }
}

function removalOf(document: LabDocument, firstLine: number, lastLine: number): Splice {
  const from = document.lines[firstLine - 1]?.from ?? 0
  return { from, to: document.lines[lastLine - 1]?.next ?? from, text: '' }
}

function isPartOf(document: LabDocument, statement: LabStatement): boolean {
  return document.items.some(
    (item) => item.kind === 'statement' && item.from === statement.from && item.to === statement.to,
  )
}

function directiveSplice(document: LabDocument, directive: Directive, written: string): Splice {
  const subject = directiveSubject(directive)
  const present = document.directives.findLast((item) => directiveSubject(item.directive) === subject)
  if (present === undefined) return insertionAfter(document, lineForNew(document, directive.kind), written)
  // `#%% run` says nothing more than itself, and the first one counts.
  if (directive.kind === 'run') return { from: 0, to: 0, text: '' }
  if (writeDirective(present.directive) === written) return { from: present.from, to: present.from, text: '' }
  return { from: present.from, to: present.bodyTo, text: written }
}

const HEAD = ['vethlab', 'engine', 'title', 'machine', 'role', 'alias'] as const
const LAYOUT = ['at', 'note', 'unknown'] as const
const TAIL = ['settle', 'gap'] as const

/** After which line a new directive belongs: what the lab is at the top, layout below the setup, times at the end. */
function lineForNew(document: LabDocument, kind: Directive['kind']): number {
  const head = (HEAD as readonly string[]).indexOf(kind)
  if (head >= 0) return lastLineOf(document, HEAD.slice(0, head + 1)) ?? lineBelowShebang(document)
  const group: readonly string[] = (LAYOUT as readonly string[]).includes(kind) ? LAYOUT : TAIL
  const isLayout = group === LAYOUT
  const last = lastLineOf(document, [kind]) ?? lastLineOf(document, group)
  if (last !== undefined && !(isLayout && isBelowRun(document, last))) return last
  return isLayout && document.run !== undefined ? document.run.line - 1 : document.lines.length
}

/** The last line of the kinds; for the head's kinds only above the first statement. */
function lastLineOf(document: LabDocument, kinds: readonly string[]): number | undefined {
  const limit =
    kinds[0] === HEAD[0] ? (document.items.find(({ kind }) => kind === 'statement')?.line ?? Infinity) : Infinity
  const isMeant = (item: LabDirective): boolean => kinds.includes(item.directive.kind) && item.line < limit
  return document.directives.findLast(isMeant)?.endLine
}

function lineBelowShebang({ items, text }: LabDocument): number {
  const first = items[0]
  return first?.kind === 'comment' && first.line === 1 && text.startsWith('#!', first.from) ? 1 : 0
}

function isBelowRun({ run }: LabDocument, line: number): boolean {
  return run !== undefined && line > run.line
}
