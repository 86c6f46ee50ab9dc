/** Commands that run another command: sudo, env, timeout, nice. */
import { SECOND_NS } from '../formats/units.ts'
import type { Command, ProcessContext } from '../process/context.ts'
import type { Signal } from '../process/process.ts'
import { command } from './command-error.ts'
import { durationSeconds } from './sleep.ts'

/** Runs the words as a command in the same process. */
export async function runWords(ctx: ProcessContext, who: string, words: readonly string[]): Promise<number> {
  const [name, ...args] = words
  const found = name === undefined ? undefined : ctx.commands(name)
  if (found === undefined) return ctx.fail(`${who}: ‘${name ?? ''}’: No such file or directory`, 127)
  ctx.process.name = found.name
  return found.run(ctx.with({ args }))
}

/** Everybody is root here, so sudo only steps aside. */
export const sudo = command('sudo', 'run a command as root, which one already is', async (ctx) => {
  const words = [...ctx.args]
  let wantsShell = false
  while (words[0]?.startsWith('-') === true) {
    const word = words.shift()!
    if (word === '--') break
    if (/^-[ugh]$/.test(word)) words.shift()
    if (word === '-i' || word === '-s') wantsShell = true
  }
  const [inner, rest] = takeVariables(ctx, words)
  if (rest.length === 0)
    return wantsShell ? runWords(inner, 'sudo', ['bash']) : ctx.fail('usage: sudo [-i] command [arguments]')
  if (ctx.commands(rest[0]!) === undefined) return ctx.fail(`sudo: ${rest[0]!}: command not found`)
  return runWords(inner, 'sudo', rest)
})

/** `A=b` words at the front become variables. */
function takeVariables(ctx: ProcessContext, words: readonly string[]): readonly [ProcessContext, readonly string[]] {
  const env = new Map(ctx.env)
  let at = 0
  for (; at < words.length; at++) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(words[at]!)
    if (match === null) break
    env.set(match[1]!, match[2]!)
  }
  return [ctx.with({ env }), words.slice(at)]
}

export const env = command('env', 'run a command with other variables, or list them', async (ctx) => {
  const words = [...ctx.args]
  let base = ctx
  while (words[0]?.startsWith('-') === true) {
    const word = words.shift()!
    if (word === '-i' || word === '-') base = base.with({ env: new Map() })
    else if (word === '-u') {
      const kept = new Map(base.env)
      kept.delete(words.shift() ?? '')
      base = base.with({ env: kept })
    }
  }
  const [inner, rest] = takeVariables(base, words)
  if (rest.length > 0) return runWords(inner, 'env', rest)
  await ctx.out([...inner.env].map(([name, value]) => `${name}=${value}\n`).join(''))
  return 0
})

export const timeout = command('timeout', 'run a command with a time limit', async (ctx) => {
  const words = [...ctx.args]
  let signal: Signal = 'TERM'
  let preserve = false
  while (words[0]?.startsWith('-') === true) {
    const word = words.shift()!
    if (word === '-s' || word === '--signal') signal = (words.shift() ?? 'TERM').replace(/^SIG/, '') as Signal
    else if (word.startsWith('--signal=')) signal = word.slice(9).replace(/^SIG/, '') as Signal
    else if (word === '-k' || word === '--kill-after') words.shift()
    else if (word === '--preserve-status') preserve = true
  }
  const [limit = '', ...rest] = words
  const seconds = durationSeconds(limit)
  if (seconds === undefined)
    return ctx.fail(`timeout: invalid time interval ‘${limit}’\nTry 'timeout --help' for more information.`, 125)
  const found = rest[0] === undefined ? undefined : ctx.commands(rest[0])
  if (found === undefined)
    return ctx.fail(`timeout: failed to run command ‘${rest[0] ?? ''}’: No such file or directory`, 127)
  ctx.catchInterrupts()
  const child = ctx.spawn(found.run, { name: found.name, args: rest.slice(1) })
  const lateness = { isLate: false }
  const cancel = ctx.setTimer(ctx.now + Math.round(seconds * SECOND_NS), () => {
    lateness.isLate = true
    // The program and what it runs are a group of their own.
    ctx.runner.signalTree(child, signal)
  })
  const status = await ctx.wait(child)
  cancel()
  return lateness.isLate && !preserve ? 124 : status
})

/** Commands that only change how the machine treats another one. */
const transparent = (name: string, withValue: readonly string[]): Command =>
  command(name, 'run a command', async (ctx) => {
    const words = [...ctx.args]
    while (words[0]?.startsWith('-') === true) if (withValue.includes(words.shift()!)) words.shift()
    return runWords(ctx, name, words)
  })

export const nice = transparent('nice', ['-n'])
export const nohup = transparent('nohup', [])
export const stdbuf = transparent('stdbuf', ['-o', '-i', '-e'])
export const setsid = transparent('setsid', [])
