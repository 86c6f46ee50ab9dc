/** Simple commands: assignments, then a function, a builtin or a program. */
import { strerror } from '../../contract/errno.ts'
import type { Command, ProcessContext } from '../process/context.ts'
import { resolvePath } from '../process/files.ts'
import { WriteError } from '../process/open.ts'
import type { Program } from '../process/runner.ts'
import type { ArrayElement, Assignment, SimpleCommand } from '../syntax/ast.ts'
import { BUILTINS } from './builtins.ts'
import { evaluateNumber } from './expand.ts'
import { elementKey } from './parameters.ts'
import { redirected } from './redirect.ts'
import { complain, environment, type Failure, FunctionReturn, type Shell, ShellExit, type ShellState } from './state.ts'
import { quoteTraced, traceLine, traceWords } from './trace.ts'

export async function runSimple(shell: Shell, command: SimpleCommand, inPlace: boolean): Promise<number> {
  const { state } = shell
  state.line = command.line
  state.substituted = 0
  const words = await wordsOf(shell, command)
  if (words.length === 0) {
    if ((await redirected(shell, command.redirections)) === undefined) return 1
    for (const assignment of command.assignments) await assign(shell, assignment)
    return state.substituted
  }
  const inner = await redirected(shell, command.redirections)
  if (inner === undefined) return 1
  const saved = saveVariables(state, command.assignments)
  for (const assignment of command.assignments) await assign(inner, assignment)
  for (const { name } of command.assignments) state.exported.add(name)
  await traceWords(shell, words)
  const errorsBefore = state.failures?.errors.length ?? 0
  try {
    const status = await invoke(inner, words, inPlace)
    for (const array of command.arrays) await assign(inner, array)
    if (words[0] === 'exec' && words.length === 1) shell.ctx.redirect(inner.ctx.streams)
    if (status !== 0) logFailure(state, { line: command.line, status, command: words.join(' ') }, errorsBefore)
    return status
  } finally {
    for (const restore of saved) restore()
  }
}

/** Builtins that take `name=value` whole, however many blanks the value has. */
const DECLARATIONS = new Set(['declare', 'typeset', 'local', 'export', 'readonly', 'alias'])

async function wordsOf(shell: Shell, { words }: SimpleCommand): Promise<string[]> {
  const expander = shell.interpreter.expander(shell)
  const [name, ...rest] = words
  if (name === undefined || !rest.some(({ isAssignment }) => isAssignment === true)) return expander.fields(words)
  const first = await expander.fields([name])
  const isDeclaration = first.length === 1 && DECLARATIONS.has(first[0]!)
  return [...first, ...(isDeclaration ? await expander.declarationFields(rest) : await expander.fields(rest))]
}

function logFailure(state: ShellState, failure: Omit<Failure, 'message'>, errorsBefore: number): void {
  if (state.failures === undefined || state.conditionDepth > 0) return
  state.failures.failures.push({ ...failure, message: state.failures.errors.slice(errorsBefore).trimEnd() })
}

/** One assignment: a text, an element, or a whole array. */
async function assign(shell: Shell, assignment: Assignment): Promise<void> {
  const { variables } = shell.state
  const { name, value, append, elements, index } = assignment
  const expander = shell.interpreter.expander(shell)
  if (elements !== undefined) return assignElements(shell, assignment, elements)
  const text = await expander.text(value)
  await traceLine(shell, `${name}${append ? '+=' : '='}${quoteTraced(text)}`)
  const key = index === undefined ? undefined : await elementKey(shell, expander, name, index)
  const array = key === undefined ? undefined : variables.makeArray(name)
  const old = (key === undefined ? variables.get(name) : array?.items.get(key)) ?? ''
  const joined = !append ? text : variables.isInteger(name) ? `${old === '' ? 0 : old}+(${text})` : old + text
  const set = variables.isInteger(name) ? String(evaluateNumber(shell, joined)) : joined
  if (key === undefined) variables.set(name, set)
  else array?.items.set(key, set)
}

async function assignElements(
  shell: Shell,
  { name, append }: Assignment,
  elements: readonly ArrayElement[],
): Promise<void> {
  const expander = shell.interpreter.expander(shell)
  const isAssociative = shell.state.variables.isAssociative(name)
  const added: [string, string][] = []
  let next = append ? Number(shell.state.variables.elements(name).at(-1)?.[0] ?? -1) + 1 : 0
  for (const { key, value } of elements) {
    if (key === undefined) {
      for (const field of await expander.fields([value])) added.push([String(next++), field])
      continue
    }
    const at = isAssociative ? await expander.text(key) : String(await expander.number(key))
    added.push([at, await expander.text(value)])
    if (!isAssociative) next = Number(at) + 1
  }
  const { items } = shell.state.variables.makeArray(name)
  if (!append) items.clear()
  for (const [key, text] of added) items.set(key, text)
}

/** `A=b command` holds for that command alone. */
function saveVariables(state: ShellState, assignments: readonly Assignment[]): (() => void)[] {
  return assignments.map(({ name }) => {
    const saved = state.variables.save(name)
    const wasExported = state.exported.has(name)
    return () => {
      state.variables.restore(name, saved)
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
      const inner = name === 'exec' ? undefined : BUILTINS.get(args[0]!)
      if (inner !== undefined) return inner(shell, args.slice(1))
      const status = await runProgram(shell, args, inPlace)
      if (name === 'exec') throw new ShellExit(status)
      return status
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
  const outerNames = state.functionNames
  state.positional = args
  state.functionNames = [name, ...outerNames]
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
    state.functionNames = outerNames
    for (const [variable, saved] of state.locals.pop() ?? []) state.variables.restore(variable, saved)
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
    ctx.process.name = command.command.name
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
