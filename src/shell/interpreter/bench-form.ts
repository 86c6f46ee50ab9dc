/** A command typed in a terminal as the bench would run it: that is how the journal, links and other readers know it. */
import type { Command, SimpleCommand, Word } from '../syntax/ast.ts'
import { parseScript } from '../syntax/parse.ts'
import { quoteWord, staticText } from '../syntax/quote.ts'
import { BUILTINS } from './builtins.ts'
import { ENVIRONMENT } from './session.ts'

export interface BenchPlace {
  /** The lab's name of the namespace that it runs in; the empty text is the bench's own. */
  readonly namespace: string
  /** The machine's names of its namespaces and the lab's; missing: they are the same. */
  readonly visible: ReadonlyMap<string, string> | undefined
  /** Of the shell: those that the command mentions go with it. */
  readonly variables: ReadonlyMap<string, string>
}

/** Words of iproute2 after which the name of a namespace stands. */
const BEFORE_NAMESPACE = new Set(['netns', 'exec', '-n', '-netns', 'delete', 'del', 'nsid'])
/** What the shell sets by itself, or the bench has as well. */
const OWN_VARIABLES = new Set([...ENVIRONMENT.keys(), 'COLUMNS', 'LINES'])

/**
 * Whether a text opens a shell in a namespace that lives as long as the shell: `unshare -n`, alone or with a shell. On the bench something
 * else must hold the namespace for the commands that are typed in that shell.
 */
export function holdsNamespace(text: string): boolean {
  const words = simpleCommandOf(text)?.words.map((word) => staticText(word) ?? '') ?? []
  const [name, ...rest] = words[0] === 'sudo' ? words.slice(1) : words
  const at = rest.findIndex((word) => !word.startsWith('-'))
  const program = at < 0 ? [] : rest.slice(at)
  const isNet = rest.slice(0, at < 0 ? rest.length : at).some((word) => /^(?:-[a-zA-Z]*n[a-zA-Z]*|--net)$/.test(word))
  return (
    name === 'unshare' && isNet && (program.length === 0 || (program.length === 1 && /^(?:ba)?sh$/.test(program[0]!)))
  )
}

/** The text that does on the bench what `text` does in its place. */
export function benchForm(text: string, place: BenchPlace): string {
  const { namespace, visible, variables } = place
  const source = holdsNamespace(text) ? 'unshare -n sleep infinity' : text
  const simple = simpleCommandOf(source)
  const renamed = simple === undefined ? source : withLabNames(source, simple, visible)
  const assignments = [...variables]
    .filter(([name]) => !OWN_VARIABLES.has(name) && new RegExp(`\\$\\{?[#!]?${name}(?![A-Za-z0-9_])`).test(text))
    .map(([name, value]) => `${name}=${value}; `)
  const whole = assignments.join('') + renamed
  if (namespace === '') return whole
  if (simple !== undefined && assignments.length === 0) {
    return entersNamespace(simple) ? renamed : `ip netns exec ${quoteWord(namespace)} ${renamed}`
  }
  return `ip netns exec ${quoteWord(namespace)} bash -c ${quoteWord(whole)}`
}

/** The one program that a text runs with nothing of the shell's around it, or undefined. */
function simpleCommandOf(text: string): SimpleCommand | undefined {
  const { statements, problems } = parseScript(text)
  const [only] = statements
  if (only === undefined || statements.length > 1 || problems.length > 0 || only.background) return undefined
  const command: Command = only.command
  if (command.kind !== 'simple' || command.assignments.length > 0 || command.redirections.length > 0) return undefined
  const [name, ...args] = command.words
  const isPlain = args.every((word) => staticText(word) !== undefined)
  const word = name === undefined ? undefined : staticText(name)
  return word === undefined || !isPlain || BUILTINS.has(word) ? undefined : command
}

/** `ip netns exec NS …` and `ip -n NS …` name the namespace themselves, whichever one they are typed in. */
function entersNamespace({ words }: SimpleCommand): boolean {
  const [name, first, second] = words.map(staticText)
  if (name !== 'ip') return false
  return first === '-n' || first === '-netns' || (first === 'netns' && second === 'exec')
}

function withLabNames(text: string, { words }: SimpleCommand, visible: BenchPlace['visible']): string {
  if (visible === undefined) return text
  let result = ''
  let at = 0
  let before: Word | undefined
  for (const word of words) {
    const name = before !== undefined && BEFORE_NAMESPACE.has(staticText(before) ?? '') ? staticText(word) : undefined
    const real = name === undefined ? undefined : visible.get(name)
    if (real !== undefined && real !== name) {
      result += text.slice(at, word.from) + quoteWord(real)
      at = word.to
    }
    before = word
  }
  return result + text.slice(at)
}
