/**
 * The main loop of ping. It keeps iputils' own rules of time: a bucket of milliseconds that allows requests, waits that
 * are no longer than the interval, and an alarm that ends the wait after the last request.
 */
import { strerror } from '../../../contract/errno.ts'
import type { SocketId, SocketMessage } from '../../../kernel/api.ts'
import { type Ipv4Address, IPV4_ANY } from '../../../wire/address.ts'
import {
  emitIcmp,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_HEADER_LENGTH,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  icmpCode,
  icmpEchoRest,
  icmpGateway,
  icmpId,
  icmpSequence,
  icmpType,
} from '../../../wire/icmp.ts'
import { ipv4HeaderLength, ipv4Ttl } from '../../../wire/ipv4.ts'
import { MICROSECOND_NS, MILLISECOND_NS, SECOND_NS } from '../../formats/units.ts'
import type { ProcessContext } from '../../process/context.ts'
import type { PingOptions } from './ping-options.ts'
import { icmpText, roundTripText, statisticsText } from './ping-text.ts'

/** Least wait between two requests (MININTERVAL). */
const LEAST_INTERVAL_MS = 10
/** What sending a request takes. */
const SEND_NS = 100 * MICROSECOND_NS
const TIMESTAMP_BYTES = 16
/** 65,535 without the header of ICMP. */
const LARGEST_PAYLOAD = 65_527
const SEQUENCES = 0x10000

export interface PingTarget {
  readonly socket: SocketId
  readonly address: Ipv4Address
  readonly host: string
  readonly ident: number
  /** One address may answer with several. */
  readonly isGroup: boolean
  /** How an address is printed. */
  readonly describe: (address: Ipv4Address) => string
}

export class PingLoop {
  readonly #ctx: ProcessContext
  readonly #options: PingOptions
  readonly #target: PingTarget
  readonly #startedAt: number
  readonly #received = new Set<number>()
  #transmitted = 0
  #receivedCount = 0
  #duplicates = 0
  #errors = 0
  /** Highest sequence number that was answered. */
  #acknowledged = 0
  #pipe = 0
  /** Moment of the last request, undefined before the first. */
  #sentAt: number | undefined
  #tokensMs = 0
  #intervalMs: number
  #alarmAt: number | undefined
  #lingers = false
  #exiting = false
  #unsentMs = 0
  #min = Number.MAX_SAFE_INTEGER
  #max = 0
  #sum = 0
  #sumOfSquares = 0
  #average8 = 0

  constructor(ctx: ProcessContext, options: PingOptions, target: PingTarget) {
    this.#ctx = ctx
    this.#options = options
    this.#intervalMs = options.intervalMs
    this.#target = target
    this.#startedAt = ctx.now
    if (options.deadlineS > 0) this.#alarmAt = ctx.now + options.deadlineS * SECOND_NS
  }

  get #hasTimes(): boolean {
    return this.#options.dataLength >= TIMESTAMP_BYTES
  }

  /** Runs to the end and gives the exit status. */
  async run(): Promise<number> {
    const { count, deadlineS } = this.#options
    if (count === 0 && deadlineS === 0) this.#ctx.runsUntilStopped()
    for (;;) {
      if (this.#exiting) break
      if (count > 0 && this.#receivedCount + this.#errors >= count) break
      if (deadlineS > 0 && this.#errors > 0) break
      let nextMs: number
      do nextMs = this.#scheduleExit(await this.#pinger())
      while (nextMs <= 0)
      await this.#waitAndReceive(nextMs)
    }
    return this.#finish()
  }

  /** Sends a request if its time has come; gives the milliseconds to the next. */
  async #pinger(): Promise<number> {
    const { count, deadlineS, preload, outstanding } = this.#options
    const intervalMs = this.#intervalMs
    if (count > 0 && this.#transmitted >= count && deadlineS === 0) return 1000
    if (this.#sentAt === undefined) {
      this.#sentAt = this.#ctx.now
      this.#tokensMs = intervalMs * (preload - 1)
    } else {
      const passed = Math.trunc((this.#ctx.now - this.#sentAt) / MILLISECOND_NS)
      if (intervalMs === 0 && passed < LEAST_INTERVAL_MS && this.#inFlight() >= preload)
        return LEAST_INTERVAL_MS - passed
      const tokens = Math.min(passed + this.#tokensMs, intervalMs * preload)
      if (tokens < intervalMs) return intervalMs - tokens
      this.#sentAt = this.#ctx.now
      this.#tokensMs = tokens - intervalMs
    }
    if (outstanding && this.#transmitted > 0 && !this.#received.has(this.#transmitted % SEQUENCES)) {
      await this.#ctx.out(`${this.#stamp()}no answer yet for icmp_seq=${this.#transmitted % SEQUENCES}\n`)
    }
    return this.#send()
  }

  async #send(): Promise<number> {
    const { lingerMs, quiet, flood } = this.#options
    const intervalMs = this.#intervalMs
    if (intervalMs === 0) this.#ctx.budget.flood()
    const sequence = (this.#transmitted + 1) % SEQUENCES
    if (this.#options.dataLength > LARGEST_PAYLOAD) {
      // No raw socket takes so much; ping counts it as lost.
      this.#transmitted += 1
      this.#tokensMs = 0
      return atLeastInterval(intervalMs)
    }
    const result = this.#ctx.call({
      kind: 'socket.send',
      socket: this.#target.socket,
      to: this.#target.address,
      port: 0,
      bytes: this.#request(sequence),
    })
    if (result.ok) {
      this.#unsentMs = 0
      this.#transmitted += 1
      if (flood && !quiet) await this.#ctx.out('.')
      const nextMs = intervalMs - this.#tokensMs
      return (await this.#returnFromSending()) ? nextMs : 1
    }
    const { errno, message } = result.error
    if (errno === 'ENOBUFS') {
      // A full queue: wait half an interval and try again, until the wait for answers would be over too.
      this.#tokensMs = 0
      const retryMs = Math.min(500, Math.trunc(atLeastInterval(intervalMs) / 2))
      this.#unsentMs += retryMs
      if (this.#unsentMs < lingerMs) return retryMs
    }
    this.#transmitted += 1
    if (!(await this.#returnFromSending())) return 1
    const queued = await this.#localError(errno, message)
    // This version tells of a full queue, and of a refusal that came with an ICMP error, as the firewall's REJECT does. Every
    // other one, the firewall's DROP and a missing route too, it keeps to itself and merely counts the loss.
    if (!quiet && (queued === 'icmp' || (queued === 'none' && errno === 'ENOBUFS')))
      await this.#ctx.err(`ping: sendmsg: ${strerror(errno)}\n`)
    this.#tokensMs = 0
    return atLeastInterval(intervalMs)
  }

  /**
   * What comes back at once is there when the call returns, all of it: an error is then read before what came earlier. False when
   * Ctrl-C came meanwhile.
   */
  async #returnFromSending(): Promise<boolean> {
    if ((await this.#ctx.sleep(SEND_NS)) !== 'interrupted') return true
    this.#ctx.takeInterrupt()
    this.#exiting = true
    return false
  }

  /** A send that failed here: what is in the error queue says more than the error number. Tells what was reported. */
  async #localError(errno: string, message: string | undefined): Promise<'icmp' | 'local' | 'none'> {
    const received = this.#ctx.call({ kind: 'socket.receive', socket: this.#target.socket })
    if (received.ok && received.message?.kind === 'error') {
      await this.#receiveError(received.message)
      return 'icmp'
    }
    const mtu = /mtu=(\d+)/.exec(message ?? '')?.[1]
    if (errno !== 'EMSGSIZE' || mtu === undefined) return 'none'
    this.#errors += 1
    if (!this.#options.quiet) await this.#ctx.err(`ping: local error: message too long, mtu=${mtu}\n`)
    return 'local'
  }

  /** An echo request: the time of sending, then bytes that count up. */
  #request(sequence: number): Uint8Array {
    const { dataLength, pattern } = this.#options
    const payload = new Uint8Array(dataLength)
    for (let k = 0; k < dataLength; k++) payload[k] = pattern.length === 0 ? k : pattern[k % pattern.length]!
    if (this.#hasTimes) {
      const us = Math.trunc(this.#ctx.now / 1000)
      writeLittleEndian64(payload, 0, Math.trunc(us / 1_000_000))
      writeLittleEndian64(payload, 8, us % 1_000_000)
    }
    return emitIcmp({ type: ICMP_ECHO, code: 0, rest: icmpEchoRest(this.#target.ident, sequence) }, payload)
  }

  /** After the last request: how long to wait for its answer. */
  #scheduleExit(nextMs: number): number {
    const { count, deadlineS, lingerMs } = this.#options
    const intervalMs = this.#intervalMs
    if (count === 0 || this.#transmitted < count || deadlineS > 0 || this.#lingers) return nextMs
    this.#lingers = true
    const waitUs = this.#receivedCount > 0 ? Math.max(2 * this.#max, 1000 * intervalMs) : lingerMs * 1000
    // A timer of 0 is none at all, so `-W 0` waits without end.
    if (waitUs > 0) this.#alarmAt = this.#ctx.now + waitUs * 1000
    return Math.max(nextMs, Math.trunc(waitUs / 1000))
  }

  async #waitAndReceive(nextMs: number): Promise<void> {
    const intervalMs = this.#intervalMs
    const shortest = this.#inFlight() > 0 && nextMs <= 4 ? LEAST_INTERVAL_MS : nextMs
    // A wait as long as the interval is the socket's own time limit, which is a second at most.
    const waitMs = nextMs < atLeastInterval(intervalMs) ? shortest : Math.min(1000, atLeastInterval(intervalMs))
    const until = this.#ctx.now + waitMs * MILLISECOND_NS
    const reason = await this.#ctx.waitReadable(this.#target.socket, Math.min(until, this.#alarmAt ?? until))
    if (reason === 'interrupted') {
      this.#ctx.takeInterrupt()
      this.#exiting = true
    }
    if (this.#alarmAt !== undefined && this.#ctx.now >= this.#alarmAt) this.#exiting = true
    if (reason !== 'ready') return
    for (;;) {
      const received = this.#ctx.call({ kind: 'socket.receive', socket: this.#target.socket })
      if (!received.ok || received.message === undefined) break
      if (received.message.kind === 'error') await this.#receiveError(received.message)
      else await this.#receive(received.message)
      if (this.#inFlight() === 0) break
    }
  }

  /** A packet: an answer, or news about the way. */
  async #receive(message: SocketMessage): Promise<void> {
    const { bytes } = message
    const at = ipv4HeaderLength(bytes, 0)
    if (bytes.length < at + ICMP_HEADER_LENGTH) return
    const type = icmpType(bytes, at)
    if (type === ICMP_ECHOREPLY) {
      if (icmpId(bytes, at) === this.#target.ident) await this.#reply(message, at)
      return
    }
    // Errors come by the error queue as well; only redirects and source quench are told from here.
    if (type !== ICMP_REDIRECT && type !== ICMP_SOURCE_QUENCH) return
    const inner = at + ICMP_HEADER_LENGTH
    const quoted = inner + (bytes.length > inner ? ipv4HeaderLength(bytes, inner) : 0)
    if (bytes.length < quoted + ICMP_HEADER_LENGTH || icmpType(bytes, quoted) !== ICMP_ECHO) return
    if (icmpId(bytes, quoted) !== this.#target.ident || this.#options.quiet) return
    const news = icmpText({ type, code: icmpCode(bytes, at), info: 0, gateway: icmpGateway(bytes, at) })
    const from = this.#target.describe(message.from)
    await this.#ctx.out(`${this.#stamp()}From ${from}: icmp_seq=${icmpSequence(bytes, quoted)} ${news}\n`)
  }

  async #reply(message: SocketMessage, at: number): Promise<void> {
    const { bytes } = message
    const sequence = icmpSequence(bytes, at)
    const length = bytes.length - at
    this.#receivedCount += 1
    this.#acknowledge(sequence)
    const us =
      this.#hasTimes && length >= ICMP_HEADER_LENGTH + TIMESTAMP_BYTES ? this.#roundTrip(message, at) : undefined
    const isDuplicate = this.#received.has(sequence)
    if (isDuplicate) {
      this.#duplicates += 1
      this.#receivedCount -= 1
    }
    this.#received.add(sequence)
    // As often as answers come back (update_interval).
    if (this.#options.adaptive) this.#intervalMs = Math.trunc((this.#average8 / 8 + 500) / 1000)
    if (this.#options.quiet) return
    if (this.#options.flood) {
      await this.#ctx.out('\b \b')
      return
    }
    const ident = this.#options.verbose ? ` ident=${this.#target.ident}` : ''
    let line = `${length} bytes from ${this.#target.describe(message.from)}: icmp_seq=${sequence}${ident} ttl=${ipv4Ttl(bytes, 0)}`
    if (length < this.#options.dataLength + ICMP_HEADER_LENGTH) line += ' (truncated)'
    else {
      if (us !== undefined) line += ` time=${roundTripText(us)} ms`
      if (isDuplicate && (!this.#target.isGroup || this.#options.verbose)) line += ' (DUP!)'
      if (!this.#target.isGroup && message.from !== this.#target.address) line += ' (DIFFERENT ADDRESS!)'
    }
    await this.#ctx.out(`${this.#stamp()}${line}${this.#options.audible ? '\u0007' : ''}\n`)
  }

  /** Microseconds since the time in the payload. */
  #roundTrip(message: SocketMessage, at: number): number {
    const payload = at + ICMP_HEADER_LENGTH
    const sentUs =
      readLittleEndian64(message.bytes, payload) * 1_000_000 + readLittleEndian64(message.bytes, payload + 8)
    const us = Math.max(0, Math.trunc(message.at / 1000) - sentUs)
    this.#sum += us
    this.#sumOfSquares += us * us
    this.#min = Math.min(this.#min, us)
    this.#max = Math.max(this.#max, us)
    this.#average8 = this.#average8 === 0 ? us * 8 : this.#average8 + us - Math.trunc(this.#average8 / 8)
    return us
  }

  /** An entry of the error queue: an ICMP error about one of our requests, or an error of this machine. */
  async #receiveError(message: SocketMessage): Promise<void> {
    const { quiet } = this.#options
    if (message.local) {
      this.#errors += 1
      const text =
        message.errno === 'EMSGSIZE' ? `message too long, mtu=${message.info}` : strerror(message.errno ?? 'EINVAL')
      if (!quiet) await this.#ctx.err(`ping: local error: ${text}\n`)
      return
    }
    const { bytes } = message
    if (
      bytes.length < ICMP_HEADER_LENGTH ||
      icmpType(bytes, 0) !== ICMP_ECHO ||
      icmpId(bytes, 0) !== this.#target.ident
    )
      return
    const sequence = icmpSequence(bytes, 0)
    this.#acknowledge(sequence)
    this.#errors += 1
    if (quiet) return
    const text = icmpText({ type: message.icmpType, code: message.icmpCode, info: message.info, gateway: IPV4_ANY })
    await this.#ctx.out(`${this.#stamp()}From ${this.#target.describe(message.from)} icmp_seq=${sequence} ${text}\n`)
  }

  #acknowledge(sequence: number): void {
    const behind = (this.#transmitted - sequence) & 0xffff
    if (behind > 0x7fff) return
    this.#pipe = Math.max(this.#pipe, behind + 1)
    const ahead = (sequence - this.#acknowledged) & 0xffff
    if ((ahead > 0 && ahead <= 0x7fff) || ((this.#transmitted - this.#acknowledged) & 0xffff) > 0x7fff)
      this.#acknowledged = sequence
  }

  #inFlight(): number {
    const behind = (this.#transmitted - this.#acknowledged) & 0xffff
    return behind <= 0x7fff ? behind : this.#transmitted - this.#receivedCount - this.#errors
  }

  /** -D */
  #stamp(): string {
    if (!this.#options.timestamps) return ''
    const us = Math.trunc(this.#ctx.now / 1000)
    return `[${Math.trunc(us / 1_000_000)}.${String(us % 1_000_000).padStart(6, '0')}] `
  }

  async #finish(): Promise<number> {
    const elapsedNs = (this.#sentAt ?? this.#startedAt) - this.#startedAt
    await this.#ctx.out(
      statisticsText({
        host: this.#target.host,
        transmitted: this.#transmitted,
        received: this.#receivedCount,
        duplicates: this.#duplicates,
        errors: this.#errors,
        elapsedMs: Math.trunc((elapsedNs + MILLISECOND_NS / 2) / MILLISECOND_NS),
        pipe: this.#pipe,
        roundTrips: this.#hasTimes
          ? {
              min: this.#min,
              max: this.#max,
              sum: this.#sum,
              sumOfSquares: this.#sumOfSquares,
              average8: this.#average8,
            }
          : undefined,
        withGap: this.#intervalMs === 0 || this.#options.flood || this.#options.adaptive,
      }),
    )
    const tooFew = this.#options.deadlineS > 0 && this.#receivedCount < this.#options.count
    return this.#receivedCount === 0 || tooFew ? 1 : 0
  }
}

const atLeastInterval = (ms: number): number => Math.max(ms, LEAST_INTERVAL_MS)

function writeLittleEndian64(bytes: Uint8Array, at: number, value: number): void {
  let rest = value
  for (let k = 0; k < 8; k++) {
    bytes[at + k] = rest % 256
    rest = Math.trunc(rest / 256)
  }
}

function readLittleEndian64(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let k = 7; k >= 0; k--) value = value * 256 + bytes[at + k]!
  return value
}
