// A packet at a hook, as rules look at it: struct nft_pktinfo and struct xt_action_param.
import {
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../../wire/ipv4.ts'
import { parseTcpOptions, TCP_HEADER_LENGTH, tcpHeaderLength, type PlacedTcpOption } from '../../wire/tcp.ts'
import type { Ipv4Address } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import type { RouteEntry } from '../ipv4/route.ts'
import type { NetfilterState, NfHook } from './state.ts'

/** Where a packet is. */
export interface HookPlace {
  readonly in: NetDevice | undefined
  readonly out: NetDevice | undefined
  /** The way that was chosen, for MASQUERADE; missing before routing and for bridged packets. */
  readonly route: RouteEntry | undefined
}

export interface HookedPacket extends HookPlace {
  readonly netns: Netns
  readonly state: NetfilterState
  readonly hook: NfHook
  readonly skb: Skb
}

/** The device that the trace names for what happens here: where the packet came in, for our own where it leaves. */
export function placeDevice(place: HookPlace): NetDevice {
  const device = place.in ?? place.out
  if (device === undefined) throw new Error('a packet at a hook came from nowhere and goes nowhere')
  return device
}

/** Header fields, read where they lie. */
export interface PacketHeader {
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
  readonly protocol: number
  readonly fragmentOffset: number
  /** Start of what follows the IP header. */
  readonly payloadAt: number
  /** IP header and all behind it, in bytes. */
  readonly length: number
}

export function packetHeader(bytes: Uint8Array, at = NETWORK_HEADER): PacketHeader {
  return {
    source: ipv4Source(bytes, at),
    destination: ipv4Destination(bytes, at),
    protocol: ipv4Protocol(bytes, at),
    fragmentOffset: ipv4FragmentOffset(bytes, at),
    payloadAt: at + ipv4HeaderLength(bytes, at),
    length: bytes.length - at,
  }
}

const TRANSPORT_LENGTH: Readonly<Record<number, number>> = {
  [PROTOCOL_ICMP]: 8,
  [PROTOCOL_TCP]: 20,
  [PROTOCOL_UDP]: 8,
}

/** True when the packet holds the header of its transport protocol: not so in later fragments and in truncated packets. */
export function hasTransportHeader(bytes: Uint8Array, header: PacketHeader): boolean {
  const needed = TRANSPORT_LENGTH[header.protocol]
  return needed !== undefined && header.fragmentOffset === 0 && bytes.length >= header.payloadAt + needed
}

/** The options of a TCP header that is there, with their places in the frame, or none. */
export function tcpOptionsOf(bytes: Uint8Array, header: PacketHeader): readonly PlacedTcpOption[] {
  if (header.protocol !== PROTOCOL_TCP || !hasTransportHeader(bytes, header)) return []
  const from = header.payloadAt + TCP_HEADER_LENGTH
  const to = Math.min(bytes.length, header.payloadAt + tcpHeaderLength(bytes, header.payloadAt))
  const parsed = parseTcpOptions(bytes, from, Math.max(from, to))
  return parsed.ok ? parsed.value : []
}
