/** Simple commands: assignments, then a function, a builtin or a program. */
import { strerror } from '../../contract/errno.ts'
import type { Command, ProcessContext } from '../process/context.ts'
import { resolvePath } from '../process/files.ts'
import { WriteError } from '../process/open.ts'
import type { Program } from '../process/runner.ts'
import type { Assignment, SimpleCommand } from '../syntax/ast.ts'
import { BUILTINS } from './builtins.ts'
import { redirected } from './redirect.ts'
import { complain, environment, type Failure, FunctionReturn, type Shell, type ShellState } from './state.ts'
import { traceLine, traceWords } from './trace.ts'

export async function runSimple(shell: Shell, command: SimpleCommand, inPlace: boolean): Promise<number> {
  const { state, interpreter } = shell
  state.line = command.line
  state.substituted = 0
  const words = await interpreter.expander(shell).fields(command.words)
  if (words.length === 0) {
    if ((await redirected(shell, command.redirections)) === undefined) return 1
    await assign(shell, command.assignments)
    return state.substituted
  }
  const inner = await redirected(shell, command.redirections)
  if (inner === undefined) return 1
  const saved = saveVariables(state, command.assignments)
  await assign(inner, command.assignments)
  for (const { name } of command.assignments) state.exported.add(name)
  await traceWords(shell, words)
  const errorsBefore = state.failures?.errors.length ?? 0
  try {
    const status = await invoke(inner, words, inPlace)
    if (status !== 0) logFailure(state, { line: command.line, status, command: words.join(' ') }, errorsBefore)
    return status
  } finally {
    for (const restore of saved) restore()
  }
}

function logFailure(state: ShellState, failure: Omit<Failure, 'message'>, errorsBefore: number): void {
  if (state.failures === undefined || state.conditionDepth > 0) return
  state.failures.failures.push({ ...failure, message: state.failures.errors.slice(errorsBefore).trimEnd() })
}

async function assign(shell: Shell, assignments: readonly Assignment[]): Promise<void> {
  const { state } = shell
  for (const { name, value, append } of assignments) {
    const text = await shell.interpreter.expander(shell).text(value)
    await traceLine(shell, `${name}${append ? '+=' : '='}${text}`)
    state.variables.set(name, append ? (state.variables.get(name) ?? '') + text : text)
  }
}

/** `A=b command` holds for that command alone. */
function saveVariables(state: ShellState, assignments: readonly Assignment[]): (() => void)[] {
  return assignments.map(({ name }) => {
    const value = state.variables.get(name)
    const wasExported = state.exported.has(name)
    return () => {
      if (value === undefined) state.variables.delete(name)
      else state.variables.set(name, value)
      if (!wasExported) state.exported.delete(name)
    }
  })
}

/** Runs what a name stands for: function, builtin, program. */
async function invoke(shell: Shell, words: readonly string[], inPlace: boolean): Promise<number> {
  const [name, ...args] = words as [string, ...string[]]
  const body = shell.state.functions.get(name)
  if (body !== undefined) return callFunction(shell, name, args)
  const builtin = BUILTINS.get(name)
  if (builtin === undefined) return runProgram(shell, words, inPlace)
  if (name === 'command' || name === 'builtin' || name === 'exec') {
    if (args.length > 0 && args[0] !== '-v' && args[0] !== '-V') {
      const inner = BUILTINS.get(args[0]!)
      return inner === undefined ? runProgram(shell, args, inPlace) : inner(shell, args.slice(1))
    }
  }
  return tolerantly(
    shell.ctx,
    `${shell.state.name}: ${shell.state.namesLines ? `line ${shell.state.line}: ` : ''}${name}`,
    () => builtin(shell, args),
  )
}

async function callFunction(shell: Shell, name: string, args: readonly string[]): Promise<number> {
  const { state } = shell
  const body = state.functions.get(name)!
  const outer = { positional: state.positional, depth: state.loopDepth, loop: state.loopLine }
  shell.ctx.budget.step(state.line, state.loopLine)
  if (state.locals.length >= 200) {
    await complain(shell, `${name}: this function has called itself 200 times without end`)
    return 1
  }
  state.positional = args
  state.loopDepth = 0
  state.locals.push(new Map())
  try {
    return await shell.interpreter.command(shell, body, false)
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status
    throw error
  } finally {
    state.positional = outer.positional
    state.loopDepth = outer.depth
    state.loopLine = outer.loop
    for (const [variable, value] of state.locals.pop() ?? []) {
      if (value === undefined) state.variables.delete(variable)
      else state.variables.set(variable, value)
    }
  }
}

/** Runs a program: in a process of its own, or in this one when the shell has nothing more to do. */
async function runProgram(shell: Shell, words: readonly string[], inPlace: boolean): Promise<number> {
  const { state, ctx } = shell
  const [name, ...args] = words as [string, ...string[]]
  const command = findProgram(ctx, name, state.cwd)
  if (command === undefined) {
    const isPath = name.includes('/')
    await complain(shell, isPath ? `${name}: No such file or directory` : `${name}: command not found`)
    return 127
  }
  const settings = { args: command.prefixArgs.concat(args), env: environment(state), cwd: state.cwd }
  const program: Program = command.command.run
  if (inPlace) {
    if (ctx.process.onInterrupt === 'catch') ctx.process.onInterrupt = 'end'
    return program(ctx.with(settings))
  }
  return ctx.wait(ctx.spawn(program, { name: command.command.name, ...settings }))
}

/** A program by its name, or a script of the machine's files by its path. */
function findProgram(
  ctx: ProcessContext,
  name: string,
  cwd: string,
): { readonly command: Command; readonly prefixArgs: readonly string[] } | undefined {
  const command = ctx.commands(name)
  if (command !== undefined) return { command, prefixArgs: [] }
  const path = resolvePath(name, cwd)
  const shell = ctx.commands('bash')
  if (!name.includes('/') || ctx.machine.files.read(path) === undefined || shell === undefined) return undefined
  return { command: shell, prefixArgs: [path] }
}

/** A builtin's refused write becomes a message and status 1. */
async function tolerantly(ctx: ProcessContext, who: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof WriteError)) throw error
    await ctx.err(`${who}: write error: ${strerror(error.errno)}\n`)
    return 1
  }
}
