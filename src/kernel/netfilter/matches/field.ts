// Matches on single fields of a packet and on who sent it. Linux: xt_iprange.c, xt_hl.c, xt_length.c, xt_dscp.c, xt_pkttype.c, xt_tcpmss.c,
// xt_owner.c, xt_string.c.
import type { FirewallMatch, RangeMatch } from '../../../contract/firewall.ts'
import { ipv4Tos, ipv4Ttl, PROTOCOL_TCP } from '../../../wire/ipv4.ts'
import { parseTcpOptions, TCP_HEADER_LENGTH, tcpHeaderLength, type TcpOption } from '../../../wire/tcp.ts'
import { NETWORK_HEADER } from '../../skb.ts'
import { hasTransportHeader, type HookedPacket, type PacketHeader } from '../packet.ts'

type FieldKind = 'iprange' | 'ttl' | 'length' | 'tos' | 'dscp' | 'pkttype' | 'tcpmss' | 'owner' | 'string'
export type FieldMatch = Extract<FirewallMatch, { readonly kind: FieldKind }>

/** The lower two bits of the TOS byte are not the DSCP's (XT_DSCP_SHIFT). */
const DSCP_SHIFT = 2

/** True when a value lies as a range asks. */
export function within(value: number, range: RangeMatch | undefined): boolean {
  return range === undefined || (value >= range.from && value <= range.to) !== range.not
}

export function matchField(match: FieldMatch, packet: HookedPacket, header: PacketHeader): boolean {
  const { data } = packet.skb
  switch (match.kind) {
    case 'iprange':
      return within(header.source, match.source) && within(header.destination, match.destination)
    case 'ttl':
      return matchTtl(match, ipv4Ttl(data, NETWORK_HEADER))
    case 'length':
      return within(header.length, match)
    case 'tos':
      return ((ipv4Tos(data, NETWORK_HEADER) & match.mask) === match.value) !== match.not
    case 'dscp':
      return (ipv4Tos(data, NETWORK_HEADER) >> DSCP_SHIFT === match.value) !== match.not
    case 'pkttype':
      return (packetType(packet) === match.type) !== match.not
    case 'tcpmss':
      return matchMss(match, data, header)
    case 'owner':
      return matchOwner(match, packet)
    case 'string':
      return matchString(match, data)
  }
}

function matchTtl({ how, value }: Extract<FieldMatch, { kind: 'ttl' }>, ttl: number): boolean {
  switch (how) {
    case 'eq':
      return ttl === value
    case 'ne':
      return ttl !== value
    case 'lt':
      return ttl < value
    case 'gt':
      return ttl > value
  }
}

/** To whom the frame was addressed; a packet of this machine counts as addressed to it (pkttype_mt). */
function packetType({ skb }: HookedPacket): string {
  return skb.packetType === 'host' || skb.packetType === 'loopback' ? 'unicast' : skb.packetType
}

/** The options of a TCP header that is there, or none. */
export function tcpOptionsOf(data: Uint8Array, header: PacketHeader): readonly TcpOption[] {
  if (header.protocol !== PROTOCOL_TCP || !hasTransportHeader(data, header)) return []
  const from = header.payloadAt + TCP_HEADER_LENGTH
  const to = Math.min(data.length, header.payloadAt + tcpHeaderLength(data, header.payloadAt))
  const parsed = parseTcpOptions(data, from, Math.max(from, to))
  return parsed.ok ? parsed.value.map(({ option }) => option) : []
}

/** A segment that says nothing about its size matches only what is inverted (tcpmss_mt). */
function matchMss(match: Extract<FieldMatch, { kind: 'tcpmss' }>, data: Uint8Array, header: PacketHeader): boolean {
  const option = tcpOptionsOf(data, header).find((each) => each.kind === 'mss')
  return option === undefined ? match.not : within(option.mss, match)
}

/** Every program of a lab runs as root. */
const ROOT_ID = 0

/**
 * Who sent a packet of this machine (owner_mt). What the kernel says by itself, such as an ICMP error, has a socket but no user; what is only
 * passing has neither.
 */
function matchOwner(match: Extract<FieldMatch, { kind: 'owner' }>, { skb, in: device }: HookedPacket): boolean {
  const isOwn = device === undefined && skb.ownedBy !== 'nobody'
  const asksIds = match.uid !== undefined || match.gid !== undefined
  if (!isOwn) return (match.socketExists?.not ?? true) && (match.uid?.not ?? true) && (match.gid?.not ?? true)
  if (match.socketExists?.not === true) return false
  if (skb.ownedBy === 'kernel') return !asksIds || ((match.uid?.not ?? true) && (match.gid?.not ?? true))
  return within(ROOT_ID, match.uid) && within(ROOT_ID, match.gid)
}

/** Looks for bytes in the packet (skb_find_text). */
function matchString(match: Extract<FieldMatch, { kind: 'string' }>, data: Uint8Array): boolean {
  const fold = (code: number): number => (match.ignoreCase && code >= 0x41 && code <= 0x5a ? code + 0x20 : code)
  const wanted = Array.from(match.text, (letter) => fold(letter.charCodeAt(0) & 0xff))
  const last = Math.min(data.length - wanted.length, NETWORK_HEADER + match.to)
  for (let at = NETWORK_HEADER + match.from; at <= last; at++)
    if (wanted.every((code, k) => fold(data[at + k] ?? -1) === code)) return !match.not
  return match.not
}
