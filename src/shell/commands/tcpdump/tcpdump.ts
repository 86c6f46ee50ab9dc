/** `tcpdump` of tcpdump 4.99 over libpcap 1.10: captures through a packet socket and prints line by line. */
import type { LinkView } from '../../../contract/read-models.ts'
import type { SocketId, SocketMessage } from '../../../kernel/api.ts'
import { prefixMask } from '../../../wire/address.ts'
import { type CookedHeader, newTcpdumpState, type TcpdumpOptions, tcpdumpLine } from '../../../wire/tcpdump.ts'
import type { ProcessContext } from '../../process/context.ts'
import { openForReading, openForWriting, readTextFile } from '../../process/open.ts'
import { joinBytes } from '../../process/context.ts'
import type { Stream } from '../../process/stream.ts'
import { command, CommandError } from '../command-error.ts'
import { lookUpHost, nameOfHost } from '../hosts.ts'
import { portOfService, serviceOfPort } from '../services.ts'
import { compileFilter } from './filter/filter.ts'
import type { FilterPacket } from './filter/packet.ts'
import { FilterError } from './filter/tokens.ts'
import { chosenInterface, interfaceList } from './interfaces.ts'
import { asciiLines, hexLines, TimeStamps } from './lines.ts'
import { parseOptions, type Request, TCPDUMP_USAGE, TCPDUMP_VERSION, type TcpdumpSettings } from './options.ts'
import {
  cookedFrame,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL2,
  pcapHeader,
  type PcapPacket,
  pcapRecord,
  readPcap,
} from './pcap-file.ts'

/** ETH_P_ALL */
const EVERY_PROTOCOL = 3
const ETHERNET_HEADER_LENGTH = 14
const VLAN_TAG_LENGTH = 4

export const tcpdump = command('tcpdump', 'show the frames that pass an interface', async (ctx) => {
  const request = parseOptions(ctx.args)
  if (request.kind !== 'capture') return answer(ctx, request)
  const { settings } = request
  return settings.readFrom === undefined ? capture(ctx, settings) : readBack(ctx, settings, settings.readFrom)
})

async function answer(ctx: ProcessContext, request: Exclude<Request, { kind: 'capture' }>): Promise<number> {
  switch (request.kind) {
    case 'list':
      await ctx.out(interfaceList(ctx))
      return 0
    case 'version':
      await ctx.out(TCPDUMP_VERSION)
      return 0
    case 'help':
      await ctx.out(TCPDUMP_VERSION + TCPDUMP_USAGE)
      return 0
    case 'problem':
      return ctx.fail(
        `tcpdump: ${request.message}${request.withUsage ? `\n${TCPDUMP_VERSION}${TCPDUMP_USAGE.trimEnd()}` : ''}`,
      )
  }
}

/** A packet on its way to a line, from a socket or a file. */
type Captured = Pick<SocketMessage, 'bytes' | 'packetType' | 'ifindex'> & { readonly at: number }

type Filter = (packet: FilterPacket) => boolean

async function filterOf(
  ctx: ProcessContext,
  settings: TcpdumpSettings,
  link: LinkView | undefined,
  hasEthernet: boolean,
): Promise<Filter> {
  let text = settings.expression
  if (settings.filterFile !== undefined) {
    const file = readTextFile(ctx, settings.filterFile)
    if (!file.ok) throw new CommandError(`tcpdump: can't open ${settings.filterFile}: ${file.error}`, 1)
    text = file.value
  }
  const prefixLength = link?.addresses[0]?.prefixLength
  try {
    return compileFilter(text, {
      host: (name) => lookUpHost(ctx, name),
      port: portOfService,
      hasEthernet,
      netmask: prefixLength === undefined ? undefined : prefixMask(prefixLength),
    })
  } catch (error) {
    if (error instanceof FilterError) throw new CommandError(`tcpdump: ${error.message}`, 1)
    throw error
  }
}

/** Opens the packet socket as libpcap does. On `any` nothing turns promiscuous. */
function openSocket(
  ctx: ProcessContext,
  name: string,
  promisc: boolean,
): { socket: SocketId; link: LinkView | undefined } {
  const link = name === 'any' ? undefined : ctx.read.linkByName(ctx.netns, name)
  if (name !== 'any' && link === undefined)
    throw new CommandError(`tcpdump: ${name}: No such device exists\n(No such device exists)`, 1)
  if (link?.up === false) throw new CommandError(`tcpdump: ${name}: That device is not up`, 1)
  const ifindex = link?.ifindex ?? 0
  const result = ctx.call({
    kind: 'socket.open',
    netns: ctx.netns,
    spec: { kind: 'packet', ifindex, protocol: EVERY_PROTOCOL, promisc: promisc && ifindex !== 0 },
  })
  if (!result.ok) throw new CommandError(`tcpdump: ${name}: ${result.error.errno}`, 1)
  return { socket: result.value, link }
}

async function capture(ctx: ProcessContext, settings: TcpdumpSettings): Promise<number> {
  const name = chosenInterface(ctx, settings.interface)
  const isAny = name === 'any'
  const link = isAny ? undefined : ctx.read.linkByName(ctx.netns, name)
  const { socket } = openSocket(ctx, name, settings.promiscuous)
  try {
    if (isAny) await ctx.err('tcpdump: data link type LINUX_SLL2\n')
    const accepts = await filterOf(ctx, settings, link, !isAny)
    const writer = await Writer.open(ctx, settings, isAny)
    const linkType = isAny ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)'
    const hint = 'verbose output suppressed, use -v[v]... for full protocol decode\n'
    const isTerse = settings.verbosity === 0 && settings.writeTo === undefined
    await ctx.err(
      `tcpdump: ${isTerse ? hint : ''}listening on ${name}, link-type ${linkType}, snapshot length ${settings.snapLength} bytes\n`,
    )
    return await new Capture(ctx, settings, { socket, accepts, writer, isAny }).run()
  } finally {
    ctx.call({ kind: 'socket.close', socket })
  }
}

/** Where packets go: lines, a file, or only a count. */
class Writer {
  readonly #ctx: ProcessContext
  readonly #settings: TcpdumpSettings
  readonly #isAny: boolean
  readonly #file: Stream | undefined
  readonly #options: Omit<TcpdumpOptions, 'cooked'>
  readonly #stamps: TimeStamps
  #count = 0

  private constructor(ctx: ProcessContext, settings: TcpdumpSettings, isAny: boolean, file: Stream | undefined) {
    this.#ctx = ctx
    this.#settings = settings
    this.#isAny = isAny
    this.#file = file
    this.#stamps = new TimeStamps(settings.time)
    this.#options = {
      linkLevel: settings.linkLevel,
      state: newTcpdumpState(),
      verbosity: settings.verbosity,
      isQuiet: settings.isQuiet,
      hasAbsoluteNumbers: settings.hasAbsoluteNumbers,
      snapLength: settings.snapLength,
      ...(settings.withNames ? { names: { host: (address) => nameOfHost(ctx, address), port: serviceOfPort } } : {}),
    }
  }

  static async open(ctx: ProcessContext, settings: TcpdumpSettings, isAny: boolean): Promise<Writer> {
    const { writeTo } = settings
    if (writeTo === undefined) return new Writer(ctx, settings, isAny, undefined)
    const opened = writeTo === '-' ? { ok: true as const, value: ctx.stream(1) } : openForWriting(ctx, writeTo, false)
    if (!opened.ok) throw new CommandError(`tcpdump: ${writeTo}: ${opened.error}`, 1)
    await opened.value.write(
      ctx.process,
      pcapHeader(settings.snapLength, isAny ? LINKTYPE_LINUX_SLL2 : LINKTYPE_ETHERNET),
    )
    return new Writer(ctx, settings, isAny, opened.value)
  }

  async write(packet: Captured): Promise<void> {
    this.#count += 1
    if (this.#settings.countsOnly) return
    if (this.#file === undefined) return this.#ctx.out(`${this.#line(packet)}\n`)
    const bytes = this.#isAny ? cookedFrame(packet as SocketMessage) : packet.bytes
    await this.#file.write(this.#ctx.process, pcapRecord(packet.at, bytes, this.#settings.snapLength))
  }

  #line(packet: Captured): string {
    const { dump, dumpsLinkLevel, isNumbered, snapLength } = this.#settings
    const number = isNumbered ? `${String(this.#count).padStart(5)}  ` : ''
    const cooked = this.#isAny ? { cooked: this.#cooked(packet) } : {}
    const line = tcpdumpLine(packet.bytes, { ...this.#options, ...cooked })
    const start = `${number}${this.#stamps.stamp(packet.at)}${line}`
    if (dump === 'none') return start
    const whole = this.#isAny && dumpsLinkLevel ? cookedFrame(packet as SocketMessage) : packet.bytes
    const bytes = whole.subarray(dumpsLinkLevel ? 0 : headerLength(whole), snapLength)
    return `${start}${dump === 'ascii' ? asciiLines(bytes) : hexLines(bytes, dump === 'hex-ascii')}`
  }

  #cooked({ ifindex, packetType }: Captured): CookedHeader {
    const { read, netns } = this.#ctx
    return { interface: read.link(netns, ifindex)?.name ?? '?', ifindex, direction: DIRECTIONS[packetType] }
  }
}

const DIRECTIONS = { host: 'In', broadcast: 'B', multicast: 'M', otherhost: 'P', outgoing: 'Out' } as const

/** A dump without the link-level header begins behind it and its tags. */
function headerLength(bytes: Uint8Array): number {
  let length = ETHERNET_HEADER_LENGTH
  while (bytes[length - 2] === 0x81 && bytes[length - 1] === 0) length += VLAN_TAG_LENGTH
  return length
}

/** A capture that runs. */
class Capture {
  readonly #ctx: ProcessContext
  readonly #settings: TcpdumpSettings
  readonly #socket: SocketId
  readonly #accepts: Filter
  readonly #writer: Writer
  readonly #isAny: boolean
  #captured = 0
  #received = 0

  constructor(
    ctx: ProcessContext,
    settings: TcpdumpSettings,
    parts: { readonly socket: SocketId; readonly accepts: Filter; readonly writer: Writer; readonly isAny: boolean },
  ) {
    this.#ctx = ctx
    this.#settings = settings
    this.#socket = parts.socket
    this.#accepts = parts.accepts
    this.#writer = parts.writer
    this.#isAny = parts.isAny
  }

  /** Runs until the count is reached, a signal comes, or the interface goes; gives the exit status. */
  async run(): Promise<number> {
    const ctx = this.#ctx
    ctx.catchInterrupts('TERM', 'HUP')
    if (this.#settings.count === 0) ctx.runsUntilStopped()
    for (;;) {
      const reason = await ctx.waitReadable(this.#socket)
      if (reason === 'interrupted') {
        ctx.takeInterrupt()
        // The line end comes behind the ^C that a terminal shows.
        if (this.#settings.writeTo === undefined) await ctx.out('\n')
        return this.#end(0)
      }
      const message = this.#receive()
      if (message === undefined) continue
      if (message.kind === 'error') {
        await ctx.err('tcpdump: pcap_loop: The interface disappeared\n')
        return this.#end(1)
      }
      if (!this.#takes(message)) continue
      this.#captured += 1
      await this.#writer.write({ ...message, at: message.at })
      if (this.#captured === this.#settings.count) return this.#end(0)
    }
  }

  #receive(): SocketMessage | undefined {
    const result = this.#ctx.call({ kind: 'socket.receive', socket: this.#socket })
    return result.ok ? result.message : undefined
  }

  /** The filter decides in the kernel, so that only what it accepts is counted as received. */
  #takes(message: SocketMessage): boolean {
    if (!this.#accepts(filterView(message))) return false
    this.#received += 1
    const isOutgoing = message.packetType === 'outgoing'
    // Whatever leaves by loopback comes in by it too, and is shown once.
    if (isOutgoing && this.#isLoopback(message.ifindex)) {
      this.#received -= this.#isAny ? 0 : 1
      return false
    }
    const { direction } = this.#settings
    return direction === 'inout' || (direction === 'out') === isOutgoing
  }

  #isLoopback(ifindex: number): boolean {
    const { read, netns } = this.#ctx
    return read.link(netns, ifindex)?.details.kind === 'lo'
  }

  async #end(status: number): Promise<number> {
    // What waits unread has been received, too.
    for (let message = this.#receive(); message?.kind === 'data'; message = this.#receive()) this.#takes(message)
    const packets = (count: number): string => `${count} packet${count === 1 ? '' : 's'}`
    await this.#ctx.err(
      `${packets(this.#captured)} captured\n${packets(this.#received)} received by filter\n0 packets dropped by kernel\n`,
    )
    return status
  }
}

/** The packet as a filter in the kernel sees it, where a VLAN tag travels beside the frame. */
function filterView({
  bytes,
  packetType,
  tagBeside,
}: Pick<SocketMessage, 'bytes' | 'packetType' | 'tagBeside'>): FilterPacket {
  const isOutgoing = packetType === 'outgoing'
  if (tagBeside !== true) return { bytes, tagBeside: undefined, isOutgoing }
  const tagAt = ETHERNET_HEADER_LENGTH - 2
  const untagged = joinBytes([bytes.subarray(0, tagAt), bytes.subarray(tagAt + VLAN_TAG_LENGTH)])
  return { bytes: untagged, tagBeside: bytes[tagAt + 2]! * 256 + bytes[tagAt + 3]!, isOutgoing }
}

/** `-r`: prints, or filters into another file, what was captured before. */
async function readBack(ctx: ProcessContext, settings: TcpdumpSettings, path: string): Promise<number> {
  const opened = path === '-' ? { ok: true as const, value: ctx.stream(0) } : openForReading(ctx, path)
  if (!opened.ok) return ctx.fail(`tcpdump: ${path}: ${opened.error}`)
  const chunks: Uint8Array[] = []
  for (let chunk = await opened.value.read(ctx.process, 65_536); chunk !== undefined;) {
    chunks.push(chunk)
    chunk = await opened.value.read(ctx.process, 65_536)
  }
  const file = readPcap(joinBytes(chunks))
  if (file === undefined) return ctx.fail('tcpdump: unknown file format')
  const isAny = file.linkType === LINKTYPE_LINUX_SLL2
  const linkType = isAny ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)'
  await ctx.err(`reading from file ${path}, link-type ${linkType}, snapshot length ${file.snapLength}\n`)
  const accepts = await filterOf(ctx, settings, undefined, !isAny)
  const writer = await Writer.open(ctx, settings, isAny)
  let count = 0
  for (const packet of file.packets) {
    if (!accepts(filterView(packet))) continue
    count += 1
    await writer.write(fromFile(packet))
    if (count === settings.count) break
  }
  if (settings.countsOnly) await ctx.out(`${count} packet${count === 1 ? '' : 's'}\n`)
  return 0
}

const fromFile = ({ atNs, bytes, packetType, ifindex }: PcapPacket): Captured => ({
  at: atNs,
  bytes,
  packetType,
  ifindex,
})
