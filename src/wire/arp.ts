/** ARP for IPv4 over Ethernet (RFC 826, RFC 5227). Offsets count from the ARP header. */
import { type Result, err, ok } from '../base/result.ts'
import { type Ipv4Address, type MacAddress, readIpv4, readMac, writeIpv4, writeMac } from './address.ts'
import { readU16, writeU16 } from './bytes.ts'
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_ARP, ETHERTYPE_IPV4, writeEthernetHeader } from './ethernet.ts'
import type { WireError } from './wire-error.ts'

export const ARP_LENGTH = 28
/** The part whose layout does not depend on the kinds of addresses. */
export const ARP_FIXED_LENGTH = 8
export const ARP_HARDWARE_ETHERNET = 1
export const ARP_REQUEST = 1
export const ARP_REPLY = 2

const HARDWARE_TYPE_AT = 0
const PROTOCOL_TYPE_AT = 2
const HARDWARE_LENGTH_AT = 4
const PROTOCOL_LENGTH_AT = 5
const OPERATION_AT = 6
const SENDER_MAC_AT = ARP_FIXED_LENGTH
const SENDER_IP_AT = 14
const TARGET_MAC_AT = 18
const TARGET_IP_AT = 24

export function arpHardwareType(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + HARDWARE_TYPE_AT)
}

export function arpProtocolType(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + PROTOCOL_TYPE_AT)
}

export function arpHardwareLength(bytes: Uint8Array, at: number): number {
  return bytes[at + HARDWARE_LENGTH_AT]!
}

export function arpProtocolLength(bytes: Uint8Array, at: number): number {
  return bytes[at + PROTOCOL_LENGTH_AT]!
}

/** The length in bytes that the packet's own header gives it (RFC 826): 28 for IPv4 over Ethernet. */
export function arpPacketLength(bytes: Uint8Array, at: number): number {
  return ARP_FIXED_LENGTH + 2 * (arpHardwareLength(bytes, at) + arpProtocolLength(bytes, at))
}

export function arpOperation(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + OPERATION_AT)
}

export function arpSenderMac(bytes: Uint8Array, at: number): MacAddress {
  return readMac(bytes, at + SENDER_MAC_AT)
}

export function arpSenderIp(bytes: Uint8Array, at: number): Ipv4Address {
  return readIpv4(bytes, at + SENDER_IP_AT)
}

export function arpTargetMac(bytes: Uint8Array, at: number): MacAddress {
  return readMac(bytes, at + TARGET_MAC_AT)
}

export function arpTargetIp(bytes: Uint8Array, at: number): Ipv4Address {
  return readIpv4(bytes, at + TARGET_IP_AT)
}

export function setArpOperation(bytes: Uint8Array, at: number, operation: number): void {
  writeU16(bytes, at + OPERATION_AT, operation)
}

export function setArpSenderMac(bytes: Uint8Array, at: number, address: MacAddress): void {
  writeMac(bytes, at + SENDER_MAC_AT, address)
}

export function setArpSenderIp(bytes: Uint8Array, at: number, address: Ipv4Address): void {
  writeIpv4(bytes, at + SENDER_IP_AT, address)
}

export function setArpTargetMac(bytes: Uint8Array, at: number, address: MacAddress): void {
  writeMac(bytes, at + TARGET_MAC_AT, address)
}

export function setArpTargetIp(bytes: Uint8Array, at: number, address: Ipv4Address): void {
  writeIpv4(bytes, at + TARGET_IP_AT, address)
}

export interface ArpPacket {
  /** `ARP_REQUEST`, `ARP_REPLY` or another 16-bit operation. */
  readonly operation: number
  readonly senderMac: MacAddress
  readonly senderIp: Ipv4Address
  readonly targetMac: MacAddress
  readonly targetIp: Ipv4Address
}

/** An ARP packet for IPv4 over Ethernet; any other hardware or protocol is an error, as Linux's arp_rcv has it. */
export function parseArp(bytes: Uint8Array, at: number, end = bytes.length): Result<ArpPacket, WireError> {
  if (end - at < ARP_LENGTH) {
    return err({ kind: 'truncated', layer: 'ARP', needBytes: ARP_LENGTH, haveBytes: Math.max(0, end - at) })
  }
  const hardware = arpHardwareType(bytes, at)
  if (hardware !== ARP_HARDWARE_ETHERNET) return malformed('hardware type', hardware)
  const protocol = arpProtocolType(bytes, at)
  if (protocol !== ETHERTYPE_IPV4) return malformed('protocol type', protocol)
  const hardwareLength = arpHardwareLength(bytes, at)
  if (hardwareLength !== 6) return malformed('hardware length', hardwareLength)
  const protocolLength = arpProtocolLength(bytes, at)
  if (protocolLength !== 4) return malformed('protocol length', protocolLength)
  return ok({
    operation: arpOperation(bytes, at),
    senderMac: arpSenderMac(bytes, at),
    senderIp: arpSenderIp(bytes, at),
    targetMac: arpTargetMac(bytes, at),
    targetIp: arpTargetIp(bytes, at),
  })
}

/** Writes the 28 bytes of a packet. */
export function writeArp(bytes: Uint8Array, at: number, packet: ArpPacket): void {
  writeU16(bytes, at + HARDWARE_TYPE_AT, ARP_HARDWARE_ETHERNET)
  writeU16(bytes, at + PROTOCOL_TYPE_AT, ETHERTYPE_IPV4)
  bytes[at + HARDWARE_LENGTH_AT] = 6
  bytes[at + PROTOCOL_LENGTH_AT] = 4
  setArpOperation(bytes, at, packet.operation)
  setArpSenderMac(bytes, at, packet.senderMac)
  setArpSenderIp(bytes, at, packet.senderIp)
  setArpTargetMac(bytes, at, packet.targetMac)
  setArpTargetIp(bytes, at, packet.targetIp)
}

export interface ArpFrame extends ArpPacket {
  readonly destination: MacAddress
  readonly source: MacAddress
}

/** A whole frame of 42 bytes, without the padding that real Ethernet adds and veth does not. */
export function emitArpFrame(frame: ArpFrame): Uint8Array {
  const bytes = new Uint8Array(ETHERNET_HEADER_LENGTH + ARP_LENGTH)
  writeEthernetHeader(bytes, frame.destination, frame.source, ETHERTYPE_ARP)
  writeArp(bytes, ETHERNET_HEADER_LENGTH, frame)
  return bytes
}

function malformed(field: string, value: number): Result<never, WireError> {
  return err({ kind: 'malformed', layer: 'ARP', field, value })
}
