/** `awk`: patterns and actions over lines, as POSIX has it but for getline, pipes and system. */
import type { ProcessContext } from '../../process/context.ts'
import { openForWriting, readTextFile } from '../../process/open.ts'
import type { Stream } from '../../process/stream.ts'
import { encodeUtf8 } from '../../process/utf8.ts'
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { AwkMachine } from './awk-run.ts'
import { parseAwk } from './awk-syntax.ts'
import { LineReader } from './lines.ts'

export const awk = command('awk', 'patterns and actions over lines', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'F:v:f:')
  if (problem !== undefined) return ctx.fail(`awk: ${problem}`)
  const files = [...operands]
  const path = options.find(([letter]) => letter === 'f')?.[1]
  const stored = path === undefined ? undefined : readTextFile(ctx, path)
  if (stored?.ok === false) return ctx.fail(`awk: couldn't open file ${path ?? ''}: ${stored.error}`, 2)
  const program = stored === undefined ? files.shift() : stored.value
  if (program === undefined) return ctx.fail("usage: awk [-F fs] [-v var=value] 'program' [file ...]", 2)
  const output = new AwkOutput(ctx)
  const step = (): void => ctx.budget.step(1, undefined)
  const machine = new AwkMachine(parseAwk(program), { print: (text, target) => output.add(text, target), step })
  for (const [letter, value] of options) {
    if (letter === 'F') machine.set('FS', value === 't' ? '\t' : value.replaceAll('\\t', '\t'))
    const [name = '', text = ''] = value.split(/=(.*)/s)
    if (letter === 'v') machine.set(name, text)
  }
  machine.runRules('BEGIN')
  await output.flush()
  const reader = new LineReader(ctx, 'awk', files)
  if (!machine.hasExited && machine.hasLines) {
    for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
      const goesOn = machine.runLine(line)
      await output.flush()
      if (!goesOn) break
    }
  }
  machine.runRules('END')
  await output.flush()
  return machine.exit ?? reader.status
})

/** What a program prints, in order, to standard output and to files. */
class AwkOutput {
  readonly #ctx: ProcessContext
  readonly #files = new Map<string, Stream>()
  #pending: (readonly [text: string, target: string | undefined])[] = []

  constructor(ctx: ProcessContext) {
    this.#ctx = ctx
  }

  add(text: string, target: string | undefined): void {
    this.#pending.push([text, target])
  }

  async flush(): Promise<void> {
    for (const [text, target] of this.#pending.splice(0)) {
      const stream = target === undefined ? this.#ctx.stream(1) : this.#open(target)
      if (stream === undefined) await this.#ctx.err(`awk: can't redirect to ${target ?? ''}\n`)
      else await stream.write(this.#ctx.process, encodeUtf8(text))
    }
  }

  #open(path: string): Stream | undefined {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const opened = openForWriting(this.#ctx, path, false)
    if (opened.ok) this.#files.set(path, opened.value)
    return opened.ok ? opened.value : undefined
  }
}
