/** Expansion of words: variables, command substitution, arithmetic, braces, `~`, and splitting into fields. */
import type { ParameterOperation, Script, Word, WordPart } from '../syntax/ast.ts'
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts'
import { literalPattern, removePattern, replacePattern } from './pattern.ts'
import { ExpansionError, type Shell } from './state.ts'

/** Runs a script and gives what it printed; passed in because running needs expansion and expansion needs running. */
export type Substitute = (shell: Shell, script: Script) => Promise<string>

/** A piece of a word after expansion. */
type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean; readonly split: boolean }
  /** `"$@"`: one field each. */
  | { readonly kind: 'fields'; readonly fields: readonly string[] }

export class Expander {
  readonly #shell: Shell
  readonly #substitute: Substitute

  constructor(shell: Shell, substitute: Substitute) {
    this.#shell = shell
    this.#substitute = substitute
  }

  /** The fields of words, as arguments of a command. */
  async fields(words: readonly Word[]): Promise<string[]> {
    const fields: string[] = []
    for (const word of words) {
      for (const parts of spreadBraces(word.parts)) fields.push(...this.#split(await this.#pieces(parts)))
    }
    return fields
  }

  /** The word as one text, without splitting: assignments, redirections, `case`. */
  async text(word: Word): Promise<string> {
    return (await this.#pieces(word.parts))
      .map((piece) => (piece.kind === 'text' ? piece.text : piece.fields.join(' ')))
      .join('')
  }

  /** The word as a pattern: what was quoted stands for itself. */
  async pattern(word: Word): Promise<string> {
    return (await this.#pieces(word.parts))
      .map((piece) => {
        if (piece.kind === 'fields') return literalPattern(piece.fields.join(' '))
        return piece.quoted ? literalPattern(piece.text) : piece.text
      })
      .join('')
  }

  /** The value of an arithmetic expression. */
  async number(word: Word): Promise<number> {
    const { variables } = this.#shell.state
    try {
      return evaluateArithmetic(await this.text(word), {
        get: (name) => variables.get(name),
        set: (name, value) => variables.set(name, value),
      })
    } catch (error) {
      if (error instanceof ArithmeticError) throw new ExpansionError(error.message)
      throw error
    }
  }

  async #pieces(parts: readonly WordPart[]): Promise<Piece[]> {
    const pieces: Piece[] = []
    for (const [k, part] of parts.entries()) pieces.push(...(await this.#piece(part, k === 0)))
    return pieces
  }

  async #piece(part: WordPart, isFirst: boolean): Promise<Piece[]> {
    switch (part.kind) {
      case 'text': {
        const text = isFirst && !part.quoted ? this.#tilde(part.text) : part.text
        return [{ kind: 'text', text, quoted: part.quoted, split: false }]
      }
      case 'brace':
        return [{ kind: 'text', text: part.alternatives.join(' '), quoted: false, split: false }]
      case 'command': {
        const text = (await this.#substitute(this.#shell, part.script)).replace(/\n+$/, '')
        return [{ kind: 'text', text, quoted: part.quoted, split: !part.quoted }]
      }
      case 'arithmetic': {
        const text = String(await this.number(part.expression))
        return [{ kind: 'text', text, quoted: part.quoted, split: false }]
      }
      case 'parameter':
        return this.#parameter(part)
    }
  }

  async #parameter(part: Extract<WordPart, { kind: 'parameter' }>): Promise<Piece[]> {
    const { positional } = this.#shell.state
    if ((part.name === '@' || part.name === '*') && part.operation === undefined) {
      if (part.name === '@' && part.quoted) return [{ kind: 'fields', fields: positional }]
      return [{ kind: 'text', text: positional.join(' '), quoted: part.quoted, split: !part.quoted }]
    }
    const value = this.value(part.name)
    if (part.operation?.kind === 'default') return this.#default(part, value, part.operation)
    if (value === undefined && this.#shell.state.options.nounset)
      throw new ExpansionError(`${part.name}: unbound variable`)
    const text =
      part.operation === undefined ? (value ?? '') : await this.#operate(part.name, value ?? '', part.operation)
    return [{ kind: 'text', text, quoted: part.quoted, split: !part.quoted }]
  }

  async #default(
    part: Extract<WordPart, { kind: 'parameter' }>,
    value: string | undefined,
    operation: Extract<ParameterOperation, { kind: 'default' }>,
  ): Promise<Piece[]> {
    const isMissing = value === undefined || (operation.operator.startsWith(':') && value === '')
    const sign = operation.operator.slice(-1)
    const useWord = sign === '+' ? !isMissing : isMissing
    const asText = (text: string): Piece[] => [{ kind: 'text', text, quoted: part.quoted, split: !part.quoted }]
    if (!useWord) return asText(sign === '+' ? '' : (value ?? ''))
    if (sign === '?') {
      const message = await this.text(operation.word)
      throw new ExpansionError(`${part.name}: ${message === '' ? 'parameter null or not set' : message}`)
    }
    if (sign === '=') {
      const text = await this.text(operation.word)
      this.#shell.state.variables.set(part.name, text)
      return asText(text)
    }
    const pieces = await this.#pieces(operation.word.parts)
    return pieces.map((piece) => {
      if (piece.kind === 'fields') return piece
      return { ...piece, quoted: piece.quoted || part.quoted, split: !piece.quoted && !part.quoted }
    })
  }

  async #operate(name: string, value: string, operation: ParameterOperation): Promise<string> {
    switch (operation.kind) {
      case 'length':
        return String(name === '@' || name === '*' ? this.#shell.state.positional.length : Array.from(value).length)
      case 'remove':
        return removePattern(value, operation.operator, await this.pattern(operation.pattern))
      case 'replace':
        return replacePattern(
          value,
          operation.operator,
          await this.pattern(operation.pattern),
          await this.text(operation.replacement),
        )
      case 'slice': {
        const offset = await this.number(operation.offset)
        const start = offset < 0 ? Math.max(0, value.length + offset) : offset
        const length = operation.length === undefined ? undefined : await this.number(operation.length)
        if (length === undefined) return value.slice(start)
        return length < 0 ? value.slice(start, length) : value.slice(start, start + length)
      }
      case 'case':
        return changeCase(value, operation.operator)
      case 'default':
        return value
    }
  }

  /** A parameter's value, special ones included. */
  value(name: string): string | undefined {
    const { state, ctx } = this.#shell
    switch (name) {
      case '?':
        return String(state.status)
      case '#':
        return String(state.positional.length)
      case '$':
      case 'BASHPID':
        return String(ctx.process.pid)
      case '!':
        return state.lastBackground === undefined ? undefined : String(state.lastBackground)
      case '-':
        return `${state.options.errexit ? 'e' : ''}h${state.options.nounset ? 'u' : ''}${state.options.xtrace ? 'x' : ''}B`
      case '0':
        return state.name
      case '@':
      case '*':
        return state.positional.join(' ')
      case 'LINENO':
        return String(state.line)
      case 'PWD':
        return state.cwd
      case 'SECONDS':
        return String(Math.floor(ctx.now / 1e9))
      default:
        return /^\d+$/.test(name) ? state.positional[Number(name) - 1] : state.variables.get(name)
    }
  }

  #tilde(text: string): string {
    if (text !== '~' && !text.startsWith('~/')) return text
    return (this.#shell.state.variables.get('HOME') ?? '/root') + text.slice(1)
  }

  /** Joins pieces to fields: unquoted expansions split at blanks. */
  #split(pieces: readonly Piece[]): string[] {
    const fields: string[] = []
    let current: string | undefined
    const end = (): void => {
      if (current !== undefined) fields.push(current)
      current = undefined
    }
    const separators = this.#shell.state.variables.get('IFS') ?? ' \t\n'
    for (const piece of pieces) {
      if (piece.kind === 'fields') {
        for (const [k, field] of piece.fields.entries()) {
          if (k > 0) end()
          current = (current ?? '') + field
        }
      } else if (!piece.split) {
        if (piece.text !== '' || piece.quoted) current = (current ?? '') + piece.text
      } else {
        for (const character of piece.text) {
          if (!separators.includes(character)) current = (current ?? '') + character
          else if (character.trim() === '') end()
          else {
            current ??= ''
            end()
          }
        }
      }
    }
    end()
    return fields
  }
}

function changeCase(value: string, operator: '^' | '^^' | ',' | ',,'): string {
  const change = (text: string): string => (operator.startsWith('^') ? text.toUpperCase() : text.toLowerCase())
  return operator.length === 2 ? change(value) : change(value.slice(0, 1)) + value.slice(1)
}

/** Every way to choose one alternative of each pair of braces, leftmost slowest. */
function spreadBraces(parts: readonly WordPart[]): readonly (readonly WordPart[])[] {
  const at = parts.findIndex((part) => part.kind === 'brace')
  const brace = parts[at]
  if (brace?.kind !== 'brace') return [parts]
  const tails = spreadBraces(parts.slice(at + 1))
  return brace.alternatives.flatMap((text) =>
    tails.map((tail) => [...parts.slice(0, at), { kind: 'text' as const, text, quoted: false }, ...tail]),
  )
}
