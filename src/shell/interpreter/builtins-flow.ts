/** Builtins that steer: exit, return, break, jobs, signals, and running text as commands. */
import { SIGNAL_NUMBERS, type Signal } from '../process/process.ts'
import { readTextFile } from '../process/open.ts'
import { describeProblem, parseScript } from '../syntax/parse.ts'
import { trapName } from './traps.ts'
import { complain, FunctionReturn, type Job, LoopJump, type Shell, ShellExit } from './state.ts'

function statusOf(shell: Shell, text: string | undefined): number {
  const value = Number(text ?? shell.state.status)
  return Number.isInteger(value) ? value & 255 : 2
}

export async function exit(shell: Shell, args: readonly string[]): Promise<number> {
  throw new ShellExit(statusOf(shell, args[0]))
}

export async function returnFrom(shell: Shell, args: readonly string[]): Promise<number> {
  if (shell.state.locals.length === 0) {
    await complain(shell, "return: can only `return' from a function or sourced script")
    return 2
  }
  throw new FunctionReturn(statusOf(shell, args[0]))
}

export async function jump(shell: Shell, kind: 'break' | 'continue', args: readonly string[]): Promise<number> {
  const { loopDepth } = shell.state
  if (loopDepth === 0) {
    await complain(shell, `${kind}: only meaningful in a \`for', \`while', or \`until' loop`)
    return 0
  }
  const levels = Number(args[0] ?? 1)
  throw new LoopJump(kind, Math.min(Number.isInteger(levels) && levels > 0 ? levels : 1, loopDepth))
}

/** Parses and runs text in this shell. Wrong syntax runs nothing. */
async function runText(shell: Shell, text: string): Promise<number> {
  const script = parseScript(text)
  const problem = script.problems[0]
  if (problem !== undefined) {
    await complain(shell, `syntax error: ${describeProblem(problem)}`)
    return 2
  }
  shell.state.status = 0
  return shell.interpreter.statements(shell, script.statements)
}

export async function evaluate(shell: Shell, args: readonly string[]): Promise<number> {
  return runText(shell, args.join(' '))
}

export async function source(shell: Shell, args: readonly string[]): Promise<number> {
  const path = args[0]
  if (path === undefined) {
    await complain(shell, 'source: filename argument required')
    return 2
  }
  const text = readTextFile(shell.ctx.with({ cwd: shell.state.cwd }), path)
  if (!text.ok) {
    await complain(shell, `${path}: ${text.error}`)
    return 1
  }
  const { positional } = shell.state
  if (args.length > 1) shell.state.positional = args.slice(1)
  shell.state.locals.push(new Map())
  try {
    return await runText(shell, text.value)
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status
    throw error
  } finally {
    shell.state.locals.pop()
    shell.state.positional = positional
  }
}

export async function type(shell: Shell, args: readonly string[]): Promise<number> {
  const { ctx, state } = shell
  let status = 0
  const isShort = args[0] === '-t'
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    const found = whatIs(shell, name)
    if (isShort) {
      if (found === undefined) status = 1
      else await ctx.out(`${found === 'program' ? 'file' : found}\n`)
    } else if (found === undefined) {
      await complain(shell, `type: ${name}: not found`)
      status = 1
    } else if (found === 'function') await ctx.out(`${name} is a function\n`)
    else if (found === 'keyword') await ctx.out(`${name} is a shell keyword\n`)
    else if (found === 'builtin') await ctx.out(`${name} is a shell builtin\n`)
    else await ctx.out(`${name} is /usr/bin/${name}\n`)
  }
  state.status = status
  return status
}

export async function command(shell: Shell, args: readonly string[]): Promise<number> {
  let status = 0
  for (const name of args.slice(1)) {
    const found = whatIs(shell, name)
    if (found === undefined) status = 1
    else await shell.ctx.out(found === 'program' ? `/usr/bin/${name}\n` : `${name}\n`)
  }
  return status
}

/** Names of builtins, for `type`; a list of its own because the table of builtins imports this file. */
const BUILTIN_NAMES = new Set(
  (
    ': true false cd pwd echo printf read test [ export declare local unset set shift let type command ' +
    'eval source . exit return break continue wait jobs fg bg kill trap getopts mapfile readarray shopt hash typeset ' +
    'readonly builtin umask ulimit alias disown logout'
  ).split(' '),
)

const KEYWORDS = new Set(
  'if then else elif fi for while until do done case esac in function time [[ ]] { } !'.split(' '),
)

function whatIs({ ctx, state }: Shell, name: string): 'keyword' | 'function' | 'builtin' | 'program' | undefined {
  if (KEYWORDS.has(name)) return 'keyword'
  if (state.functions.has(name)) return 'function'
  if (BUILTIN_NAMES.has(name)) return 'builtin'
  return ctx.commands(name) === undefined ? undefined : 'program'
}

export async function hash(shell: Shell, args: readonly string[]): Promise<number> {
  let status = 0
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    if (whatIs(shell, name) !== undefined) continue
    await complain(shell, `hash: ${name}: not found`)
    status = 1
  }
  return status
}

/** `trap 'commands' EXIT INT…`; `-` puts back what was, and the empty text ignores the signal. */
export async function trap(shell: Shell, args: readonly string[]): Promise<number> {
  const { traps } = shell.state
  const words = args[0] === '--' ? args.slice(1) : args
  if (words.length === 0 || words[0] === '-p') {
    for (const [name, text] of traps)
      await shell.ctx.out(`trap -- '${text}' ${name === 'EXIT' || name === 'ERR' ? name : `SIG${name}`}\n`)
    return 0
  }
  const isReset = words[0] === '-' || words.length === 1
  let status = 0
  for (const word of words.slice(words.length === 1 ? 0 : 1)) {
    const name = trapName(word)
    if (name === undefined) {
      await complain(shell, `trap: ${word}: invalid signal specification`)
      status = 1
    } else if (isReset) traps.delete(name)
    else {
      traps.set(name, words[0]!)
      const signal = signalNamed(name)
      if (signal !== undefined) shell.ctx.catchInterrupts(signal)
    }
  }
  return status
}

function findJob(shell: Shell, text: string): Job | undefined {
  const { jobs } = shell.state
  if (text === '%%' || text === '%+') return jobs.at(-1)
  if (text.startsWith('%')) return jobs.find((job) => job.number === Number(text.slice(1)))
  return jobs.find((job) => job.process.pid === Number(text))
}

export async function wait(shell: Shell, args: readonly string[]): Promise<number> {
  const { ctx, state } = shell
  const names = args.filter((arg) => !arg.startsWith('-'))
  if (names.length === 0) {
    for (const job of state.jobs.splice(0)) await ctx.wait(job.process)
    return 0
  }
  let status = 0
  for (const name of names) {
    const job = findJob(shell, name)
    if (job === undefined) {
      await complain(shell, `wait: pid ${name} is not a child of this shell`)
      status = 127
      continue
    }
    status = await ctx.wait(job.process)
    forget(shell, job)
  }
  return status
}

function forget({ state }: Shell, job: Job): void {
  const at = state.jobs.indexOf(job)
  if (at >= 0) state.jobs.splice(at, 1)
}

export async function jobs(shell: Shell): Promise<number> {
  const { ctx, state } = shell
  for (const job of [...state.jobs]) await ctx.out(jobLine(shell, job))
  for (const job of [...state.jobs]) if (job.process.state === 'ended') forget(shell, job)
  return 0
}

/** Before each prompt a person is told of the jobs that have ended. */
export async function announceEnded(shell: Shell): Promise<void> {
  const ended = shell.state.jobs.filter(({ process }) => process.state === 'ended')
  if (!shell.state.interactive || ended.length === 0) return
  for (const job of ended) {
    await shell.ctx.out(jobLine(shell, job))
    forget(shell, job)
  }
}

function jobLine({ state }: Shell, job: Job): string {
  const mark = job === state.jobs.at(-1) ? '+' : job === state.jobs.at(-2) ? '-' : ' '
  const isRunning = job.process.state !== 'ended'
  const what = isRunning ? 'Running' : job.process.status === 0 ? 'Done' : `Exit ${job.process.status}`
  return `[${job.number}]${mark}  ${what.padEnd(24)}${job.text}${isRunning ? ' &' : ''}\n`
}

export async function foreground(shell: Shell, args: readonly string[]): Promise<number> {
  const job = args[0] === undefined ? shell.state.jobs.at(-1) : findJob(shell, args[0])
  if (job === undefined) {
    await complain(shell, `fg: ${args[0] ?? 'current'}: no such job`)
    return 1
  }
  await shell.ctx.out(`${job.text}\n`)
  if (job.process.onInterrupt === 'ignore') job.process.onInterrupt = 'end'
  forget(shell, job)
  return shell.ctx.wait(job.process)
}

/** `kill -l`: the number of a signal's name, or the name of a number. */
async function listSignals(shell: Shell, names: readonly string[]): Promise<number> {
  const all = Object.entries(SIGNAL_NUMBERS)
  const text = names.flatMap((word) => {
    const name = word.toUpperCase().replace(/^SIG/, '')
    return all.flatMap(([signal, number]) => {
      if (signal === name) return [String(number)]
      return String(number) === word || String(number + 128) === word ? [signal] : []
    })
  })
  const listed = names.length === 0 ? all.map(([signal, number]) => `${number}) SIG${signal}`) : text
  await shell.ctx.out(`${listed.join('\n')}\n`)
  return 0
}

export async function kill(shell: Shell, args: readonly string[]): Promise<number> {
  if (args[0] === '-l') return listSignals(shell, args.slice(1))
  if (args[0] === '-0') return probe(shell, args.slice(1))
  let signal: Signal = 'TERM'
  const targets: string[] = []
  for (let k = 0; k < args.length; k++) {
    const arg = args[k]!
    const name = arg === '-s' ? args[++k]! : arg.startsWith('-') ? arg.slice(1) : undefined
    if (name === undefined) targets.push(arg)
    else {
      const found = signalNamed(name)
      if (found === undefined) {
        await complain(shell, `kill: ${name}: invalid signal specification`)
        return 1
      }
      signal = found
    }
  }
  let status = 0
  for (const target of targets) {
    const process = findJob(shell, target)?.process ?? shell.ctx.runner.process(Number(target))
    if (process === undefined || process.state === 'ended') {
      await complain(shell, noSuch(target))
      status = 1
    } else if (signal === 'INT' && process.onInterrupt === 'ignore') {
      // `kill -INT` reaches a program that handles SIGINT itself even where Ctrl-C does not.
      process.onInterrupt = 'catch'
      shell.ctx.runner.signal(process, signal)
    } else shell.ctx.runner.signal(process, signal)
  }
  return status
}

const noSuch = (target: string): string =>
  target.startsWith('%') ? `kill: ${target}: no such job` : `kill: (${target}) - No such process`

/** `kill -0`: whether the processes are there. */
async function probe(shell: Shell, targets: readonly string[]): Promise<number> {
  for (const target of targets) {
    const process = findJob(shell, target)?.process ?? shell.ctx.runner.process(Number(target))
    if (process !== undefined && process.state !== 'ended') continue
    await complain(shell, noSuch(target))
    return 1
  }
  return 0
}

function signalNamed(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '')
  for (const [signal, number] of Object.entries(SIGNAL_NUMBERS) as [Signal, number][]) {
    if (signal === name || String(number) === text) return signal
  }
  return undefined
}
