/** The IPv4 header (RFC 791). Offsets count from the header. Setters leave the checksum alone unless they say otherwise. */
import { type Result, err, ok } from '../base/result.ts'
import { type Ipv4Address, readIpv4, writeIpv4 } from './address.ts'
import { readU16, writeU16 } from './bytes.ts'
import { adjustChecksum, internetChecksum } from './checksum.ts'
import type { WireError } from './wire-error.ts'

export const IPV4_HEADER_LENGTH = 20
/** The DSCP are the upper six bits of the TOS byte, ECN the others (RFC 3168). */
export const DSCP_SHIFT = 2
export const PROTOCOL_ICMP = 1
export const PROTOCOL_IGMP = 2
export const PROTOCOL_TCP = 6
export const PROTOCOL_UDP = 17

const VERSION_AT = 0
const TOS_AT = 1
const TOTAL_LENGTH_AT = 2
const ID_AT = 4
const FRAGMENT_AT = 6
const TTL_AT = 8
const PROTOCOL_AT = 9
const CHECKSUM_AT = 10
const SOURCE_AT = 12
const DESTINATION_AT = 16

const DONT_FRAGMENT = 0x4000
const MORE_FRAGMENTS = 0x2000
const FRAGMENT_OFFSET_MASK = 0x1fff

export function ipv4Version(bytes: Uint8Array, at: number): number {
  return bytes[at + VERSION_AT]! >>> 4
}

/** In bytes, options included: 0 to 60 as stored. */
export function ipv4HeaderLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + VERSION_AT]! & 15) << 2
}

export function ipv4Tos(bytes: Uint8Array, at: number): number {
  return bytes[at + TOS_AT]!
}

/** Header and payload in bytes. */
export function ipv4TotalLength(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + TOTAL_LENGTH_AT)
}

export function ipv4Id(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + ID_AT)
}

export function ipv4DontFragment(bytes: Uint8Array, at: number): boolean {
  return (readU16(bytes, at + FRAGMENT_AT) & DONT_FRAGMENT) !== 0
}

export function ipv4MoreFragments(bytes: Uint8Array, at: number): boolean {
  return (readU16(bytes, at + FRAGMENT_AT) & MORE_FRAGMENTS) !== 0
}

/** Where this fragment's payload starts in the whole payload, in bytes. */
export function ipv4FragmentOffset(bytes: Uint8Array, at: number): number {
  return (readU16(bytes, at + FRAGMENT_AT) & FRAGMENT_OFFSET_MASK) << 3
}

/** Whether this is one fragment of several. Linux: ip_is_fragment. */
export function ipv4IsFragment(bytes: Uint8Array, at: number): boolean {
  return (readU16(bytes, at + FRAGMENT_AT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) !== 0
}

export function ipv4Ttl(bytes: Uint8Array, at: number): number {
  return bytes[at + TTL_AT]!
}

export function ipv4Protocol(bytes: Uint8Array, at: number): number {
  return bytes[at + PROTOCOL_AT]!
}

export function ipv4Checksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + CHECKSUM_AT)
}

export function ipv4Source(bytes: Uint8Array, at: number): Ipv4Address {
  return readIpv4(bytes, at + SOURCE_AT)
}

export function ipv4Destination(bytes: Uint8Array, at: number): Ipv4Address {
  return readIpv4(bytes, at + DESTINATION_AT)
}

/** Version 4 and a header length in bytes, a multiple of four. */
export function setIpv4VersionAndHeaderLength(bytes: Uint8Array, at: number, headerLength: number): void {
  bytes[at + VERSION_AT] = 0x40 | (headerLength >>> 2)
}

export function setIpv4Tos(bytes: Uint8Array, at: number, tos: number): void {
  bytes[at + TOS_AT] = tos
}

export function setIpv4TotalLength(bytes: Uint8Array, at: number, totalLength: number): void {
  writeU16(bytes, at + TOTAL_LENGTH_AT, totalLength)
}

export function setIpv4Id(bytes: Uint8Array, at: number, id: number): void {
  writeU16(bytes, at + ID_AT, id)
}

/** The three flags and the offset in one, the offset in bytes and a multiple of eight. */
export function setIpv4Fragment(
  bytes: Uint8Array,
  at: number,
  fragment: { dontFragment: boolean; moreFragments: boolean; fragmentOffset: number },
): void {
  const flags = (fragment.dontFragment ? DONT_FRAGMENT : 0) | (fragment.moreFragments ? MORE_FRAGMENTS : 0)
  writeU16(bytes, at + FRAGMENT_AT, flags | ((fragment.fragmentOffset >>> 3) & FRAGMENT_OFFSET_MASK))
}

export function setIpv4DontFragment(bytes: Uint8Array, at: number, dontFragment: boolean): void {
  const rest = readU16(bytes, at + FRAGMENT_AT) & ~DONT_FRAGMENT
  writeU16(bytes, at + FRAGMENT_AT, rest | (dontFragment ? DONT_FRAGMENT : 0))
}

export function setIpv4MoreFragments(bytes: Uint8Array, at: number, moreFragments: boolean): void {
  const rest = readU16(bytes, at + FRAGMENT_AT) & ~MORE_FRAGMENTS
  writeU16(bytes, at + FRAGMENT_AT, rest | (moreFragments ? MORE_FRAGMENTS : 0))
}

/** In bytes, a multiple of eight. */
export function setIpv4FragmentOffset(bytes: Uint8Array, at: number, fragmentOffset: number): void {
  const rest = readU16(bytes, at + FRAGMENT_AT) & ~FRAGMENT_OFFSET_MASK
  writeU16(bytes, at + FRAGMENT_AT, rest | ((fragmentOffset >>> 3) & FRAGMENT_OFFSET_MASK))
}

export function setIpv4Ttl(bytes: Uint8Array, at: number, ttl: number): void {
  bytes[at + TTL_AT] = ttl
}

export function setIpv4Protocol(bytes: Uint8Array, at: number, protocol: number): void {
  bytes[at + PROTOCOL_AT] = protocol
}

export function setIpv4Checksum(bytes: Uint8Array, at: number, checksum: number): void {
  writeU16(bytes, at + CHECKSUM_AT, checksum)
}

/** Does not touch any checksum: neither the header's nor that of TCP or UDP. */
export function setIpv4Source(bytes: Uint8Array, at: number, source: Ipv4Address): void {
  writeIpv4(bytes, at + SOURCE_AT, source)
}

/** Does not touch any checksum: neither the header's nor that of TCP or UDP. */
export function setIpv4Destination(bytes: Uint8Array, at: number, destination: Ipv4Address): void {
  writeIpv4(bytes, at + DESTINATION_AT, destination)
}

/** Computes and stores the header checksum. Linux: ip_send_check. */
export function updateIpv4Checksum(bytes: Uint8Array, at: number): void {
  writeU16(bytes, at + CHECKSUM_AT, 0)
  writeU16(bytes, at + CHECKSUM_AT, internetChecksum(bytes, at, at + ipv4HeaderLength(bytes, at)))
}

/** Takes one from the time to live and updates the checksum by the difference. Linux: ip_decrease_ttl. */
export function decrementIpv4Ttl(bytes: Uint8Array, at: number): void {
  const oldWord = readU16(bytes, at + TTL_AT)
  bytes[at + TTL_AT] = bytes[at + TTL_AT]! - 1
  const checksum = readU16(bytes, at + CHECKSUM_AT)
  writeU16(bytes, at + CHECKSUM_AT, adjustChecksum(checksum, oldWord, readU16(bytes, at + TTL_AT)))
}

/** What is wrong with a header, in the order of the checks; `ok` if nothing is. */
export type Ipv4HeaderVerdict =
  | 'ok'
  | 'header-truncated'
  | 'bad-header-length'
  | 'bad-version'
  | 'options-truncated'
  | 'bad-checksum'
  | 'packet-truncated'
  | 'bad-total-length'

/** The checks of Linux's ip_rcv_core in its order; `end` is where the received bytes end, padding included. */
export function ipv4HeaderValid(bytes: Uint8Array, at: number, end: number): Ipv4HeaderVerdict {
  const available = end - at
  if (available < IPV4_HEADER_LENGTH) return 'header-truncated'
  const headerLength = ipv4HeaderLength(bytes, at)
  if (headerLength < IPV4_HEADER_LENGTH) return 'bad-header-length'
  if (ipv4Version(bytes, at) !== 4) return 'bad-version'
  if (available < headerLength) return 'options-truncated'
  if (internetChecksum(bytes, at, at + headerLength) !== 0) return 'bad-checksum'
  const totalLength = ipv4TotalLength(bytes, at)
  if (available < totalLength) return 'packet-truncated'
  if (totalLength < headerLength) return 'bad-total-length'
  return 'ok'
}

export interface Ipv4Header {
  readonly tos: number
  readonly totalLength: number
  readonly id: number
  readonly dontFragment: boolean
  readonly moreFragments: boolean
  /** In bytes, a multiple of eight. */
  readonly fragmentOffset: number
  readonly ttl: number
  readonly protocol: number
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
}

/** A header that passes `ipv4HeaderValid`, options skipped, with the offset of its payload. */
export function parseIpv4Header(
  bytes: Uint8Array,
  at: number,
  end = bytes.length,
): Result<Ipv4Header & { readonly headerLength: number }, WireError> {
  const verdict = ipv4HeaderValid(bytes, at, end)
  if (verdict !== 'ok') return err(headerError(verdict, bytes, at, end))
  return ok({
    headerLength: ipv4HeaderLength(bytes, at),
    tos: ipv4Tos(bytes, at),
    totalLength: ipv4TotalLength(bytes, at),
    id: ipv4Id(bytes, at),
    dontFragment: ipv4DontFragment(bytes, at),
    moreFragments: ipv4MoreFragments(bytes, at),
    fragmentOffset: ipv4FragmentOffset(bytes, at),
    ttl: ipv4Ttl(bytes, at),
    protocol: ipv4Protocol(bytes, at),
    source: ipv4Source(bytes, at),
    destination: ipv4Destination(bytes, at),
  })
}

/** Writes a header of 20 bytes with its checksum. */
export function writeIpv4Header(bytes: Uint8Array, at: number, header: Ipv4Header): void {
  setIpv4VersionAndHeaderLength(bytes, at, IPV4_HEADER_LENGTH)
  bytes[at + TOS_AT] = header.tos
  writeU16(bytes, at + TOTAL_LENGTH_AT, header.totalLength)
  writeU16(bytes, at + ID_AT, header.id)
  setIpv4Fragment(bytes, at, header)
  bytes[at + TTL_AT] = header.ttl
  bytes[at + PROTOCOL_AT] = header.protocol
  writeIpv4(bytes, at + SOURCE_AT, header.source)
  writeIpv4(bytes, at + DESTINATION_AT, header.destination)
  updateIpv4Checksum(bytes, at)
}

/** The name /etc/protocols has for a protocol number, or the number itself as text. */
export function protocolName(protocol: number): string {
  return PROTOCOL_NAMES[protocol] ?? String(protocol)
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  0: 'ip',
  1: 'icmp',
  2: 'igmp',
  4: 'ipencap',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  132: 'sctp',
  136: 'udplite',
}

function headerError(verdict: Exclude<Ipv4HeaderVerdict, 'ok'>, bytes: Uint8Array, at: number, end: number): WireError {
  const layer = 'IPv4'
  const haveBytes = Math.max(0, end - at)
  switch (verdict) {
    case 'header-truncated':
      return { kind: 'truncated', layer, needBytes: IPV4_HEADER_LENGTH, haveBytes }
    case 'options-truncated':
      return { kind: 'truncated', layer, needBytes: ipv4HeaderLength(bytes, at), haveBytes }
    case 'packet-truncated':
      return { kind: 'truncated', layer, needBytes: ipv4TotalLength(bytes, at), haveBytes }
    case 'bad-header-length':
      return { kind: 'malformed', layer, field: 'header length', value: ipv4HeaderLength(bytes, at) }
    case 'bad-version':
      return { kind: 'malformed', layer, field: 'version', value: ipv4Version(bytes, at) }
    case 'bad-total-length':
      return { kind: 'malformed', layer, field: 'total length', value: ipv4TotalLength(bytes, at) }
    case 'bad-checksum': {
      const header = bytes.slice(at, at + ipv4HeaderLength(bytes, at))
      updateIpv4Checksum(header, 0)
      return { kind: 'bad-checksum', layer, stored: ipv4Checksum(bytes, at), computed: ipv4Checksum(header, 0) }
    }
  }
}
