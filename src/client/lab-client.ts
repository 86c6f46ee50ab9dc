// The page's side of the protocol: typed questions with answers, pushes, and a watchdog that notices an engine that hangs.
import { PROTOCOL_VERSION } from '../contract/protocol.ts'
import type { LabPush, LabRequest, ReplyMessage, RequestKind, Requests } from '../contract/protocol.ts'
import type { Transport, TransportFactory } from './transport.ts'

/** The engine understood the request and says no; its message is for people. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** The engine went away before it answered: a crash, an overrun, or a restart by the page. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}

export interface LabClientOptions {
  readonly connect: TransportFactory
  /** An engine that says nothing for this long while a question is open has hung. It answers in slices of 8 ms. */
  readonly silenceMs?: number
}

/** Why a connection ended without anyone asking for it. */
export interface ConnectionFailure {
  readonly kind: 'crashed' | 'overrun'
  readonly detail: string
}

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

const DEFAULT_SILENCE_MS = 15_000

/**
 * A connection to an engine. Every question gets an answer, a RefusedError or a ConnectionLostError; none waits for
 * ever. After a failure the client is closed until `restart`.
 */
export class LabClient {
  readonly #options: LabClientOptions
  readonly #pending = new Map<number, Pending>()
  readonly #pushListeners = new Set<(push: LabPush) => void>()
  readonly #failureListeners = new Set<(failure: ConnectionFailure) => unknown>()
  #transport: Transport | undefined
  #nextId = 1
  #watchdog: ReturnType<typeof setTimeout> | undefined

  constructor(options: LabClientOptions) {
    this.#options = options
    this.#open()
  }

  /** Asks; the answer's type follows from the kind. */
  ask<K extends RequestKind>(kind: K, payload: Requests[K]['ask']): Promise<Requests[K]['answer']> {
    const transport = this.#transport
    if (transport === undefined) return Promise.reject(new ConnectionLostError('the engine is not running'))
    const id = this.#nextId++
    // A kind and its payload are one request of the union; the compiler can't follow that through a generic.
    const request = { kind, ...payload } as unknown as LabRequest
    return new Promise((resolve, reject) => {
      // The protocol pairs each kind with its answer, so the cast says what the engine promised.
      this.#pending.set(id, { resolve: (answer) => resolve(answer as Requests[K]['answer']), reject })
      this.#armWatchdog()
      transport.post({ id, version: PROTOCOL_VERSION, request })
    })
  }

  /** Hears every push; returns what stops it. */
  onPush(listener: (push: LabPush) => void): () => void {
    this.#pushListeners.add(listener)
    return () => this.#pushListeners.delete(listener)
  }

  /** Hears of a crash or an overrun; the listener decides whether to `restart`. */
  onFailure(listener: (failure: ConnectionFailure) => unknown): () => void {
    this.#failureListeners.add(listener)
    return () => this.#failureListeners.delete(listener)
  }

  /** Throws the engine away, whatever it does, and starts an empty one. Open questions are rejected. */
  restart(): void {
    this.#abandon('the engine was restarted')
    this.#open()
  }

  /** Ends the engine for good. */
  close(): void {
    this.#abandon('the engine was closed')
  }

  #open(): void {
    this.#transport = this.#options.connect({
      onReply: (message) => this.#receive(message),
      onFailure: (reason) => this.#fail({ kind: 'crashed', detail: reason }),
    })
  }

  #receive(message: ReplyMessage): void {
    if (message.kind === 'push') {
      this.#armWatchdog()
      for (const listener of this.#pushListeners) listener(message.push)
      return
    }
    const pending = this.#pending.get(message.id)
    this.#pending.delete(message.id)
    this.#armWatchdog()
    if (message.kind === 'answer') pending?.resolve(message.answer)
    else pending?.reject(new RefusedError(message.message))
  }

  /** Starts the count of silence anew, or stops it when nothing is open. */
  #armWatchdog(): void {
    clearTimeout(this.#watchdog)
    if (this.#pending.size === 0) return
    const silenceMs = this.#options.silenceMs ?? DEFAULT_SILENCE_MS
    const detail = `no sign of life for ${silenceMs / 1000} s`
    this.#watchdog = setTimeout(() => this.#fail({ kind: 'overrun', detail }), silenceMs)
  }

  #fail(failure: ConnectionFailure): void {
    if (this.#transport === undefined) return
    this.#abandon(failure.detail)
    for (const listener of this.#failureListeners) listener(failure)
  }

  #abandon(reason: string): void {
    clearTimeout(this.#watchdog)
    this.#transport?.close()
    this.#transport = undefined
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of pending) reject(new ConnectionLostError(reason))
  }
}
