/** Expansion of words: variables, command substitution, arithmetic, braces, `~`, splitting into fields, and names of files. */
import type { Script, Word, WordPart } from '../syntax/ast.ts'
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts'
import { matchingPaths } from './file-names.ts'
import { expandParameter, parameterValue, type Piece } from './parameters.ts'
import { hasPattern, literalPattern } from './pattern.ts'
import { ArithmeticFailure, ExpansionError, type Shell } from './state.ts'

/** What expansion asks of the part that runs commands; passed in because each needs the other. */
export interface Substitutions {
  /** Runs a script and gives what it printed. */
  output(shell: Shell, script: Script): Promise<string>
  /** Starts a script beside the command and gives the path of its other end. */
  process(shell: Shell, script: Script, direction: 'read' | 'write'): Promise<string>
}

/** A field while it is put together: what it says, and the same as a pattern. */
interface Field {
  text: string
  pattern: string
}

/** A text that is longer, or a list with more words, comes of something that doubles without end. */
const MOST_CHARACTERS = 1_000_000
const MOST_FIELDS = 100_000

export class Expander {
  readonly #shell: Shell
  readonly #substitutions: Substitutions

  constructor(shell: Shell, substitutions: Substitutions) {
    this.#shell = shell
    this.#substitutions = substitutions
  }

  /** The fields of words, as arguments of a command. */
  async fields(words: readonly Word[]): Promise<string[]> {
    const fields: string[] = []
    for (const word of words) {
      for (const parts of spreadBraces(word.parts)) {
        for (const field of this.#split(await this.pieces(parts))) fields.push(...this.#fileNames(field))
        if (fields.length > MOST_FIELDS) throw new ExpansionError('Argument list too long')
      }
    }
    return fields
  }

  /** Fields, but a word that assigns stays whole: the arguments of `declare`, `local`, `export`. */
  async declarationFields(words: readonly Word[]): Promise<string[]> {
    const fields: string[] = []
    for (const word of words) {
      if (word.isAssignment === true) fields.push(await this.text(word))
      else fields.push(...(await this.fields([word])))
    }
    return fields
  }

  /** The word as one text, without splitting: assignments, redirections, `case`. */
  async text(word: Word): Promise<string> {
    const pieces = await this.pieces(word.parts)
    const text = pieces.map((piece) => (piece.kind === 'text' ? piece.text : piece.fields.join(' '))).join('')
    if (text.length > MOST_CHARACTERS) throw new ExpansionError(`xmalloc: cannot allocate ${text.length} bytes`)
    return text
  }

  /** The word as a pattern: what was quoted stands for itself. */
  async pattern(word: Word): Promise<string> {
    return (await this.pieces(word.parts)).map(piecePattern).join('')
  }

  /** The word as a regular expression of `[[ =~ ]]`: what was quoted stands for itself. */
  async regularExpression(word: Word): Promise<string> {
    const pieces = await this.pieces(word.parts)
    return pieces
      .map((piece) => {
        if (piece.kind === 'fields') return piece.fields.join(' ')
        return piece.quoted ? piece.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : piece.text
      })
      .join('')
  }

  /** The value of an arithmetic expression. */
  async number(word: Word): Promise<bigint> {
    return evaluateNumber(this.#shell, await this.text(word))
  }

  async pieces(parts: readonly WordPart[]): Promise<Piece[]> {
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
        return this.pieces(part.alternatives[0] ?? [])
      case 'command': {
        const text = (await this.#substitutions.output(this.#shell, part.script)).replace(/\n+$/, '')
        return [{ kind: 'text', text, quoted: part.quoted, split: !part.quoted }]
      }
      case 'process': {
        const path = await this.#substitutions.process(this.#shell, part.script, part.direction)
        return [{ kind: 'text', text: path, quoted: true, split: false }]
      }
      case 'arithmetic': {
        const text = String(await this.number(part.expression))
        return [{ kind: 'text', text, quoted: part.quoted, split: false }]
      }
      case 'parameter':
        return expandParameter(this.#shell, this, part)
    }
  }

  #tilde(text: string): string {
    const match = /^~(root)?(?=\/|$)/.exec(text)
    if (match === null) return text
    const home = match[1] === undefined ? (this.#shell.state.variables.get('HOME') ?? '/root') : '/root'
    return home + text.slice(match[0].length)
  }

  /** The names of files that a field matches, or the field itself. */
  #fileNames({ text, pattern }: Field): readonly string[] {
    const { options, shopt, cwd } = this.#shell.state
    if (options.noglob || !hasPattern(pattern)) return [text]
    const names = matchingPaths(this.#shell.ctx.with({ cwd }), pattern)
    return names.length > 0 || shopt.has('nullglob') ? names : [text]
  }

  /** Joins pieces to fields: unquoted expansions split at the characters of IFS. */
  #split(pieces: readonly Piece[]): Field[] {
    const fields: Field[] = []
    let current: Field | undefined
    const add = (text: string, pattern: string): void => {
      current ??= { text: '', pattern: '' }
      current.text += text
      current.pattern += pattern
    }
    const end = (): void => {
      if (current !== undefined) fields.push(current)
      current = undefined
    }
    const separators = this.#shell.state.variables.get('IFS') ?? ' \t\n'
    for (const piece of pieces) {
      if (piece.kind === 'fields') {
        for (const [k, field] of piece.fields.entries()) {
          if (k > 0) end()
          add(field, literalPattern(field))
        }
      } else if (!piece.split) {
        if (piece.text !== '' || piece.quoted) add(piece.text, piecePattern(piece))
      } else {
        for (const character of piece.text) {
          if (!separators.includes(character)) add(character, character === '\\' ? '\\\\' : character)
          else if (character.trim() === '') end()
          else {
            add('', '')
            end()
          }
        }
      }
    }
    end()
    return fields
  }
}

function piecePattern(piece: Piece): string {
  if (piece.kind === 'fields') return literalPattern(piece.fields.join(' '))
  return piece.quoted ? literalPattern(piece.text) : piece.text
}

/** The value of an expression whose words have been expanded. Elements of arrays are `name[…]`. */
export function evaluateNumber(shell: Shell, text: string): bigint {
  const { variables } = shell.state
  try {
    return evaluateArithmetic(text, {
      get: (name, key) => {
        if (key === undefined) return parameterValue(shell, name)
        return variables.elements(name).find(([other]) => other === key)?.[1]
      },
      set: (name, value, key) => {
        if (key === undefined) variables.set(name, value)
        else variables.makeArray(name).items.set(key, value)
      },
      isAssociative: (name) => variables.isAssociative(name),
    })
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ArithmeticFailure(error.message)
    throw error
  }
}

/** Every way to choose one alternative of each pair of braces, leftmost slowest. */
function spreadBraces(parts: readonly WordPart[]): readonly (readonly WordPart[])[] {
  const at = parts.findIndex((part) => part.kind === 'brace')
  const brace = parts[at]
  if (brace?.kind !== 'brace') return [parts]
  const tails = spreadBraces(parts.slice(at + 1))
  if (tails.length * brace.alternatives.length > MOST_FIELDS) throw new ExpansionError('Argument list too long')
  return brace.alternatives.flatMap((alternative) => {
    const middles = spreadBraces(alternative)
    return middles.flatMap((middle) => tails.map((tail) => [...parts.slice(0, at), ...middle, ...tail]))
  })
}
