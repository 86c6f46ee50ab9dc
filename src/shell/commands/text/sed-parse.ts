/** Reads a sed script as GNU sed does. */
import { CommandError } from '../command-error.ts'
import type { PosixRegExp } from '../../regexp/regexp.ts'
import { posixRegExp } from './regexp.ts'
import type { SedAction, SedAddress, SedCommand, SedRangeEnd, SedScript } from './sed-script.ts'
import { escapes, faultOf, replacementParts } from './sed-words.ts'

/** A piece of script, from one -e or -f; `name` is how complaints call it. */
export interface SedPiece {
  readonly name: string
  readonly text: string
}

/** Reads all pieces as one script. Throws CommandError in sed's words. */
export function parseSed(pieces: readonly SedPiece[], extended: boolean): SedScript {
  const parser = new SedParser(pieces, extended)
  parser.all()
  return parser.finish()
}

const PLAIN_VERBS = 'dDgGhHnNpPxzF='
const ONE_ADDRESS = 'iaqQr='

class SedParser {
  readonly #script: string
  readonly #pieces: readonly SedPiece[]
  readonly #extended: boolean
  readonly #commands: (SedCommand & { action: SedAction })[] = []
  readonly #labels = new Map<string, number>()
  /** Places of the blocks that are open. */
  readonly #open: number[] = []
  #at = 0

  constructor(pieces: readonly SedPiece[], extended: boolean) {
    this.#pieces = pieces
    this.#script = pieces.map(({ text }) => text).join('\n')
    this.#extended = extended
  }

  all(): void {
    for (;;) {
      while (/[\s;]/.test(this.#peek())) this.#at++
      if (this.#at >= this.#script.length) return
      this.#command()
    }
  }

  finish(): SedScript {
    if (this.#open.length > 0) throw this.#wrong("unmatched `{'", 0)
    for (const { action } of this.#commands)
      if ('label' in action && action.label !== '' && !this.#labels.has(action.label))
        throw new CommandError(`sed: can't find label for jump to \`${action.label}'`, 4)
    return { commands: this.#commands, labels: this.#labels, isSilent: /^#n(\n|$)/.test(this.#script) }
  }

  #peek(): string {
    return this.#script[this.#at] ?? ''
  }

  #blanks(): void {
    while (/[ \t]/.test(this.#peek())) this.#at++
  }

  #command(): void {
    const from = this.#address()
    const to = from === undefined ? undefined : this.#rangeEnd()
    this.#blanks()
    let negated = false
    while (this.#peek() === '!') {
      negated = true
      this.#at++
      this.#blanks()
    }
    const verb = this.#peek()
    this.#at++
    if (verb === '') throw this.#wrong('missing command')
    if (from?.kind === 'line' && from.number === 0 && to?.kind !== 'pattern')
      throw this.#wrong('invalid usage of line address 0')
    if (to !== undefined && ONE_ADDRESS.includes(verb) && (verb === 'q' || verb === 'Q'))
      throw this.#wrong('command only uses one address')
    if (verb === '#') {
      if (from !== undefined) throw this.#wrong("comments don't accept any addresses")
      this.#restOfLine()
      return
    }
    const action = this.#action(verb, from !== undefined)
    this.#commands.push({ from, to, negated, action })
  }

  #action(verb: string, hasAddress: boolean): SedAction {
    if (PLAIN_VERBS.includes(verb)) {
      this.#end()
      return { verb: verb as 'd' }
    }
    switch (verb) {
      case '{':
        this.#open.push(this.#commands.length)
        return { verb, end: -1 }
      case '}':
        return this.#closeBlock(hasAddress)
      case ':':
        return this.#label(hasAddress)
      case 'l':
      case 'q':
      case 'Q': {
        this.#blanks()
        const digits = /^\d*/.exec(this.#script.slice(this.#at))?.[0] ?? ''
        this.#at += digits.length
        this.#end()
        return { verb, number: digits === '' ? undefined : Number(digits) }
      }
      case 'a':
      case 'i':
      case 'c':
        return { verb, text: this.#text() }
      case 'b':
      case 't':
      case 'T':
        this.#blanks()
        return { verb, label: this.#upTo(/[;}\s]/) }
      case 'r':
      case 'R':
      case 'w':
      case 'W':
        return { verb, file: this.#fileName() }
      case 's':
        return this.#substitution()
      case 'y':
        return this.#transliteration()
      default:
        throw this.#wrong(`unknown command: \`${verb}'`)
    }
  }

  #closeBlock(hasAddress: boolean): SedAction {
    const start = this.#open.pop()
    if (start === undefined) throw this.#wrong("unexpected `}'")
    if (hasAddress) throw this.#wrong("} doesn't want any addresses")
    const block = this.#commands[start]
    if (block !== undefined) block.action = { verb: '{', end: this.#commands.length }
    this.#end()
    return { verb: '}' }
  }

  #label(hasAddress: boolean): SedAction {
    if (hasAddress) throw this.#wrong(": doesn't want any addresses")
    this.#blanks()
    const name = this.#upTo(/[;\s]/)
    if (name === '') throw this.#wrong('":" lacks a label')
    this.#labels.set(name, this.#commands.length)
    return { verb: ':' }
  }

  /** Nothing but a blank, a semicolon, a comment or a closing brace may follow. */
  #end(): void {
    this.#blanks()
    const next = this.#peek()
    if (next === '' || next === '\n' || next === ';') {
      this.#at++
      return
    }
    if (next !== '}' && next !== '#') {
      this.#at++
      throw this.#wrong('extra characters after command')
    }
  }

  #upTo(stop: RegExp): string {
    const from = this.#at
    while (this.#at < this.#script.length && !stop.test(this.#peek())) this.#at++
    return this.#script.slice(from, this.#at)
  }

  #restOfLine(): string {
    const text = this.#upTo(/\n/)
    this.#at++
    return text
  }

  #fileName(): string {
    this.#blanks()
    const name = this.#restOfLine()
    if (name === '') throw this.#wrong('missing filename in r/R/w/W commands')
    return name
  }

  /** The text of a, i, c: `a text`, or `a\` and lines of which all but the last end in a backslash (read_text). */
  #text(): string {
    this.#blanks()
    if (this.#at >= this.#script.length) throw this.#wrong("expected \\ after `a', `c' or `i'")
    if (this.#peek() === '\\') {
      this.#at++
      this.#blanks()
      if (this.#peek() === '\n') this.#at++
    }
    let text = ''
    for (; this.#at < this.#script.length; this.#at++) {
      const character = this.#peek()
      if (character === '\n') break
      if (character === '\\') {
        this.#at++
        text += this.#peek() === 't' && text !== '' ? '\t' : this.#peek()
      } else text += character
    }
    this.#at++
    return `${text}\n`
  }

  #address(): SedAddress | undefined {
    const character = this.#peek()
    if (character === '$') {
      this.#at++
      return { kind: 'last' }
    }
    if (character === '/' || character === '\\') {
      if (character === '\\') this.#at++
      const delimiter = this.#peek()
      this.#at++
      const source = this.#until(delimiter, 'unterminated address regex', 'pattern')
      const flags = /^[IM]*/.exec(this.#script.slice(this.#at))?.[0] ?? ''
      this.#at += flags.length
      return { kind: 'pattern', pattern: this.#regExp(source, flags) }
    }
    const number = this.#number()
    if (number === undefined) return undefined
    if (this.#peek() !== '~') return { kind: 'line', number }
    this.#at++
    return { kind: 'step', first: number, step: this.#number() ?? 0 }
  }

  #number(): number | undefined {
    const digits = /^\d+/.exec(this.#script.slice(this.#at))?.[0]
    if (digits === undefined) return undefined
    this.#at += digits.length
    return Number(digits)
  }

  #rangeEnd(): SedRangeEnd | undefined {
    const before = this.#at
    this.#blanks()
    if (this.#peek() !== ',') {
      this.#at = before
      return undefined
    }
    this.#at++
    this.#blanks()
    const sign = this.#peek()
    if (sign === '+' || sign === '~') {
      this.#at++
      const number = this.#number()
      if (number === undefined) throw this.#wrong('expected number after +/~')
      return sign === '+' ? { kind: 'further', lines: number } : { kind: 'multiple', of: number }
    }
    const end = this.#address()
    if (end === undefined) throw this.#wrong("unexpected `,'")
    return end
  }

  #regExp(source: string, flags: string): PosixRegExp | undefined {
    if (source === '') return undefined
    try {
      // Other tools take a closing bracket too many for itself.
      if (this.#extended && faultOf(source, true) === 'Unmatched ) or \\)') throw new CommandError('sed: ', 2)
      return posixRegExp(escapes(source), {
        extended: this.#extended,
        ignoreCase: /[iI]/.test(flags),
        multiline: /[mM]/.test(flags),
        who: 'sed',
      })
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      throw this.#wrong(faultOf(source, this.#extended))
    }
  }

  #substitution(): SedAction {
    const delimiter = this.#peek()
    this.#at++
    const source = this.#until(delimiter, "unterminated `s' command", 'pattern')
    const replacement = replacementParts(this.#until(delimiter, "unterminated `s' command", 'replacement'))
    let [flags, which, file] = ['', 1, undefined as string | undefined]
    for (;;) {
      const flag = this.#peek()
      if (/[gpiIemM]/.test(flag)) {
        flags += flag
        this.#at++
      } else if (/\d/.test(flag)) {
        which = this.#number() ?? 1
        if (which === 0) throw this.#wrong("number option to `s' command may not be zero")
      } else if (flag === 'w') {
        this.#at++
        file = this.#fileName()
        break
      } else {
        this.#endOfFlags()
        break
      }
    }
    if (flags.includes('e')) throw new CommandError('sed: the e flag is not part of vethlab.', 1)
    const [all, print] = [flags.includes('g'), flags.includes('p')]
    return { verb: 's', pattern: this.#regExp(source, flags), replacement, which, all, print, file }
  }

  #endOfFlags(): void {
    const next = this.#peek()
    if (next !== '' && !/[\s;}#]/.test(next)) {
      this.#at++
      throw this.#wrong("unknown option to `s'")
    }
    this.#end()
  }

  #transliteration(): SedAction {
    const delimiter = this.#peek()
    this.#at++
    const plain = (text: string): string[] =>
      Array.from(text.replace(/\\(.)/gs, (_, next: string) => (next === 'n' ? '\n' : next === 't' ? '\t' : next)))
    const from = plain(this.#until(delimiter, "unterminated `y' command", 'letters'))
    const to = plain(this.#until(delimiter, "unterminated `y' command", 'letters'))
    if (from.length !== to.length) throw this.#wrong("strings for `y' command are different lengths")
    this.#end()
    return { verb: 'y', map: new Map(from.map((character, k) => [character, to[k] ?? ''])) }
  }

  /** The text up to the delimiter, which a backslash before it takes its meaning away; in a set of a pattern it has none. */
  #until(delimiter: string, complaint: string, what: 'pattern' | 'replacement' | 'letters'): string {
    const [isPattern, isReplacement] = [what === 'pattern', what === 'replacement']
    let text = ''
    for (; this.#at < this.#script.length; this.#at++) {
      const character = this.#peek()
      if (character === delimiter) {
        this.#at++
        return text
      }
      if (character === '\n' && !isReplacement) break
      const set = isPattern ? /^\[\^?\]?[^\]]*(?:\]|$)/.exec(this.#script.slice(this.#at))?.[0] : undefined
      if (set !== undefined) {
        text += set
        this.#at += set.length - 1
        continue
      }
      if (character !== '\\') {
        text += character
        continue
      }
      this.#at++
      const next = this.#peek()
      text += next === delimiter && !(isReplacement && next === '&') ? next : `\\${next}`
    }
    throw this.#wrong(complaint)
  }

  #wrong(what: string, at = this.#at): CommandError {
    let before = 0
    for (const { name, text } of this.#pieces) {
      if (at <= before + text.length || name === this.#pieces.at(-1)?.name)
        return new CommandError(`sed: ${name}, char ${Math.max(0, Math.min(at - before, text.length))}: ${what}`, 1)
      before += text.length + 1
    }
    return new CommandError(`sed: ${what}`, 1)
  }
}
