/**
 * Regular expressions as grep, sed, awk and `[[ =~ ]]` have them: the leftmost match, and of those the longest. The time that a search
 * takes grows with the text and with the expression, and not with the ways in which they might go together; only back references have
 * no such bound, and end in a message.
 */
import { parseRegExp } from './regexp-parse.ts'
import type { Assertion } from './regexp-parse.ts'
import { compileRegExp } from './regexp-program.ts'
import type { Step } from './regexp-program.ts'

/** What was found: the whole, then the groups; a group that took no part is undefined. */
export type PosixMatch = readonly [string, ...(string | undefined)[]] & { readonly index: number }

/** An expression to search with. Where the search goes on is `lastIndex`, as in JavaScript. */
export interface PosixRegExp {
  lastIndex: number
  /** The next match from `lastIndex` on, which moves behind it; null, and 0, when there is none. */
  exec(text: string): PosixMatch | null
  /** Whether there is a match anywhere. */
  test(text: string): boolean
}

export interface PosixRegExpOptions {
  readonly extended: boolean
  readonly ignoreCase?: boolean
  /** `^` and `$` hold at every line of the text. */
  readonly multiline?: boolean
  readonly escapesInSets?: boolean
  /** The match must be a whole word or the whole text. */
  readonly only?: 'word' | 'line' | undefined
}

/** A search took more steps than any sensible one does. */
export class RegExpBudgetExceeded extends Error {
  override readonly name = 'RegExpBudgetExceeded'
}

/** Reads an expression. Throws `RegExpFault`. */
export function posixRegExpOf(source: string, options: PosixRegExpOptions): PosixRegExp {
  const { extended, ignoreCase = false, multiline = false, escapesInSets = false, only } = options
  const { node, groupCount, hasReferences } = parseRegExp(source, { extended, ignoreCase, escapesInSets })
  const { steps, start } = compileRegExp(node)
  return new CompiledRegExp({ steps, start, groupCount, hasReferences, multiline, only })
}

interface Compiled {
  readonly steps: readonly Step[]
  readonly start: number
  readonly groupCount: number
  readonly hasReferences: boolean
  readonly multiline: boolean
  readonly only: 'word' | 'line' | undefined
}

/** Steps for one text: far more than a search needs, and less than a second. */
const STEP_BUDGET = 20_000_000
/** Pairs of step and place that a search may remember; 8 MB. */
const MEMORY_BITS = 64_000_000

class CompiledRegExp implements PosixRegExp {
  lastIndex = 0
  readonly #compiled: Compiled

  constructor(compiled: Compiled) {
    this.#compiled = compiled
  }

  test(text: string): boolean {
    return new Search(this.#compiled, text).find(0) !== undefined
  }

  exec(text: string): PosixMatch | null {
    const slots = this.lastIndex > text.length ? undefined : new Search(this.#compiled, text).find(this.lastIndex)
    this.lastIndex = slots?.[1] ?? 0
    if (slots === undefined) return null
    const groups = Array.from({ length: this.#compiled.groupCount }, (_, at) => {
      const [from, to] = [slots[at * 2 + 2], slots[at * 2 + 3]]
      return from === undefined || to === undefined ? undefined : text.slice(from, to)
    })
    const whole: PosixMatch[0] = text.slice(slots[0], slots[1])
    return Object.assign([whole, ...groups] as const, { index: slots[0] ?? 0 })
  }
}

/** One text being searched. */
class Search {
  readonly #compiled: Compiled
  readonly #text: string
  #steps = 0

  constructor(compiled: Compiled, text: string) {
    this.#compiled = compiled
    this.#text = text
    if (compiled.steps.length * (text.length + 1) > MEMORY_BITS) throw new RegExpBudgetExceeded()
  }

  /** The places (begin and end of the whole, then of the groups) of the leftmost longest match at or behind `from`. */
  find(from: number): readonly (number | undefined)[] | undefined {
    const { hasReferences, only } = this.#compiled
    // Where the rest of the expression cannot match at a place, it cannot from another beginning either.
    const dead = new Uint8Array((this.#compiled.steps.length * (this.#text.length + 1)) / 8 + 1)
    for (let begin = from; begin <= this.#text.length; begin++) {
      if (hasReferences) {
        const slots = this.#longestByTrying(begin)
        if (slots !== undefined) return slots
        continue
      }
      // Where a match is not whole, what led to it may lead elsewhere from another beginning.
      if (this.#walk(begin, undefined, only === undefined ? dead : undefined) === undefined) continue
      const ends = this.#ends(begin).filter((end) => this.#isWhole(begin, end, only))
      const end = ends.at(-1)
      if (end === undefined) continue
      return this.#compiled.groupCount === 0 ? [begin, end] : this.#walk(begin, end, undefined)
    }
    return undefined
  }

  /** -w and -x of grep look at what stands around a match. */
  #isWhole(begin: number, end: number, only: 'word' | 'line' | undefined): boolean {
    if (only === 'line') return begin === 0 && end === this.#text.length
    return only !== 'word' || (!this.#isWord(begin - 1) && !this.#isWord(end))
  }

  #spend(): void {
    this.#steps += 1
    if (this.#steps > STEP_BUDGET) throw new RegExpBudgetExceeded()
  }

  /** Every end that a match from `begin` can have, in order: all ways at once, place by place. */
  #ends(begin: number): number[] {
    const { steps, start } = this.#compiled
    const ends: number[] = []
    let now = new Set<number>()
    this.#follow(start, begin, now)
    for (let at = begin; now.size > 0; at++) {
      const next = new Set<number>()
      const character = this.#text[at]
      for (const number of now) {
        const step = steps[number]!
        if (step.kind === 'match') ends.push(at)
        else if (step.kind === 'character' && character !== undefined && step.test(character))
          this.#follow(step.next, at + 1, next)
      }
      now = next
    }
    return ends
  }

  /** The steps that wait for a character, reached from one without taking any. */
  #follow(from: number, at: number, reached: Set<number>): void {
    const waiting = [from]
    const seen = reached
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      if (seen.has(number)) continue
      this.#spend()
      seen.add(number)
      const step = this.#compiled.steps[number]!
      if (step.kind === 'either') waiting.push(step.second, step.first)
      else if (step.kind === 'save') waiting.push(step.next)
      else if (step.kind === 'assertion' && this.#holds(step.what, at)) waiting.push(step.next)
    }
  }

  /**
   * A match from `begin` (that ends at `end`, where one is given) with its groups: the first way that leads there, remembering the places
   * that lead nowhere. With `dead` given they are remembered from one beginning to the next.
   */
  #walk(begin: number, end: number | undefined, dead: Uint8Array | undefined): (number | undefined)[] | undefined {
    const width = this.#text.length + 1
    const visited = dead ?? new Uint8Array((this.#compiled.steps.length * width) / 8 + 1)
    const wasHere = (number: number, at: number): boolean => {
      const bit = number * width + at
      const isMarked = ((visited[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
      visited[bit >> 3] = (visited[bit >> 3] ?? 0) | (1 << (bit & 7))
      return isMarked
    }
    return this.#try(begin, end, wasHere)
  }

  /** With back references the way to a place counts as well, so that nothing can be remembered. */
  #longestByTrying(begin: number): (number | undefined)[] | undefined {
    const first = this.#try(begin, undefined, () => false)
    if (first === undefined) return undefined
    for (let end = this.#text.length; end > (first[1] ?? 0); end--) {
      if (!this.#isWhole(begin, end, this.#compiled.only)) continue
      const longer = this.#try(begin, end, () => false)
      if (longer !== undefined) return longer
    }
    return this.#isWhole(begin, first[1] ?? 0, this.#compiled.only) ? first : undefined
  }

  #try(
    begin: number,
    end: number | undefined,
    wasHere: (number: number, at: number) => boolean,
  ): (number | undefined)[] | undefined {
    const slots: (number | undefined)[] = [begin]
    /** What is left to try: a step at a place, or a slot to be put back. */
    const stack: ({ number: number; at: number } | { slot: number; was: number | undefined })[] = [
      { number: this.#compiled.start, at: begin },
    ]
    for (let job = stack.pop(); job !== undefined; job = stack.pop()) {
      if ('slot' in job) {
        slots[job.slot] = job.was
        continue
      }
      let { number, at } = job
      for (;;) {
        this.#spend()
        const step = this.#compiled.steps[number]!
        if (step.kind === 'match') {
          if (end !== undefined && at !== end) break
          slots[1] = at
          return slots
        }
        if (wasHere(number, at)) break
        if (step.kind === 'either') {
          if (this.#compiled.hasReferences && step.isLoop === true) {
            // Whoever comes round without having taken a character would go round for ever.
            const slot = this.#loopSlot(number)
            if (slots[slot] === at) {
              number = step.second
              continue
            }
            stack.push({ slot, was: slots[slot] })
            slots[slot] = at
          }
          stack.push({ number: step.second, at })
          number = step.first
          continue
        }
        if (step.kind === 'save') {
          stack.push({ slot: step.slot, was: slots[step.slot] })
          slots[step.slot] = at
        } else if (step.kind === 'character') {
          const character = this.#text[at]
          if (character === undefined || !step.test(character)) break
          at += 1
        } else if (step.kind === 'assertion') {
          if (!this.#holds(step.what, at)) break
        } else {
          const [from, to] = [slots[step.number * 2], slots[step.number * 2 + 1]]
          if (from === undefined || to === undefined) break
          const referred = this.#text.slice(from, to)
          if (!this.#text.startsWith(referred, at)) break
          at += referred.length
        }
        number = step.next
      }
    }
    return undefined
  }

  /** Where the places of a loop's last turn are kept, behind those of the groups. */
  #loopSlot(number: number): number {
    return (this.#compiled.groupCount + 1) * 2 + number
  }

  #isWord(at: number): boolean {
    const character = this.#text[at]
    return character !== undefined && /\w/.test(character)
  }

  #holds(what: Assertion, at: number): boolean {
    const { multiline } = this.#compiled
    const [before, behind] = [this.#isWord(at - 1), this.#isWord(at)]
    switch (what) {
      case 'text-start':
        return at === 0
      case 'text-end':
        return at === this.#text.length
      case 'start':
        return at === 0 || (multiline && this.#text[at - 1] === '\n')
      case 'end':
        return at === this.#text.length || (multiline && this.#text[at] === '\n')
      case 'boundary':
        return before !== behind
      case 'inside':
        return before === behind
      case 'word-start':
        return !before && behind
      case 'word-end':
        return before && !behind
    }
  }
}
