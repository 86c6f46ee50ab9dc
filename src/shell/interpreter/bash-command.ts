/** `bash` and `sh` as programs: `-c text`, a script file, or lines from standard input with a prompt on a terminal. */
import { BudgetExceeded } from '../process/budget.ts'
import type { Command, ProcessContext } from '../process/context.ts'
import { readTextFile } from '../process/open.ts'
import { decodeUtf8 } from '../process/utf8.ts'
import type { Script, Statement } from '../syntax/ast.ts'
import { describeProblem, parseScript } from '../syntax/parse.ts'
import { runStatements, shellProgram } from './run.ts'
import { announceEnded } from './builtins-flow.ts'
import { completeLine } from './completion.ts'
import { complain, createState, type Shell, ShellExit, type ShellState, withContext } from './state.ts'

/** A shell program under a name. */
export function shellCommand(name: string): Command {
  return { name, summary: 'run commands: bash -c TEXT, bash FILE, or bash alone', run: runShell }
}

async function runShell(ctx: ProcessContext): Promise<number> {
  const args = [...ctx.args]
  let options = ''
  let text: string | undefined
  while (args[0]?.startsWith('-') === true || args[0]?.startsWith('+') === true) {
    const word = args.shift()!
    if (word === '--') break
    if (word.startsWith('--')) continue
    options += word.slice(1)
  }
  if (options.includes('c')) {
    text = args.shift()
    if (text === undefined) return ctx.fail('bash: -c: option requires an argument', 2)
  }
  let name = 'bash'
  if (text !== undefined) name = args.shift() ?? name
  else if (args[0] !== undefined) {
    name = args.shift()!
    const file = readTextFile(ctx, name)
    if (!file.ok) return ctx.fail(`bash: ${name}: ${file.error}`, 127)
    text = file.value
  }
  const state = createState({
    env: ctx.env,
    cwd: ctx.cwd,
    interactive: text === undefined && isTerminal(ctx),
    namesLines: text !== undefined || !isTerminal(ctx),
    xtrace: options.includes('x'),
    name,
    positional: args,
  })
  state.options.errexit = options.includes('e')
  state.options.nounset = options.includes('u')
  const body = text === undefined ? runInput : (shell: Shell): Promise<number> => runSource(shell, text, 1)
  return shellProgram(state, body)(ctx)
}

function isTerminal(ctx: ProcessContext): boolean {
  return ctx.stream(0).isTerminal === true || ctx.stream(0).terminal !== undefined
}

/** Runs a text statement by statement up to the first problem, as bash reads a script. */
export async function runSource(shell: Shell, text: string, firstLine: number): Promise<number> {
  const script = parseScript(text, { firstLine })
  const problem = script.problems[0]
  await runStatements(shell, problem === undefined ? script.statements : soundBefore(script, problem.line))
  if (problem === undefined) return shell.state.status
  shell.state.line = problem.line
  await complain(shell, `syntax error: ${describeProblem(problem)}`)
  shell.state.status = 2
  return 2
}

/** The statements that end before a line. */
function soundBefore(script: Script, line: number): readonly Statement[] {
  const end = script.statements.findIndex((statement) => statement.line >= line)
  const sound = end < 0 ? script.statements : script.statements.slice(0, end)
  return sound.filter(
    (statement) =>
      statement.to > statement.from &&
      script.problems.every(({ from }) => from < statement.from || from > statement.to),
  )
}

/** Reads and runs lines from standard input until it ends. */
async function runInput(shell: Shell): Promise<number> {
  const { state, ctx } = shell
  let pending = ''
  let line = 1
  for (;;) {
    if (pending === '') await announceEnded(shell)
    const next = await readPrompted(shell, pending === '' ? prompt(shell) : '> ')
    if (next === undefined) {
      if (ctx.takeInterrupt()) {
        await ctx.err('\n')
        pending = ''
        continue
      }
      break
    }
    pending += next
    const script = parseScript(pending, { firstLine: line })
    if (script.problems.some(({ from }) => from >= pending.trimEnd().length)) continue
    const text = pending
    pending = ''
    await runTyped(shell, text, line)
    line += text.split('\n').length - 1
  }
  if (pending.trim() !== '') await runSource(shell, pending, line)
  if (state.interactive) await ctx.err('exit\n')
  return state.status
}

/** A line behind a prompt; a terminal shows the prompt itself. */
async function readPrompted(shell: Shell, text: string): Promise<string | undefined> {
  const { ctx, state } = shell
  const { terminal } = ctx.stream(0)
  if (terminal === undefined) {
    if (state.interactive) await ctx.err(text)
    return readLine(ctx)
  }
  const reader = {
    process: ctx.process,
    prompt: text,
    complete: (line: string, cursor: number) => completeLine(shell, line, cursor),
  }
  return terminal.readCommand(ctx.process, reader)
}

/** Runs what a person typed. On a terminal it is told of, and gets a budget of its own. */
async function runTyped(shell: Shell, text: string, line: number): Promise<void> {
  const { ctx, state } = shell
  const { terminal } = ctx.stream(0)
  if (terminal === undefined || text.trim() === '') return runTolerantly(shell, text, line)
  ctx.budget.reset()
  state.variables.set('COLUMNS', String(terminal.columns)).set('LINES', String(terminal.rows))
  const typed = terminal.begin({ text: text.trimEnd(), ctx, variables: state.variables.sources() })
  const inner = ctx.with({ kernel: typed.kernel })
  try {
    await runTolerantly(withContext(shell, inner), text, line)
  } catch (error) {
    typed.forget()
    throw error
  } finally {
    // What `exec` redirected stays so for the lines to come.
    ctx.takeStreams(inner)
    typed.end(state.status)
  }
}

/** Ctrl-C and a loop without end end the command and not the shell. */
async function runTolerantly(shell: Shell, text: string, line: number): Promise<void> {
  const { state, ctx } = shell
  try {
    await runSource(shell, text, line)
  } catch (error) {
    if (!state.interactive) throw error
    if (error instanceof BudgetExceeded) {
      state.status = 1
      if (ctx.budget.takeReport()) await ctx.err(`${state.name}: ${error.message}\n`)
    } else if (error instanceof ShellExit && error.status === 130) state.status = 130
    else throw error
  }
}

/** A line with its end; undefined at the end of input, or when Ctrl-C came first. */
async function readLine(ctx: ProcessContext): Promise<string | undefined> {
  const bytes: number[] = []
  for (;;) {
    const byte = (await ctx.stream(0).read(ctx.process, 1))?.[0]
    if (byte === undefined) return bytes.length === 0 ? undefined : decodeUtf8(Uint8Array.from(bytes))
    bytes.push(byte)
    if (byte === 10) return decodeUtf8(Uint8Array.from(bytes))
  }
}

/** `root@name:~# `, where the name is that of the namespace if it has one. */
function prompt({ ctx, state }: { readonly ctx: ProcessContext; readonly state: ShellState }): string {
  const host = ctx.read.netnsName(ctx.netns) ?? ''
  const home = state.variables.get('HOME') ?? '/root'
  const place = state.cwd === home ? '~' : state.cwd
  return `root@${host === '' ? ctx.machine.name : host}:${place}# `
}
