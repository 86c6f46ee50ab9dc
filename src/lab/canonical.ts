/**
 * The tidy form of a lab, written only on request: directives first and last, one form of each command, no foreign line
 * ends. Statements keep their order, because the order of creation decides the order of frames; comments keep their
 * place among them. Whatever is not surely the same stays as the author wrote it: one command, or the whole text.
 */
import { parseScript } from '../shell/syntax/parse.ts'
import { staticText } from '../shell/syntax/quote.ts'
import type { Directive } from './directives.ts'
import { LAB_VERSION, writeDirective } from './directives.ts'
import { directiveOf, directivesOf, parseLab } from './document.ts'
import type { LabDocument, LabItem, LabStatement } from './document.ts'
import { linesOf } from './lines.ts'

/**
 * Writes the canonical form, with `\n` as line end. What it returns is its own canonical form. A text in which a
 * directive parts an unfinished command from the next one comes back unchanged, because there the order of lines means
 * something that the form can't keep.
 */
export function canonicalText(document: LabDocument): string {
  const text = arranged(document)
  const after = parseLab(text)
  const isSame = sameStatements(document.setup, after.setup) && sameStatements(document.actions, after.actions)
  return isSame ? text : document.text
}

function sameStatements(before: readonly LabStatement[], after: readonly LabStatement[]): boolean {
  const isSame = (statement: LabStatement, other: LabStatement | undefined): boolean =>
    other !== undefined && statement.isSound === other.isSound && canonicalSource(statement) === other.source
  return before.length === after.length && before.every((statement, index) => isSame(statement, after[index]))
}

function arranged(document: LabDocument): string {
  const [shebang, rest] = splitShebang(document)
  const isBelowRun = (item: LabItem): boolean => document.run !== undefined && item.line > document.run.line
  const body = rest.filter((item) => item.kind !== 'directive' || item.directive.kind === 'unknown')
  const setup = body.filter((item) => !isBelowRun(item))
  const actions = body.filter(isBelowRun)
  const head = (['engine', 'title', 'machine', 'role', 'alias'] as const).flatMap((kind) =>
    directivesOf(document, kind),
  )
  const layout = (['at', 'note'] as const).flatMap((kind) => directivesOf(document, kind))
  const tail = (['settle', 'gap'] as const).flatMap((kind) => directivesOf(document, kind))
  const version = Math.max(directiveOf(document, 'vethlab')?.version ?? LAB_VERSION, LAB_VERSION)
  const lines = [
    ...shebang,
    ...written([{ kind: 'vethlab', version }, ...head]),
    ...itemLines(document, setup),
    ...written(layout),
    ...written(document.run === undefined ? [] : [{ kind: 'run' }]),
    ...itemLines(document, actions),
    ...written(tail),
  ]
  return `${lines.join('\n')}\n`
}

function splitShebang({ items, text }: LabDocument): readonly [shebang: readonly string[], rest: readonly LabItem[]] {
  const first = items[0]
  if (first?.kind !== 'comment' || first.line !== 1 || !text.startsWith('#!', first.from)) return [[], items]
  return [[text.slice(first.from, first.to).trimEnd()], items.slice(1)]
}

function written(directives: readonly Directive[]): readonly string[] {
  return directives.map((directive) => writeDirective(directive)).filter((line) => line !== undefined)
}

/** The lines of items, with one blank line where the author left some. */
function itemLines(document: LabDocument, items: readonly LabItem[]): readonly string[] {
  const lines: string[] = []
  for (const [index, item] of items.entries()) {
    const previous = items[index - 1]
    if (previous !== undefined && hasBlankBetween(document, previous, item)) lines.push('')
    lines.push(...(item.kind === 'statement' ? statementLines(document, item) : [textOf(document, item).trim()]))
  }
  return lines
}

function hasBlankBetween({ lines, text }: LabDocument, previous: LabItem, next: LabItem): boolean {
  return lines.slice(previous.endLine, next.line - 1).some(({ from, to }) => text.slice(from, to).trim() === '')
}

function textOf({ text }: LabDocument, { from, to }: LabItem): string {
  return text.slice(from, to)
}

function statementLines(document: LabDocument, statement: LabStatement): readonly string[] {
  if (statement.line === statement.endLine) return [canonicalSource(statement)]
  const text = textOf(document, statement)
  // Blanks at a line's end may belong to a quoted text, so only the line ends change.
  return linesOf(text).map(({ from, to }) => text.slice(from, to))
}

function canonicalSource({ isSound, line, endLine, source }: LabStatement): string {
  return isSound && line === endLine ? canonicalCommand(source) : source
}

/** One plain command without anything that a shell expands, in its shortest usual form; all else as it is. */
function canonicalCommand(source: string): string {
  const { statements, problems } = parseScript(source)
  const [statement, ...more] = statements
  if (statement === undefined || more.length > 0 || problems.length > 0 || statement.background) return source
  const { command } = statement
  if (command.kind !== 'simple' || command.assignments.length > 0 || command.redirections.length > 0) return source
  if (!command.words.every((word) => staticText(word) === word.text && !/[*?[~]/.test(word.text))) return source
  const follower = source.slice(command.to).trim()
  if (follower !== '' && !follower.startsWith('#')) return source
  const plain = shortest(command.words.map(({ text }) => text)).join(' ')
  return follower === '' ? plain : `${plain} ${follower}`
}

/** `sudo` means nothing on the bench, and `ip` and `bridge` enter a namespace by themselves. */
function shortest(words: readonly string[]): readonly string[] {
  const [first, second, third, namespace, tool, ...rest] = words
  if (first === 'sudo' && second !== undefined && !second.startsWith('-') && !second.includes('='))
    return shortest(words.slice(1))
  const isExec = first === 'ip' && second === 'netns' && third === 'exec'
  if (!isExec || namespace === undefined || (tool !== 'ip' && tool !== 'bridge') || rest[0] === undefined) return words
  // An inner `-n` or `netns exec` would be read from inside the namespace; leave such commands alone.
  if (/^-(?:n|b|a|force)/.test(rest[0]) || rest[0].startsWith('net')) return words
  return [tool, '-n', namespace, ...rest]
}
