/**
 * Runs processes over the kernel's virtual time. A program is an async function; whenever it waits, it waits for a promise
 * that the runner made. One process runs at a time: it goes on until it waits or ends, then the next in the queue does, in
 * the order in which they were woken, so equal inputs give equal runs. Virtual time stands still until the queue is empty;
 * then `idle` resolves, the engine lets the kernel act, and passes on what happened with `wake`.
 */
import type { Kernel, NetnsId, SocketId } from '../../kernel/api.ts'
import { BudgetExceeded } from './budget.ts'
import type { ProcessContext } from './context.ts'
import type { Stream } from './stream.ts'
import { Killed, type Process, SIGNAL_NUMBERS, type Signal, type WakeReason } from './process.ts'

/** A program. Its number is the exit status. */
export type Program = (ctx: ProcessContext) => Promise<number>

/** What the kernel reports to waiting processes. */
export type Notice =
  { readonly kind: 'timer'; readonly timer: number } | { readonly kind: 'socket'; readonly socket: SocketId }

export interface ProcessOptions {
  readonly name: string
  readonly parent?: number
  /** Missing: a group of its own. */
  readonly group?: number
  readonly onInterrupt?: Process['onInterrupt']
  readonly netns?: NetnsId
}

/** The number of the first process of a lab. */
export const FIRST_PID = 100

/** The numbers that a runner gives next. */
export interface NextNumbers {
  readonly pid: number
  readonly echoIdent: number
}

const FIRST_NUMBERS: NextNumbers = { pid: FIRST_PID, echoIdent: FIRST_PID }

export class ProcessRunner {
  readonly kernel: Kernel
  #nextPid: number
  #nextEchoIdent: number
  #isRunning = false
  /** What lets the next processes go on, first come first served. */
  readonly #queue: (() => void)[] = []
  #blocked = 0
  readonly #processes = new Map<number, Process>()
  readonly #timers = new Map<number, () => void>()
  /** Ends of pipes that commands open by path. */
  readonly #pipes = new Map<string, Stream>()
  readonly #readers = new Map<SocketId, Set<() => void>>()
  #idleWaiters: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []
  #failure: Error | undefined

  constructor(kernel: Kernel, next = FIRST_NUMBERS) {
    this.kernel = kernel
    this.#nextPid = next.pid
    this.#nextEchoIdent = next.echoIdent
  }

  get next(): NextNumbers {
    return { pid: this.#nextPid, echoIdent: this.#nextEchoIdent }
  }

  /** How many processes wait for something. */
  get blockedCount(): number {
    return this.#blocked
  }

  /** Every process that has not ended, by number. */
  get processes(): readonly Process[] {
    return [...this.#processes.values()]
  }

  process(pid: number): Process | undefined {
    return this.#processes.get(pid)
  }

  /**
   * What tells one program's echo requests from another's. Counted apart from the numbers of processes: whether a shell more stands between
   * must not show in a frame.
   */
  takeEchoIdent(): number {
    return this.#nextEchoIdent++ & 0xffff
  }

  /** Resolves when every process is blocked or has ended. Rejects, once, with the error of a program that broke. */
  idle(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#idleWaiters.push({ resolve, reject })
      this.#settle()
    })
  }

  /** Gives the end of a pipe a path for `<(…)`, from /dev/fd/63 down. */
  openPipe(stream: Stream): string {
    let number = 63
    while (this.#pipes.has(`/dev/fd/${number}`)) number -= 1
    this.#pipes.set(`/dev/fd/${number}`, stream)
    return `/dev/fd/${number}`
  }

  closePipe(path: string): void {
    this.#pipes.delete(path)
  }

  pipe(path: string): Stream | undefined {
    return this.#pipes.get(path)
  }

  /** Makes the processes runnable that waited for this. */
  wake(notice: Notice): void {
    if (notice.kind === 'timer') {
      this.#timers.get(notice.timer)?.()
      return
    }
    for (const reader of [...(this.#readers.get(notice.socket) ?? [])]) reader()
  }

  /** A new process that has not begun. */
  create(options: ProcessOptions): Process {
    const pid = this.#nextPid++
    return {
      pid,
      parent: options.parent ?? 0,
      group: options.group ?? pid,
      name: options.name,
      netns: options.netns ?? 1,
      state: 'runnable',
      status: 0,
      onInterrupt: options.onInterrupt ?? 'end',
      handled: new Set(),
      isEndless: false,
      waitsOpenly: false,
      pending: undefined,
      exceeded: undefined,
      blocked: undefined,
      sockets: [],
      onEnd: [],
    }
  }

  /** Starts a program in the context's process. It begins after its starter has given way. */
  start(program: Program, ctx: ProcessContext): Process {
    const { process } = ctx
    this.#processes.set(process.pid, process)
    const turn = new Promise<void>((resolve) => this.#enqueue(resolve))
    void this.#run(program, ctx, turn)
    return process
  }

  async #run(program: Program, ctx: ProcessContext, turn: Promise<void>): Promise<void> {
    const { process } = ctx
    await turn
    try {
      process.status = await program(ctx)
    } catch (error) {
      if (error instanceof Killed) process.status = 128 + SIGNAL_NUMBERS[error.signal]
      else if (error instanceof BudgetExceeded) {
        process.status = 1
        process.exceeded = error
      } else {
        process.status = 70
        this.#failure ??= error instanceof Error ? error : new Error(String(error))
      }
    }
    process.state = 'ended'
    this.#processes.delete(process.pid)
    ctx.releaseStreams()
    for (const ended of process.onEnd.splice(0)) ended()
    this.#giveWay()
  }

  /** Puts a process at the end of the queue. */
  #enqueue(resume: () => void): void {
    this.#queue.push(resume)
    if (!this.#isRunning) this.#dispatch()
  }

  /** The running process stops; the next one goes on. */
  #giveWay(): void {
    this.#isRunning = false
    this.#dispatch()
    this.#settle()
  }

  #dispatch(): void {
    const resume = this.#queue.shift()
    if (resume === undefined) return
    this.#isRunning = true
    resume()
  }

  /** Lets the others that can run go first, as a writer does that has just given a reader something to do. */
  yield(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#queue.push(resolve)
      this.#giveWay()
    })
  }

  /** Delivers a signal to a process; what it does depends on the process. */
  signal(process: Process, signal: Signal): void {
    if (process.state === 'ended') return
    if (signal === 'INT' && process.onInterrupt === 'ignore') return
    process.pending = signal
    const { blocked } = process
    if (blocked === undefined) return
    if (!isCaught(process, signal)) blocked.fail(new Killed(signal))
    else if (blocked.interruptible) blocked.wake('interrupted')
  }

  /** A signal to a process and to all that it has started, the oldest first. */
  signalTree(process: Process, signal: Signal): void {
    const pids = new Set([process.pid])
    this.signal(process, signal)
    for (const other of this.processes) {
      if (!pids.has(other.parent)) continue
      pids.add(other.pid)
      this.signal(other, signal)
    }
  }

  /** Ctrl-C: an interrupt to every process of the group, oldest first. */
  interrupt(group: number): void {
    for (const process of this.processes) if (process.group === group) this.signal(process, 'INT')
  }

  /** Ends what a group started, as closing a terminal does. */
  hangUp(group: number): void {
    for (const process of this.processes) if (process.group === group) this.signal(process, 'HUP')
  }

  /**
   * Blocks a process until `wake` is called. `arm` gets the wake function and returns what to undo afterwards.
   * A signal without a handler ends the wait with `Killed`.
   */
  block(
    process: Process,
    interruptible: boolean,
    arm: (wake: (reason: WakeReason) => void) => () => void,
  ): Promise<WakeReason> {
    this.takeSignal(process)
    if (interruptible && process.pending !== undefined) return Promise.resolve('interrupted')
    return new Promise((resolve, reject) => {
      let isOver = false
      const undo: (() => void)[] = []
      const finish = (settle: () => void): void => {
        if (isOver) return
        isOver = true
        for (const disarm of undo) disarm()
        process.blocked = undefined
        process.state = 'runnable'
        this.#blocked -= 1
        this.#enqueue(settle)
      }
      const wake = (reason: WakeReason): void => finish(() => resolve(reason))
      process.blocked = { interruptible, wake, fail: (error) => finish(() => reject(error)) }
      process.state = 'blocked'
      this.#blocked += 1
      const disarm = arm(wake)
      if (isOver as boolean) disarm()
      else undo.push(disarm)
      this.#giveWay()
    })
  }

  /** Throws if a signal without a handler is waiting. */
  takeSignal(process: Process): void {
    const { pending } = process
    if (pending !== undefined && !isCaught(process, pending)) throw new Killed(pending)
  }

  /** Sets a timer of the kernel that calls back; returns what cancels it. `kernel` knows on whose behalf. */
  setTimer(at: number, fire: () => void, kernel: Kernel = this.kernel): () => void {
    const result = kernel.call({ kind: 'timer.set', at })
    if (!result.ok) throw new Error(`timer.set: ${result.error.errno}`)
    const timer = result.value
    this.#timers.set(timer, () => {
      this.#timers.delete(timer)
      fire()
    })
    return () => {
      if (this.#timers.delete(timer)) kernel.call({ kind: 'timer.cancel', timer })
    }
  }

  /** Calls back whenever something arrives on a socket; returns what ends that. */
  onReadable(socket: SocketId, arrived: () => void): () => void {
    let readers = this.#readers.get(socket)
    if (readers === undefined) this.#readers.set(socket, (readers = new Set()))
    readers.add(arrived)
    return () => {
      readers.delete(arrived)
      if (readers.size === 0 && this.#readers.get(socket) === readers) this.#readers.delete(socket)
    }
  }

  #settle(): void {
    if (this.#isRunning || this.#idleWaiters.length === 0) return
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    const failure = this.#failure
    this.#failure = undefined
    for (const waiter of waiters) {
      if (failure === undefined) waiter.resolve()
      else waiter.reject(failure)
    }
  }
}

/** Whether a program sees a signal itself instead of being ended by it. */
function isCaught(process: Process, signal: Signal): boolean {
  return signal === 'INT' ? process.onInterrupt !== 'end' : process.handled.has(signal)
}
