/** `grep` with the options that scripts use. */
import type { Command, ProcessContext } from '../../process/context.ts'
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'
import { posixRegExp } from './regexp.ts'

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information."

async function run(ctx: ProcessContext, extended: boolean): Promise<number> {
  const { options, operands, problem } = getopt(ctx.args, 'EFGPivnoqcwxlhHse:m:A:B:C:r', { color: 'h', quiet: 'q' })
  if (problem !== undefined) return ctx.fail(`grep: ${problem}\n${USAGE}`, 2)
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  const files = [...operands]
  const patterns = options.flatMap(([letter, value]) => (letter === 'e' ? [value] : []))
  if (patterns.length === 0) {
    const pattern = files.shift()
    if (pattern === undefined) return ctx.fail(USAGE, 2)
    patterns.push(...pattern.split('\n'))
  }
  const isExtended = extended || has('E') || has('P')
  const matchers = patterns.map((pattern) => {
    const source = has('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern
    const inner = posixRegExp(source, { extended: isExtended || has('F'), who: 'grep' }).source
    const whole = has('x') ? `^(?:${inner})$` : has('w') ? `\\b(?:${inner})\\b` : inner
    return new RegExp(whole, has('i') ? 'gi' : 'g')
  })
  const most = Number(options.find(([letter]) => letter === 'm')?.[1] ?? Infinity)
  const reader = new LineReader(ctx, 'grep', files)
  const withName = has('H') || (files.length > 1 && !has('h'))
  let count = 0
  let number = 0
  while (count < most) {
    const line = await reader.next()
    if (line === undefined) break
    number += 1
    const found = matchers.flatMap((matcher) => [...line.matchAll(matcher)].map((match) => match[0]))
    if (found.length > 0 === has('v')) continue
    count += 1
    if (has('q')) return 0
    if (has('c')) continue
    const start = `${withName ? `${reader.name}:` : ''}${has('n') ? `${number}:` : ''}`
    const shown = has('o') ? found.filter((text) => text !== '') : [line]
    await ctx.out(shown.map((text) => `${start}${text}\n`).join(''))
  }
  if (has('c')) await ctx.out(`${count}\n`)
  if (reader.status !== 0) return 2
  return count > 0 ? 0 : 1
}

const variant = (name: string, extended: boolean): Command =>
  command(name, 'print lines that match a pattern', (ctx) => run(ctx, extended))

export const grep = variant('grep', false)
export const egrep = variant('egrep', true)
