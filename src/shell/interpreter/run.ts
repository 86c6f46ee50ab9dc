/** Runs the tree: lists, pipelines, compound commands. Simple commands are in simple.ts. */
import { ByteQueue } from '../process/byte-queue.ts'
import { BudgetExceeded } from '../process/budget.ts'
import { joinBytes, type ProcessContext } from '../process/context.ts'
import type { Process } from '../process/process.ts'
import type { Program } from '../process/runner.ts'
import { NULL_STREAM, type Stream } from '../process/stream.ts'
import { decodeUtf8 } from '../process/utf8.ts'
import type { AndOr, Command, CompoundCommand, Pipeline, Script, Statement } from '../syntax/ast.ts'
import { Expander } from './expand.ts'
import { runArithmeticFor, runFor, runLoop } from './loops.ts'
import { matchesPattern } from './pattern.ts'
import { redirected } from './redirect.ts'
import { runSimple } from './simple.ts'
import {
  ArithmeticFailure,
  asCondition,
  cloneState,
  complain,
  environment,
  ExpansionError,
  FunctionReturn,
  type Interpreter,
  LoopJump,
  runBody,
  type Shell,
  ShellExit,
  type ShellState,
} from './state.ts'
import { evaluateTest } from './test-expression.ts'
import { traceLine } from './trace.ts'
import { runTrap } from './traps.ts'
import { ReadonlyVariable } from './variables.ts'

const INTERPRETER: Interpreter = {
  expander: (shell) => new Expander(shell, { output: substitute, process: substituteProcess }),
  statements: runStatements,
  command: runCommand,
}

/** Runs statements in order; the status is that of the last. */
export async function runStatements(shell: Shell, statements: readonly Statement[]): Promise<number> {
  for (const statement of statements) await runStatement(shell, statement)
  return shell.state.status
}

/** Runs one statement and sets `$?`. */
export async function runStatement(shell: Shell, statement: Statement): Promise<number> {
  const { state } = shell
  state.line = statement.line
  shell.ctx.budget.step(statement.line, state.loopLine)
  if (statement.background) {
    await startBackground(shell, statement)
    state.status = 0
    return 0
  }
  const pipes = state.openPipes.length
  try {
    state.status = await runCommand(shell, statement.command, false)
  } catch (error) {
    if (!(error instanceof ExpansionError) && !(error instanceof ReadonlyVariable)) throw error
    await complain(shell, error.message)
    state.status = 1
    if (!state.interactive && !(error instanceof ArithmeticFailure)) throw new ShellExit(1)
  } finally {
    for (const close of state.openPipes.splice(pipes)) close()
  }
  await handleSignal(shell)
  await exitOnError(shell, statement.command)
  return state.status
}

/** A signal that came while the command ran: its trap, or for Ctrl-C the end of the shell if the command ended by it too. */
async function handleSignal(shell: Shell): Promise<void> {
  const { pending } = shell.ctx.process
  if (!shell.ctx.takeInterrupt() || pending === undefined || (await runTrap(shell, pending))) return
  if (pending === 'INT' && shell.state.status === 130) throw new ShellExit(130)
}

/** `trap … ERR` and `set -e`: what a failed command leads to, unless it was a condition. */
async function exitOnError(shell: Shell, command: Command): Promise<void> {
  const { state } = shell
  if (state.status === 0 || state.conditionDepth > 0) return
  if (command.kind === 'and-or' || (command.kind === 'pipeline' && command.negated)) return
  await runTrap(shell, 'ERR')
  if (state.options.errexit) throw new ShellExit(state.status)
}

/** Runs a command. `inPlace`: the process has nothing else to do, so a program may take it over. */
async function runCommand(shell: Shell, command: Command, inPlace: boolean): Promise<number> {
  switch (command.kind) {
    case 'simple': {
      const status = await runSimple(shell, command, inPlace)
      shell.state.pipeStatus = [status]
      return status
    }
    case 'pipeline':
      return runPipeline(shell, command)
    case 'and-or':
      return runAndOr(shell, command)
    case 'function':
      shell.state.functions.set(command.name, command.body)
      return 0
    default: {
      const inner = await redirected(shell, command.redirections)
      return inner === undefined ? 1 : runCompound(inner, command, inPlace)
    }
  }
}

async function runAndOr(shell: Shell, { first, rest }: AndOr): Promise<number> {
  const { state } = shell
  let status = await asCondition(state, rest.length > 0, () => runCommand(shell, first, false))
  for (const [k, { operator, command }] of rest.entries()) {
    state.status = status
    if ((status === 0) !== (operator === '&&')) continue
    const isLast = k === rest.length - 1
    status = await asCondition(state, !isLast, () => runCommand(shell, command, false))
    if (isLast && status !== 0 && state.conditionDepth === 0) {
      state.status = status
      await runTrap(shell, 'ERR')
      if (state.options.errexit) throw new ShellExit(status)
    }
  }
  return status
}

async function runPipeline(shell: Shell, pipeline: Pipeline): Promise<number> {
  const { state, ctx } = shell
  const began = ctx.now
  const [only] = pipeline.commands
  let status: number
  if (pipeline.commands.length === 1 && only !== undefined) {
    status = await asCondition(state, pipeline.negated, () => runCommand(shell, only, false))
  } else {
    status = await runPipes(shell, pipeline)
  }
  if (pipeline.timed) await ctx.err(`\nreal\t${clock(ctx.now - began)}\nuser\t0m0.000s\nsys\t0m0.000s\n`)
  if (!pipeline.negated) return status
  return status === 0 ? 1 : 0
}

/** Virtual time as bash's `time` prints it. */
function clock(ns: number): string {
  const ms = Math.round(ns / 1e6)
  return `${Math.floor(ms / 60_000)}m${((ms % 60_000) / 1000).toFixed(3)}s`
}

async function runPipes(shell: Shell, pipeline: Pipeline): Promise<number> {
  const processes: Process[] = []
  let input: Stream | undefined
  for (const [k, command] of pipeline.commands.entries()) {
    const streams = new Map(shell.ctx.streams)
    if (input !== undefined) streams.set(0, input)
    if (k < pipeline.commands.length - 1) {
      const queue = new ByteQueue(shell.ctx.runner)
      streams.set(1, queue.writeEnd())
      if (pipeline.withErrors[k] === true) streams.set(2, streams.get(1)!)
      input = queue.readEnd()
    }
    processes.push(startShell(shell, { streams }, (inner) => runCommand(inner, command, true)))
  }
  const statuses: number[] = []
  for (const process of processes) statuses.push(await shell.ctx.wait(process))
  shell.state.pipeStatus = statuses
  if (shell.state.options.pipefail) return statuses.findLast((status) => status !== 0) ?? 0
  return statuses.at(-1) ?? 0
}

/** Starts a subshell in a process of its own. */
function startShell(
  shell: Shell,
  options: { readonly streams?: ReadonlyMap<number, Stream>; readonly background?: boolean; readonly deeper?: boolean },
  body: (inner: Shell) => Promise<number>,
): Process {
  const state = cloneState(shell.state, options.deeper)
  return shell.ctx.spawn(shellProgram(state, body), {
    ...(options.streams === undefined ? {} : { streams: options.streams }),
    ...(options.background === true ? { onInterrupt: 'ignore' as const } : {}),
    env: environment(state),
    cwd: state.cwd,
  })
}

/**
 * A program that is a shell: turns what ends a shell into an exit status. `goesOn`: another text follows in the same shell, so that
 * `trap … EXIT` has to wait.
 */
export function shellProgram(
  state: ShellState,
  body: (shell: Shell) => Promise<number>,
  { goesOn = false }: { readonly goesOn?: boolean } = {},
): Program {
  return async (ctx: ProcessContext) => {
    const shell: Shell = { state, ctx, interpreter: INTERPRETER }
    ctx.catchInterrupts()
    const status = await endedWith(shell, () => body(shell))
    for (const close of state.openPipes.splice(0)) close()
    if (goesOn || !state.traps.has('EXIT')) return status
    state.status = status
    return endedWith(shell, async () => {
      await runTrap(shell, 'EXIT')
      return status
    })
  }
}

/** The exit status of a shell that runs something to its end. */
async function endedWith(shell: Shell, run: () => Promise<number>): Promise<number> {
  const { state, ctx } = shell
  try {
    return await run()
  } catch (error) {
    if (error instanceof ShellExit || error instanceof FunctionReturn) return error.status
    if (error instanceof LoopJump) return state.status
    if (error instanceof ExpansionError || error instanceof ReadonlyVariable) {
      await complain(shell, error.message)
      return 1
    }
    if (!(error instanceof BudgetExceeded)) throw error
    if (!ctx.budget.takeReport()) return 1
    state.failures?.failures.push({ line: error.line, status: 1, command: '', message: error.message, endless: true })
    await ctx.err(`${state.name}: ${error.message}\n`)
    return 1
  }
}

async function startBackground(shell: Shell, statement: Statement): Promise<void> {
  const { state, ctx } = shell
  const streams = state.interactive ? ctx.streams : new Map(ctx.streams).set(0, NULL_STREAM)
  const process = startShell(shell, { streams, background: true }, (inner) =>
    runCommand(inner, statement.command, true),
  )
  const number = (state.jobs.at(-1)?.number ?? 0) + 1
  state.jobs.push({ number, process, text: statement.text })
  state.lastBackground = process.pid
  if (state.interactive) await ctx.err(`[${number}] ${process.pid}\n`)
  // It gets going before the next command: `tcpdump & ping …` misses no frame.
  await ctx.runner.yield()
}

/** `$(…)`: what the script prints. */
async function substitute(shell: Shell, script: Script): Promise<string> {
  const { ctx, state } = shell
  const queue = new ByteQueue(ctx.runner)
  const streams = new Map(ctx.streams).set(1, queue.writeEnd())
  const process = startShell(shell, { streams, deeper: true }, (inner) => runStatements(inner, script.statements))
  const input = queue.readEnd()
  input.retain()
  const chunks: Uint8Array[] = []
  for (let chunk = await input.read(ctx.process, 65_536); chunk !== undefined;) {
    chunks.push(chunk)
    chunk = await input.read(ctx.process, 65_536)
  }
  input.release()
  state.substituted = await ctx.wait(process)
  return decodeUtf8(joinBytes(chunks)).replaceAll('\0', '')
}

/** `<(…)` and `>(…)`: a script at the other end of a pipe, which the command opens by its path. */
async function substituteProcess(shell: Shell, script: Script, direction: 'read' | 'write'): Promise<string> {
  const { ctx, state } = shell
  const queue = new ByteQueue(ctx.runner)
  const [own, other] = direction === 'read' ? [queue.readEnd(), queue.writeEnd()] : [queue.writeEnd(), queue.readEnd()]
  own.retain()
  const streams = new Map(ctx.streams).set(direction === 'read' ? 1 : 0, other)
  startShell(shell, { streams }, (inner) => runStatements(inner, script.statements))
  const path = ctx.runner.openPipe(own)
  state.openPipes.push(() => {
    ctx.runner.closePipe(path)
    own.release()
  })
  return path
}

async function runCompound(shell: Shell, command: CompoundCommand, inPlace: boolean): Promise<number> {
  switch (command.kind) {
    case 'group':
      return runBody(shell, command.body)
    case 'subshell':
      if (inPlace) return runBody(shell, command.body)
      return shell.ctx.wait(startShell(shell, {}, (inner) => runBody(inner, command.body)))
    case 'if':
      return runIf(shell, command)
    case 'for':
      return runFor(shell, command)
    case 'arithmetic-for':
      return runArithmeticFor(shell, command)
    case 'while':
    case 'until':
      return runLoop(shell, command)
    case 'case':
      return runCase(shell, command)
    case 'arithmetic':
      await traceLine(shell, `(( ${command.expression.text.trim()} ))`)
      return (await INTERPRETER.expander(shell).number(command.expression)) === 0n ? 1 : 0
    case 'test':
      return (await evaluateTest(INTERPRETER.expander(shell), command.expression, shell)) ? 0 : 1
  }
}

async function runIf(shell: Shell, command: Extract<CompoundCommand, { kind: 'if' }>): Promise<number> {
  for (const { condition, body } of command.branches) {
    const status = await asCondition(shell.state, true, () => runStatements(shell, condition))
    if (status === 0) return runBody(shell, body)
  }
  if (command.otherwise !== undefined) return runBody(shell, command.otherwise)
  return 0
}

async function runCase(shell: Shell, command: Extract<CompoundCommand, { kind: 'case' }>): Promise<number> {
  const expander = INTERPRETER.expander(shell)
  await traceLine(shell, `case ${command.word.text} in`)
  const text = await expander.text(command.word)
  let status = 0
  let fallsThrough = false
  for (const item of command.items) {
    let matches = fallsThrough
    for (const pattern of item.patterns) matches ||= matchesPattern(text, await expander.pattern(pattern))
    if (!matches) continue
    status = await runBody(shell, item.body)
    if (item.terminator === ';;') break
    fallsThrough = item.terminator === ';&'
  }
  return status
}
