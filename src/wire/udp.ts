/** The UDP header (RFC 768). Offsets count from the header. */
import { type Result, err, ok } from '../base/result.ts'
import type { Ipv4Address } from './address.ts'
import { readU16, writeU16 } from './bytes.ts'
import { internetChecksum, pseudoHeaderSum } from './checksum.ts'
import { PROTOCOL_UDP } from './ipv4.ts'
import type { WireError } from './wire-error.ts'

export const UDP_HEADER_LENGTH = 8

const SOURCE_PORT_AT = 0
const DESTINATION_PORT_AT = 2
const LENGTH_AT = 4
const CHECKSUM_AT = 6

export function udpSourcePort(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + SOURCE_PORT_AT)
}

export function udpDestinationPort(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + DESTINATION_PORT_AT)
}

/** Header and payload in bytes. */
export function udpLength(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + LENGTH_AT)
}

/** 0 means that the sender computed none. */
export function udpChecksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + CHECKSUM_AT)
}

export function setUdpSourcePort(bytes: Uint8Array, at: number, port: number): void {
  writeU16(bytes, at + SOURCE_PORT_AT, port)
}

export function setUdpDestinationPort(bytes: Uint8Array, at: number, port: number): void {
  writeU16(bytes, at + DESTINATION_PORT_AT, port)
}

export function setUdpLength(bytes: Uint8Array, at: number, length: number): void {
  writeU16(bytes, at + LENGTH_AT, length)
}

export function setUdpChecksum(bytes: Uint8Array, at: number, checksum: number): void {
  writeU16(bytes, at + CHECKSUM_AT, checksum)
}

/** The two addresses of the pseudo-header. */
export interface Endpoints {
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
}

/** Computes and stores the checksum of the datagram in [at, end). A computed zero is stored as all ones (RFC 768). */
export function updateUdpChecksum(bytes: Uint8Array, at: number, end: number, endpoints: Endpoints): void {
  writeU16(bytes, at + CHECKSUM_AT, 0)
  const checksum = internetChecksum(bytes, at, end, pseudoSum(end - at, endpoints))
  writeU16(bytes, at + CHECKSUM_AT, checksum === 0 ? 0xffff : checksum)
}

/** Whether the datagram in [at, end) carries the right checksum, or none. */
export function udpChecksumValid(bytes: Uint8Array, at: number, end: number, endpoints: Endpoints): boolean {
  return udpChecksum(bytes, at) === 0 || internetChecksum(bytes, at, end, pseudoSum(end - at, endpoints)) === 0
}

export interface UdpHeader {
  readonly sourcePort: number
  readonly destinationPort: number
}

/** The header of a datagram in [at, end); bytes behind its length are padding. Linux: __udp4_lib_rcv checks the same. */
export function parseUdp(
  bytes: Uint8Array,
  at: number,
  end = bytes.length,
): Result<UdpHeader & { readonly length: number }, WireError> {
  const haveBytes = Math.max(0, end - at)
  if (haveBytes < UDP_HEADER_LENGTH) {
    return err({ kind: 'truncated', layer: 'UDP', needBytes: UDP_HEADER_LENGTH, haveBytes })
  }
  const length = udpLength(bytes, at)
  if (length < UDP_HEADER_LENGTH) return err({ kind: 'malformed', layer: 'UDP', field: 'length', value: length })
  if (length > haveBytes) return err({ kind: 'truncated', layer: 'UDP', needBytes: length, haveBytes })
  return ok({ sourcePort: udpSourcePort(bytes, at), destinationPort: udpDestinationPort(bytes, at), length })
}

/** Writes the eight bytes of a header with a checksum of zero. */
export function writeUdpHeader(bytes: Uint8Array, at: number, header: UdpHeader, length: number): void {
  writeU16(bytes, at + SOURCE_PORT_AT, header.sourcePort)
  writeU16(bytes, at + DESTINATION_PORT_AT, header.destinationPort)
  writeU16(bytes, at + LENGTH_AT, length)
  writeU16(bytes, at + CHECKSUM_AT, 0)
}

/** A whole datagram with its checksum. */
export function emitUdp(header: UdpHeader, payload: Uint8Array, endpoints: Endpoints): Uint8Array {
  const bytes = new Uint8Array(UDP_HEADER_LENGTH + payload.length)
  writeUdpHeader(bytes, 0, header, bytes.length)
  bytes.set(payload, UDP_HEADER_LENGTH)
  updateUdpChecksum(bytes, 0, bytes.length, endpoints)
  return bytes
}

function pseudoSum(lengthBytes: number, endpoints: Endpoints): number {
  return pseudoHeaderSum(endpoints.source, endpoints.destination, PROTOCOL_UDP, lengthBytes)
}
