/** `-m u32`: numbers of 32 bits anywhere in a packet. Linux tools: libxt_u32.c. */
import type { U32Test } from '../../../contract/firewall.ts'
import { option, type MatchExtension } from './option.ts'
import { ParameterProblem } from './problem.ts'

/** Linux: XT_U32_MAXSIZE, of tests, of their steps and of their ranges. */
const MAX_COUNT = 10
const OPERATORS = ['&', '<<', '>>', '@'] as const

export const u32: MatchExtension = {
  name: 'u32',
  options: [option('u32')],
  make(given) {
    const wanted = given.need('u32', 'u32')
    return { kind: 'u32', not: wanted.not, tests: new U32Reader(wanted.values[0] ?? '').tests() }
  },
}

/** Reads `6&0xFF=1 && 4&0x3FFF=0`. */
class U32Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  tests(): readonly U32Test[] {
    const tests: U32Test[] = []
    do {
      if (tests.length === MAX_COUNT) throw wrong('at char', this.#at, `too many "&&"s`)
      tests.push({ steps: this.#steps(), ranges: this.#ranges() })
    } while (this.#accept('&&'))
    if (this.#at < this.#text.length) throw wrong('at char', this.#at, 'expected "," or "&&"')
    return tests
  }

  /** Where to look: a place, and what is done with the number there, up to the `=`. */
  #steps(): U32Test['steps'] {
    this.#refuseEnd()
    const steps: U32Test['steps'][number][] = [{ operator: 'read', number: this.#number() }]
    for (;;) {
      this.#refuseEnd()
      if (this.#accept('=')) return steps
      const operator = OPERATORS.find((sign) => this.#accept(sign))
      if (operator === undefined) throw wrong('at char', this.#at, 'operator expected')
      if (steps.length === MAX_COUNT) throw wrong('at char', this.#at, 'too many operators')
      steps.push({ operator, number: this.#number() })
    }
  }

  #refuseEnd(): void {
    this.#blanks()
    if (this.#at === this.#text.length) throw new ParameterProblem('u32: abrupt end of input after location specifier')
  }

  /** The numbers that it may be. */
  #ranges(): U32Test['ranges'] {
    const ranges: U32Test['ranges'][number][] = []
    do {
      this.#blanks()
      if (ranges.length === 0 && this.#at === this.#text.length)
        throw new ParameterProblem('u32: test ended with no value specified')
      const from = this.#number()
      ranges.push({ from, to: this.#accept(':') ? this.#number() : from })
      if (ranges.length > MAX_COUNT) throw wrong('at char', this.#at, 'too many ","s')
    } while (this.#accept(','))
    return ranges
  }

  #number(): number {
    this.#blanks()
    const word = /^(?:0[xX][0-9a-fA-F]+|\d+)/.exec(this.#text.slice(this.#at))?.[0]
    const value = word === undefined ? Number.NaN : /^0\d/.test(word) ? Number.parseInt(word, 8) : Number(word)
    if (word === undefined || !(value <= 0xffff_ffff)) throw wrong('at char', this.#at, 'not a number or out of range')
    this.#at += word.length
    return value
  }

  #accept(sign: string): boolean {
    this.#blanks()
    if (!this.#text.startsWith(sign, this.#at)) return false
    // A single & is an operator, two of them begin the next test.
    if (sign === '&' && this.#text.startsWith('&&', this.#at)) return false
    this.#at += sign.length
    return true
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }
}

const wrong = (where: string, at: number, what: string): ParameterProblem =>
  new ParameterProblem(`u32: ${where} ${at}: ${what}`)
