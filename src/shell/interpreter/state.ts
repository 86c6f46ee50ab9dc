/** What one shell remembers: variables, functions, options, jobs. A subshell works on a copy. */
import type { ProcessContext } from '../process/context.ts'
import type { Process } from '../process/process.ts'
import type { Command, Statement } from '../syntax/ast.ts'
import type { Expander } from './expand.ts'
import { type SavedVariable, Variables } from './variables.ts'

export interface ShellOptions {
  errexit: boolean
  nounset: boolean
  xtrace: boolean
  pipefail: boolean
  noglob: boolean
}

export interface Job {
  readonly number: number
  readonly process: Process
  readonly text: string
}

export interface ShellState {
  readonly variables: Variables
  readonly exported: Set<string>
  readonly functions: Map<string, Command>
  /** One map a function call: what the variables made `local` were before. */
  readonly locals: Map<string, SavedVariable>[]
  /** The functions that run, innermost first: `FUNCNAME`. */
  functionNames: readonly string[]
  /** Statuses of the last pipeline's commands. */
  pipeStatus: readonly number[]
  /** Commands of `trap`, by `EXIT`, `ERR`, `INT`…; the empty text ignores the signal. */
  readonly traps: Map<string, string>
  /** Options of `shopt` that are on. */
  readonly shopt: Set<string>
  /** Ends of `<(…)` that the commands that run hold open. */
  readonly openPipes: (() => void)[]
  /** What `$RANDOM` has given so far. */
  randomCount: number
  readonly options: ShellOptions
  readonly jobs: Job[]
  /** `$1` and on. */
  positional: readonly string[]
  /** `$0`. */
  name: string
  /** `$?`. */
  status: number
  /** Status of the last `$(…)`, which is that of a command made of assignments alone. */
  substituted: number
  cwd: string
  lastBackground: number | undefined
  /** Line of the command that runs, for messages. */
  line: number
  /** Line of the innermost loop. */
  loopLine: number | undefined
  loopDepth: number
  /** Above 0 inside conditions, where `set -e` does not act. */
  conditionDepth: number
  /** A person types: jobs are announced and an error of expansion does not end the shell. */
  readonly interactive: boolean
  /** False where messages have no line number: `bash: foo: command not found`. */
  readonly namesLines: boolean
  readonly xtraceDepth: number
  /** Where failed commands are listed, if anybody wants to know. */
  readonly failures: FailureLog | undefined
}

/** A command that ended with a status other than 0 and was no condition, or that ended the whole run. */
export interface Failure {
  /** Line in the script, from 1. */
  readonly line: number
  readonly status: number
  /** Its words after expansion. */
  readonly command: string
  /** What it wrote to standard error. */
  readonly message: string
  /** True for what was stopped because it would never have ended. */
  readonly endless?: boolean
}

/** Collects failures; `errors` is everything written to standard error so far. */
export interface FailureLog {
  readonly failures: Failure[]
  errors: string
}

/** What the parts of the interpreter need of each other; reaching it through the shell keeps their imports free of circles. */
export interface Interpreter {
  expander(shell: Shell): Expander
  /** Runs statements in order; the status is that of the last. */
  statements(shell: Shell, statements: readonly Statement[]): Promise<number>
  /** `inPlace`: the process has nothing else to do, so a program may take it over. */
  command(shell: Shell, command: Command, inPlace: boolean): Promise<number>
}

/** A shell that runs: its memory and the process with its streams. */
export interface Shell {
  readonly state: ShellState
  readonly ctx: ProcessContext
  readonly interpreter: Interpreter
}

/** The same shell with other streams. */
export function withContext(shell: Shell, ctx: ProcessContext): Shell {
  return { ...shell, ctx }
}

/** Runs something whose failure is an answer, not an error. */
export async function asCondition<T>(state: ShellState, isCondition: boolean, run: () => Promise<T>): Promise<T> {
  if (!isCondition) return run()
  state.conditionDepth += 1
  try {
    return await run()
  } finally {
    state.conditionDepth -= 1
  }
}

/** Runs a body; an empty one succeeds. */
export async function runBody(shell: Shell, body: readonly Statement[]): Promise<number> {
  if (body.length === 0) shell.state.status = 0
  return shell.interpreter.statements(shell, body)
}

export function createState(options: {
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  readonly interactive: boolean
  readonly xtrace?: boolean
  readonly name?: string
  readonly positional?: readonly string[]
  readonly namesLines?: boolean
  readonly failures?: FailureLog
}): ShellState {
  return {
    variables: new Variables(options.env),
    exported: new Set(options.env.keys()),
    functions: new Map(),
    locals: [],
    functionNames: [],
    pipeStatus: [0],
    traps: new Map(),
    shopt: new Set(),
    openPipes: [],
    randomCount: 0,
    options: { errexit: false, nounset: false, xtrace: options.xtrace ?? false, pipefail: false, noglob: false },
    jobs: [],
    positional: options.positional ?? [],
    name: options.name ?? 'bash',
    status: 0,
    substituted: 0,
    cwd: options.cwd,
    lastBackground: undefined,
    line: 1,
    loopLine: undefined,
    loopDepth: 0,
    conditionDepth: 0,
    interactive: options.interactive,
    namesLines: options.namesLines ?? true,
    xtraceDepth: 1,
    failures: options.failures,
  }
}

/** A copy for a subshell. `$( )` traces one level deeper. */
export function cloneState(state: ShellState, deeper = false): ShellState {
  return {
    ...state,
    variables: state.variables.clone(),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    locals: state.locals.map((saved) => new Map(saved)),
    options: { ...state.options },
    jobs: [],
    // A subshell keeps what is ignored and forgets what is caught.
    traps: new Map([...state.traps].filter(([, command]) => command === '')),
    shopt: new Set(state.shopt),
    openPipes: [],
    xtraceDepth: state.xtraceDepth + (deeper ? 1 : 0),
  }
}

/** The variables that commands inherit. */
export function environment(state: ShellState): Map<string, string> {
  const env = new Map<string, string>()
  for (const name of state.exported) {
    const value = state.variables.get(name)
    if (value !== undefined) env.set(name, value)
  }
  return env
}

/** A message of the shell itself: `bash: line 3: …`. */
export async function complain(shell: Shell, message: string): Promise<void> {
  const { state, ctx } = shell
  const where = !state.namesLines ? '' : `line ${state.line}: `
  await ctx.err(`${state.name}: ${where}${message}\n`)
}

/** Ends the shell. */
export class ShellExit extends Error {
  override readonly name = 'ShellExit'
  readonly status: number
  constructor(status: number) {
    super(`exit ${status}`)
    this.status = status
  }
}

/** Ends a function or a sourced script. */
export class FunctionReturn extends Error {
  override readonly name = 'FunctionReturn'
  readonly status: number
  constructor(status: number) {
    super(`return ${status}`)
    this.status = status
  }
}

/** `break` and `continue`; `levels` counts the loops that it still has to leave. */
export class LoopJump extends Error {
  override readonly name = 'LoopJump'
  readonly jump: 'break' | 'continue'
  readonly levels: number
  constructor(jump: 'break' | 'continue', levels: number) {
    super(jump)
    this.jump = jump
    this.levels = levels
  }
}

/** A word that cannot be expanded: `${x:?message}`, an unset variable under `set -u`, a division by zero. */
export class ExpansionError extends Error {}

/** An expression that has no value. It ends the command and not the shell. */
export class ArithmeticFailure extends ExpansionError {}

/** `set -u` and `${x:?}`. */
export class UnboundVariable extends ExpansionError {}
