/** Small commands: echo as a program, seq, tee, xargs, ls, rm, mkdir, touch, and what tells about the machine. */
import type { Command } from '../../process/context.ts'
import { openForWriting } from '../../process/open.ts'
import type { Stream } from '../../process/stream.ts'
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { formatValues } from '../../interpreter/printf.ts'
import { FILE_COMMANDS } from './files.ts'
import { LINE_COMMANDS } from './line-commands.ts'
import { ls } from './ls.ts'

const constant = (name: string, summary: string, text: string, status = 0): Command =>
  command(name, summary, async (ctx) => {
    await ctx.out(text)
    return status
  })

export const SMALL_COMMANDS: readonly Command[] = [
  constant('true', 'succeed', ''),
  constant('false', 'fail', '', 1),
  constant('whoami', 'who one is', 'root\n'),
  constant('id', 'who one is', 'uid=0(root) gid=0(root) groups=0(root)\n'),
  constant('clear', 'clear the terminal', '\x1b[H\x1b[2J'),
  constant('arch', 'the machine’s architecture', 'x86_64\n'),
  command('echo', 'print words', async (ctx) => {
    const [first, ...rest] = ctx.args
    const isShort = first === '-n'
    await ctx.out(`${(isShort ? rest : ctx.args).join(' ')}${isShort ? '' : '\n'}`)
    return 0
  }),
  command('hostname', 'the machine’s name', async (ctx) => ctx.out(`${ctx.machine.name}\n`).then(() => 0)),
  command('uname', 'what the kernel models', async (ctx) => {
    const words: Readonly<Record<string, string>> = { s: 'Linux', n: ctx.machine.name, r: '6.1.0-vethlab', m: 'x86_64' }
    const letters = ctx.args.join('').replaceAll('-', '')
    const shown = letters.includes('a') ? ['s', 'n', 'r', 'm'] : letters === '' ? ['s'] : letters.split('')
    await ctx.out(`${shown.map((letter) => words[letter] ?? '').join(' ')}\n`)
    return 0
  }),
  command('which', 'where a command is', async (ctx) => {
    let status = 0
    for (const name of ctx.args) {
      if (ctx.commands(name) === undefined) status = 1
      else await ctx.out(`/usr/bin/${name}\n`)
    }
    return status
  }),
  command('seq', 'count', async (ctx) => {
    const flags = ctx.args.filter((word) => /^-[swf]/.test(word))
    const separatorAt = ctx.args.indexOf('-s')
    const separator =
      flags.find((word) => /^-s./.test(word))?.slice(2) ??
      (separatorAt < 0 ? '\n' : (ctx.args[separatorAt + 1] ?? '\n'))
    const formatAt = ctx.args.indexOf('-f')
    const words = ctx.args.filter(
      (word, k) =>
        !/^-[swf]/.test(word) && !(separatorAt >= 0 && k === separatorAt + 1) && !(formatAt >= 0 && k === formatAt + 1),
    )
    const numbers = words.map(Number)
    if (numbers.length === 0 || numbers.some(Number.isNaN)) return ctx.fail('seq: invalid argument')
    const [first, step, last] =
      numbers.length === 1 ? [1, 1, numbers[0]!] : numbers.length === 2 ? [numbers[0]!, 1, numbers[1]!] : numbers
    if (step === 0 || Math.abs((last! - first!) / step!) > 100_000) return ctx.fail('seq: too many numbers')
    const digits = Math.max(...words.map((word) => /\.(\d+)/.exec(word)?.[1]?.length ?? 0))
    const count = Math.floor((last! - first!) / step! + 1e-9) + 1
    const values = Array.from({ length: Math.max(0, count) }, (_, k) => (first! + k * step!).toFixed(digits))
    const width = flags.includes('-w') ? Math.max(0, ...values.map((text) => text.length)) : 0
    const format = formatAt < 0 ? undefined : ctx.args[formatAt + 1]
    const shown = values.map((text) =>
      format === undefined ? text.padStart(width, '0') : formatValues(format, [text]).text,
    )
    if (shown.length > 0) await ctx.out(`${shown.join(separator)}\n`)
    return 0
  }),
  command('tee', 'print and write to files', async (ctx) => {
    const { options, operands } = getopt(ctx.args, 'ai')
    const append = options.some(([letter]) => letter === 'a')
    const targets: Stream[] = [ctx.stream(1)]
    let status = 0
    for (const file of operands) {
      const opened = openForWriting(ctx, file, append)
      if (opened.ok) targets.push(opened.value)
      else status = await ctx.fail(`tee: ${file}: ${opened.error}`)
    }
    for (let bytes = await ctx.stream(0).read(ctx.process, 65_536); bytes !== undefined;) {
      for (const target of targets) await target.write(ctx.process, bytes)
      bytes = await ctx.stream(0).read(ctx.process, 65_536)
    }
    return status
  }),
  command('xargs', 'run a command with words from standard input', async (ctx) => {
    const { options, operands } = getopt(ctx.args.slice(0, firstCommandWord(ctx.args)), 'n:I:rt')
    const words = [...operands, ...ctx.args.slice(firstCommandWord(ctx.args))]
    const value = (letter: string): string | undefined => options.find(([other]) => other === letter)?.[1]
    const text = await ctx.readAll()
    const place = value('I')
    const items =
      place === undefined
        ? text.split(/\s+/).filter((word) => word !== '')
        : text.split('\n').filter((line) => line.trim() !== '')
    const size = place === undefined ? Number(value('n') ?? Math.max(1, items.length)) : 1
    const [name = 'echo', ...fixed] = words
    const found = ctx.commands(name)
    if (found === undefined) return ctx.fail(`xargs: ${name}: No such file or directory`, 127)
    let status = 0
    for (let at = 0; at < items.length; at += size) {
      const chunk = items.slice(at, at + size)
      const args = place === undefined ? [...fixed, ...chunk] : fixed.map((word) => word.replaceAll(place, chunk[0]!))
      ctx.budget.step(1, undefined)
      if ((await ctx.wait(ctx.spawn(found.run, { name, args }))) !== 0) status = 123
    }
    return status
  }),
  ls,
  ...FILE_COMMANDS,
  ...LINE_COMMANDS,
]

/** Where xargs' own options end. */
function firstCommandWord(args: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!
    if (!word.startsWith('-')) return at
    if (word === '-n' || word === '-I') at += 1
  }
  return args.length
}
