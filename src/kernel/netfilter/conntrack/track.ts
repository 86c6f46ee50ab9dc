// Which flow a packet belongs to. Linux: nf_conntrack_in, resolve_normal_ct, init_conntrack, nf_conntrack_inet_error, and the protocols'
// own parts (nf_conntrack_proto_icmp.c, _udp.c, _generic.c).
import { SECOND_NS } from '../../../sim/time.ts'
import {
  ICMP_ADDRESS,
  ICMP_ECHO,
  ICMP_HEADER_LENGTH,
  ICMP_INFO_REQUEST,
  ICMP_TIMESTAMP,
  icmpChecksumValid,
  icmpType,
  isIcmpError,
} from '../../../wire/icmp.ts'
import { IPV4_HEADER_LENGTH, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ipv4.ts'
import { TCP_HEADER_LENGTH } from '../../../wire/tcp.ts'
import { udpLength } from '../../../wire/udp.ts'
import type { Netns } from '../../netns.ts'
import { NETWORK_HEADER, type Skb } from '../../skb.ts'
import type { World } from '../../world.ts'
import { packetHeader, type PacketHeader } from '../packet.ts'
import { emptyNetfilter, type SkbNetfilter } from '../skb-netfilter.ts'
import {
  countPacket,
  deleteConnection,
  findConnection,
  newConnection,
  refreshConnection,
  type Connection,
  type ConntrackState,
} from './connection.ts'
import { newsFor, noteFlowNews } from './ecache.ts'
import { timeoutSeconds } from './settings.ts'
import { tcpMayBegin, tcpPacket, tcpReopens } from './tcp.ts'
import { icmpTypeOf, invertTuple, tupleOf, type Tuple } from './tuple.ts'

/** Two-way UDP traffic that goes on this long makes a stream. */
const UDP_STREAM_AFTER_NS = 2 * SECOND_NS

/** Messages that may begin a flow; every other one needs a question before it. */
const ICMP_QUESTIONS: ReadonlySet<number> = new Set([ICMP_ECHO, ICMP_TIMESTAMP, ICMP_INFO_REQUEST, ICMP_ADDRESS])

/** What the packet carries now for its namespace; another namespace's flow is none. */
export function netfilterInfo(netns: Netns, skb: Skb): SkbNetfilter | undefined {
  return skb.nf?.netns === netns.id ? skb.nf : undefined
}

function attach(
  netns: Netns,
  skb: Skb,
  info: SkbNetfilter['info'],
  connection: Connection | undefined,
  isReply: boolean,
): void {
  skb.nf = { ...(netfilterInfo(netns, skb) ?? emptyNetfilter(netns.id)), connection, info, isReply }
}

/** The packet belongs to no flow. */
function refuseFlow(netns: Netns, state: ConntrackState, skb: Skb): void {
  state.statistics.invalid++
  attach(netns, skb, 'invalid', undefined, false)
}

/** Finds or begins the flow of a packet and notes it on the packet; no packet is dropped here (nf_conntrack_in). */
export function trackPacket(world: World, netns: Netns, state: ConntrackState, skb: Skb): void {
  const known = netfilterInfo(netns, skb)
  // Seen before: it comes back from loopback, answers on behalf of another packet, or was told not to be tracked.
  if (known?.connection !== undefined || known?.info === 'untracked') return
  const header = packetHeader(skb.data)
  if (header.protocol === PROTOCOL_ICMP && isErrorMessage(skb.data, header)) {
    trackError(netns, state, skb, header)
    return
  }
  trackNormal(world, netns, state, skb, header)
}

function isErrorMessage(bytes: Uint8Array, { payloadAt }: PacketHeader): boolean {
  return bytes.length >= payloadAt + ICMP_HEADER_LENGTH && isIcmpError(icmpType(bytes, payloadAt))
}

/** An ICMP error belongs to the flow of the packet that it quotes, or to none (nf_conntrack_inet_error). */
function trackError(netns: Netns, state: ConntrackState, skb: Skb, header: PacketHeader): void {
  const inner = header.payloadAt + ICMP_HEADER_LENGTH
  const found = skb.data.length < inner + IPV4_HEADER_LENGTH + 8 ? undefined : quotedFlow(state, skb.data, inner)
  // It must go to the machine that sent the quoted packet.
  const target = found === undefined ? undefined : found.isReply ? found.connection.reply : found.connection.original
  if (found === undefined || target?.destination !== header.destination) {
    refuseFlow(netns, state, skb)
    return
  }
  attach(netns, skb, 'related', found.connection, found.isReply)
}

function quotedFlow(state: ConntrackState, bytes: Uint8Array, at: number): ReturnType<typeof findConnection> {
  const quoted = tupleOf(bytes, packetHeader(bytes, at))
  const answer = quoted === undefined ? undefined : invertTuple(quoted)
  return answer === undefined ? undefined : findConnection(state, answer)
}

function trackNormal(world: World, netns: Netns, state: ConntrackState, skb: Skb, header: PacketHeader): void {
  const bytes = skb.data
  const tuple = isSound(bytes, header) ? tupleOf(bytes, header) : undefined
  if (tuple === undefined) {
    refuseFlow(netns, state, skb)
    return
  }
  let found = findConnection(state, tuple)
  if (found !== undefined && tuple.protocol === PROTOCOL_TCP) {
    if (tcpReopens(found.connection, found.isReply, bytes, header.payloadAt)) {
      deleteConnection(world, netns, found.connection)
      found = undefined
    }
  }
  const connection = found?.connection ?? beginFlow(world, netns, state, tuple, bytes, header)
  const isReply = found?.isReply ?? false
  if (connection === undefined || !protocolPacket(world, netns, connection, isReply, bytes, header)) {
    refuseFlow(netns, state, skb)
    return
  }
  countPacket(connection, isReply, bytes.length - NETWORK_HEADER)
  attach(netns, skb, isReply || connection.seenReply ? 'established' : 'new', connection, isReply)
  if (!isReply || connection.seenReply) return
  connection.seenReply = true
  noteFlowNews(connection, 'other')
}

/** Headers that are cut short or whose checksum is wrong belong to no flow (icmp_error, udp_error, tcp_error). */
function isSound(bytes: Uint8Array, { protocol, payloadAt }: PacketHeader): boolean {
  const length = bytes.length - payloadAt
  switch (protocol) {
    case PROTOCOL_ICMP:
      return length >= ICMP_HEADER_LENGTH && icmpChecksumValid(bytes, payloadAt, bytes.length)
    case PROTOCOL_TCP:
      return length >= TCP_HEADER_LENGTH
    case PROTOCOL_UDP:
      return length >= 8 && udpLength(bytes, payloadAt) <= length && udpLength(bytes, payloadAt) >= 8
    default:
      return true
  }
}

/** A new flow for a packet that may begin one (init_conntrack). */
function beginFlow(
  world: World,
  netns: Netns,
  state: ConntrackState,
  tuple: Tuple,
  bytes: Uint8Array,
  header: PacketHeader,
): Connection | undefined {
  const reply = invertTuple(tuple)
  if (reply === undefined) return undefined
  if (tuple.protocol === PROTOCOL_ICMP && !ICMP_QUESTIONS.has(icmpTypeOf(tuple))) return undefined
  if (tuple.protocol === PROTOCOL_TCP && !tcpMayBegin(bytes, header.payloadAt)) return undefined
  const connection = newConnection(state, tuple, reply, newsFor(world, netns))
  connection.streamAt = world.now + UDP_STREAM_AFTER_NS
  return connection
}

/** What the protocol makes of one packet of a flow: mostly how long the flow lives on. False for a packet that is out of place. */
function protocolPacket(
  world: World,
  netns: Netns,
  connection: Connection,
  isReply: boolean,
  bytes: Uint8Array,
  header: PacketHeader,
): boolean {
  switch (header.protocol) {
    case PROTOCOL_ICMP:
      refreshConnection(world, netns, connection, timeoutSeconds(netns, 'icmp_timeout'))
      return true
    case PROTOCOL_TCP:
      return tcpPacket(world, netns, connection, isReply, bytes, header.payloadAt)
    case PROTOCOL_UDP: {
      const isStream = connection.seenReply && world.now > connection.streamAt
      refreshConnection(
        world,
        netns,
        connection,
        timeoutSeconds(netns, isStream ? 'udp_timeout_stream' : 'udp_timeout'),
      )
      if (isStream && !connection.assured) {
        connection.assured = true
        noteFlowNews(connection, 'other')
      }
      return true
    }
    default:
      refreshConnection(world, netns, connection, timeoutSeconds(netns, 'generic_timeout'))
      return true
  }
}

/** Exempts a packet from tracking (-j NOTRACK). */
export function untrackPacket(netns: Netns, skb: Skb): void {
  if (netfilterInfo(netns, skb)?.connection === undefined) attach(netns, skb, 'untracked', undefined, false)
}

/** Hangs a packet that this machine makes about another one (an ICMP error, a RST) on that one's flow (nf_conntrack_attach). */
export function attachRelated(netns: Netns, skb: Skb, about: Skb): void {
  const cause = netfilterInfo(netns, about)
  if (cause?.connection !== undefined) attach(netns, skb, 'related', cause.connection, !cause.isReply)
}
