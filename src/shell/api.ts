/** The command line of the lab: processes, shell, commands. The engine drives it through `runner`. */
import type { Kernel, NetnsId } from '../kernel/api.ts'
import { COMMANDS } from './commands/commands.ts'
import { unmodelledCommand } from './commands/unmodelled.ts'
import { shellCommand } from './interpreter/bash-command.ts'
import { type CommandRun, type RunOptions, ShellSession } from './interpreter/session.ts'
import { startTerminalShell, type TerminalShell } from './interpreter/terminal-shell.ts'
import { DEFAULT_MAX_STEPS } from './process/budget.ts'
import type { Command, CommandTable } from './process/context.ts'
import { createMachine, type Machine } from './process/machine.ts'
import type { MachineFiles } from './process/files.ts'
import { type NextNumbers, ProcessRunner } from './process/runner.ts'
import type { TerminalHost } from './process/terminal.ts'

export type { CommandRun, RunOptions } from './interpreter/session.ts'
export { compileFilter } from './commands/tcpdump/filter/filter.ts'
export type { FilterPacket } from './commands/tcpdump/filter/packet.ts'
export { FilterError } from './commands/tcpdump/filter/tokens.ts'
export { portOfService } from './commands/services.ts'
export { benchForm, holdsNamespace } from './interpreter/bench-form.ts'
export type { TerminalShell } from './interpreter/terminal-shell.ts'
export type { TerminalHost, TerminalReader, TypedCommand } from './process/terminal.ts'
export type { Machine } from './process/machine.ts'
export type { Signal } from './process/process.ts'
export { formatAddr, formatArp, formatFdb, formatLink, formatNeigh, formatRoute } from './formats/tables.ts'

export interface ShellSettings {
  readonly kernel: Kernel
  /** Commands and turns of loops that one run may take; 10,000 unless given. */
  readonly maxSteps?: number
  /** What an earlier shell over this kernel left. */
  readonly left?: ShellRemains
}

/** What is there between two commands while nothing runs: the bench's files, and which numbers come next. */
export interface ShellRemains {
  readonly files: MachineFiles
  readonly next: NextNumbers
}

/** Where a terminal stands. */
export interface TerminalPlace {
  readonly machine: string
  /** The namespace that its shell begins in. */
  readonly netns: NetnsId
  /** The namespaces that the machine sees: its own name for each, then the lab's. Missing: all, by the lab's names. */
  readonly visible: ReadonlyMap<string, string> | undefined
}

export interface Shell {
  readonly runner: ProcessRunner
  /** Where lab scripts run: it sees every namespace. */
  readonly bench: Machine
  /** Every command, sorted by name, for help and completion. */
  readonly commands: readonly Command[]
  /** Runs a script in a shell of its own, statement by statement. */
  runScript(
    text: string,
    options?: Parameters<ShellSession['runScript']>[1] & { readonly machine?: Machine },
  ): CommandRun
  /** Runs one statement of the setup; variables and functions live on from one to the next. */
  runStatement(text: string, options: { readonly line: number }): CommandRun
  /** Runs a command in a shell of its own. */
  runCommand(text: string, options?: RunOptions & { readonly machine?: Machine }): CommandRun
  /** What is left while nothing runs and nobody has sat down at a terminal; else undefined. */
  remains(): ShellRemains | undefined
  /** A shell that a person sits at, on a machine that sees only its own namespaces. A machine keeps its files. */
  openTerminal(place: TerminalPlace, host: TerminalHost): TerminalShell
}

/** The shell of a lab over its kernel. */
export function createShell({ kernel, maxSteps = DEFAULT_MAX_STEPS, left }: ShellSettings): Shell {
  const runner = new ProcessRunner(kernel, left?.next)
  const all = new Map<string, Command>()
  for (const command of [...COMMANDS, shellCommand('bash'), shellCommand('sh')]) all.set(command.name, command)
  const table: CommandTable = (name) => {
    const base = name.replace(/^\/(?:usr\/(?:local\/)?)?s?bin\//, '')
    return all.get(base) ?? unmodelledCommand(base)
  }
  const bench = createMachine('bench', rootNetns(kernel), undefined, left?.files.copy())
  const session = (machine: Machine, goesOn: boolean): ShellSession =>
    new ShellSession({ runner, commands: table, machine, maxSteps, goesOn })
  const setup = session(bench, true)
  const files = new Map([[bench.name, bench.files]])
  let hasTerminals = false
  const openTerminal = ({ machine: name, netns, visible }: TerminalPlace, host: TerminalHost): TerminalShell => {
    hasTerminals = true
    const machine = createMachine(name, netns, visible, files.get(name))
    files.set(name, machine.files)
    return startTerminalShell({ runner, commands: table, machine, netns, maxSteps, host })
  }
  return {
    runner,
    bench,
    commands: [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    runScript: (text, options = {}) => session(options.machine ?? bench, false).runScript(text, options),
    runStatement: (text, { line }) => setup.runScript(text, { firstLine: line }),
    runCommand: (text, options = {}) => session(options.machine ?? bench, false).runCommand(text, options),
    remains: () =>
      hasTerminals || runner.processes.length > 0 ? undefined : { files: bench.files.copy(), next: runner.next },
    openTerminal,
  }
}

/** The namespace without a name, in which the bench's own commands run. */
function rootNetns(kernel: Kernel): NetnsId {
  return kernel.read.namespaces().find(({ name }) => name === '')?.netns ?? 1
}
