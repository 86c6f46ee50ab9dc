/** Commands that turn lines around or put them side by side, and the clock: tac, rev, nl, paste, column, yes, date. */
import type { Command } from '../../process/context.ts'
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'

const overLines = (name: string, summary: string, change: (lines: readonly string[]) => readonly string[]): Command =>
  command(name, summary, async (ctx) => {
    const reader = new LineReader(
      ctx,
      name,
      ctx.args.filter((word) => !word.startsWith('-')),
    )
    await ctx.out(
      change(await reader.rest())
        .map((line) => `${line}\n`)
        .join(''),
    )
    return reader.status
  })

/** `nl` numbers the lines that are not empty. */
function numbered(lines: readonly string[]): readonly string[] {
  let number = 0
  return lines.map((line) => (line === '' ? '       ' : `${String(++number).padStart(6)}\t${line}`))
}

/** `column -t`: columns as wide as their widest cell, two blanks between them. */
function aligned(lines: readonly string[]): readonly string[] {
  const rows = lines.map((line) => line.trim().split(/\s+/)).filter((row) => row[0] !== '')
  const widths: number[] = []
  for (const row of rows) for (const [k, cell] of row.entries()) widths[k] = Math.max(widths[k] ?? 0, cell.length)
  return rows.map((row) => row.map((cell, k) => (k === row.length - 1 ? cell : cell.padEnd(widths[k]! + 2))).join(''))
}

const paste = command('paste', 'put lines side by side', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'sd:')
  if (problem !== undefined) return ctx.fail(`paste: ${problem}`)
  const separators =
    options
      .find(([letter]) => letter === 'd')?.[1]
      .replaceAll('\\t', '\t')
      .replaceAll('\\n', '\n') ?? '\t'
  const join = (cells: readonly string[]): string =>
    cells.reduce((text, cell, k) => (k === 0 ? cell : text + separators[(k - 1) % separators.length]! + cell), '')
  const files = operands.length === 0 ? ['-'] : operands
  const standardInput = new LineReader(ctx, 'paste', [])
  const readers = files.map((file) => (file === '-' ? standardInput : new LineReader(ctx, 'paste', [file])))
  if (options.some(([letter]) => letter === 's')) {
    for (const reader of readers) await ctx.out(`${join(await reader.rest())}\n`)
    return 0
  }
  for (;;) {
    const cells: (string | undefined)[] = []
    for (const reader of readers) cells.push(await reader.next())
    if (cells.every((cell) => cell === undefined)) break
    await ctx.out(`${join(cells.map((cell) => cell ?? ''))}\n`)
  }
  return Math.max(...readers.map(({ status }) => status))
})

const yes = command('yes', 'print a word again and again', async (ctx) => {
  ctx.runsUntilStopped()
  const text = `${ctx.args.length === 0 ? 'y' : ctx.args.join(' ')}\n`
  for (;;) {
    ctx.budget.step(1, undefined)
    await ctx.out(text)
    await ctx.runner.yield()
  }
})

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The lab's clock begins at midnight of 1 January 1970, and a lab lasts days at most. */
const date = command('date', 'the lab’s clock', async (ctx) => {
  const seconds = Math.floor(ctx.now / 1e9)
  const days = Math.floor(seconds / 86_400)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hour, minute, second] = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`
  const [day, month] = [(days % 31) + 1, Math.floor(days / 31) % 12]
  const format = ctx.args.find((word) => word.startsWith('+'))?.slice(1)
  const parts: Readonly<Record<string, string>> = {
    s: String(seconds),
    N: String(Math.floor(ctx.now % 1e9)).padStart(9, '0'),
    Y: '1970',
    m: two(month + 1),
    d: two(day),
    H: two(hour),
    M: two(minute),
    S: two(second),
    T: clock,
    F: `1970-${two(month + 1)}-${two(day)}`,
    a: DAYS[(4 + days) % 7]!,
    b: MONTHS[month]!,
    '%': '%',
    n: '\n',
    t: '\t',
  }
  const standard = `${parts['a']!} ${parts['b']!} ${String(day).padStart(2)} ${clock} UTC 1970`
  await ctx.out(
    `${format === undefined ? standard : format.replace(/%([a-zA-Z%])/g, (whole, key: string) => parts[key] ?? whole)}\n`,
  )
  return 0
})

export const LINE_COMMANDS: readonly Command[] = [
  overLines('tac', 'print lines last first', (lines) => [...lines].reverse()),
  overLines('rev', 'turn each line around', (lines) => lines.map((line) => Array.from(line).reverse().join(''))),
  overLines('nl', 'number lines', numbered),
  overLines('column', 'align words in columns', aligned),
  paste,
  yes,
  date,
]
