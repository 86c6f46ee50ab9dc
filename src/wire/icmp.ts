/** ICMP for IPv4 (RFC 792, RFC 1191 for the next-hop MTU). Offsets count from the ICMP header. Names are Linux's. */
import { type Result, err, ok } from '../base/result.ts'
import { type Ipv4Address, readIpv4, writeIpv4 } from './address.ts'
import { readU16, readU32, writeU16, writeU32 } from './bytes.ts'
import { internetChecksum } from './checksum.ts'
import type { WireError } from './wire-error.ts'

export const ICMP_HEADER_LENGTH = 8

export const ICMP_ECHOREPLY = 0
export const ICMP_DEST_UNREACH = 3
export const ICMP_SOURCE_QUENCH = 4
export const ICMP_REDIRECT = 5
export const ICMP_ECHO = 8
export const ICMP_TIME_EXCEEDED = 11
export const ICMP_PARAMETERPROB = 12
export const ICMP_TIMESTAMP = 13
export const ICMP_TIMESTAMPREPLY = 14
export const ICMP_INFO_REQUEST = 15
export const ICMP_INFO_REPLY = 16
export const ICMP_ADDRESS = 17
export const ICMP_ADDRESSREPLY = 18

/** Codes of ICMP_DEST_UNREACH. */
export const ICMP_NET_UNREACH = 0
export const ICMP_HOST_UNREACH = 1
export const ICMP_PROT_UNREACH = 2
export const ICMP_PORT_UNREACH = 3
export const ICMP_FRAG_NEEDED = 4
export const ICMP_SR_FAILED = 5
export const ICMP_NET_UNKNOWN = 6
export const ICMP_HOST_UNKNOWN = 7
export const ICMP_HOST_ISOLATED = 8
export const ICMP_NET_ANO = 9
export const ICMP_HOST_ANO = 10
export const ICMP_NET_UNR_TOS = 11
export const ICMP_HOST_UNR_TOS = 12
export const ICMP_PKT_FILTERED = 13
export const ICMP_PREC_VIOLATION = 14
export const ICMP_PREC_CUTOFF = 15

/** Codes of ICMP_REDIRECT. */
export const ICMP_REDIR_NET = 0
export const ICMP_REDIR_HOST = 1
export const ICMP_REDIR_NETTOS = 2
export const ICMP_REDIR_HOSTTOS = 3

/** Codes of ICMP_TIME_EXCEEDED. */
export const ICMP_EXC_TTL = 0
export const ICMP_EXC_FRAGTIME = 1

const TYPE_AT = 0
const CODE_AT = 1
const CHECKSUM_AT = 2
const REST_AT = 4

export function icmpType(bytes: Uint8Array, at: number): number {
  return bytes[at + TYPE_AT]!
}

export function icmpCode(bytes: Uint8Array, at: number): number {
  return bytes[at + CODE_AT]!
}

export function icmpChecksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + CHECKSUM_AT)
}

/** Of echo, timestamp, information and address messages. */
export function icmpId(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + REST_AT)
}

/** Of echo, timestamp, information and address messages. */
export function icmpSequence(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + REST_AT + 2)
}

/** Of a redirect: the router to use instead. */
export function icmpGateway(bytes: Uint8Array, at: number): Ipv4Address {
  return readIpv4(bytes, at + REST_AT)
}

/** Of ICMP_FRAG_NEEDED: the MTU of the link that was too small (RFC 1191). */
export function icmpMtu(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + REST_AT + 2)
}

/** Of a parameter problem: the offset of the offending byte. */
export function icmpPointer(bytes: Uint8Array, at: number): number {
  return bytes[at + REST_AT]!
}

export function setIcmpType(bytes: Uint8Array, at: number, type: number): void {
  bytes[at + TYPE_AT] = type
}

export function setIcmpCode(bytes: Uint8Array, at: number, code: number): void {
  bytes[at + CODE_AT] = code
}

export function setIcmpId(bytes: Uint8Array, at: number, id: number): void {
  writeU16(bytes, at + REST_AT, id)
}

export function setIcmpSequence(bytes: Uint8Array, at: number, sequence: number): void {
  writeU16(bytes, at + REST_AT + 2, sequence)
}

export function setIcmpGateway(bytes: Uint8Array, at: number, gateway: Ipv4Address): void {
  writeIpv4(bytes, at + REST_AT, gateway)
}

export function setIcmpMtu(bytes: Uint8Array, at: number, mtu: number): void {
  writeU16(bytes, at + REST_AT + 2, mtu)
}

/** Whether the message in [at, end) carries the checksum of its bytes. */
export function icmpChecksumValid(bytes: Uint8Array, at: number, end: number): boolean {
  return internetChecksum(bytes, at, end) === 0
}

/** Computes and stores the checksum of the message in [at, end). */
export function updateIcmpChecksum(bytes: Uint8Array, at: number, end: number): void {
  writeU16(bytes, at + CHECKSUM_AT, 0)
  writeU16(bytes, at + CHECKSUM_AT, internetChecksum(bytes, at, end))
}

/** Whether a type reports an error about the packet it quotes. Linux: icmp_is_err. */
export function isIcmpError(type: number): boolean {
  return (
    type === ICMP_DEST_UNREACH ||
    type === ICMP_SOURCE_QUENCH ||
    type === ICMP_REDIRECT ||
    type === ICMP_TIME_EXCEEDED ||
    type === ICMP_PARAMETERPROB
  )
}

export interface IcmpHeader {
  readonly type: number
  readonly code: number
  /** The four bytes whose meaning depends on the type: `icmpEchoRest`, a gateway, an MTU, or zero. */
  readonly rest: number
}

/** The rest-of-header word of an echo message. */
export function icmpEchoRest(id: number, sequence: number): number {
  return (((id & 0xffff) << 16) | (sequence & 0xffff)) >>> 0
}

/** The header of a message in [at, end) whose checksum is right. */
export function parseIcmp(bytes: Uint8Array, at: number, end = bytes.length): Result<IcmpHeader, WireError> {
  if (end - at < ICMP_HEADER_LENGTH) {
    return err({ kind: 'truncated', layer: 'ICMP', needBytes: ICMP_HEADER_LENGTH, haveBytes: Math.max(0, end - at) })
  }
  if (!icmpChecksumValid(bytes, at, end)) {
    const copy = bytes.slice(at, end)
    updateIcmpChecksum(copy, 0, copy.length)
    return err({
      kind: 'bad-checksum',
      layer: 'ICMP',
      stored: icmpChecksum(bytes, at),
      computed: icmpChecksum(copy, 0),
    })
  }
  return ok({ type: icmpType(bytes, at), code: icmpCode(bytes, at), rest: readU32(bytes, at + REST_AT) })
}

/** Writes the eight bytes of a header with a checksum of zero; `updateIcmpChecksum` follows once the payload is in. */
export function writeIcmpHeader(bytes: Uint8Array, at: number, header: IcmpHeader): void {
  bytes[at + TYPE_AT] = header.type
  bytes[at + CODE_AT] = header.code
  writeU16(bytes, at + CHECKSUM_AT, 0)
  writeU32(bytes, at + REST_AT, header.rest)
}

/** A whole message: header, payload, checksum. */
export function emitIcmp(header: IcmpHeader, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ICMP_HEADER_LENGTH + payload.length)
  writeIcmpHeader(bytes, 0, header)
  bytes.set(payload, ICMP_HEADER_LENGTH)
  updateIcmpChecksum(bytes, 0, bytes.length)
  return bytes
}
