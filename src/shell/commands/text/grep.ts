/** `grep` with the options that scripts use. */
import type { Command, ProcessContext } from '../../process/context.ts'
import { NULL_STREAM } from '../../process/stream.ts'
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'
import type { PosixRegExp } from '../../regexp/regexp.ts'
import { matchesOf, posixRegExp } from './regexp.ts'

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information."

interface GrepSettings {
  readonly has: (letter: string) => boolean
  readonly matchers: readonly PosixRegExp[]
  readonly most: number
  /** Lines shown before and after each that matches. */
  readonly before: number
  readonly after: number
  readonly withName: boolean
}

async function run(ctx: ProcessContext, extended: boolean): Promise<number> {
  const parsed = getopt(ctx.args, 'EFGPivnoqcwxlLhHsae:m:A:B:C:r', LONG_OPTIONS)
  if (parsed.problem !== undefined) return ctx.fail(`grep: ${parsed.problem}\n${USAGE}`, 2)
  const { options } = parsed
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  const number = (letter: string): number => Number(options.find(([other]) => other === letter)?.[1] ?? 0)
  const files = [...parsed.operands]
  const patterns = options.flatMap(([letter, value]) => (letter === 'e' ? [value] : []))
  if (patterns.length === 0) {
    const pattern = files.shift()
    if (pattern === undefined) return ctx.fail(USAGE, 2)
    patterns.push(...pattern.split('\n'))
  }
  const settings: GrepSettings = {
    has,
    matchers: patterns.map((pattern) => matcherOf(pattern, has, extended)),
    most: has('m') ? number('m') : Infinity,
    before: Math.max(number('B'), number('C')),
    after: Math.max(number('A'), number('C')),
    withName: has('H') || (files.length > 1 && !has('h')),
  }
  let status = 1
  let isMissing = false
  for (const file of files.length === 0 ? ['-'] : files) {
    const reader = new LineReader(has('s') ? withoutErrors(ctx) : ctx, 'grep', [file])
    const found = await searchFile(ctx, reader, file === '-' ? '(standard input)' : file, settings)
    if (found) status = 0
    isMissing ||= reader.status !== 0
    if (found && has('q')) return 0
  }
  return isMissing ? 2 : status
}

const LONG_OPTIONS: Readonly<Record<string, string>> = {
  color: 'h',
  colour: 'h',
  quiet: 'q',
  silent: 'q',
  count: 'c',
  'ignore-case': 'i',
  'invert-match': 'v',
  'line-number': 'n',
  'only-matching': 'o',
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  'perl-regexp': 'P',
  'word-regexp': 'w',
  'line-regexp': 'x',
  'files-with-matches': 'l',
  'no-messages': 's',
  text: 'a',
}

/** The same with nobody to hear of files that cannot be read. */
function withoutErrors(ctx: ProcessContext): ProcessContext {
  return ctx.with({ streams: new Map(ctx.streams).set(2, NULL_STREAM) })
}

/** One pattern. */
function matcherOf(pattern: string, has: (letter: string) => boolean, extended: boolean): PosixRegExp {
  if (has('P')) return perlRegExp(pattern, has)
  const literal = has('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern
  return posixRegExp(literal, {
    extended: extended || has('E') || has('F'),
    ignoreCase: has('i'),
    only: has('x') ? 'line' : has('w') ? 'word' : undefined,
    who: 'grep',
  })
}

/** A repetition of what repeats itself: Perl's library tries every way, and gives up; here it does not begin. */
const NESTED_REPEAT = /\((?:[^()\\]|\\.)*[+*}](?:[^()\\]|\\.)*\)[+*{]/

/** -P: an expression as JavaScript has it, which is nearly Perl's; `\\K` forgets what matched before it. */
function perlRegExp(pattern: string, has: (letter: string) => boolean): PosixRegExp {
  if (NESTED_REPEAT.test(pattern)) throw new CommandError("grep: exceeded PCRE's backtracking limit", 2)
  const kept = pattern.split('\\K')
  const source = kept.length === 2 ? `(?<=${kept[0]!})${kept[1]!}` : pattern
  const whole = has('x') ? `^(?:${source})$` : has('w') ? `\\b(?:${source})\\b` : source
  try {
    const made = new RegExp(whole, has('i') ? 'gi' : 'g')
    return {
      get lastIndex() {
        return made.lastIndex
      },
      set lastIndex(place) {
        made.lastIndex = place
      },
      exec(text) {
        const found = made.exec(text)
        const groups: readonly (string | undefined)[] = found?.slice(1) ?? []
        return found === null ? null : Object.assign([found[0], ...groups] as const, { index: found.index })
      },
      test: (text) => text.search(made) >= 0,
    }
  } catch {
    throw new CommandError(`grep: invalid regular expression: ${pattern}`, 2)
  }
}

/** Searches one file; true when a line was chosen. */
async function searchFile(
  ctx: ProcessContext,
  reader: LineReader,
  name: string,
  settings: GrepSettings,
): Promise<boolean> {
  const { has, matchers, most, before, after, withName } = settings
  const start = (number: number, sign: string): string =>
    `${withName ? `${name}${sign}` : ''}${has('n') ? `${number}${sign}` : ''}`
  const isQuiet = has('q') || has('c') || has('l') || has('L')
  const waiting: (readonly [number, string])[] = []
  let lastShown = 0
  let showUntil = 0
  let count = 0
  for (let number = 1; count < most || number <= showUntil; number++) {
    const line = await reader.next()
    if (line === undefined) break
    const isFound = matchers.some((matcher) => matcher.test(line))
    const found = isFound && has('o') ? matchers.flatMap((matcher) => matchesOf(matcher, line).map(([all]) => all)) : []
    if (isFound === has('v') || count >= most) {
      if (number <= showUntil && !isQuiet) {
        await ctx.out(`${start(number, '-')}${line}\n`)
        lastShown = number
      } else if (before > 0) waiting.push([number, line])
      if (waiting.length > before) waiting.shift()
      continue
    }
    count += 1
    if (isQuiet && !has('c')) break
    if (has('c')) continue
    const first = waiting[0]?.[0] ?? number
    if (before + after > 0 && lastShown > 0 && first > lastShown + 1) await ctx.out('--\n')
    for (const [at, text] of waiting.splice(0)) await ctx.out(`${start(at, '-')}${text}\n`)
    const shown = has('o') ? found.filter((text) => text !== '') : [line]
    await ctx.out(shown.map((text) => `${start(number, ':')}${text}\n`).join(''))
    lastShown = number
    showUntil = number + after
  }
  if (has('c')) await ctx.out(`${withName ? `${name}:` : ''}${count}\n`)
  if ((has('l') && count > 0) || (has('L') && count === 0 && reader.status === 0)) await ctx.out(`${name}\n`)
  return has('L') ? count === 0 : count > 0
}

const variant = (name: string, extended: boolean): Command =>
  command(name, 'print lines that match a pattern', (ctx) => run(ctx, extended))

export const grep = variant('grep', false)
export const egrep = variant('egrep', true)
