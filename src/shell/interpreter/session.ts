/** A shell that takes one text after another and remembers variables, functions and the folder in between. */
import type { Kernel } from '../../kernel/api.ts'
import { Budget } from '../process/budget.ts'
import { type CommandTable, ProcessContext } from '../process/context.ts'
import type { Machine } from '../process/machine.ts'
import type { Signal } from '../process/process.ts'
import type { ProcessRunner } from '../process/runner.ts'
import { NULL_STREAM, type Stream, textSink } from '../process/stream.ts'
import type { Statement, SyntaxProblem } from '../syntax/ast.ts'
import { describeProblem, parseScript } from '../syntax/parse.ts'
import { runSource } from './bash-command.ts'
import { runStatement, shellProgram } from './run.ts'
import {
  complain,
  createState,
  type Failure,
  type FailureLog,
  type Shell,
  ShellExit,
  type ShellState,
} from './state.ts'
import { TRACE_DESCRIPTOR } from './trace.ts'

/** What one text did. */
export interface CommandResult {
  /** 0 to 255. */
  readonly exit: number
  /** Standard output and standard error in the order in which they were written. */
  readonly output: string
  /** Commands that failed and were no conditions, and syntax errors, by line. */
  readonly failures: readonly Failure[]
}

/** A text that runs. */
export interface CommandRun {
  /** Resolves when the shell has ended; what it started with & may go on. */
  readonly done: Promise<CommandResult>
  /** True from the moment on in which `done` is settled. */
  readonly ended: boolean
  /** Everything written so far, also by what still runs in the background. */
  readonly output: string
  /** Number of the process group. */
  readonly group: number
  /** Ctrl-C. */
  interrupt(): void
  /** Ends everything that the text started; a program can handle TERM, and not KILL. */
  kill(signal?: Signal): void
}

export interface RunOptions {
  /** Called with each piece of output, also after `done`. */
  readonly onOutput?: (text: string) => void
  readonly maxSteps?: number
  /** One that knows on whose behalf it is called; missing: the runner's own. */
  readonly kernel?: Kernel
}

/** How one top-level statement of a script ended. */
export interface StatementReport {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly text: string
  readonly exit: number
  /** What it wrote to standard error. */
  readonly errors: string
}

export interface ScriptOptions extends RunOptions {
  readonly onStatement?: (report: StatementReport) => void
  /** Write each command to the output before it runs, as `bash -x` does. */
  readonly trace?: boolean
  /** Line of the text's first line in the file that it is part of. */
  readonly firstLine?: number
}

export interface SessionSettings {
  readonly runner: ProcessRunner
  readonly commands: CommandTable
  readonly machine: Machine
  readonly maxSteps: number
  /** Text after text runs in it: it does not end with one. */
  readonly goesOn?: boolean
}

/** Characters that one run may write; what comes after is cut, with a note. */
const OUTPUT_LIMIT = 2_000_000

/** What every shell of the lab begins with. */
export const ENVIRONMENT: ReadonlyMap<string, string> = new Map([
  ['HOME', '/root'],
  ['LANG', 'C.UTF-8'],
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['SHELL', '/bin/bash'],
  ['TERM', 'xterm-256color'],
  ['USER', 'root'],
])

export class ShellSession {
  readonly machine: Machine
  readonly #settings: SessionSettings
  #memory: ShellState | undefined

  constructor(settings: SessionSettings) {
    this.machine = settings.machine
    this.#settings = settings
  }

  /** Runs a command line as a person types it. */
  runCommand(text: string, options: RunOptions = {}): CommandRun {
    return this.#start(options, { namesLines: false, trace: false }, (shell) => runSource(shell, text, 1))
  }

  /** Runs a script and reports each of its statements. Damaged ones are reported and passed over. */
  runScript(text: string, options: ScriptOptions = {}): CommandRun {
    return this.#start(options, { namesLines: true, trace: options.trace === true }, (shell) =>
      runReported(shell, text, options),
    )
  }

  #start(
    options: RunOptions,
    form: { readonly namesLines: boolean; readonly trace: boolean },
    body: (shell: Shell) => Promise<number>,
  ): CommandRun {
    const { runner, commands, machine, maxSteps } = this.#settings
    const log: FailureLog = { failures: [], errors: '' }
    const state = this.#state({ namesLines: form.namesLines, log, trace: form.trace })
    const output = new OutputCollector(options.onOutput)
    const streams = new Map<number, Stream>([
      [0, NULL_STREAM],
      [1, output.stream()],
      [2, output.stream((text) => (log.errors += text))],
      [TRACE_DESCRIPTOR, output.stream()],
    ])
    const process = runner.create({ name: 'bash', netns: machine.netns })
    const kernel = options.kernel === undefined ? {} : { kernel: options.kernel }
    const ctx = new ProcessContext({
      runner,
      process,
      commands,
      budget: new Budget(options.maxSteps ?? maxSteps),
      settings: { netns: machine.netns, machine, args: [], env: ENVIRONMENT, cwd: state.cwd, streams, ...kernel },
    })
    ctx.retainStreams()
    const run = new Run(runner, process.group, output)
    process.onEnd.push(() => run.end({ exit: process.status, output: output.text, failures: log.failures }))
    runner.start(shellProgram(state, body, { goesOn: this.#settings.goesOn === true }), ctx)
    return run
  }

  /** The session's memory with this run's settings. */
  #state(run: { namesLines: boolean; log: FailureLog; trace: boolean }): ShellState {
    const { namesLines, log: failures } = run
    const fresh = createState({
      env: ENVIRONMENT,
      cwd: '/root',
      interactive: false,
      namesLines,
      failures,
      xtrace: run.trace,
    })
    // Maps and lists are shared with the runs before; what a run sets by value is carried over through the accessor.
    const memory = (this.#memory =
      this.#memory === undefined ? fresh : { ...this.#memory, namesLines, failures, line: 1 })
    return memory
  }
}

class Run implements CommandRun {
  readonly done: Promise<CommandResult>
  readonly group: number
  ended = false
  readonly #runner: ProcessRunner
  readonly #output: OutputCollector
  #resolve: (result: CommandResult) => void = () => undefined

  constructor(runner: ProcessRunner, group: number, output: OutputCollector) {
    this.#runner = runner
    this.group = group
    this.#output = output
    this.done = new Promise((resolve) => (this.#resolve = resolve))
  }

  get output(): string {
    return this.#output.text
  }

  end(result: CommandResult): void {
    this.ended = true
    this.#resolve(result)
  }

  interrupt(): void {
    this.#runner.interrupt(this.group)
  }

  kill(signal: Signal = 'TERM'): void {
    for (const process of this.#runner.processes) if (process.group === this.group) this.#runner.signal(process, signal)
  }
}

/** Collects what a run writes, and passes it on. */
class OutputCollector {
  text = ''
  readonly #onOutput: ((text: string) => void) | undefined

  constructor(onOutput: ((text: string) => void) | undefined) {
    this.#onOutput = onOutput
  }

  /** A stream into the collector; `also` sees the same text. */
  stream(also?: (text: string) => void): Stream {
    return textSink((text) => {
      also?.(text)
      this.#add(text)
    })
  }

  #add(text: string): void {
    if (this.text.length >= OUTPUT_LIMIT) return
    const room = OUTPUT_LIMIT - this.text.length
    const kept =
      text.length <= room
        ? text
        : `${text.slice(0, room)}\n[more than ${OUTPUT_LIMIT} characters: the rest is not kept]\n`
    this.text += kept
    this.#onOutput?.(kept)
  }
}

/** Runs statement by statement; problems of syntax are reported in their place. */
async function runReported(shell: Shell, text: string, options: ScriptOptions): Promise<number> {
  const { state } = shell
  const script = parseScript(text, options.firstLine === undefined ? {} : { firstLine: options.firstLine })
  const steps = inOrder(script.statements, script.problems)
  for (const step of steps) {
    const before = state.failures?.errors.length ?? 0
    try {
      if ('message' in step) await reportProblem(shell, step)
      else await runStatement(shell, step)
    } catch (error) {
      if (error instanceof ShellExit) state.status = error.status
      report(state, step, before, options)
      throw error
    }
    report(state, step, before, options)
  }
  return state.status
}

/** Sound statements and problems in the order of the text. A statement with a problem in it is not run. */
function inOrder(statements: readonly Statement[], problems: readonly SyntaxProblem[]): (Statement | SyntaxProblem)[] {
  // A statement that the parser could not finish has no extent.
  const sound = statements.filter(
    ({ from, to }) => to > from && problems.every((problem) => problem.from < from || problem.from > to),
  )
  const lines = new Set(problems.map(({ line }) => line))
  return [...sound.filter(({ line }) => !lines.has(line)), ...problems].sort((a, b) => a.from - b.from)
}

async function reportProblem(shell: Shell, problem: SyntaxProblem): Promise<void> {
  const { state } = shell
  state.line = problem.line
  state.status = 2
  await complain(shell, `syntax error: ${describeProblem(problem)}`)
  state.failures?.failures.push({
    line: problem.line,
    status: 2,
    command: '',
    message: `${problem.message}. ${problem.fix}`,
  })
}

function report(state: ShellState, step: Statement | SyntaxProblem, before: number, options: ScriptOptions): void {
  options.onStatement?.({
    line: step.line,
    from: step.from,
    to: step.to,
    text: 'message' in step ? '' : step.text,
    exit: state.status,
    errors: state.failures?.errors.slice(before) ?? '',
  })
}
