/** Starts the shell that a person sits at. */
import type { NetnsId } from '../../kernel/api.ts'
import { Budget } from '../process/budget.ts'
import { type CommandTable, ProcessContext } from '../process/context.ts'
import type { Machine } from '../process/machine.ts'
import type { Process } from '../process/process.ts'
import type { ProcessRunner } from '../process/runner.ts'
import { Terminal, type TerminalHost } from '../process/terminal.ts'
import { shellCommand } from './bash-command.ts'
import { ENVIRONMENT } from './session.ts'

/** A terminal with the shell on it; everything that the shell starts belongs to its process group. */
export interface TerminalShell {
  readonly terminal: Terminal
  readonly process: Process
}

/** An interactive shell in a namespace of a machine. */
export function startTerminalShell(settings: {
  readonly runner: ProcessRunner
  readonly commands: CommandTable
  readonly machine: Machine
  readonly netns: NetnsId
  readonly maxSteps: number
  readonly host: TerminalHost
}): TerminalShell {
  const { runner, commands, machine, netns, maxSteps, host } = settings
  const terminal = new Terminal(runner, host)
  const process = runner.create({ name: 'bash' })
  const streams = new Map([0, 1, 2].map((descriptor) => [descriptor, terminal.stream]))
  const ctx = new ProcessContext({
    runner,
    process,
    commands,
    budget: new Budget(maxSteps),
    settings: { netns, machine, args: [], env: ENVIRONMENT, cwd: '/root', streams },
  })
  ctx.retainStreams()
  runner.start(shellCommand('bash').run, ctx)
  return { terminal, process }
}
