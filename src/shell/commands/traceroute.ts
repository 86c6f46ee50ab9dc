/** `traceroute` (Butskoy's 2.1): UDP to ports that nobody has, or ICMP echo with -I. */
import { type Errno, strerror } from '../../contract/errno.ts'
import type { SocketId, SocketMessage, SystemCall } from '../../kernel/api.ts'
import { IPV4_ANY, formatIpv4, type Ipv4Address } from '../../wire/address.ts'
import {
  emitIcmp,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HEADER_LENGTH,
  ICMP_PORT_UNREACH,
  ICMP_TIME_EXCEEDED,
  icmpEchoRest,
  icmpId,
  icmpSequence,
  icmpType,
} from '../../wire/icmp.ts'
import { ipv4HeaderLength, PROTOCOL_ICMP, PROTOCOL_TCP } from '../../wire/ipv4.ts'
import { TCP_HEADER_LENGTH, tcpDestinationPort, tcpFlags, tcpSourcePort } from '../../wire/tcp.ts'
import { MICROSECOND_NS, MILLISECOND_NS, SECOND_NS } from '../formats/units.ts'
import type { ProcessContext } from '../process/context.ts'
import { command, CommandError } from './command-error.ts'
import { nameOfHost } from './hosts.ts'
import { TRACEROUTE_USAGE } from './usage/probes.ts'
import { flagNames, HEADERS, HelpAsked, parseTraceOptions, type TraceOptions } from './traceroute-options.ts'
import { tcpProbe } from './traceroute-tcp.ts'

const VERSION =
  'Modern traceroute for Linux, version 2.1.2\nCopyright (c) 2016  Dmitry Butskoy,   License: GPL v2 or any later\n'

/** What sending a probe takes: answers that are quick come before the next one has left. */
const SEND_NS = 250 * MICROSECOND_NS

interface Probe {
  readonly index: number
  socket: SocketId | undefined
  /** The port that a segment of TCP left from. */
  port: number | undefined
  sentAt: number | undefined
  receivedAt: number | undefined
  from: Ipv4Address | undefined
  /** `<syn,ack>`: what a final answer of TCP says. */
  flags: string
  /** `!H` and the like. */
  note: string
  done: boolean
  /** The answer came from the end of the way. */
  final: boolean
}

export const traceroute = command('traceroute', 'show the routers on the way', async (ctx) => {
  if (ctx.args.length === 0 || ctx.args.includes('--help')) return ctx.out(`${TRACEROUTE_USAGE}\n`).then(() => 0)
  if (ctx.args.some((word) => word === '-V' || word === '--version')) return ctx.out(VERSION).then(() => 0)
  const options = optionsOrHelp(ctx)
  if (options === undefined) return ctx.out(`${TRACEROUTE_USAGE}\n`).then(() => 0)
  ctx.catchInterrupts()
  const size = `${options.maxTtl} hops max, ${options.packetBytes} byte packets`
  await ctx.out(`traceroute to ${options.host} (${formatIpv4(options.target)}), ${size}`)
  const trace = new Trace(ctx, options)
  try {
    return await trace.run()
  } finally {
    trace.close()
  }
})

function optionsOrHelp(ctx: ProcessContext): TraceOptions | undefined {
  try {
    return parseTraceOptions(ctx)
  } catch (error) {
    if (error instanceof HelpAsked) return undefined
    throw error
  }
}

class Trace {
  readonly #ctx: ProcessContext
  readonly #ident: number
  readonly #options: TraceOptions
  readonly #probes: Probe[]
  /** Of ICMP and TCP: one for all probes. */
  #rawSocket: SocketId | undefined
  #lastFrom: Ipv4Address | undefined
  #lastSentAt = -Infinity

  constructor(ctx: ProcessContext, options: TraceOptions) {
    this.#ctx = ctx
    this.#ident = ctx.runner.takeEchoIdent()
    this.#options = options
    this.#probes = Array.from({ length: options.maxTtl * options.probesPerHop }, (_, index) => ({
      index,
      socket: undefined,
      port: undefined,
      sentAt: undefined,
      receivedAt: undefined,
      from: undefined,
      flags: '',
      note: '',
      done: false,
      final: false,
    }))
  }

  /** The first probe that is sent. Ports and sequence numbers are counted from it, whatever its TTL. */
  get #firstIndex(): number {
    return (this.#options.firstTtl - 1) * this.#options.probesPerHop
  }

  async run(): Promise<number> {
    const { probesPerHop, together, pauseNs } = this.#options
    let start = this.#firstIndex
    let end = this.#probes.length
    while (start < end) {
      let waiting = 0
      let until: number | undefined
      for (let n = start; n < end && waiting < together; n++) {
        const probe = this.#probes[n]!
        if (n === start && !probe.done && probe.sentAt !== undefined) {
          const expiresAt = probe.sentAt + this.#timeoutNs(probe)
          if (expiresAt > this.#ctx.now) until = expiresAt
          else this.#finish(probe)
        }
        if (probe.done) {
          if (n === start) {
            await this.#print(probe)
            start += 1
          }
          if (probe.final) end = (Math.trunc(n / probesPerHop) + 1) * probesPerHop
          continue
        }
        if (probe.sentAt === undefined) {
          const mayBeSentAt = this.#lastSentAt + pauseNs
          if (pauseNs > 0 && this.#ctx.now < mayBeSentAt) {
            until = mayBeSentAt
            break
          }
          await this.#send(probe)
          if ((await this.#ctx.sleep(SEND_NS)) === 'interrupted') return this.#interrupted()
        }
        until ??= probe.sentAt! + this.#timeoutNs(probe)
        waiting += 1
      }
      if (until !== undefined && start < end && (await this.#poll(until)) === 'interrupted') return this.#interrupted()
    }
    await this.#ctx.out('\n')
    return 0
  }

  /** Shorter than the limit once others have answered: a multiple of their time. */
  #timeoutNs(probe: Probe): number {
    const { hereFactor, nearFactor, probesPerHop, waitS } = this.#options
    const timeOf = ({ sentAt, receivedAt }: Probe): number | undefined =>
      sentAt === undefined || receivedAt === undefined || receivedAt <= sentAt
        ? undefined
        : receivedAt - sentAt + MILLISECOND_NS
    const first = probe.index - (probe.index % probesPerHop)
    const here = this.#probes
      .slice(first, first + probesPerHop)
      .map(timeOf)
      .find((time) => time !== undefined)
    if (here !== undefined && hereFactor > 0) return Math.min(waitS * SECOND_NS, here * hereFactor)
    const near = this.#probes
      .slice(probe.index + 1)
      .map(timeOf)
      .find((time) => time !== undefined)
    if (near !== undefined && nearFactor > 0) return Math.min(waitS * SECOND_NS, near * nearFactor)
    return waitS * SECOND_NS
  }

  async #interrupted(): Promise<number> {
    this.#ctx.takeInterrupt()
    await this.#ctx.out('\n')
    return 130
  }

  async #poll(untilNs: number): Promise<'interrupted' | 'done'> {
    const open = [this.#rawSocket, ...this.#probes.map(({ socket }) => socket)].filter((socket) => socket !== undefined)
    const reason = await this.#ctx.waitReadable(open, untilNs)
    if (reason === 'interrupted') return reason
    for (const socket of open) {
      for (let received = this.#receive(socket); received !== undefined; received = this.#receive(socket)) {
        this.#take(socket, received)
        if (this.#rawSocket !== socket) break
      }
    }
    return 'done'
  }

  #receive(socket: SocketId): SocketMessage | undefined {
    const result = this.#ctx.call({ kind: 'socket.receive', socket })
    return result.ok ? result.message : undefined
  }

  #take(socket: SocketId, message: SocketMessage): void {
    const probe =
      socket === this.#rawSocket ? this.#probeOfRaw(message) : this.#probes.find((other) => other.socket === socket)
    if (probe === undefined || probe.done) return
    probe.receivedAt = message.at
    probe.from = message.from
    if (message.kind === 'data') {
      probe.final = true
      if (this.#options.showsFlags) probe.flags = flagsNote(message)
    } else {
      const { icmpType: type, icmpCode: code } = message
      if (type !== ICMP_TIME_EXCEEDED || code !== 0) probe.final = true
      probe.note = noteOf(type, code, message.info)
    }
    this.#finish(probe)
  }

  #probeOfRaw(message: SocketMessage): Probe | undefined {
    return this.#options.method === 'tcp' ? this.#probeOfSegment(message) : this.#probeOfEcho(message)
  }

  /** Which probe a segment, or an error about one of ours, belongs to: its port tells. */
  #probeOfSegment({ kind, bytes }: SocketMessage): Probe | undefined {
    const at = kind === 'data' ? ipv4HeaderLength(bytes, 0) : 0
    if (bytes.length < at + (kind === 'data' ? TCP_HEADER_LENGTH : 4)) return undefined
    const [from, to] = [tcpSourcePort(bytes, at), tcpDestinationPort(bytes, at)]
    const [own, other] = kind === 'data' ? [to, from] : [from, to]
    return this.#probes.find(({ port, done }) => !done && port === own && other === this.#options.port)
  }

  /** Which probe an echo reply, or an error about one of our requests, belongs to. */
  #probeOfEcho({ kind, bytes }: SocketMessage): Probe | undefined {
    const at = kind === 'data' ? ipv4HeaderLength(bytes, 0) : 0
    if (bytes.length < at + ICMP_HEADER_LENGTH) return undefined
    const type = icmpType(bytes, at)
    if (type !== (kind === 'data' ? ICMP_ECHOREPLY : ICMP_ECHO) || icmpId(bytes, at) !== this.#ident) return undefined
    return this.#probes[this.#firstIndex + icmpSequence(bytes, at) - 1]
  }

  #finish(probe: Probe): void {
    probe.done = true
    if (probe.socket !== undefined) this.#ctx.call({ kind: 'socket.close', socket: probe.socket })
    probe.socket = undefined
  }

  async #send(probe: Probe): Promise<void> {
    const { method, target, port, isPortFixed, probesPerHop, keepsWhole, tos, flags } = this.#options
    const ttl = Math.trunc(probe.index / probesPerHop) + 1
    const order = probe.index - this.#firstIndex
    const toPort = isPortFixed ? port : port + order
    const socket = await this.#probeSocket(probe)
    const mtuDiscover = keepsWhole ? 'probe' : 'dont'
    await this.#must(
      { kind: 'socket.set', socket, options: { ttl, tos, receiveErrors: true, mtuDiscover } },
      'setsockopt',
    )
    if (method === 'udp') await this.#must({ kind: 'socket.connect', socket, address: target, port: toPort }, 'connect')
    const bytes =
      method === 'tcp'
        ? tcpProbe(this.#ctx, { target, port, flags, fromPort: probe.port ?? 0, order: this.#ident * 256 + order })
        : this.#payload(order)
    probe.sentAt = this.#ctx.now
    this.#lastSentAt = this.#ctx.now
    const sent = this.#ctx.call({ kind: 'socket.send', socket, to: target, port: method === 'udp' ? toPort : 0, bytes })
    if (!sent.ok && sent.error.errno !== 'ENOBUFS' && sent.error.errno !== 'EPERM')
      throw await this.#refused('send', sent.error.errno)
  }

  /** UDP has a socket a probe; TCP has one beside the raw one, which only keeps its port for it. */
  async #probeSocket(probe: Probe): Promise<SocketId> {
    const { method } = this.#options
    if (method !== 'icmp') probe.socket = await this.#open({ kind: method })
    if (method === 'udp' && probe.socket !== undefined) return probe.socket
    if (method === 'tcp') {
      const kept = this.#ctx.read.sockets(this.#ctx.netns).find(({ socket }) => socket === probe.socket)
      probe.port = kept?.localPort
    }
    const protocol = method === 'tcp' ? PROTOCOL_TCP : PROTOCOL_ICMP
    return (this.#rawSocket ??= await this.#open({ kind: 'raw', protocol }))
  }

  #payload(order: number): Uint8Array {
    const payload = Uint8Array.from({ length: this.#options.packetBytes - HEADERS }, (_, k) => 0x40 + (k & 0x3f))
    return this.#options.method === 'icmp'
      ? emitIcmp({ type: ICMP_ECHO, code: 0, rest: icmpEchoRest(this.#ident, order + 1) }, payload)
      : payload
  }

  async #open(spec: Extract<SystemCall, { kind: 'socket.open' }>['spec']): Promise<SocketId> {
    const { device, source, sourcePort = 0 } = this.#options
    const socket = await this.#must({ kind: 'socket.open', netns: this.#ctx.netns, spec }, 'socket')
    if (device !== undefined)
      await this.#must({ kind: 'socket.set', socket, options: { bindToDevice: device } }, 'setsockopt SO_BINDTODEVICE')
    // A port that nobody chose is taken as soon as the socket is bound.
    if (source !== undefined || sourcePort > 0 || spec.kind === 'tcp')
      await this.#must(
        { kind: 'socket.bind', socket, address: source ?? IPV4_ANY, port: spec.kind === 'raw' ? 0 : sourcePort },
        'bind',
      )
    return socket
  }

  async #must(call: SystemCall, what: string): Promise<number> {
    const result = this.#ctx.call(call)
    if (!result.ok) throw await this.#refused(what, result.error.errno)
    return result.value
  }

  /** The header has no line end yet, so the message begins with one. */
  async #refused(what: string, errno: Errno): Promise<CommandError> {
    await this.#ctx.out('\n')
    return new CommandError(`${what}: ${strerror(errno)}`, 1)
  }

  async #print(probe: Probe): Promise<void> {
    const { probesPerHop, numeric } = this.#options
    let text = ''
    if (probe.index % probesPerHop === 0) {
      text += `\n${String(Math.trunc(probe.index / probesPerHop) + 1).padStart(2)} `
      this.#lastFrom = undefined
    }
    if (probe.from === undefined) text += ' *'
    else if (probe.from !== this.#lastFrom) {
      const address = formatIpv4(probe.from)
      text += numeric ? ` ${address}` : ` ${nameOfHost(this.#ctx, probe.from) ?? address} (${address})`
      this.#lastFrom = probe.from
    }
    if (probe.flags !== '') text += ` ${probe.flags}`
    if (probe.sentAt !== undefined && probe.receivedAt !== undefined) {
      text += `  ${((probe.receivedAt - probe.sentAt) / MILLISECOND_NS).toFixed(3)} ms`
    }
    await this.#ctx.out(probe.note === '' ? text : `${text} ${probe.note}`)
  }

  /** Closes what is still open. */
  close(): void {
    for (const probe of this.#probes) if (probe.socket !== undefined) this.#finish(probe)
    if (this.#rawSocket !== undefined) this.#ctx.call({ kind: 'socket.close', socket: this.#rawSocket })
  }
}

function flagsNote({ bytes }: SocketMessage): string {
  return `<${flagNames(tcpFlags(bytes, ipv4HeaderLength(bytes, 0)))}>`
}

const NOTES: Readonly<Record<number, string>> = {
  0: '!N',
  1: '!H',
  2: '!P',
  5: '!S',
  6: '!N',
  7: '!H',
  8: '!N',
  9: '!X',
  10: '!X',
  11: '!N',
  12: '!H',
  13: '!X',
  14: '!V',
  15: '!C',
}

function noteOf(type: number, code: number, info: number): string {
  if (type === ICMP_TIME_EXCEEDED && code === 0) return ''
  if (type !== ICMP_DEST_UNREACH) return `!<${type}-${code}>`
  if (code === ICMP_PORT_UNREACH) return ''
  return code === ICMP_FRAG_NEEDED ? `!F-${info}` : (NOTES[code] ?? `!<${code}>`)
}
