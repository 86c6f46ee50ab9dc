/** Ethernet II and the length form of IEEE 802.3. The header starts at offset 0 of a frame. */
import { type Result, err, ok } from '../base/result.ts'
import { type MacAddress, readMac, writeMac } from './address.ts'
import { readU16, writeU16 } from './bytes.ts'
import type { WireError } from './wire-error.ts'

export const ETHERNET_HEADER_LENGTH = 14
/** A type field below this is the length of an 802.3 payload. Linux: ETH_P_802_3_MIN. */
export const ETHERTYPE_MIN = 0x0600
export const ETHERTYPE_IPV4 = 0x0800
export const ETHERTYPE_ARP = 0x0806
export const ETHERTYPE_VLAN = 0x8100
export const ETHERTYPE_QINQ = 0x88a8
export const ETHERTYPE_IPV6 = 0x86dd

const DESTINATION_AT = 0
const SOURCE_AT = 6
const TYPE_AT = 12

export function ethernetDestination(frame: Uint8Array): MacAddress {
  return readMac(frame, DESTINATION_AT)
}

export function ethernetSource(frame: Uint8Array): MacAddress {
  return readMac(frame, SOURCE_AT)
}

/** The type, or the payload length in bytes when below `ETHERTYPE_MIN`. */
export function ethernetType(frame: Uint8Array): number {
  return readU16(frame, TYPE_AT)
}

export function setEthernetDestination(frame: Uint8Array, destination: MacAddress): void {
  writeMac(frame, DESTINATION_AT, destination)
}

export function setEthernetSource(frame: Uint8Array, source: MacAddress): void {
  writeMac(frame, SOURCE_AT, source)
}

export function setEthernetType(frame: Uint8Array, type: number): void {
  writeU16(frame, TYPE_AT, type)
}

/** Writes the 14 bytes of a header at the start of a frame. */
export function writeEthernetHeader(
  frame: Uint8Array,
  destination: MacAddress,
  source: MacAddress,
  type: number,
): void {
  writeMac(frame, DESTINATION_AT, destination)
  writeMac(frame, SOURCE_AT, source)
  writeU16(frame, TYPE_AT, type)
}

export interface EthernetHeader {
  readonly destination: MacAddress
  readonly source: MacAddress
  readonly type: number
}

/** The header of a frame, or an error if it is shorter than one. */
export function parseEthernet(frame: Uint8Array): Result<EthernetHeader, WireError> {
  if (frame.length < ETHERNET_HEADER_LENGTH) {
    return err({ kind: 'truncated', layer: 'Ethernet', needBytes: ETHERNET_HEADER_LENGTH, haveBytes: frame.length })
  }
  return ok({ destination: ethernetDestination(frame), source: ethernetSource(frame), type: ethernetType(frame) })
}

/** A frame of a header and a payload. */
export function emitEthernet(header: EthernetHeader, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(ETHERNET_HEADER_LENGTH + payload.length)
  writeEthernetHeader(frame, header.destination, header.source, header.type)
  frame.set(payload, ETHERNET_HEADER_LENGTH)
  return frame
}
