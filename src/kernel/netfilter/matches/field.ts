// Matches on single fields of a packet and on who sent it. Linux: xt_iprange.c, xt_hl.c, xt_length.c, xt_dscp.c, xt_pkttype.c, xt_tcpmss.c,
// xt_owner.c, xt_string.c, xt_ecn.c.
import type { FirewallMatch } from '../../../contract/firewall.ts'
import { isMulticastIpv4 } from '../../../wire/address.ts'
import { DSCP_SHIFT, ipv4Tos, ipv4Ttl, PROTOCOL_TCP } from '../../../wire/ipv4.ts'
import { TCP_CWR, TCP_ECE, TCP_HEADER_LENGTH, tcpFlags } from '../../../wire/tcp.ts'
import { NETWORK_HEADER } from '../../skb.ts'
import { tcpOptionsOf, type HookedPacket, type PacketHeader } from '../packet.ts'
import { within } from './compare.ts'

type FieldKind = 'iprange' | 'ttl' | 'length' | 'tos' | 'dscp' | 'pkttype' | 'tcpmss' | 'owner' | 'string' | 'ecn'
export type FieldMatch = Extract<FirewallMatch, { readonly kind: FieldKind }>

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
      return (packetType(packet, header) === match.type) !== match.not
    case 'tcpmss':
      return matchMss(match, data, header)
    case 'owner':
      return matchOwner(match, packet)
    case 'string':
      return matchString(match, data)
    case 'ecn':
      return matchEcn(match, data, header)
  }
}

/** Bits of congestion notification in the IP and the TCP header (ecn_mt4). */
function matchEcn(
  { ect, ece, cwr }: Extract<FieldMatch, { kind: 'ecn' }>,
  data: Uint8Array,
  header: PacketHeader,
): boolean {
  if (ect !== undefined && ((ipv4Tos(data, NETWORK_HEADER) & ECN_MASK) === ect.value) === ect.not) return false
  if (ece === undefined && cwr === undefined) return true
  if (header.protocol !== PROTOCOL_TCP || data.length < header.payloadAt + TCP_HEADER_LENGTH) return false
  const flags = tcpFlags(data, header.payloadAt)
  if (ece !== undefined && ((flags & TCP_ECE) !== 0) === ece.not) return false
  return cwr === undefined || ((flags & TCP_CWR) !== 0) !== cwr.not
}

const ECN_MASK = 3

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

/** To whom the frame was addressed; the copy that this machine gets of what it says to many tells by its destination (pkttype_mt). */
function packetType({ skb }: HookedPacket, { destination }: PacketHeader): string {
  if (skb.packetType === 'loopback') return isMulticastIpv4(destination) ? 'multicast' : 'broadcast'
  return skb.packetType === 'host' ? 'unicast' : skb.packetType
}

/** A segment that says nothing about its size matches only what is inverted (tcpmss_mt). */
function matchMss(match: Extract<FieldMatch, { kind: 'tcpmss' }>, data: Uint8Array, header: PacketHeader): boolean {
  const mss = tcpOptionsOf(data, header).flatMap(({ option }) => (option.kind === 'mss' ? [option.mss] : []))[0]
  return mss === undefined ? match.not : within(mss, match)
}

/** Every program of a lab runs as root. */
const ROOT_ID = 0

/**
 * Who sent a packet of this machine (owner_mt). What the kernel says by itself, such as an ICMP error, has a socket but no user; what is only
 * passing has neither.
 */
function matchOwner(match: Extract<FieldMatch, { kind: 'owner' }>, { skb, in: device }: HookedPacket): boolean {
  const isOwn = device === undefined && skb.ownedBy !== 'nobody'
  const isOfNoUser = (match.uid?.not ?? true) && (match.gid?.not ?? true)
  if (!isOwn) return (match.socketExists?.not ?? true) && isOfNoUser
  if (match.socketExists?.not === true) return false
  return skb.ownedBy === 'kernel' ? isOfNoUser : within(ROOT_ID, match.uid) && within(ROOT_ID, match.gid)
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
