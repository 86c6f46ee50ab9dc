/** `$name`, `${name…}` and `${name[…]…}`: what a parameter holds, and what the operators make of it. */
import { keyedInteger } from '../../base/keyed-random.ts'
import type { ParameterOperation, Word, WordPart } from '../syntax/ast.ts'
import { removePattern, replacePattern } from './pattern.ts'
import { ExpansionError, type Shell, UnboundVariable } from './state.ts'

type ParameterPart = Extract<WordPart, { kind: 'parameter' }>

/** A piece of a word after expansion. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean; readonly split: boolean }
  /** `"$@"`: one field each. */
  | { readonly kind: 'fields'; readonly fields: readonly string[] }

/** What parameters need of the expansion of words. */
export interface WordExpander {
  text(word: Word): Promise<string>
  pattern(word: Word): Promise<string>
  number(word: Word): Promise<bigint>
  pieces(parts: readonly WordPart[]): Promise<Piece[]>
}

/** What a parameter stands for before its operator. */
interface Subject {
  /** For messages and assignments. */
  readonly name: string
  /** Undefined: one value, or none. */
  readonly list: readonly string[] | undefined
  readonly value: string | undefined
  readonly set: (text: string) => void
}

/** The pieces that a parameter expands to. */
export async function expandParameter(shell: Shell, words: WordExpander, part: ParameterPart): Promise<Piece[]> {
  const asText = (text: string): Piece[] => [{ kind: 'text', text, quoted: part.quoted, split: !part.quoted }]
  const asList = (list: readonly string[], isJoined: boolean): Piece[] => {
    if (!part.quoted) return list.flatMap((text, k) => (k === 0 ? asText(text) : [...asText(' '), ...asText(text)]))
    return isJoined ? asText(list.join(separatorOf(shell))) : [{ kind: 'fields', fields: list }]
  }
  const isJoined = part.name === '*' || part.index?.text === '*'
  if (part.operation?.kind === 'names') {
    const names = shell.state.variables.names().filter((name) => name.startsWith(part.name))
    return asList(names, false)
  }
  const subject = await subjectOf(shell, words, part)
  const { operation } = part
  if (operation?.kind === 'default') {
    const value = subject.list === undefined ? subject.value : listAsValue(subject.list)
    const replaced = await defaultPieces(words, part, subject, value, operation)
    if (replaced !== undefined) return replaced
    if (operation.operator.endsWith('+')) return asText('')
  }
  if (operation?.kind === 'length')
    return asText(String(subject.list?.length ?? Array.from(requireValue(shell, subject)).length))
  if (subject.list !== undefined) return asList(await operateOnList(words, subject, part), isJoined)
  const value = requireValue(shell, subject)
  return asText(operation === undefined ? value : await operate(words, value, operation))
}

const listAsValue = (list: readonly string[]): string | undefined => (list.length === 0 ? undefined : list.join(' '))

/** The value of a parameter that must be set under `set -u`. */
function requireValue(shell: Shell, { name, value }: Subject): string {
  if (value === undefined && shell.state.options.nounset) throw new UnboundVariable(`${name}: unbound variable`)
  return value ?? ''
}

/** Between the parameters of `"$*"` stands the first character of IFS. */
function separatorOf(shell: Shell): string {
  return (shell.state.variables.get('IFS') ?? ' ').slice(0, 1)
}

async function subjectOf(shell: Shell, words: WordExpander, part: ParameterPart): Promise<Subject> {
  const { variables } = shell.state
  if (part.isIndirect && (part.index?.text === '@' || part.index?.text === '*')) {
    const keys = elementsOf(shell, part.name).map(([key]) => key)
    return { name: part.name, list: keys, value: undefined, set: () => undefined }
  }
  if (part.isIndirect) return indirect(shell, words, part)
  const { name, index } = part
  const set = (text: string): void => void variables.set(name, text)
  if (name === '@' || name === '*') return { name, list: shell.state.positional, value: undefined, set }
  if (index === undefined) return { name, list: undefined, value: parameterValue(shell, name), set }
  if (index.text === '@' || index.text === '*') {
    const list = elementsOf(shell, name).map(([, value]) => value)
    return { name, list, value: undefined, set }
  }
  const key = await elementKey(shell, words, name, index)
  const value = elementsOf(shell, name).find(([other]) => other === key)?.[1]
  const setElement = (text: string): void => void variables.makeArray(name).items.set(key, text)
  return { name: `${name}[${index.text}]`, list: undefined, value, set: setElement }
}

/** `${!name}`: what the variable names, which may be an element or all of an array. */
async function indirect(shell: Shell, words: WordExpander, part: ParameterPart): Promise<Subject> {
  const target = parameterValue(shell, part.name)
  const match = /^([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?:\[(.*)\])?$/s.exec(target ?? '')
  if (match === null) throw new ExpansionError(`${target ?? part.name}: invalid variable name`)
  const text = match[2]
  const index: Word | undefined =
    text === undefined ? undefined : { from: 0, to: 0, line: 0, text, parts: [{ kind: 'text', text, quoted: true }] }
  return subjectOf(shell, words, { ...part, name: match[1]!, index, isIndirect: false })
}

/** The key of an element: the text itself, or the value of an expression, which counts from the end where it is negative. */
export async function elementKey(shell: Shell, words: WordExpander, name: string, index: Word): Promise<string> {
  const { variables } = shell.state
  if (variables.isAssociative(name)) return words.text(index)
  const number = Number(await words.number(index))
  if (number >= 0) return String(number)
  const last = Number(variables.elements(name).at(-1)?.[0] ?? -1)
  if (last + 1 + number < 0) throw new ExpansionError(`${name}: bad array subscript`)
  return String(last + 1 + number)
}

/** The elements of an array, those that the shell keeps itself included. */
function elementsOf({ state }: Shell, name: string): readonly (readonly [string, string])[] {
  const numbered = (values: readonly string[]): readonly (readonly [string, string])[] =>
    values.map((value, k) => [String(k), value])
  if (name === 'PIPESTATUS') return numbered(state.pipeStatus.map(String))
  if (name === 'FUNCNAME') return numbered(state.functionNames)
  return state.variables.elements(name)
}

async function defaultPieces(
  words: WordExpander,
  part: ParameterPart,
  subject: Subject,
  value: string | undefined,
  operation: Extract<ParameterOperation, { kind: 'default' }>,
): Promise<Piece[] | undefined> {
  const isMissing = value === undefined || (operation.operator.startsWith(':') && value === '')
  const sign = operation.operator.slice(-1)
  if ((sign === '+') === isMissing) return undefined
  if (sign === '?') {
    const message = await words.text(operation.word)
    const fallback = operation.operator.startsWith(':') ? 'parameter null or not set' : 'parameter not set'
    throw new UnboundVariable(`${subject.name}: ${message === '' ? fallback : message}`)
  }
  if (sign === '=') {
    const text = await words.text(operation.word)
    subject.set(text)
    return [{ kind: 'text', text, quoted: part.quoted, split: !part.quoted }]
  }
  const pieces = await words.pieces(operation.word.parts)
  return pieces.map((piece) => {
    if (piece.kind === 'fields') return piece
    return { ...piece, quoted: piece.quoted || part.quoted, split: !piece.quoted && !part.quoted }
  })
}

async function operateOnList(words: WordExpander, subject: Subject, part: ParameterPart): Promise<readonly string[]> {
  const { list = [] } = subject
  const { operation } = part
  if (operation === undefined || operation.kind === 'default') return list
  if (operation.kind !== 'slice') return Promise.all(list.map((text) => operate(words, text, operation)))
  // Of the positional parameters the first is number 1.
  const isPositional = part.name === '@' || part.name === '*'
  const offset = Number(await words.number(operation.offset))
  const start = Math.max(0, offset < 0 ? list.length + offset : offset - (isPositional ? 1 : 0))
  const length = operation.length === undefined ? undefined : Number(await words.number(operation.length))
  return list.slice(start, length === undefined ? undefined : start + length)
}

async function operate(words: WordExpander, value: string, operation: ParameterOperation): Promise<string> {
  switch (operation.kind) {
    case 'remove':
      return removePattern(value, operation.operator, await words.pattern(operation.pattern))
    case 'replace':
      return replacePattern(
        value,
        operation.operator,
        await words.pattern(operation.pattern),
        await words.text(operation.replacement),
      )
    case 'slice': {
      const offset = Number(await words.number(operation.offset))
      const start = offset < 0 ? Math.max(0, value.length + offset) : offset
      const length = operation.length === undefined ? undefined : Number(await words.number(operation.length))
      if (length === undefined) return value.slice(start)
      return length < 0 ? value.slice(start, length) : value.slice(start, start + length)
    }
    case 'case':
      return changeCase(
        value,
        operation.operator,
        operation.pattern === undefined ? '?' : await words.pattern(operation.pattern),
      )
    case 'transform':
      return transform(value, operation.letter)
    case 'length':
    case 'default':
    case 'names':
      return value
  }
}

function changeCase(value: string, operator: '^' | '^^' | ',' | ',,', pattern: string): string {
  const change = (text: string): string => (operator.startsWith('^') ? text.toUpperCase() : text.toLowerCase())
  const letters = Array.from(value)
  const changed = (letter: string): string => (removePattern(letter, '#', pattern) === '' ? change(letter) : letter)
  if (operator.length === 2) return letters.map(changed).join('')
  return letters.map((letter, k) => (k === 0 ? changed(letter) : letter)).join('')
}

function transform(value: string, letter: string): string {
  switch (letter) {
    case 'Q':
      return `'${value.replaceAll("'", "'\\''")}'`
    case 'U':
      return value.toUpperCase()
    case 'L':
      return value.toLowerCase()
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1)
    default:
      return value
  }
}

/** A parameter's value, special ones included. */
export function parameterValue(shell: Shell, name: string): string | undefined {
  const { state, ctx } = shell
  switch (name) {
    case '?':
      return String(state.status)
    case '#':
      return String(state.positional.length)
    case '$':
    case 'BASHPID':
      return String(ctx.process.pid)
    case 'PPID':
      return String(ctx.process.parent)
    case '!':
      return state.lastBackground === undefined ? undefined : String(state.lastBackground)
    case '-':
      return `${state.options.errexit ? 'e' : ''}h${state.options.nounset ? 'u' : ''}${state.options.xtrace ? 'x' : ''}B`
    case '0':
      return state.name
    case '@':
    case '*':
      return state.positional.join(separatorOf(shell))
    case 'LINENO':
      return String(state.line)
    case 'PWD':
      return state.cwd
    case 'SECONDS':
      return String(Math.floor(ctx.now / 1e9))
    case 'RANDOM':
      state.randomCount += 1
      return String(keyedInteger(0, 32_767, 0, 'RANDOM', ctx.now, state.randomCount))
    case 'PIPESTATUS':
      return String(state.pipeStatus[0] ?? 0)
    case 'FUNCNAME':
      return state.functionNames[0]
    case 'HOSTNAME':
      return state.variables.get(name) ?? ctx.machine.name
    default:
      return /^\d+$/.test(name) ? state.positional[Number(name) - 1] : (state.variables.get(name) ?? CONSTANTS[name])
  }
}

const CONSTANTS: Readonly<Record<string, string>> = {
  UID: '0',
  EUID: '0',
  OSTYPE: 'linux-gnu',
  HOSTTYPE: 'x86_64',
  BASH: '/bin/bash',
  BASH_VERSION: '5.2.15(1)-release',
  OPTIND: '1',
  IFS: ' \t\n',
}
