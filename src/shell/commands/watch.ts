/** `watch` of procps: runs a command again and again and shows what it prints. */
import { SECOND_NS } from '../formats/units.ts'
import { sinkStream } from '../process/stream.ts'
import { joinBytes } from '../process/context.ts'
import { decodeUtf8 } from '../process/utf8.ts'
import { command } from './command-error.ts'

/** Clears the terminal and goes to its upper left. */
const CLEAR = '\u001b[H\u001b[2J\u001b[3J'
const LEAST_SECONDS = 0.1
const FLAGS: ReadonlySet<string> = new Set(['-t', '-d', '-b', '-e', '-g', '-x', '-c', '-p'])

export const watch = command('watch', 'run a command every two seconds', async (ctx) => {
  const words = [...ctx.args]
  const flags = new Set<string>()
  let seconds = 2
  while (words[0]?.startsWith('-') === true) {
    const word = words.shift()!
    const given = /^-n(.+)$/.exec(word)?.[1] ?? /^--interval=(.+)$/.exec(word)?.[1]
    if (word === '-n' || word === '--interval' || given !== undefined) seconds = Number(given ?? words.shift())
    else if (word === '--no-title') flags.add('-t')
    else if (word === '--differences') flags.add('-d')
    else if (FLAGS.has(word)) flags.add(word)
    else if (/^-[tdbegxcp]+$/.test(word)) for (const letter of word.slice(1)) flags.add(`-${letter}`)
    else return ctx.fail(`watch: unrecognized option '${word}'`)
  }
  if (Number.isNaN(seconds)) return ctx.fail('watch: failed to parse argument')
  if (words.length === 0) return ctx.fail('Usage:\n watch [options] command')
  const every = Math.max(LEAST_SECONDS, seconds)
  const text = words.join(' ')
  const title = flags.has('-t') ? '' : `Every ${every.toFixed(1)}s: ${text}\n\n`
  const clear = ctx.stream(1).isTerminal === true ? CLEAR : ''
  const shell = ctx.commands('sh')
  if (shell === undefined) return ctx.fail('watch: cannot run sh')
  ctx.runsUntilStopped()
  let before: string | undefined
  for (;;) {
    const chunks: Uint8Array[] = []
    const sink = sinkStream((bytes) => void chunks.push(bytes))
    const streams = new Map(ctx.streams).set(1, sink).set(2, sink)
    ctx.budget.step(1, undefined)
    const status = await ctx.wait(ctx.spawn(shell.run, { name: 'sh', args: ['-c', text], streams }))
    const shown = decodeUtf8(joinBytes(chunks))
    await ctx.out(clear + title + shown)
    if (flags.has('-e') && status !== 0) return status
    if (flags.has('-g') && before !== undefined && before !== shown) return 0
    before = shown
    await ctx.sleep(every * SECOND_NS)
  }
})
