/** How a setup's text changes: statements that go, statements that say something else, and where text of the author's own forbids it. */
import type { LabDocument } from '../document.ts'
import { parseLab } from '../document.ts'
import { appendSetup } from '../edit.ts'
import { plainCommands, UNKNOWN } from '../plain-commands.ts'
import { trailingCommentAt } from '../statements.ts'
import type { Step } from './replay.ts'

/** What happens to the statements of a lab. */
export interface Change {
  readonly removed: readonly Step[]
  readonly replaced: readonly { readonly step: Step; readonly source: string }[]
  /** Whether the command still has to be said. */
  readonly isAppended: boolean
}

/** From the last line to the first, so that what is above keeps its place; each statement has whole lines of its own. */
export function applyChange(document: LabDocument, { removed, replaced, isAppended }: Change, command: string): string {
  const splices = [
    ...removed.map(({ statement: { line, endLine } }) => {
      const from = document.lines[line - 1]?.from ?? 0
      return { from, to: document.lines[endLine - 1]?.next ?? from, text: '' }
    }),
    ...replaced.map(({ step, source }) => {
      const old = withoutComment(step)
      const from = document.text.indexOf(old, step.statement.from)
      return { from, to: from + old.length, text: source }
    }),
  ].sort((a, b) => b.from - a.from)
  const text = splices.reduce(
    (left, { from, to, text: put }) => left.slice(0, from) + put + left.slice(to),
    document.text,
  )
  return isAppended ? appendSetup(parseLab(text), command) : text
}

/** Only takes statements out. */
export const remove = (removed: readonly Step[]): Change => ({ removed, replaced: [], isAppended: false })

/** Whether a statement that is more than one plain command speaks of a namespace or of an interface in it. */
export function isOpaqueAbout(step: Step, namespace: string, name?: string): boolean {
  if (step.command !== undefined) return false
  return step.opaque.some((command) => {
    const words = [command.namespace, ...command.argv]
    if (words.some((word) => word.includes(UNKNOWN))) return true
    if (name === undefined) return words.includes(namespace)
    return (
      (command.namespace === namespace && words.some((word) => word.includes(name))) || command.argv.includes(namespace)
    )
  })
}

/** The command as the author wrote it; its trailing comment stays in the text by itself. */
export function withoutComment({ statement }: Step): string {
  const { source, line, endLine } = statement
  return line === endLine ? source.slice(0, trailingCommentAt(source)) : source
}

/** A value as a word of a command. */
export function quoted(value: string): string {
  return /^[\w.,:/=@+%-]*$/.test(value) ? value : `"${value}"`
}

/** One statement that says something else; undefined when its new text does not read as these words. */
export function replace(step: Step, source: string, argv: readonly string[]): Change | undefined {
  const [read] = plainCommands([source])
  const isMeant = read?.argv.length === argv.length && read.argv.every((word, index) => word === argv[index])
  return isMeant ? { removed: [], replaced: [{ step, source }], isAppended: false } : undefined
}

/** A statement with some of its words changed, by their places in the command; undefined where quotes or the like make that unsure. */
export function withWords(step: Step, words: ReadonlyMap<number, string>): string | undefined {
  const source = withoutComment(step)
  const argv = step.command?.argv ?? []
  const tokens = [...source.matchAll(/\S+/g)]
  // What names the namespace stands in front; from the end on, the words are the command's.
  const shift = tokens.length - argv.length
  if (shift < 0 || argv.some((word, index) => index > 0 && tokens[index + shift]?.[0] !== word)) return undefined
  let text = source
  for (const [index, word] of [...words].sort(([a], [b]) => b - a)) {
    const token = tokens[index + shift]
    if (token === undefined) return undefined
    text = text.slice(0, token.index) + quoted(word) + text.slice(token.index + token[0].length)
  }
  const wanted = argv.map((word, index) => words.get(index) ?? word)
  return replace(step, text, wanted) === undefined ? undefined : text
}
