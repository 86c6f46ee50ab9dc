/** `cat [-n] [file…]`: passes bytes on as they come. */
import { openForReading } from '../../process/open.ts'
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'

export const cat = command('cat', 'print files', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'nAbeEstTuv')
  if (problem !== undefined) return ctx.fail(`cat: ${problem}`)
  if (options.some(([letter]) => letter === 'n')) {
    const reader = new LineReader(ctx, 'cat', operands)
    let number = 0
    for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
      number += 1
      await ctx.out(`${String(number).padStart(6)}\t${line}\n`)
    }
    return reader.status
  }
  let status = 0
  for (const file of operands.length === 0 ? ['-'] : operands) {
    const opened = file === '-' ? { ok: true as const, value: ctx.stream(0) } : openForReading(ctx, file)
    if (!opened.ok) {
      status = await ctx.fail(`cat: ${file}: ${opened.error}`)
      continue
    }
    for (let bytes = await opened.value.read(ctx.process, 65_536); bytes !== undefined;) {
      await ctx.write(1, bytes)
      bytes = await opened.value.read(ctx.process, 65_536)
    }
  }
  return status
})
