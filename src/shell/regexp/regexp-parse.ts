/** Reads a regular expression of POSIX with what GNU adds: `\w`, `\b`, `\<`, back references, and `\+ \? \|` in basic ones. */
import { setTest } from './regexp-set.ts'
import type { CharacterTest } from './regexp-set.ts'

export type Assertion = 'start' | 'end' | 'boundary' | 'inside' | 'word-start' | 'word-end' | 'text-start' | 'text-end'

/** An expression as a tree. */
export type RegExpNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'group'; readonly number: number; readonly body: RegExpNode }
  | { readonly kind: 'sequence'; readonly parts: readonly RegExpNode[] }
  | { readonly kind: 'choice'; readonly choices: readonly RegExpNode[] }
  | { readonly kind: 'repeat'; readonly body: RegExpNode; readonly least: number; readonly most: number }
  | { readonly kind: 'reference'; readonly number: number }

/** What is wrong with an expression, in the words of GNU's library. */
export class RegExpFault extends Error {
  override readonly name = 'RegExpFault'
}

export interface RegExpSyntax {
  /** In basic expressions `( ) { } + ? |` are ordinary and get their meaning from a backslash; in extended ones the reverse. */
  readonly extended: boolean
  readonly ignoreCase: boolean
  /** A backslash in a bracket expression is no ordinary character (awk). */
  readonly escapesInSets: boolean
}

export interface ParsedRegExp {
  readonly node: RegExpNode
  readonly groupCount: number
  readonly hasReferences: boolean
}

/** Linux: RE_DUP_MAX of the C library. */
const REPEAT_MAX = 32_767

/** Parses; throws `RegExpFault`. */
export function parseRegExp(source: string, syntax: RegExpSyntax): ParsedRegExp {
  return new RegExpParser(source, syntax).whole()
}

const CONTROL: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\u0007' }
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  b: 'boundary',
  B: 'inside',
  '<': 'word-start',
  '>': 'word-end',
  '`': 'text-start',
  "'": 'text-end',
}
const CLASSES: Readonly<Record<string, string>> = {
  w: '[_[:alnum:]]',
  W: '[^_[:alnum:]]',
  s: '[[:space:]]',
  S: '[^[:space:]]',
}

class RegExpParser {
  readonly #source: string
  readonly #syntax: RegExpSyntax
  #at = 0
  #groups = 0
  #depth = 0
  #hasReferences = false

  constructor(source: string, syntax: RegExpSyntax) {
    this.#source = source
    this.#syntax = syntax
  }

  whole(): ParsedRegExp {
    const node = this.#choice()
    if (this.#at < this.#source.length) throw new RegExpFault('Unmatched ) or \\)')
    return { node, groupCount: this.#groups, hasReferences: this.#hasReferences }
  }

  /** The sign here if it has its special meaning in this syntax: `(` or `\(`. */
  #special(): string | undefined {
    const character = this.#source[this.#at]
    if (this.#syntax.extended) return character !== undefined && '(){}+?|*'.includes(character) ? character : undefined
    if (character === '*') return '*'
    const next = this.#source[this.#at + 1]
    return character === '\\' && next !== undefined && '(){}+?|'.includes(next) ? next : undefined
  }

  #skip(sign: string): void {
    this.#at += this.#syntax.extended || sign === '*' ? 1 : 2
  }

  #choice(): RegExpNode {
    const choices = [this.#sequence()]
    while (this.#special() === '|') {
      this.#skip('|')
      choices.push(this.#sequence())
    }
    return choices.length === 1 ? choices[0]! : { kind: 'choice', choices }
  }

  #sequence(): RegExpNode {
    const parts: RegExpNode[] = []
    while (this.#at < this.#source.length) {
      const special = this.#special()
      if (special === '|') break
      // A closing bracket too many is an ordinary one to an extended expression.
      if (special === ')' && (this.#depth > 0 || !this.#syntax.extended)) break
      const atom = this.#atom(special, parts.length === 0)
      parts.push(this.#repeated(atom))
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
  }

  #atom(special: string | undefined, isFirst: boolean): RegExpNode {
    const character = this.#source[this.#at]!
    if (special === '(') return this.#group()
    // At the beginning there is nothing that could be repeated.
    if (special !== undefined && special !== '{' && special !== '}') {
      this.#skip(special)
      return this.#literal(special)
    }
    if (character === '^' && (this.#syntax.extended || isFirst)) return this.#assertion('start', 1)
    if (character === '$' && (this.#syntax.extended || this.#isEndOfPart())) return this.#assertion('end', 1)
    if (character === '[') return this.#set()
    if (character === '\\') return this.#escape()
    this.#at += 1
    return character === '.' ? { kind: 'character', test: () => true } : this.#literal(character)
  }

  /** Whether a `$` here ends the expression or a part of it. */
  #isEndOfPart(): boolean {
    const rest = this.#source.slice(this.#at + 1)
    return rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|')
  }

  #group(): RegExpNode {
    this.#skip('(')
    const number = ++this.#groups
    this.#depth += 1
    const body = this.#choice()
    this.#depth -= 1
    if (this.#special() !== ')') throw new RegExpFault('Unmatched ( or \\(')
    this.#skip(')')
    return { kind: 'group', number, body }
  }

  #repeated(atom: RegExpNode): RegExpNode {
    let body = atom
    for (;;) {
      const special = this.#special()
      // Behind the `^` of a basic expression a star is an ordinary character.
      const isAnchored = !this.#syntax.extended && atom.kind === 'assertion' && atom.what === 'start'
      if (isAnchored && special === '*') return body
      const range = special === '{' ? this.#range() : undefined
      if (range !== undefined) body = { kind: 'repeat', body, ...range }
      else if (special === '*' || special === '+' || special === '?') {
        this.#skip(special)
        body = {
          kind: 'repeat',
          body,
          least: special === '+' ? 1 : 0,
          most: special === '?' ? 1 : Number.POSITIVE_INFINITY,
        }
      } else return body
    }
  }

  /** `{2,5}`; undefined where an extended expression has an ordinary brace. */
  #range(): { readonly least: number; readonly most: number } | undefined {
    const width = this.#syntax.extended ? 1 : 2
    const match = /^(\d*)(,?)(\d*)(\\?)\}/.exec(this.#source.slice(this.#at + width))
    const isRange =
      match !== null && (match[4] === '\\') === !this.#syntax.extended && (match[1] !== '' || match[2] !== '')
    if (!isRange) {
      if (this.#syntax.extended) return undefined
      throw new RegExpFault(this.#source.includes('\\}', this.#at) ? 'Invalid content of \\{\\}' : 'Unmatched \\{')
    }
    const least = Number(match[1])
    const most = match[2] === '' ? least : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3])
    if (most < least) throw new RegExpFault('Invalid content of \\{\\}')
    if (least > REPEAT_MAX || (most > REPEAT_MAX && Number.isFinite(most)))
      throw new RegExpFault('Regular expression too big')
    this.#at += width + match[0].length
    return { least, most }
  }

  #set(): RegExpNode {
    const { test, end } = setTest(this.#source, this.#at, this.#syntax)
    if (end === undefined) throw new RegExpFault('Unmatched [, [^, [:, [., or [=')
    this.#at = end
    return { kind: 'character', test }
  }

  #escape(): RegExpNode {
    const next = this.#source[this.#at + 1]
    if (next === undefined) throw new RegExpFault('Trailing backslash')
    const what = ASSERTIONS[next]
    if (what !== undefined) return this.#assertion(what, 2)
    const set = CLASSES[next]
    this.#at += 2
    if (set !== undefined) return { kind: 'character', test: setTest(set, 0, this.#syntax).test }
    if (/[1-9]/.test(next)) {
      if (Number(next) > this.#groups) throw new RegExpFault('Invalid back reference')
      this.#hasReferences = true
      return { kind: 'reference', number: Number(next) }
    }
    return this.#literal(CONTROL[next] ?? next)
  }

  #assertion(what: Assertion, length: number): RegExpNode {
    this.#at += length
    return { kind: 'assertion', what }
  }

  #literal(character: string): RegExpNode {
    if (!this.#syntax.ignoreCase) return { kind: 'character', test: (other) => other === character }
    const lower = character.toLowerCase()
    return { kind: 'character', test: (other) => other.toLowerCase() === lower }
  }
}
