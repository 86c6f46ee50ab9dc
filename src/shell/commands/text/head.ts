/** `head` and `tail`. */
import type { ProcessContext } from '../../process/context.ts'
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'

/** Reads `-n N`, `-N` and files. */
function parse(ctx: ProcessContext, who: string): { readonly count: string; readonly files: readonly string[] } {
  const args = ctx.args.map((word) => (/^-\d+$/.test(word) ? `-n${word.slice(1)}` : word))
  const { options, operands, problem } = getopt(args, 'n:c:qvfF', { lines: 'n' })
  if (problem !== undefined) throw new CommandError(`${who}: ${problem}`, 1)
  const count = options.findLast(([letter]) => letter === 'n')?.[1] ?? '10'
  if (!/^[-+]?\d+$/.test(count)) throw new CommandError(`${who}: invalid number of lines: ‘${count}’`, 1)
  return { count, files: operands }
}

export const head = command('head', 'print the first lines', async (ctx) => {
  const { count, files } = parse(ctx, 'head')
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

export const tail = command('tail', 'print the last lines', async (ctx) => {
  const { count, files } = parse(ctx, 'tail')
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
