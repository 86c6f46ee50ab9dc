/** `head` and `tail`. */
import { ok } from '../../../base/result.ts'
import type { ProcessContext } from '../../process/context.ts'
import { openForReading } from '../../process/open.ts'
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'

interface Wanted {
  readonly count: string
  /** -c: how many bytes instead of lines. */
  readonly bytes: number | undefined
  readonly files: readonly string[]
}

/** Reads `-n N`, `-N`, `-c N` and files. */
function parse(ctx: ProcessContext, who: string): Wanted {
  const isValue = (at: number): boolean => ctx.args[at - 1] === '-n' || ctx.args[at - 1] === '-c'
  const args = ctx.args.map((word, at) => (/^-\d+$/.test(word) && !isValue(at) ? `-n${word.slice(1)}` : word))
  const { options, operands, problem } = getopt(args, 'n:c:qvfF', { lines: 'n', bytes: 'c' })
  if (problem !== undefined) throw new CommandError(`${who}: ${problem}`, 1)
  const count = options.findLast(([letter]) => letter === 'n')?.[1] ?? '10'
  if (!/^[-+]?\d+$/.test(count)) throw new CommandError(`${who}: invalid number of lines: ‘${count}’`, 1)
  const bytes = options.findLast(([letter]) => letter === 'c')?.[1]
  if (bytes !== undefined && !/^\d+$/.test(bytes))
    throw new CommandError(`${who}: invalid number of bytes: ‘${bytes}’`, 1)
  return { count, bytes: bytes === undefined ? undefined : Number(bytes), files: operands }
}

export const head = command('head', 'print the first lines', async (ctx) => {
  const { count, bytes, files } = parse(ctx, 'head')
  if (bytes !== undefined) return headBytes(ctx, bytes, files)
  const reader = new LineReader(ctx, 'head', files)
  if (count.startsWith('-')) {
    const lines = await reader.rest()
    await ctx.out(
      lines
        .slice(0, Math.max(0, lines.length + Number(count)))
        .map((line) => `${line}\n`)
        .join(''),
    )
    return reader.status
  }
  for (let left = Number(count); left > 0; left--) {
    const line = await reader.next()
    if (line === undefined) break
    await ctx.out(`${line}\n`)
  }
  return reader.status
})

/** `head -c N`: the first bytes of each file; reads no more than it prints. */
async function headBytes(ctx: ProcessContext, count: number, files: readonly string[]): Promise<number> {
  let status = 0
  for (const file of files.length === 0 ? ['-'] : files) {
    const opened = file === '-' ? ok(ctx.stream(0)) : openForReading(ctx, file)
    if (!opened.ok) {
      status = await ctx.fail(`head: cannot open '${file}' for reading: ${opened.error}`)
      continue
    }
    for (let left = count; left > 0;) {
      const part = await opened.value.read(ctx.process, Math.min(left, 65_536))
      if (part === undefined) break
      await ctx.write(1, part)
      left -= part.length
    }
  }
  return status
}

export const tail = command('tail', 'print the last lines', async (ctx) => {
  const { count, bytes, files } = parse(ctx, 'tail')
  if (bytes !== undefined) throw new CommandError('tail: -c is not part of vethlab. Use -n.', 1)
  const reader = new LineReader(ctx, 'tail', files)
  const lines = await reader.rest()
  const number = Math.abs(Number(count))
  const from = count.startsWith('+') ? Math.max(0, number - 1) : Math.max(0, lines.length - number)
  await ctx.out(
    lines
      .slice(from)
      .map((line) => `${line}\n`)
      .join(''),
  )
  return reader.status
})
