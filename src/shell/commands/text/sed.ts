/** `sed` with what scripts about networks use: s, d, p, q, with line numbers, `$` and /patterns/ as addresses. */
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'
import { posixRegExp } from './regexp.ts'

type Address =
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }

interface Instruction {
  readonly from: Address | undefined
  readonly to: Address | undefined
  readonly negated: boolean
  readonly verb: 's' | 'd' | 'p' | 'q'
  readonly pattern: RegExp | undefined
  readonly replacement: string
  readonly print: boolean
  /** Which match to replace; 0 for all. */
  readonly which: number
  isInside: boolean
}

export const sed = command('sed', 'edit lines', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'nEre:su', { quiet: 'n' })
  if (problem !== undefined) return ctx.fail(`sed: ${problem}`)
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  const files = [...operands]
  const scripts = options.flatMap(([letter, value]) => (letter === 'e' ? [value] : []))
  if (scripts.length === 0) {
    const script = files.shift()
    if (script === undefined) return ctx.fail('Usage: sed [OPTION]... {script} [file]...')
    scripts.push(script)
  }
  const instructions = scripts.flatMap((script) => new Parser(script, has('E') || has('r')).all())
  const reader = new LineReader(ctx, 'sed', files)
  let next = await reader.next()
  for (let number = 1; next !== undefined; number++) {
    const line = next
    next = await reader.next()
    const result = edit(line, instructions, number, next === undefined)
    await ctx.out(result.printed.map((text) => `${text}\n`).join(''))
    if (!has('n') && result.line !== undefined) await ctx.out(`${result.line}\n`)
    if (result.quits) break
  }
  return reader.status
})

function edit(
  line: string,
  instructions: readonly Instruction[],
  number: number,
  isLast: boolean,
): { readonly line: string | undefined; readonly printed: readonly string[]; readonly quits: boolean } {
  let text = line
  const printed: string[] = []
  for (const instruction of instructions) {
    if (applies(instruction, text, number, isLast) === instruction.negated) continue
    if (instruction.verb === 'd') return { line: undefined, printed, quits: false }
    if (instruction.verb === 'q') return { line: text, printed, quits: true }
    if (instruction.verb === 'p') printed.push(text)
    else {
      const changed = substitute(text, instruction)
      if (changed !== undefined) {
        text = changed
        if (instruction.print) printed.push(text)
      }
    }
  }
  return { line: text, printed, quits: false }
}

function matches(address: Address, text: string, number: number, isLast: boolean): boolean {
  if (address.kind === 'line') return address.number === number
  return address.kind === 'last' ? isLast : address.pattern.test(text)
}

function applies(instruction: Instruction, text: string, number: number, isLast: boolean): boolean {
  const { from, to } = instruction
  if (from === undefined) return true
  if (to === undefined) return matches(from, text, number, isLast)
  if (instruction.isInside) {
    const ends = to.kind === 'line' ? number >= to.number : matches(to, text, number, isLast)
    instruction.isInside = !ends
    return to.kind !== 'line' || number <= to.number
  }
  if (!matches(from, text, number, isLast)) return false
  instruction.isInside = !(to.kind === 'line' && number >= to.number)
  return true
}

/** The text with the matches replaced, or undefined if there was none. */
function substitute(text: string, { pattern, replacement, which }: Instruction): string | undefined {
  let count = 0
  let changes = 0
  const result = text.replace(pattern!, (...match: (string | number | undefined)[]) => {
    count += 1
    if (which !== 0 && count !== which) return String(match[0])
    changes += 1
    return replacement.replace(/\\(.)|&/gs, (whole, escaped?: string) => {
      if (whole === '&') return String(match[0])
      if (escaped === undefined) return ''
      if (/\d/.test(escaped)) return String(match[Number(escaped)] ?? '')
      return escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped
    })
  })
  return changes > 0 ? result : undefined
}

class Parser {
  readonly #script: string
  readonly #extended: boolean
  #at = 0

  constructor(script: string, extended: boolean) {
    this.#script = script
    this.#extended = extended
  }

  all(): Instruction[] {
    const instructions: Instruction[] = []
    for (;;) {
      while (/[\s;]/.test(this.#script[this.#at] ?? '')) this.#at += 1
      if (this.#at >= this.#script.length) return instructions
      instructions.push(this.#one())
    }
  }

  #one(): Instruction {
    const from = this.#address()
    let to: Address | undefined
    if (from !== undefined && this.#script[this.#at] === ',') {
      this.#at += 1
      to = this.#address()
    }
    while (this.#script[this.#at] === ' ') this.#at += 1
    const negated = this.#script[this.#at] === '!'
    if (negated) this.#at += 1
    const verb = this.#script[this.#at++]
    const base = { from, to, negated, isInside: false }
    if (verb === 'd' || verb === 'p' || verb === 'q') {
      return { ...base, verb, pattern: undefined, replacement: '', print: false, which: 0 }
    }
    if (verb !== 's') throw this.#wrong(`unknown command: \`${verb ?? ''}'`)
    const delimiter = this.#script[this.#at++] ?? '/'
    const source = this.#until(delimiter)
    const replacement = this.#until(delimiter)
    const flags = /^[gpiI0-9]*/.exec(this.#script.slice(this.#at))![0]
    this.#at += flags.length
    const which = flags.includes('g') ? 0 : Number(/\d+/.exec(flags)?.[0] ?? 1)
    const options = { extended: this.#extended, flags: /i/i.test(flags) ? 'gi' : 'g', who: 'sed' }
    return { ...base, verb, pattern: posixRegExp(source, options), replacement, print: flags.includes('p'), which }
  }

  #address(): Address | undefined {
    const character = this.#script[this.#at]
    if (character === '$') {
      this.#at += 1
      return { kind: 'last' }
    }
    if (character === '/') {
      this.#at += 1
      return { kind: 'pattern', pattern: posixRegExp(this.#until('/'), { extended: this.#extended, who: 'sed' }) }
    }
    const digits = /^\d+/.exec(this.#script.slice(this.#at))?.[0]
    if (digits === undefined) return undefined
    this.#at += digits.length
    return { kind: 'line', number: Number(digits) }
  }

  /** The text up to the delimiter; a backslash before the delimiter takes its meaning away. */
  #until(delimiter: string): string {
    let text = ''
    for (; this.#at < this.#script.length; this.#at++) {
      const character = this.#script[this.#at]!
      if (character === delimiter) {
        this.#at += 1
        return text
      }
      if (character === '\\' && this.#script[this.#at + 1] === delimiter) {
        this.#at += 1
        text += delimiter
      } else if (character === '\\') {
        text += character + (this.#script[++this.#at] ?? '')
      } else text += character
    }
    throw this.#wrong(`unterminated \`s' command`)
  }

  #wrong(what: string): CommandError {
    return new CommandError(`sed: -e expression #1, char ${this.#at}: ${what}`, 1)
  }
}
