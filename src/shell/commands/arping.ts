/** `arping` of iputils: its own ARP requests over a packet socket, past the kernel's neighbour table. */
import { broadcastOf } from '../formats/link.ts'
import { ARPING_USAGE } from './usage/probes.ts'
import { strerror } from '../../contract/errno.ts'
import type { LinkView } from '../../contract/read-models.ts'
import type { SocketId, SocketMessage } from '../../kernel/api.ts'
import { formatIpv4, formatMac, inPrefix, type Ipv4Address, IPV4_ANY, type MacAddress } from '../../wire/address.ts'
import { ARP_REPLY, ARP_REQUEST, emitArpFrame, parseArp } from '../../wire/arp.ts'
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_ARP } from '../../wire/ethernet.ts'
import { SECOND_NS } from '../formats/units.ts'
import type { ProcessContext } from '../process/context.ts'
import { command, CommandError } from './command-error.ts'
import { getopt } from './getopt.ts'
import { lookUpHost, parseHostAddress, unresolvedHint } from './hosts.ts'

interface ArpingOptions {
  count: number
  /** 0 for none. */
  timeoutS: number
  intervalS: number
  device: string | undefined
  source: Ipv4Address | undefined
  duplicateDetection: boolean
  unsolicited: boolean
  advert: boolean
  quitOnReply: boolean
  broadcastOnly: boolean
  quiet: boolean
  target: Ipv4Address
}

export const arping = command('arping', 'send ARP requests and show who answers', async (ctx) => {
  if (ctx.args.includes('-V')) return ctx.out('arping from iputils 20221126\n').then(() => 0)
  const options = parse(ctx)
  const link = deviceOf(ctx, options)
  if (typeof link === 'string') {
    if (!options.quiet) await ctx.out(`${link}\n`)
    return options.duplicateDetection && link.includes('ARPable') ? 0 : 2
  }
  const source = sourceOf(ctx, options, link)
  ctx.catchInterrupts()
  const opened = ctx.call({
    kind: 'socket.open',
    netns: ctx.netns,
    spec: { kind: 'packet', ifindex: link.ifindex, protocol: ETHERTYPE_ARP, promisc: false },
  })
  if (!opened.ok) return ctx.fail(`arping: socket: ${strerror(opened.error.errno)}`, 2)
  try {
    if (!options.quiet) await ctx.out(`ARPING ${formatIpv4(options.target)} from ${formatIpv4(source)} ${link.name}\n`)
    if (options.source === undefined && source === IPV4_ANY && !options.duplicateDetection) {
      return await ctx.fail('arping: no source address in not-DAD mode', 2)
    }
    return await new ArpingLoop(ctx, options, link, source, opened.value).run()
  } finally {
    ctx.call({ kind: 'socket.close', socket: opened.value })
  }
})

function parse(ctx: ProcessContext): ArpingOptions {
  const { options, operands, problem } = getopt(ctx.args, 'h?bfDUAqc:w:i:s:I:V')
  if (problem !== undefined) throw new CommandError(`arping: ${problem}\n${ARPING_USAGE}`, 2)
  const [name, ...more] = operands
  if (name === undefined || more.length > 0) throw new CommandError(ARPING_USAGE, 2)
  const letters = new Set(options.map(([letter]) => letter))
  if (letters.has('h') || letters.has('?')) throw new CommandError(ARPING_USAGE, 2)
  const value = (letter: string): string | undefined => options.findLast(([other]) => other === letter)?.[1]
  const source = value('s')
  const target = lookUpHost(ctx, name)
  if (target === undefined)
    throw new CommandError(`arping: ${name}: Name or service not known${unresolvedHint(name)}`, 2)
  const from = source === undefined ? undefined : parseHostAddress(source)
  if (source !== undefined && from === undefined) throw new CommandError(`arping: invalid source ${source}`, 2)
  return {
    count: wholeNumber(value('c'), 1),
    timeoutS: wholeNumber(value('w'), 0),
    intervalS: value('i') === undefined ? 1 : wholeNumber(value('i'), 0),
    device: value('I'),
    source: from,
    duplicateDetection: letters.has('D'),
    unsolicited: letters.has('U') || letters.has('A'),
    advert: letters.has('A'),
    quitOnReply: letters.has('f') || letters.has('D'),
    broadcastOnly: letters.has('b'),
    quiet: letters.has('q'),
    target,
  }
}

function wholeNumber(text: string | undefined, least: number): number {
  if (text === undefined) return 0
  if (!/^\d+$/.test(text)) throw new CommandError(`arping: invalid argument: '${text}'`, 1)
  if (Number(text) < least)
    throw new CommandError(`arping: invalid argument: '${text}': out of range: ${least} <= value <= 2147483647`, 1)
  return Number(text)
}

/** The device, or the sentence that says why there is none. */
function deviceOf(ctx: ProcessContext, options: ArpingOptions): LinkView | string {
  if (options.device === undefined) {
    const usable = ctx.read.links(ctx.netns).find((link) => link.up && !link.noArp && link.details.kind !== 'lo')
    // The address that the kernel would send from has no device: what arping makes of that is its own sentence.
    if (usable === undefined) throw new CommandError('arping: NETLINK_ROUTE unexpected iov element', 1)
    return usable
  }
  const link = ctx.read.linkByName(ctx.netns, options.device)
  if (link === undefined) throw new CommandError(`arping: Device ${options.device} not available.`, 2)
  if (!link.up) return `Interface "${link.name}" is down`
  return link.noArp || link.details.kind === 'lo' ? `Interface "${link.name}" is not ARPable` : link
}

/** The sender's address: the given one if it is ours, the target itself for announcements, else one of the device. */
function sourceOf(ctx: ProcessContext, options: ArpingOptions, link: LinkView): Ipv4Address {
  const { source, duplicateDetection, unsolicited, target } = options
  const given = source ?? (unsolicited && !duplicateDetection ? target : undefined)
  if (given !== undefined) {
    mustBeOurs(ctx, given)
    return given
  }
  if (duplicateDetection) return IPV4_ANY
  mustNotBeBroadcast(ctx, link, target)
  const primaries = link.addresses.filter(({ secondary }) => !secondary)
  const near = primaries.find((view) => inPrefix(target, view.peer, view.prefixLength))
  const elsewhere = ctx.read
    .links(ctx.netns)
    .flatMap((other) => other.addresses.filter(({ scope }) => scope === 'global'))
  return (near ?? primaries[0] ?? elsewhere[0])?.address ?? IPV4_ANY
}

/** Binds a datagram socket to the address, which fails for one that is not ours. */
function mustBeOurs(ctx: ProcessContext, address: Ipv4Address): void {
  const opened = ctx.call({ kind: 'socket.open', netns: ctx.netns, spec: { kind: 'udp' } })
  if (!opened.ok) throw new CommandError(`arping: socket: ${strerror(opened.error.errno)}`, 2)
  const bound = ctx.call({ kind: 'socket.bind', socket: opened.value, address, port: 0 })
  ctx.call({ kind: 'socket.close', socket: opened.value })
  if (!bound.ok) throw new CommandError(`arping: bind: ${strerror(bound.error.errno)}`, 2)
}

/** Connects a datagram socket on the device to the target, which a broadcast address refuses. */
function mustNotBeBroadcast(ctx: ProcessContext, link: LinkView, target: Ipv4Address): void {
  const opened = ctx.call({ kind: 'socket.open', netns: ctx.netns, spec: { kind: 'udp' } })
  if (!opened.ok) throw new CommandError(`arping: socket: ${strerror(opened.error.errno)}`, 2)
  ctx.call({ kind: 'socket.set', socket: opened.value, options: { bindToDevice: link.name } })
  const connected = ctx.call({ kind: 'socket.connect', socket: opened.value, address: target, port: PROBE_PORT })
  ctx.call({ kind: 'socket.close', socket: opened.value })
  if (!connected.ok && connected.error.errno === 'EACCES')
    throw new CommandError(`arping: connect: ${strerror(connected.error.errno)}`, 2)
}

/** Where nobody listens; only the way there is asked for. */
const PROBE_PORT = 1025

class ArpingLoop {
  readonly #ctx: ProcessContext
  readonly #options: ArpingOptions
  readonly #link: LinkView
  readonly #source: Ipv4Address
  readonly #socket: SocketId
  #destination: MacAddress
  #unicasting = false
  #sentAt = 0
  #sent = 0
  #broadcasts = 0
  #received = 0
  #receivedBroadcasts = 0
  #receivedRequests = 0

  constructor(ctx: ProcessContext, options: ArpingOptions, link: LinkView, source: Ipv4Address, socket: SocketId) {
    this.#ctx = ctx
    this.#options = options
    this.#link = link
    this.#destination = broadcastOf(link)
    this.#source = source
    this.#socket = socket
  }

  async run(): Promise<number> {
    const { timeoutS, intervalS, count } = this.#options
    const endAt = timeoutS === 0 ? Infinity : this.#ctx.now + timeoutS * SECOND_NS
    let nextAt = intervalS === 0 ? Infinity : this.#ctx.now + intervalS * SECOND_NS
    let turns = 1
    if (timeoutS === 0 && count === 0) this.#ctx.runsUntilStopped()
    this.#send()
    for (;;) {
      const until = Math.min(nextAt, endAt)
      const reason = await this.#ctx.waitReadable(this.#socket, until === Infinity ? undefined : until)
      if (reason === 'interrupted') {
        this.#ctx.takeInterrupt()
        break
      }
      // All that happened at this moment is handled in the order of arping's table: timer, time limit, socket.
      if (this.#ctx.now >= nextAt) {
        nextAt += intervalS * SECOND_NS
        turns += 1
        if (count > 0 && count < turns) break
        this.#send()
      }
      if (this.#ctx.now >= endAt) break
      if (reason === 'ready' && (await this.#receiveOne())) break
    }
    return this.#finish()
  }

  #send(): void {
    const { advert, target } = this.#options
    const { mac } = this.#link
    const bytes = emitArpFrame({
      destination: this.#destination,
      source: mac,
      operation: advert ? ARP_REPLY : ARP_REQUEST,
      senderMac: mac,
      senderIp: this.#source,
      targetMac: advert ? mac : this.#destination,
      targetIp: target,
    })
    const sent = this.#ctx.call({ kind: 'socket.send', socket: this.#socket, to: IPV4_ANY, port: 0, bytes })
    if (!sent.ok) return
    this.#sentAt = this.#ctx.now
    this.#sent += 1
    if (!this.#unicasting) this.#broadcasts += 1
  }

  /** True when that was the last packet to wait for. */
  async #receiveOne(): Promise<boolean> {
    const result = this.#ctx.call({ kind: 'socket.receive', socket: this.#socket })
    return result.ok && result.message !== undefined && (await this.#receive(result.message))
  }

  async #receive(message: SocketMessage): Promise<boolean> {
    const { packetType } = message
    if (packetType !== 'host' && packetType !== 'broadcast' && packetType !== 'multicast') return false
    const parsed = parseArp(message.bytes, ETHERNET_HEADER_LENGTH)
    if (!parsed.ok) return false
    const arp = parsed.value
    const { duplicateDetection, target, timeoutS, count, quiet } = this.#options
    if (arp.operation !== ARP_REQUEST && arp.operation !== ARP_REPLY) return false
    if (arp.senderIp !== target) return false
    if (duplicateDetection) {
      if (arp.senderMac === this.#link.mac) return false
      if (this.#source !== IPV4_ANY && this.#source !== arp.targetIp) return false
    } else if (arp.targetIp !== this.#source || arp.targetMac !== this.#link.mac) return false
    if (!quiet) await this.#ctx.out(this.#line(message, arp))
    this.#received += 1
    if (timeoutS > 0 && this.#received === count) return true
    if (packetType !== 'host') this.#receivedBroadcasts += 1
    if (arp.operation === ARP_REQUEST) this.#receivedRequests += 1
    if (this.#options.quitOnReply) return true
    if (!this.#options.broadcastOnly) {
      this.#destination = arp.senderMac
      this.#unicasting = true
    }
    return false
  }

  #line(
    message: SocketMessage,
    arp: {
      operation: number
      senderIp: Ipv4Address
      senderMac: MacAddress
      targetIp: Ipv4Address
      targetMac: MacAddress
    },
  ): string {
    const capitals = (mac: MacAddress): string => formatMac(mac).toUpperCase()
    const how = message.packetType === 'host' ? 'Unicast' : 'Broadcast'
    const what = arp.operation === ARP_REPLY ? 'reply' : 'request'
    let line = `${how} ${what} from ${formatIpv4(arp.senderIp)} [${capitals(arp.senderMac)}] `
    const isForOther = arp.targetIp !== this.#source
    if (isForOther) line += `for ${formatIpv4(arp.targetIp)} `
    if (arp.targetMac !== this.#link.mac) line += `${isForOther ? '' : 'for '}[${capitals(arp.targetMac)}]`
    // arping adds half a millisecond to what it prints behind the point.
    const us = Math.trunc((message.at - this.#sentAt + 500) / 1000)
    const ms = Math.trunc((us + 500) / 1000)
    return `${line} ${ms}.${String(us - ms * 1000 + 500).padStart(3, '0')}ms\n`
  }

  async #finish(): Promise<number> {
    const { duplicateDetection, unsolicited, quitOnReply, timeoutS, count, quiet } = this.#options
    if (!quiet) {
      const notes = [
        ...(this.#receivedRequests > 0 ? [`${this.#receivedRequests} request(s)`] : []),
        ...(this.#receivedBroadcasts > 0 ? [`${this.#receivedBroadcasts} broadcast(s)`] : []),
      ]
      await this.#ctx.out(
        `Sent ${this.#sent} probes (${this.#broadcasts} broadcast(s))\n` +
          `Received ${this.#received} response(s)${notes.length === 0 ? '' : ` (${notes.join(', ')})`}\n`,
      )
    }
    if (unsolicited && !duplicateDetection) return 0
    if (duplicateDetection) return this.#received > 0 || (quitOnReply && this.#broadcasts === this.#received) ? 1 : 0
    if (this.#received === 0) return 1
    if (timeoutS > 0 && count === 0) return 0
    return this.#sent === this.#received ? 0 : 1
  }
}
