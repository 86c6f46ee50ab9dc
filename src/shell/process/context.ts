/** What a program gets: its arguments and streams, the kernel, and every way in which it may wait. */
import type { Kernel, KernelReads, NetnsId, SocketId, SystemCall, SystemResult } from '../../kernel/api.ts'
import type { Budget } from './budget.ts'
import type { Machine } from './machine.ts'
import { machineReads } from './machine.ts'
import { closeDescriptor, Killed, openDescriptor, type Process, type Signal, type WakeReason } from './process.ts'
import type { ProcessOptions, ProcessRunner, Program } from './runner.ts'
import { NULL_STREAM, type Stream } from './stream.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

/** A command of the lab. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly run: Program
}

/** Finds a command by the name that was typed, with or without a folder. */
export type CommandTable = (name: string) => Command | undefined

/** What a process inherits and may hand on changed. */
export interface ProcessSettings {
  readonly netns: NetnsId
  readonly machine: Machine
  readonly args: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  /** By file descriptor. */
  readonly streams: ReadonlyMap<number, Stream>
  /** The runner's own, or one that knows on whose behalf it is called. */
  readonly kernel: Kernel
}

/** What a program waits for with `poll`. */
export interface PollWanted {
  readonly streams?: readonly Stream[]
  readonly readable?: readonly SocketId[]
  readonly writable?: readonly SocketId[]
}

export interface SpawnOptions extends Partial<ProcessSettings>, Partial<ProcessOptions> {}

export class ProcessContext implements ProcessSettings {
  readonly runner: ProcessRunner
  readonly process: Process
  readonly commands: CommandTable
  readonly budget: Budget
  readonly netns: NetnsId
  readonly machine: Machine
  /** Arguments without the command's own name. */
  readonly args: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  readonly kernel: Kernel
  readonly read: KernelReads
  #streams: ReadonlyMap<number, Stream>

  constructor(base: {
    readonly runner: ProcessRunner
    readonly process: Process
    readonly commands: CommandTable
    readonly budget: Budget
    readonly settings: Omit<ProcessSettings, 'kernel'> & { readonly kernel?: Kernel }
    readonly read?: KernelReads
  }) {
    this.runner = base.runner
    this.process = base.process
    this.commands = base.commands
    this.budget = base.budget
    this.netns = base.settings.netns
    this.machine = base.settings.machine
    this.args = base.settings.args
    this.env = base.settings.env
    this.cwd = base.settings.cwd
    this.#streams = base.settings.streams
    this.kernel = base.settings.kernel ?? base.runner.kernel
    this.read = base.read ?? machineReads(base.runner.kernel.read, base.settings.machine)
  }

  /** By file descriptor. */
  get streams(): ReadonlyMap<number, Stream> {
    return this.#streams
  }

  /** dup2(2): other streams from now on, as the shell's `exec` does with its redirections. */
  redirect(streams: ReadonlyMap<number, Stream>): void {
    for (const stream of streams.values()) stream.retain()
    this.releaseStreams()
    this.#streams = streams
  }

  /** Goes on with the streams that another context of the same process has come to. */
  takeStreams(other: ProcessContext): void {
    this.#streams = other.streams
  }

  /** Virtual time in nanoseconds. */
  get now(): number {
    return this.read.now()
  }

  /** The same process with other settings, for what a command runs in its own place (`ip netns exec`, `env`). */
  with(changes: Partial<ProcessSettings>): ProcessContext {
    const { runner, process, commands, budget } = this
    const settings = { ...this.settings(), ...changes }
    const sameMachine = settings.machine === this.machine
    return new ProcessContext({
      runner,
      process,
      commands,
      budget,
      settings,
      ...(sameMachine ? { read: this.read } : {}),
    })
  }

  settings(): ProcessSettings {
    const { netns, machine, args, env, cwd, streams, kernel } = this
    return { netns, machine, args, env, cwd, streams, kernel }
  }

  call(call: SystemCall): SystemResult {
    const result = this.kernel.call(call)
    if (call.kind === 'socket.close') closeDescriptor(this.process, call.socket)
    else if (result.ok && (call.kind === 'socket.open' || call.kind === 'socket.accept'))
      openDescriptor(this.process, result.value)
    return result
  }

  /** Starts a program in a new process that inherits what `options` does not change. */
  spawn(program: Program, options: SpawnOptions): Process {
    const { runner, commands, budget } = this
    const process = runner.create({
      name: options.name ?? this.process.name,
      parent: this.process.pid,
      group: options.group ?? this.process.group,
      netns: options.netns ?? this.netns,
      onInterrupt: options.onInterrupt ?? (this.process.onInterrupt === 'ignore' ? 'ignore' : 'end'),
    })
    const { name: _n, parent: _p, group: _g, onInterrupt: _o, ...changes } = options
    const ctx = new ProcessContext({
      runner,
      process,
      commands,
      budget,
      settings: { ...this.settings(), ...changes },
    })
    ctx.retainStreams()
    return runner.start(program, ctx)
  }

  retainStreams(): void {
    for (const stream of this.streams.values()) stream.retain()
  }

  releaseStreams(): void {
    for (const stream of this.streams.values()) stream.release()
  }

  /** Waits for a process to end and gives its exit status. Throws `BudgetExceeded` when that is what ended it. */
  async wait(process: Process): Promise<number> {
    if (process.state !== 'ended') {
      await this.runner.block(this.process, false, (wake) => {
        const ended = (): void => wake('ready')
        process.onEnd.push(ended)
        return () => {
          const at = process.onEnd.indexOf(ended)
          if (at >= 0) process.onEnd.splice(at, 1)
        }
      })
    }
    if (process.exceeded !== undefined) throw process.exceeded
    return process.status
  }

  /** Sleeps in virtual time. `interrupted` comes only to programs that catch SIGINT. */
  async sleep(ns: number): Promise<'done' | 'interrupted'> {
    const reason = await this.runner.block(this.process, true, (wake) =>
      this.setTimer(this.now + Math.max(0, Math.round(ns)), () => wake('timeout')),
    )
    return reason === 'interrupted' ? 'interrupted' : 'done'
  }

  /** Waits for a signal, for ever. Only what catches SIGINT comes back. */
  async pause(): Promise<void> {
    this.runsUntilStopped()
    await this.runner.block(this.process, true, () => () => undefined)
  }

  /** Calls back at a moment of virtual time; returns what cancels it. */
  setTimer(at: number, fire: () => void): () => void {
    return this.runner.setTimer(at, fire, this.kernel)
  }

  /** Says that this program goes on until it is told to stop, so that virtual time must not run away with it. */
  runsUntilStopped(): void {
    this.process.isEndless = true
  }

  /** Waits until something is there to receive on one of the sockets, at most until `deadlineNs` (absolute virtual time). */
  async waitReadable(sockets: SocketId | readonly SocketId[], deadlineNs?: number): Promise<WakeReason> {
    this.runner.takeSignal(this.process)
    const all = typeof sockets === 'number' ? [sockets] : sockets
    if (all.some((socket) => this.read.socketReadable(socket))) return 'ready'
    if (deadlineNs !== undefined && deadlineNs <= this.now) return 'timeout'
    return this.runner.block(this.process, true, (wake) => {
      const undo = all.map((socket) => this.runner.onReadable(socket, () => wake('ready')))
      if (deadlineNs !== undefined) undo.push(this.setTimer(deadlineNs, () => wake('timeout')))
      this.process.waitsOpenly = deadlineNs === undefined
      return () => {
        this.process.waitsOpenly = false
        for (const stop of undo) stop()
      }
    })
  }

  /** poll(2): waits until one of these would not make its caller wait, at most until `deadlineNs` (absolute virtual time). */
  async poll(wanted: PollWanted, deadlineNs?: number): Promise<WakeReason> {
    this.runner.takeSignal(this.process)
    const { streams = [], readable = [], writable = [] } = wanted
    const isReady = (): boolean =>
      streams.some((stream) => stream.readiness?.isReadable() ?? true) ||
      readable.some((socket) => this.read.socketReadable(socket)) ||
      writable.some((socket) => this.read.socketWritable(socket))
    for (;;) {
      if (isReady()) return 'ready'
      if (deadlineNs !== undefined && deadlineNs <= this.now) return 'timeout'
      const reason = await this.runner.block(this.process, true, (wake) => {
        const ready = (): void => wake('ready')
        const undo = streams.flatMap((stream) => stream.readiness?.onChange(ready) ?? [])
        for (const socket of new Set([...readable, ...writable])) undo.push(this.runner.onReadable(socket, ready))
        if (deadlineNs !== undefined) undo.push(this.setTimer(deadlineNs, () => wake('timeout')))
        this.process.waitsOpenly = deadlineNs === undefined
        return () => {
          this.process.waitsOpenly = false
          for (const stop of undo) stop()
        }
      })
      if (reason !== 'ready') return reason
    }
  }

  /** Says that this program handles Ctrl-C itself, and other signals if they are named; `interrupted` then tells it. */
  catchInterrupts(...signals: readonly Signal[]): void {
    if (this.process.onInterrupt === 'end') this.process.onInterrupt = 'catch'
    for (const signal of signals) this.process.handled.add(signal)
  }

  /** True once after each signal that the program caught. */
  takeInterrupt(): boolean {
    const { pending, handled } = this.process
    if (pending === undefined) return false
    if (pending !== 'INT' && !handled.has(pending)) throw new Killed(pending)
    this.process.pending = undefined
    return true
  }

  stream(descriptor: number): Stream {
    return this.streams.get(descriptor) ?? NULL_STREAM
  }

  /** Writes to standard output. */
  async out(text: string): Promise<void> {
    if (text !== '') await this.write(1, encodeUtf8(text))
  }

  /** Writes to standard error. */
  async err(text: string): Promise<void> {
    if (text !== '') await this.write(2, encodeUtf8(text))
  }

  /** Writes to a descriptor; what is written without end is an end of the run (`BudgetExceeded`). */
  async write(descriptor: number, bytes: Uint8Array): Promise<void> {
    this.budget.write(bytes.length)
    await this.stream(descriptor).write(this.process, bytes)
  }

  /** Writes a line to standard error and gives the exit status, for `return ctx.fail(...)`. */
  async fail(message: string, status = 1): Promise<number> {
    await this.err(`${message}\n`)
    return status
  }

  /** Everything on standard input until its end. */
  async readAll(): Promise<string> {
    const chunks: Uint8Array[] = []
    for (;;) {
      const chunk = await this.stream(0).read(this.process, 65_536)
      if (chunk === undefined) break
      chunks.push(chunk)
    }
    return decodeUtf8(joinBytes(chunks))
  }
}

/** One array of all the bytes. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}
