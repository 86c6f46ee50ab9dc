/** One running program: its number, its family, what it waits for, and how signals reach it. */

import type { NetnsId, SocketId } from '../../kernel/api.ts'
import type { BudgetExceeded } from './budget.ts'

/** Signals that the lab delivers; the names are those of kill(1). */
export type Signal = 'INT' | 'TERM' | 'HUP' | 'KILL' | 'PIPE'

export const SIGNAL_NUMBERS: Readonly<Record<Signal, number>> = { HUP: 1, INT: 2, KILL: 9, PIPE: 13, TERM: 15 }

/** Ends a program from inside a blocking call, as a signal without a handler does. */
export class Killed extends Error {
  override readonly name = 'Killed'
  readonly signal: Signal
  constructor(signal: Signal) {
    super(`killed by SIG${signal}`)
    this.signal = signal
  }
}

/** Why a blocked process runs again. */
export type WakeReason = 'ready' | 'timeout' | 'interrupted'

/** A process. The runner owns the fields; programs use them through their context. */
export interface Process {
  readonly pid: number
  readonly parent: number
  /** Processes that Ctrl-C reaches together: all that one command line started in the foreground. */
  readonly group: number
  /** Of the program that runs in it now. */
  name: string
  /** The namespace that it is in now. */
  netns: NetnsId
  state: 'runnable' | 'blocked' | 'ended'
  /** 0 to 255; 128 plus the signal's number for a process that a signal ended. */
  status: number
  /** What SIGINT does: end it, set `pending` and wake it, or nothing (background jobs). */
  onInterrupt: 'end' | 'catch' | 'ignore'
  /** Signals besides SIGINT that the program handles itself: they wake it as a caught SIGINT does. */
  readonly handled: Set<Signal>
  /** It goes on until it is told to stop (`ping` without a count). */
  isEndless: boolean
  /** It waits for others, a person or the network, with no time set: nobody can say when that ends. */
  waitsOpenly: boolean
  /** A signal that arrived and was not seen yet. */
  pending: Signal | undefined
  /** Set when it ended because its run had gone over the limit: whoever waits for it ends too. */
  exceeded: BudgetExceeded | undefined
  /** Set while blocked. */
  blocked: Blocked | undefined
  /** Its sockets by descriptor, counted from 3: before come its standard streams. */
  readonly sockets: (SocketId | undefined)[]
  /** Called once when it has ended. */
  readonly onEnd: (() => void)[]
}

/** What a blocked process waits in. */
export interface Blocked {
  /** True for waits that a caught signal ends early: sleeping, waiting for a socket or for a person's input. */
  readonly interruptible: boolean
  readonly wake: (reason: WakeReason) => void
  readonly fail: (error: Error) => void
}

/** The standard streams have the numbers before. */
const FIRST_DESCRIPTOR = 3

/** A new socket has the lowest number that is free. */
export function openDescriptor(process: Process, socket: SocketId): void {
  const free = process.sockets.indexOf(undefined)
  if (free < 0) process.sockets.push(socket)
  else process.sockets[free] = socket
}

/** The number of a closed socket is free. */
export function closeDescriptor(process: Process, socket: SocketId): void {
  const at = process.sockets.indexOf(socket)
  if (at >= 0) process.sockets[at] = undefined
}

/** The number by which a process knows a socket, or undefined when it is not one of its own. */
export function descriptorOf(process: Process, socket: SocketId): number | undefined {
  const at = process.sockets.indexOf(socket)
  return at < 0 ? undefined : at + FIRST_DESCRIPTOR
}
