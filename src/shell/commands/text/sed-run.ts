/** Runs a sed script: the pattern space, the hold space, and what waits to be printed at the end of a cycle. */
import type { PosixRegExp } from '../../regexp/regexp.ts'
import { CommandError } from '../command-error.ts'
import type { SedAction, SedAddress, SedCommand, SedReplacement, SedScript } from './sed-script.ts'

/** Where lines come from and go to. */
export interface SedWorld {
  /** The next line, or undefined after the last. */
  readonly next: () => Promise<string | undefined>
  /** True when the present line is the last one. */
  readonly isLast: () => Promise<boolean>
  /** Number of the present line, from 1. */
  readonly number: () => number
  /** Name of the present file, `-` for standard input. */
  readonly fileName: () => string
  readonly print: (text: string) => void
  /** A line of the pattern space, which may be the input's last and lack its end. */
  readonly printLine: (text: string) => Promise<void>
  readonly write: (file: string, text: string) => void
  readonly readFile: (file: string) => string
  /** The next line of a file that R reads, or undefined after the last. */
  readonly lineOf: (file: string) => string | undefined
  /** Counts a step of the budget that ends loops without end. */
  readonly step: () => void
}

/** How a cycle went on: with the next line, with what is left of the pattern space, or not at all. */
type Outcome = 'cycle' | 'restart' | 'quit'

interface RangeState {
  isInside: boolean
  /** The line at which a counted range ends. */
  endLine: number
}

export class SedMachine {
  readonly #script: SedScript
  readonly #world: SedWorld
  readonly #silent: boolean
  readonly #ranges: RangeState[]
  #space = ''
  #hold = ''
  #lastPattern: PosixRegExp | undefined
  /** What a, r and R put behind the present line. */
  #after: string[] = []
  #replaced = false
  exit = 0

  constructor(script: SedScript, world: SedWorld, silent: boolean) {
    this.#script = script
    this.#world = world
    this.#silent = silent || script.isSilent
    this.#ranges = script.commands.map(({ from }) => ({
      // `0,/re/` is inside from the start.
      isInside: from?.kind === 'line' && from.number === 0,
      endLine: 0,
    }))
  }

  /** All lines, up to the end or a q; true after a q. */
  async run(): Promise<boolean> {
    let restarts = false
    for (;;) {
      if (!restarts) {
        const line = await this.#world.next()
        if (line === undefined) return false
        this.#space = line
        this.#replaced = false
      }
      const outcome = await this.#cycle()
      restarts = outcome === 'restart'
      if (outcome === 'quit') return true
    }
  }

  /** Prints the pattern space unless -n says not to, then what waits behind it. */
  async #endCycle(prints: boolean): Promise<void> {
    if (prints && !this.#silent) await this.#world.printLine(this.#space)
    for (const text of this.#after.splice(0)) this.#world.print(text)
  }

  async #cycle(): Promise<Outcome> {
    const { commands } = this.#script
    for (let at = 0; at < commands.length; at++) {
      this.#world.step()
      const command = commands[at]
      if (command === undefined) break
      const applies = (await this.#applies(command, at)) !== command.negated
      const { action } = command
      if (action.verb === '{') {
        if (!applies) at = action.end
        continue
      }
      if (!applies) continue
      if ('label' in action) {
        const jumps = action.verb === 'b' || (action.verb === 't') === this.#replaced
        if (action.verb !== 'b') this.#replaced = false
        if (jumps) at = action.label === '' ? commands.length : (this.#script.labels.get(action.label) ?? at)
        continue
      }
      const outcome = await this.#do(action, command, at)
      if (outcome !== undefined) return outcome
    }
    await this.#endCycle(true)
    return 'cycle'
  }

  /** One command; an outcome ends the cycle. */
  async #do(
    action: Exclude<SedAction, { readonly verb: '{' | 'b' | 't' | 'T' }>,
    command: SedCommand,
    at: number,
  ): Promise<Outcome | undefined> {
    switch (action.verb) {
      case 'd':
        await this.#endCycle(false)
        return 'cycle'
      case 'D': {
        const end = this.#space.indexOf('\n')
        await this.#endCycle(false)
        this.#space = end < 0 ? '' : this.#space.slice(end + 1)
        return end < 0 ? 'cycle' : 'restart'
      }
      case 'q':
      case 'Q':
        this.exit = action.number ?? 0
        await this.#endCycle(action.verb === 'q')
        return 'quit'
      case 'n':
      case 'N':
        return this.#nextLine(action.verb === 'N')
      case 'c': {
        const isInside = command.to !== undefined && !command.negated && this.#ranges[at]?.isInside === true
        if (!isInside) this.#world.print(action.text)
        await this.#endCycle(false)
        return 'cycle'
      }
      case 'p':
        await this.#world.printLine(this.#space)
        return undefined
      default:
        this.#change(action)
        return undefined
    }
  }

  /** n takes the next line in place of this one, N behind it. At the end of the input both end, and GNU sed prints what there is. */
  async #nextLine(joins: boolean): Promise<Outcome | undefined> {
    if (await this.#world.isLast()) {
      await this.#endCycle(true)
      return 'cycle'
    }
    if (joins) for (const text of this.#after.splice(0)) this.#world.print(text)
    else await this.#endCycle(true)
    const line = (await this.#world.next()) ?? ''
    this.#space = joins ? `${this.#space}\n${line}` : line
    return undefined
  }

  #change(action: SedAction): void {
    const world = this.#world
    switch (action.verb) {
      case 'g':
        this.#space = this.#hold
        return
      case 'G':
        this.#space += `\n${this.#hold}`
        return
      case 'h':
        this.#hold = this.#space
        return
      case 'H':
        this.#hold += `\n${this.#space}`
        return
      case 'x':
        ;[this.#space, this.#hold] = [this.#hold, this.#space]
        return
      case 'z':
        this.#space = ''
        return
      case 'P':
        world.print(`${this.#space.split('\n', 1)[0] ?? ''}\n`)
        return
      case '=':
        world.print(`${world.number()}\n`)
        return
      case 'F':
        world.print(`${world.fileName()}\n`)
        return
      case 'l':
        world.print(unambiguous(this.#space, action.number ?? 70))
        return
      case 'i':
        world.print(action.text)
        return
      case 'a':
        this.#after.push(action.text)
        return
      case 'r':
        this.#after.push(world.readFile(action.file))
        return
      case 'R': {
        const line = world.lineOf(action.file)
        if (line !== undefined) this.#after.push(`${line}\n`)
        return
      }
      case 'w':
        world.write(action.file, `${this.#space}\n`)
        return
      case 'W':
        world.write(action.file, `${this.#space.split('\n', 1)[0] ?? ''}\n`)
        return
      case 'y':
        this.#space = Array.from(this.#space, (character) => action.map.get(character) ?? character).join('')
        return
      case 's':
        this.#substitute(action)
        return
      default:
    }
  }

  #pattern(pattern: PosixRegExp | undefined): PosixRegExp {
    const used = pattern ?? this.#lastPattern
    if (used === undefined) throw new CommandError('sed: -e expression #1, char 0: no previous regular expression', 1)
    this.#lastPattern = used
    used.lastIndex = 0
    return used
  }

  #substitute({ pattern, replacement, which, all, print, file }: Extract<SedAction, { readonly verb: 's' }>): void {
    const before = this.#space
    const used = this.#pattern(pattern)
    let [count, changes, text, from] = [0, 0, '', 0]
    for (let found = used.exec(before); found !== null; found = used.exec(before)) {
      const at = found.index
      // Right behind a match there is no empty one.
      const isAdjacent = found[0] === '' && at === from && count > 0
      if (!isAdjacent) {
        count++
        const isMeant = count === which || (count > which && all)
        text += before.slice(from, at) + (isMeant ? replaced(replacement, found) : found[0])
        from = at + found[0].length
        if (isMeant) changes++
      }
      if (found[0] === '') used.lastIndex++
      if (changes > 0 && !all) break
    }
    text += before.slice(from)
    if (changes === 0) return
    this.#space = text
    this.#replaced = true
    if (print) this.#world.print(`${text}\n`)
    if (file !== undefined) this.#world.write(file, `${text}\n`)
  }

  async #matches(address: SedAddress): Promise<boolean> {
    const number = this.#world.number()
    switch (address.kind) {
      case 'line':
        return address.number === number
      case 'last':
        return this.#world.isLast()
      case 'step':
        return address.step <= 0
          ? number === address.first
          : number >= address.first && (number - address.first) % address.step === 0
      case 'pattern':
        return this.#pattern(address.pattern).test(this.#space)
    }
  }

  async #applies({ from, to }: SedCommand, at: number): Promise<boolean> {
    if (from === undefined) return true
    const range = this.#ranges[at]
    if (to === undefined || range === undefined) return this.#matches(from)
    const number = this.#world.number()
    if (range.isInside) {
      if (to.kind === 'line' || to.kind === 'further' || to.kind === 'multiple') {
        const end = to.kind === 'line' ? to.number : range.endLine
        range.isInside = number < end
        // A range whose end is past already is just its first line.
        return number <= end || (await this.#matches(from))
      }
      range.isInside = !(await this.#matches(to))
      return true
    }
    if (!(await this.#matches(from))) return false
    if (to.kind === 'line') range.endLine = to.number
    else if (to.kind === 'further') range.endLine = number + to.lines
    else if (to.kind === 'multiple') range.endLine = to.of <= 0 ? number : Math.ceil(number / to.of) * to.of
    else range.endLine = Number.MAX_SAFE_INTEGER
    range.isInside = number < range.endLine && !(to.kind === 'last' && (await this.#world.isLast()))
    return true
  }
}

/** A replacement for one match; a change of case lasts up to the next one or, for `\u` and `\l`, for one letter. */
function replaced(parts: readonly SedReplacement[], found: readonly (string | undefined)[]): string {
  let result = ''
  let [all, one] = ['E', '']
  for (const part of parts) {
    if (part.kind === 'case') {
      if (part.to === 'u' || part.to === 'l') one = part.to
      else all = part.to
      continue
    }
    let text = (part.kind === 'text' ? part.text : found[part.number]) ?? ''
    if (all === 'U') text = text.toUpperCase()
    else if (all === 'L') text = text.toLowerCase()
    if (one !== '' && text !== '') {
      text = (one === 'u' ? text.charAt(0).toUpperCase() : text.charAt(0).toLowerCase()) + text.slice(1)
      one = ''
    }
    result += text
  }
  return result
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' }

/** The l command: what cannot be seen as escapes, long lines cut with a backslash, a dollar at the end. */
function unambiguous(text: string, width: number): string {
  const signs = Array.from(text, (sign) => ESCAPED[sign] ?? sign)
  let [result, column] = ['', 0]
  for (const sign of signs) {
    if (width > 1 && column + sign.length > width - 1) {
      result += '\\\n'
      column = 0
    }
    result += sign
    column += sign.length
  }
  return `${result}$\n`
}
