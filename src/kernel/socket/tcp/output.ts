// Segments on the way out: options, window, what may be sent now, and what is sent again. Linux: net/ipv4/tcp_output.c.
import { PROTOCOL_TCP } from '../../../wire/ipv4.ts'
import { emitTcp, TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, type TcpOption } from '../../../wire/tcp.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import { cancel } from '../../../sim/event-queue.ts'
import { buildIpv4, ipLocalOut } from '../../ipv4/ip-output.ts'
import { ipRouteOutput } from '../../ipv4/route-output.ts'
import type { RouteEntry } from '../../ipv4/route.ts'
import { waitsForNeighbour } from '../../neigh/neigh-queue.ts'
import { decideInNetns } from '../../trace.ts'
import { netnsById, type World } from '../../world.ts'
import { planTimer, rearmRetransmit } from './lifecycle.ts'
import { ackSent } from './delayed-ack.ts'
import type { Segment } from './segment.ts'
import { seqAdd, seqBefore, seqDiff } from './sequence.ts'
import {
  DELAYED_ACK_MIN_NS,
  INVALID_ANSWER_GAP_NS,
  RECEIVE_SPACE_BYTES,
  RTO_MAX_NS,
  TIMESTAMP_OPTION_LENGTH,
  segmentCount,
  payloadOf,
  type SentSegment,
  type TcpSocket,
} from './state.ts'

const MAX_UNSCALED_WINDOW = 0xffff
/** Ranges of early bytes that fit the options beside time stamps. */
const SACK_BLOCK_LIMIT = 3

interface Outgoing {
  readonly sequence: number
  readonly flags: number
  readonly payload?: Uint8Array
}

const NOTHING = new Uint8Array(0)

/** This machine's clock as a connection shows it: milliseconds, moved by a number of the connection's own (tcp_time_stamp). */
function timestampNow(world: World, socket: TcpSocket): number {
  return seqAdd(Math.floor(world.now / MILLISECOND_NS), socket.timestampOffset)
}

/** The window to offer: free buffer, in units of the scale; never less than was offered before (tcp_select_window, __tcp_select_window). */
function selectWindow(socket: TcpSocket): number {
  const unit = 2 ** socket.receiveScale
  const offered = Math.max(0, seqDiff(seqAdd(socket.windowUpdate, socket.receiveWindow), socket.receiveNext))
  const free = Math.max(0, RECEIVE_SPACE_BYTES - socket.receivedBytes)
  const wanted = free < socket.ack.segmentBytes ? 0 : Math.ceil(Math.min(free, socket.windowLimit) / unit) * unit
  return Math.max(wanted, Math.ceil(offered / unit) * unit)
}

function timestampsOption(world: World, socket: TcpSocket): TcpOption {
  return { kind: 'timestamps', value: timestampNow(world, socket), echo: socket.recentTimestamp }
}

/** Options of a SYN or SYN-ACK (tcp_syn_options, tcp_synack_options): an answer only offers what was offered. */
function synOptions(world: World, socket: TcpSocket, advertisedMss: number): TcpOption[] {
  const options: TcpOption[] = [{ kind: 'mss', mss: advertisedMss }]
  if (socket.timestampsOk) {
    options.push(socket.sackOk ? { kind: 'sack-permitted' } : { kind: 'nop' })
    if (!socket.sackOk) options.push({ kind: 'nop' })
    options.push(timestampsOption(world, socket))
  } else if (socket.sackOk) options.push({ kind: 'nop' }, { kind: 'nop' }, { kind: 'sack-permitted' })
  if (socket.scaleOk) options.push({ kind: 'nop' }, { kind: 'window-scale', shift: socket.receiveScale })
  return options
}

/** Options of every other segment (tcp_established_options): time stamps, and which bytes came ahead of a gap. */
function establishedOptions(world: World, socket: TcpSocket): TcpOption[] {
  const options: TcpOption[] = socket.timestampsOk
    ? [{ kind: 'nop' }, { kind: 'nop' }, timestampsOption(world, socket)]
    : []
  if (!socket.sackOk || socket.early.length === 0) return options
  const blocks: { left: number; right: number }[] = []
  for (const { sequence, bytes } of socket.early) {
    const last = blocks.at(-1)
    const right = seqAdd(sequence, bytes.length)
    if (last?.right === sequence) last.right = right
    else blocks.push({ left: sequence, right })
  }
  return [...options, { kind: 'nop' }, { kind: 'nop' }, { kind: 'sack', blocks: blocks.slice(0, SACK_BLOCK_LIMIT) }]
}

/** The route of a connection's segments; undefined when there is none just now, and the segment is lost. */
export function routeOf(world: World, socket: TcpSocket): RouteEntry | undefined {
  const found = ipRouteOutput(world, netnsById(world, socket.netns), {
    destination: socket.remoteAddress,
    source: socket.boundAddress,
    device: socket.boundDevice,
    tos: socket.tos,
    mark: 0,
    anySource: true,
    transport: {
      protocol: PROTOCOL_TCP,
      sourcePort: socket.localPort,
      destinationPort: socket.remotePort,
    },
  })
  return found.ok ? found.route : undefined
}

/** Adapts the size of segments to the way (tcp_sync_mss). */
export function syncMss(socket: TcpSocket, mtuBytes: number): void {
  const largest = Math.min(socket.peerMssBytes, mtuBytes - 40)
  socket.mssBytes = Math.max(1, largest - (socket.timestampsOk ? TIMESTAMP_OPTION_LENGTH : 0))
}

/** The packet that carries a segment, 0 when there is no route, and whether a device here refused it (NET_XMIT_DROP). */
interface Transmitted {
  readonly packet: number
  readonly isRefused: boolean
}

/** Builds a segment and sends it; the neighbour that has just answered counts as confirmed (tcp_transmit_skb, sock_confirm_neigh). */
function transmit(world: World, socket: TcpSocket, { sequence, flags, payload = NOTHING }: Outgoing): Transmitted {
  const { cause } = world
  const route = routeOf(world, socket)
  if (route === undefined) return { packet: 0, isRefused: false }
  const isSyn = (flags & TCP_SYN) !== 0
  if ((flags & TCP_ACK) !== 0 && !isSyn) {
    socket.receiveWindow = selectWindow(socket)
    socket.windowUpdate = socket.receiveNext
  }
  if ((flags & TCP_ACK) !== 0) {
    socket.lastAckSent = socket.receiveNext
    ackSent(world, socket)
  }
  const window = isSyn
    ? Math.min(socket.receiveWindow, MAX_UNSCALED_WINDOW)
    : Math.min(Math.floor(socket.receiveWindow / 2 ** socket.receiveScale), MAX_UNSCALED_WINDOW)
  const source = socket.boundAddress
  const destination = socket.remoteAddress
  const segment = emitTcp(
    {
      sourcePort: socket.localPort,
      destinationPort: socket.remotePort,
      sequence,
      acknowledgement: (flags & TCP_ACK) !== 0 ? socket.receiveNext : 0,
      flags,
      window,
      urgent: 0,
      options: isSyn ? synOptions(world, socket, route.mtuBytes - 40) : establishedOptions(world, socket),
    },
    payload,
    { source, destination },
  )
  const netns = netnsById(world, socket.netns)
  const skb = buildIpv4(world, netns, route, {
    source,
    destination,
    protocol: PROTOCOL_TCP,
    ttl: socket.ttl,
    tos: socket.tos,
    dontFragment:
      socket.mtuDiscover === 'do' ||
      socket.mtuDiscover === 'probe' ||
      (socket.mtuDiscover === 'want' && !route.mtuLocked),
    mark: 0,
    byProcess: true,
    payload: segment,
  })
  if (payload.length > socket.mssBytes) skb.gsoBytes = socket.mssBytes
  skb.confirmsNeighbour = socket.confirmNeighbour
  socket.confirmNeighbour = false
  countSent(world, socket, payload.length)
  const result = ipLocalOut(world, netns, route, skb)
  world.cause = cause
  return { packet: skb.packet, isRefused: result === 'dropped' }
}

function countSent(world: World, { counters, mssBytes }: TcpSocket, payloadBytes: number): void {
  // A bundle counts as the segments that it is cut into.
  const segments = Math.max(1, Math.ceil(payloadBytes / mssBytes))
  counters.segmentsOut += segments
  if (payloadBytes === 0) return
  counters.dataOut += segments
  counters.bytesSent += payloadBytes
  counters.lastDataSentAt = world.now
}

/** Sends what takes sequence numbers, and remembers it until it is acknowledged. */
function transmitCounted(
  world: World,
  socket: TcpSocket,
  segment: Omit<SentSegment, 'sentAt' | 'retransmits' | 'packet'>,
): void {
  const sent: SentSegment = { sentAt: world.now, retransmits: 0, packet: 0, ...segment }
  socket.sentSegments.push(sent)
  socket.sendNext = seqAdd(segment.sequence, segment.length)
  sendAgain(world, socket, sent)
  if (socket.retransmitTimer === 0) rearmRetransmit(world, socket)
}

/** Puts a remembered segment on the wire. False when a device here refused it. */
function sendAgain(world: World, socket: TcpSocket, sent: SentSegment): boolean {
  const from = seqDiff(sent.sequence, socket.sendUnacked)
  const payloadLength = sent.length - (sent.syn ? 1 : 0) - (sent.fin ? 1 : 0)
  const isEnd = from + payloadLength >= socket.sendBuffer.length
  const flags =
    (sent.syn ? TCP_SYN : 0) |
    (sent.fin ? TCP_FIN : 0) |
    (sent.syn && socket.state === 'SYN-SENT' ? 0 : TCP_ACK) |
    // A bundle always asks to be handed up at once.
    ((payloadLength > 0 && isEnd) || payloadLength > socket.mssBytes ? TCP_PSH : 0)
  const { packet, isRefused } = transmit(world, socket, {
    sequence: sent.sequence,
    flags,
    payload: payloadLength > 0 ? socket.sendBuffer.slice(from, from + payloadLength) : NOTHING,
  })
  sent.packet = packet
  sent.sentAt = world.now
  return !isRefused
}

/** Sends the SYN of a connection, or the SYN-ACK that answers one (tcp_connect, tcp_v4_send_synack). */
export function sendSyn(world: World, socket: TcpSocket): void {
  transmitCounted(world, socket, {
    sequence: socket.initialSend,
    length: 1,
    syn: true,
    fin: false,
    event: world.cause,
  })
}

/** Acknowledges what has come so far (tcp_send_ack). */
export function sendAck(world: World, socket: TcpSocket): void {
  transmit(world, socket, { sequence: socket.sendNext, flags: TCP_ACK })
}

/**
 * Answers a segment that makes no sense with what is expected. One without data, or a SYN, may itself be such an answer, so those are answered
 * only now and then (tcp_oow_rate_limited).
 */
export function answerInvalid(world: World, socket: TcpSocket, segment: Segment): void {
  const mayBeAnswer = segment.payload.length === 0 || segment.syn
  if (mayBeAnswer && world.now - socket.invalidAnsweredAt < INVALID_ANSWER_GAP_NS) return
  if (mayBeAnswer) socket.invalidAnsweredAt = world.now
  sendAck(world, socket)
}

/** Tells the other side that this connection is gone (tcp_send_active_reset). */
export function sendActiveReset(world: World, socket: TcpSocket): void {
  transmit(world, socket, { sequence: socket.sendNext, flags: TCP_RST | TCP_ACK })
}

/** Sends the next bytes, with the FIN if told so. */
export function queueSegment(world: World, socket: TcpSocket, payloadLength: number, fin: boolean): void {
  if (fin) socket.finSent = true
  transmitCounted(world, socket, {
    sequence: socket.sendNext,
    length: payloadLength + (fin ? 1 : 0),
    syn: false,
    fin,
    event: world.cause,
  })
}

/**
 * Sends the first unacknowledged segment again, in pieces when the way takes only smaller ones (tcp_retransmit_skb). False when a device here
 * refused it.
 */
export function retransmitFirst(world: World, socket: TcpSocket, why: 'timeout' | 'probe' | 'duplicates'): boolean {
  const sent = why === 'probe' ? socket.sentSegments.at(-1) : socket.sentSegments[0]
  return sent === undefined || retransmit(world, socket, sent, why)
}

/** The way became narrower: what is under way is sent again in bundles of smaller segments, as many as may be (tcp_simple_retransmit). */
export function retransmitSmaller(world: World, socket: TcpSocket): void {
  let room = Math.floor(socket.congestionWindow)
  for (const sent of [...socket.sentSegments]) {
    room -= segmentCount(socket, sent)
    if (room < 0) return
    retransmit(world, socket, sent, 'path')
  }
}

function retransmit(
  world: World,
  socket: TcpSocket,
  sent: SentSegment,
  why: 'timeout' | 'probe' | 'duplicates' | 'path',
): boolean {
  world.cause = sent.event
  if (copyWaits(world, socket, sent)) {
    const byte = seqDiff(sent.sequence, socket.initialSend)
    decideInNetns(world, 'tcp.copy_waits', socket.netns, undefined, socket.remoteAddress, byte)
    return true
  }
  sent.event = decideInNetns(
    world,
    why === 'probe' ? 'tcp.loss_probe' : 'tcp.retransmit',
    socket.netns,
    undefined,
    socket.remoteAddress,
    seqDiff(sent.sequence, socket.initialSend),
    sent.retransmits + 1,
  )
  sent.retransmits++
  socket.counters.retransmits++
  socket.counters.bytesAgain += payloadOf(sent)
  return sendAgain(world, socket, why === 'path' ? sent : joinNext(socket, splitToFit(socket, sent)))
}

/** What follows a segment goes with it when both fit one: a FIN rides on data that is sent again (tcp_retrans_try_collapse). */
function joinNext(socket: TcpSocket, sent: SentSegment): SentSegment {
  let joined = sent
  for (;;) {
    const at = socket.sentSegments.indexOf(joined)
    const next = socket.sentSegments[at + 1]
    if (next === undefined || joined.syn || next.syn) return joined
    const length = joined.length + next.length
    if (length - (next.fin ? 1 : 0) > socket.mssBytes) return joined
    joined = { ...joined, length, fin: next.fin }
    socket.sentSegments.splice(at, 2, joined)
  }
}

/**
 * True while the last copy of a segment waits in this machine for a neighbour's address: nothing was lost yet, so none is added
 * (skb_still_in_host_queue). A SYN-ACK is made anew each time and knows of no earlier one (tcp_rtx_synack).
 */
function copyWaits(world: World, socket: TcpSocket, sent: SentSegment): boolean {
  if (socket.state === 'SYN-RECV') return false
  return sent.packet !== 0 && waitsForNeighbour(world, sent.packet)
}

/** The path became narrower since the segment was cut: replaces it by pieces and returns the first (tcp_fragment). */
function splitToFit(socket: TcpSocket, sent: SentSegment): SentSegment {
  const payloadLength = sent.length - (sent.fin ? 1 : 0)
  if (sent.syn || payloadLength <= socket.mssBytes) return sent
  const head: SentSegment = { ...sent, length: socket.mssBytes, fin: false }
  const tail: SentSegment = {
    ...sent,
    sequence: seqAdd(sent.sequence, socket.mssBytes),
    length: sent.length - socket.mssBytes,
  }
  socket.sentSegments.splice(socket.sentSegments.indexOf(sent), 1, head, tail)
  return head
}

/** Plans the question whether a closed window has opened (tcp_check_probe_timer). */
export function planWindowProbe(world: World, socket: TcpSocket): void {
  cancel(world.queue, socket.windowProbeTimer)
  const waitNs = Math.min(socket.rtoNs * 2 ** socket.backoff, RTO_MAX_NS)
  socket.windowProbeTimer = planTimer(world, socket, 'window-probe', Math.max(waitNs, DELAYED_ACK_MIN_NS))
}

/** Asks with an old sequence number, which the other side must answer (tcp_xmit_probe_skb). */
export function sendWindowProbe(world: World, socket: TcpSocket): void {
  transmit(world, socket, { sequence: seqAdd(socket.sendUnacked, -1), flags: TCP_ACK })
}

/** The window that is still open for the other side (tcp_receive_window). */
export function receiveWindowLeft(socket: TcpSocket): number {
  const end = seqAdd(socket.windowUpdate, socket.receiveWindow)
  return seqBefore(end, socket.receiveNext) ? 0 : seqDiff(end, socket.receiveNext)
}
