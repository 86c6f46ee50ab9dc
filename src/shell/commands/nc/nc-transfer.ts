/** Carries bytes between standard input, a connected socket and standard output: the readwrite loop of netcat. */
import type { SocketId } from '../../../kernel/api.ts'
import { MICROSECOND_NS, SECOND_NS } from '../../formats/units.ts'
import { IPV4_ANY } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { joinBytes } from '../../process/context.ts'
import type { NcOptions } from './nc-options.ts'

const BUFFER_BYTES = 16_384
/** A turn of the loop takes a moment of the machine: an answer of the kernel's comes before the program's next call. */
const TURN_NS = 200 * MICROSECOND_NS
const NEWLINE = 10
const CARRIAGE_RETURN = 13

export class NcTransfer {
  readonly #ctx: ProcessContext
  readonly #options: NcOptions
  readonly #socket: SocketId
  #stdin: boolean
  #netOut = true
  #netIn = true
  /** What was read from standard input and not yet sent. */
  #pending: Uint8Array = new Uint8Array(0)
  #quitAt: number | undefined
  #receiveCount = 0

  constructor(ctx: ProcessContext, options: NcOptions, socket: SocketId) {
    this.#ctx = ctx
    this.#options = options
    this.#socket = socket
    this.#stdin = !options.noStdin
    if (options.noStdin) this.#endOutput()
  }

  /** Runs until both directions are done, or nothing came for too long. */
  async run(): Promise<void> {
    const { listen, intervalS } = this.#options
    for (;;) {
      if (!this.#netIn && !this.#stdin && this.#pending.length === 0) return
      if (listen && !this.#netIn && this.#pending.length === 0) return
      if (intervalS > 0) await this.#ctx.sleep(intervalS * SECOND_NS)
      if (!(await this.#wait())) return
      await this.#ctx.sleep(TURN_NS)
      if (this.#stdin && this.#isStdinReady()) await this.#readInput()
      if (this.#netOut && this.#pending.length > 0) this.#sendPending()
      if (this.#netIn && this.#ctx.read.socketReadable(this.#socket) && !(await this.#receive())) return
      if (!this.#netOut) this.#stdin = false
      if (!this.#stdin && this.#pending.length === 0 && this.#netOut) {
        this.#endOutput()
        if (this.#options.quitS === 0) return
      }
    }
  }

  #isStdinReady(): boolean {
    return this.#pending.length < BUFFER_BYTES && (this.#ctx.stream(0).readiness?.isReadable() ?? true)
  }

  /** Waits for something to do; false when that took too long. */
  async #wait(): Promise<boolean> {
    const { timeoutS } = this.#options
    const idleAt = timeoutS === undefined ? undefined : this.#ctx.now + timeoutS * SECOND_NS
    const deadline = [idleAt, this.#quitAt].reduce(
      (least, at) => (least === undefined || (at !== undefined && at < least) ? at : least),
      undefined,
    )
    const reason = await this.#ctx.poll(
      {
        streams: this.#stdin && this.#pending.length < BUFFER_BYTES ? [this.#ctx.stream(0)] : [],
        readable: this.#netIn ? [this.#socket] : [],
        writable: this.#netOut && this.#pending.length > 0 ? [this.#socket] : [],
      },
      deadline,
    )
    return reason === 'ready'
  }

  async #readInput(): Promise<void> {
    const bytes = await this.#ctx.stream(0).read(this.#ctx.process, BUFFER_BYTES - this.#pending.length)
    if (bytes === undefined) this.#stdin = false
    else this.#pending = joinBytes([this.#pending, this.#options.crlf ? withCarriageReturns(bytes) : bytes])
  }

  #sendPending(): void {
    const result = this.#ctx.call({
      kind: 'socket.send',
      socket: this.#socket,
      to: IPV4_ANY,
      port: 0,
      bytes: this.#pending,
    })
    if (result.ok) {
      this.#pending = this.#options.udp ? new Uint8Array(0) : this.#pending.slice(result.value)
      return
    }
    if (result.error.errno === 'EAGAIN') return
    this.#netOut = false
    this.#pending = new Uint8Array(0)
  }

  /** Takes what came and prints it. False when the limit of packets is reached. */
  async #receive(): Promise<boolean> {
    const result = this.#ctx.call({ kind: 'socket.receive', socket: this.#socket, maxBytes: BUFFER_BYTES })
    if (!result.ok) {
      if (result.error.errno !== 'EAGAIN') this.#hangUp()
      return true
    }
    const { message } = result
    if (message?.kind === 'error') {
      this.#hangUp()
      return true
    }
    if (message === undefined || (message.bytes.length === 0 && !this.#options.udp)) {
      this.#netIn = false
      return true
    }
    await this.#ctx.stream(1).write(this.#ctx.process, message.bytes)
    this.#receiveCount++
    return this.#options.receiveLimit === 0 || this.#receiveCount < this.#options.receiveLimit
  }

  /** The socket failed: neither direction works any more. */
  #hangUp(): void {
    this.#netIn = false
    this.#netOut = false
    this.#pending = new Uint8Array(0)
  }

  /** Standard input has ended and everything is sent. */
  #endOutput(): void {
    const { shutdownAfterEof, udp, quitS } = this.#options
    if (shutdownAfterEof && !udp) this.#ctx.call({ kind: 'socket.shutdown', socket: this.#socket, how: 'write' })
    this.#netOut = false
    if (quitS > 0) this.#quitAt = this.#ctx.now + quitS * SECOND_NS
  }
}

function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === NEWLINE ? [CARRIAGE_RETURN, NEWLINE] : [byte])))
}
