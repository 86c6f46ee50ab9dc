/**
 * Which commands a script would run, without running it: loops over known words are unrolled, both branches of a
 * condition count. What only a run can tell (`$(ip …)`, `read`) is written as `UNKNOWN`. Good enough to guess a
 * topology from; never a substitute for the shell.
 */
import { parseScript } from '../shell/syntax/parse.ts'
import type { Command, CompoundCommand, SimpleCommand, Statement, Word, WordPart } from '../shell/syntax/parse.ts'

/** The bench's own namespace, which `ip netns` has no name for. */
export const BENCH = ''

/** Stands for what only a run can tell. */
export const UNKNOWN = '\u0000'

/** A command with the namespace it acts on: `ip netns exec a ip link` and `ip -n a link` are both `ip link` in `a`. */
export interface PlainCommand {
  readonly namespace: string
  readonly argv: readonly string[]
}

/** A loop of this length is no lab. */
const COMMAND_LIMIT = 5000
const DEPTH_LIMIT = 20

/** Reads scripts one after the other; variables and functions live on from one to the next. */
export function plainCommands(sources: readonly string[]): readonly PlainCommand[] {
  const reader: Reader = { commands: [], variables: new Map(), functions: new Map(), depth: 0 }
  for (const source of sources) {
    if (reader.commands.length >= COMMAND_LIMIT) break
    const argv = bareWords(source)
    if (argv !== undefined && reader.functions.size === 0) enterContext(reader, BENCH, argv)
    else readStatements(reader, BENCH, parseScript(source).statements)
  }
  return reader.commands
}

/** Words that mean themselves to every shell. */
const BARE_COMMAND = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+:,./ \t=-]*$/

/** The command of a line that is plainly one command, without asking a parser; undefined when only that can tell. */
export function bareCommand(source: string): PlainCommand | undefined {
  const argv = bareWords(source)
  if (argv === undefined) return undefined
  const reader: Reader = { commands: [], variables: new Map(), functions: new Map(), depth: 0 }
  enterContext(reader, BENCH, argv)
  return reader.commands.length === 1 ? reader.commands[0] : undefined
}

function bareWords(source: string): readonly string[] | undefined {
  const argv = source.split(/[ \t]+/)
  return BARE_COMMAND.test(source) && /^(?:ip|bridge|sysctl)$/.test(argv[0] ?? '') ? argv : undefined
}

interface Reader {
  readonly commands: PlainCommand[]
  readonly variables: Map<string, string>
  readonly functions: Map<string, Command>
  depth: number
}

function readStatements(reader: Reader, namespace: string, statements: readonly Statement[]): void {
  if (reader.depth >= DEPTH_LIMIT) return
  reader.depth++
  for (const { command } of statements) readCommand(reader, namespace, command)
  reader.depth--
}

function readCommand(reader: Reader, namespace: string, command: Command): void {
  if (reader.commands.length >= COMMAND_LIMIT) return
  switch (command.kind) {
    case 'simple':
      readSimple(reader, namespace, command)
      return
    case 'pipeline':
      for (const part of command.commands) readCommand(reader, namespace, part)
      return
    case 'and-or':
      for (const part of [command.first, ...command.rest.map((item) => item.command)])
        readCommand(reader, namespace, part)
      return
    case 'function':
      reader.functions.set(command.name, command.body)
      return
    default:
      readCompound(reader, namespace, command)
  }
}

function readCompound(reader: Reader, namespace: string, command: CompoundCommand): void {
  switch (command.kind) {
    case 'group':
    case 'subshell':
    case 'arithmetic-for':
      readStatements(reader, namespace, command.body)
      return
    case 'while':
    case 'until':
      readStatements(reader, namespace, [...command.condition, ...command.body])
      return
    case 'if':
      for (const branch of command.branches) readStatements(reader, namespace, [...branch.condition, ...branch.body])
      readStatements(reader, namespace, command.otherwise ?? [])
      return
    case 'case':
      for (const item of command.items) readStatements(reader, namespace, item.body)
      return
    case 'for':
      for (const value of fieldsOf(reader, command.words ?? [])) {
        if (reader.commands.length >= COMMAND_LIMIT) return
        reader.variables.set(command.name, value)
        readStatements(reader, namespace, command.body)
      }
      return
    case 'arithmetic':
    case 'test':
      return
  }
}

function readSimple(reader: Reader, namespace: string, command: SimpleCommand): void {
  for (const { name, value, elements } of command.assignments) {
    const words = elements === undefined ? [value] : elements.map((element) => element.value)
    reader.variables.set(name, fieldsOf(reader, words).join(' '))
  }
  const argv = fieldsOf(reader, command.words)
  const called = reader.functions.get(argv[0] ?? '')
  if (called !== undefined && reader.depth < DEPTH_LIMIT) {
    for (const [index, value] of argv.entries()) reader.variables.set(String(index), value)
    reader.depth++
    readCommand(reader, namespace, called)
    reader.depth--
    return
  }
  const written = command.redirections.find(({ operator }) => operator === '>' || operator === '>>')
  const path = written === undefined ? '' : textOf(reader, written.target)
  const key = /^\/proc\/sys\/(.+)$/.exec(path)?.[1]
  if (key !== undefined && argv[0] === 'echo') {
    reader.commands.push({ namespace, argv: ['sysctl', '-w', `${key}=${argv.at(-1) ?? ''}`] })
  } else if (argv.length > 0) {
    enterContext(reader, namespace, argv)
  }
}

/** Takes off what only says where or as whom a command runs. */
function enterContext(reader: Reader, namespace: string, argv: readonly string[]): void {
  const [name = '', ...rest] = argv
  const command = name.slice(name.lastIndexOf('/') + 1)
  if (command === 'sudo' || command === 'env' || command === 'command' || command === 'exec' || command === 'nohup') {
    const first = rest.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word))
    if (first >= 0) enterContext(reader, namespace, rest.slice(first))
  } else if (command === 'ip' || command === 'bridge' || command === 'tc') {
    readIproute(reader, namespace, command, rest)
  } else if (command === 'nsenter') {
    const target = rest.find((word) => /^(?:--net=|-n).*\/netns\/[^/]+$/.test(word))
    const first = rest.findIndex((word) => !word.startsWith('-'))
    if (first >= 0) enterContext(reader, target?.split('/').at(-1) ?? UNKNOWN, rest.slice(first))
  } else if (/^(?:ba|da|z)?sh$/.test(command)) {
    const script = rest[rest.findIndex((word) => /^-\w*c$/.test(word)) + 1]
    if (script !== undefined && rest.some((word) => /^-\w*c$/.test(word))) {
      readStatements(reader, namespace, parseScript(script).statements)
    }
  } else {
    reader.commands.push({ namespace, argv: [command, ...rest] })
  }
}

/** Linux's tools for links and routes share their options: `-n NAME` before the object names the namespace. */
function readIproute(reader: Reader, namespace: string, command: string, words: readonly string[]): void {
  let inside = namespace
  let at = 0
  for (; words[at]?.startsWith('-') === true; at++) {
    const option = words[at] ?? ''
    if (/^--?n(?:e(?:t(?:ns?)?)?)?$/.test(option)) inside = words[++at] ?? UNKNOWN
    else if (/^--?(?:f|family|l|loops|rc|rcvbuf)$/.test(option)) at++
  }
  const rest = words.slice(at)
  if (command === 'ip' && isWord(rest[0], 'netns', 3) && isWord(rest[1], 'exec', 1)) {
    if (rest[2] !== undefined && rest.length > 3) enterContext(reader, rest[2], rest.slice(3))
    return
  }
  if (rest.length > 0) reader.commands.push({ namespace: inside, argv: [command, ...rest] })
}

/** Whether a word is `full` or an abbreviation of at least `least` letters, as iproute2 takes them. */
export function isWord(word: string | undefined, full: string, least: number): boolean {
  return word !== undefined && word.length >= least && full.startsWith(word)
}

function textOf(reader: Reader, word: Word): string {
  return fieldsOf(reader, [word]).join(' ')
}

function fieldsOf(reader: Reader, words: readonly Word[]): readonly string[] {
  const fields: string[] = []
  for (const word of words) {
    let open: string[] = ['']
    let isEmpty = true
    for (const part of word.parts) {
      const values = valuesOf(reader, part)
      if (values.length > 0 || ('quoted' in part && part.quoted)) isEmpty = false
      if (part.kind === 'brace') open = open.flatMap((text) => values.map((value) => text + value))
      else if (values.length <= 1) open = open.map((text) => text + (values[0] ?? ''))
      else open = [...open.slice(0, -1), `${open.at(-1) ?? ''}${values[0] ?? ''}`, ...values.slice(1)]
    }
    if (!isEmpty) fields.push(...open.slice(0, COMMAND_LIMIT))
    if (fields.length > COMMAND_LIMIT) break
  }
  return fields
}

/** What a part expands to: one value, or the fields of an unquoted expansion. */
function valuesOf(reader: Reader, part: WordPart): readonly string[] {
  switch (part.kind) {
    case 'text':
      return [part.text]
    case 'brace':
      return part.alternatives.map((parts) => parts.flatMap((inner) => valuesOf(reader, inner)).join(''))
    case 'parameter': {
      const isPlain = part.operation === undefined || part.operation.kind === 'default'
      const value = isPlain ? (reader.variables.get(part.name) ?? defaultOf(reader, part)) : UNKNOWN
      const isList = part.index?.text === '@' || part.index?.text === '*'
      return part.quoted && !isList ? [value] : value.split(/\s+/).filter((field) => field !== '')
    }
    case 'command':
      return sequenceOf(reader, part.script.statements) ?? [UNKNOWN]
    case 'process':
      return [UNKNOWN]
    case 'arithmetic':
      return [arithmeticOf(reader, part.expression)]
  }
}

function defaultOf(reader: Reader, part: Extract<WordPart, { kind: 'parameter' }>): string {
  return part.operation?.kind === 'default' ? textOf(reader, part.operation.word) : UNKNOWN
}

/** `$(seq 1 3)`, the one substitution that scripts build topologies with. */
function sequenceOf(reader: Reader, statements: readonly Statement[]): readonly string[] | undefined {
  const command = statements.length === 1 ? statements[0]?.command : undefined
  if (command?.kind !== 'simple') return undefined
  const [name, ...bounds] = fieldsOf(reader, command.words)
  const numbers = bounds.map(Number)
  if (name !== 'seq' || numbers.length === 0 || numbers.length > 2 || !numbers.every(Number.isInteger)) return undefined
  const last = numbers.at(-1) ?? 0
  const first = numbers.length === 2 ? (numbers[0] ?? 1) : 1
  return Array.from({ length: Math.min(Math.max(last - first + 1, 0), 1000) }, (_, index) => String(first + index))
}

/** Sums and products of two whole numbers, such as `$((i+1))`. */
function arithmeticOf(reader: Reader, expression: Word): string {
  const text = expression.text.replaceAll(
    /\$?\{?([A-Za-z_]\w*)\}?/g,
    (_, name: string) => reader.variables.get(name) ?? UNKNOWN,
  )
  const match = /^\s*(-?\d{1,9})\s*(?:([-+*])\s*(\d{1,9})\s*)?$/.exec(text)
  if (match === null) return UNKNOWN
  const [left, right] = [Number(match[1]), Number(match[3] ?? 0)]
  if (match[2] === '*') return String(left * right)
  return String(match[2] === '-' ? left - right : left + right)
}
