/**
 * IPv4 and MAC addresses as branded numbers: an IPv4 address is its unsigned 32 bits, a MAC address its 48 bits in a
 * double, which is exact. Both serve as map keys and compare with `===`. Only this file takes addresses apart, because
 * bit operators cut a MAC address to 32 bits.
 */
import { assert } from '../base/assert.ts'
import type { Brand } from '../base/brand.ts'
import { HEX_OF_BYTE, readU16, readU32, writeU16, writeU32 } from './bytes.ts'

export type Ipv4Address = Brand<number, 'Ipv4Address'>
export type MacAddress = Brand<number, 'MacAddress'>

const TWO_32 = 4294967296
const MAC_LIMIT = 281474976710656

export const IPV4_ANY = 0 as Ipv4Address
export const IPV4_BROADCAST = 0xffffffff as Ipv4Address
export const ZERO_MAC = 0 as MacAddress
export const BROADCAST_MAC = (MAC_LIMIT - 1) as MacAddress

/** An IPv4 address from its 32 bits. */
export function ipv4FromNumber(value: number): Ipv4Address {
  return (value >>> 0) as Ipv4Address
}

/** A MAC address from its 48 bits; asserts that it is one. */
export function macFromNumber(value: number): MacAddress {
  assert(Number.isInteger(value) && value >= 0 && value < MAC_LIMIT, `no 48-bit number: ${value}`)
  return value as MacAddress
}

/** The address a literal in our own code names; asserts that it is well formed. */
export function ipv4(text: string): Ipv4Address {
  const address = parseIpv4(text)
  assert(address !== undefined, `no IPv4 address: ${text}`)
  return address
}

/** The MAC address a literal in our own code names; asserts that it is well formed. */
export function mac(text: string): MacAddress {
  const address = parseMac(text)
  assert(address !== undefined, `no MAC address: ${text}`)
  return address
}

/** Reads strict dotted-quad notation: four decimal numbers up to 255, no leading zero, nothing around them. */
export function parseIpv4(text: string): Ipv4Address | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  let value = 0
  for (let part = 1; part <= 4; part++) {
    const digits = match[part]!
    const byte = Number(digits)
    if (byte > 255 || (digits.length > 1 && digits.startsWith('0'))) return undefined
    value = value * 256 + byte
  }
  return value as Ipv4Address
}

/** Reads six bytes of one or two hexadecimal digits with colons between them, as iproute2 does. */
export function parseMac(text: string): MacAddress | undefined {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text)) return undefined
  let value = 0
  for (const digits of text.split(':')) value = value * 256 + Number.parseInt(digits, 16)
  return value as MacAddress
}

/** Dotted-quad notation. */
export function formatIpv4(address: Ipv4Address): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

/** Six lower-case hexadecimal bytes with colons between them. */
export function formatMac(address: MacAddress): string {
  const high = Math.floor(address / TWO_32)
  const low = address >>> 0
  const hex = HEX_OF_BYTE
  return `${hex[high >>> 8]!}:${hex[high & 255]!}:${hex[low >>> 24]!}:${hex[(low >>> 16) & 255]!}:${hex[(low >>> 8) & 255]!}:${hex[low & 255]!}`
}

/** An address with the length of its network part. The host bits are kept. */
export interface Ipv4Prefix {
  readonly address: Ipv4Address
  readonly length: number
}

/** Reads `address/length`; without a length it is 32. Names such as `default` are the caller's. */
export function parsePrefix(text: string): Ipv4Prefix | undefined {
  const slash = text.indexOf('/')
  const address = parseIpv4(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  if (slash < 0) return { address, length: 32 }
  const digits = text.slice(slash + 1)
  if (!/^\d{1,2}$/.test(digits)) return undefined
  const length = Number(digits)
  return length <= 32 ? { address, length } : undefined
}

/** `address/length`. */
export function formatPrefix(prefix: Ipv4Prefix): string {
  return `${formatIpv4(prefix.address)}/${prefix.length}`
}

/** The network mask of a length in 0..32, as unsigned 32 bits. Linux: inet_make_mask. */
export function prefixMask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0
}

/** The prefix length of a network mask, or undefined if its ones are not contiguous from the top. */
export function maskLength(mask: Ipv4Address): number | undefined {
  const length = Math.clz32(~mask)
  return prefixMask(length) === mask ? length : undefined
}

/** The address with its host bits cleared. */
export function networkOf(address: Ipv4Address, length: number): Ipv4Address {
  return (length === 0 ? 0 : (address & (0xffffffff << (32 - length))) >>> 0) as Ipv4Address
}

/** The address with its host bits set. */
export function broadcastOf(address: Ipv4Address, length: number): Ipv4Address {
  return ((address | ~prefixMask(length)) >>> 0) as Ipv4Address
}

/** Whether the address agrees with a network in its first `length` bits. */
export function inPrefix(address: Ipv4Address, network: Ipv4Address, length: number): boolean {
  return length === 0 || (address ^ network) >>> (32 - length) === 0
}

/** 224.0.0.0/4. Linux: ipv4_is_multicast. */
export function isMulticastIpv4(address: Ipv4Address): boolean {
  return address >>> 28 === 14
}

/** 127.0.0.0/8. Linux: ipv4_is_loopback. */
export function isLoopbackIpv4(address: Ipv4Address): boolean {
  return address >>> 24 === 127
}

/** 0.0.0.0/8. Linux: ipv4_is_zeronet has held only 0.0.0.0 since 5.3, which this follows. */
export function isZeronetIpv4(address: Ipv4Address): boolean {
  return address === 0
}

/** 169.254.0.0/16. Linux: ipv4_is_linklocal_169. */
export function isLinkLocalIpv4(address: Ipv4Address): boolean {
  return address >>> 16 === 0xa9fe
}

/** The next address, wrapping at the top. */
export function nextIpv4(address: Ipv4Address): Ipv4Address {
  return ((address + 1) >>> 0) as Ipv4Address
}

/** Negative, zero or positive, in the order of the bytes. */
export function compareIpv4(a: Ipv4Address, b: Ipv4Address): number {
  return a - b
}

/** ff:ff:ff:ff:ff:ff. */
export function isBroadcastMac(address: MacAddress): boolean {
  return address === BROADCAST_MAC
}

/** The I/G bit: broadcast or multicast. Linux: is_multicast_ether_addr. */
export function isGroupMac(address: MacAddress): boolean {
  return (Math.floor(address / 0x10000000000) & 1) === 1
}

/** Neither group nor zero, so a device may have it. Linux: is_valid_ether_addr. */
export function isValidDeviceMac(address: MacAddress): boolean {
  return address !== ZERO_MAC && !isGroupMac(address)
}

/** The group MAC address of an IPv4 multicast address (RFC 1112, 6.4): its low 23 bits behind 01:00:5e. */
export function multicastMac(address: Ipv4Address): MacAddress {
  return (0x01005e000000 + (address & 0x7fffff)) as MacAddress
}

/** The bytes of an address, first to last. */
export function macBytes(address: MacAddress): Uint8Array {
  const bytes = new Uint8Array(6)
  writeMac(bytes, 0, address)
  return bytes
}

/** Negative, zero or positive, in the order of the bytes, as memcmp has it. */
export function compareMac(a: MacAddress, b: MacAddress): number {
  return a - b
}

/** The IPv4 address in four bytes at an offset. */
export function readIpv4(bytes: Uint8Array, at: number): Ipv4Address {
  return readU32(bytes, at) as Ipv4Address
}

/** Stores an IPv4 address in four bytes. */
export function writeIpv4(bytes: Uint8Array, at: number, address: Ipv4Address): void {
  writeU32(bytes, at, address)
}

/** The MAC address in six bytes at an offset. */
export function readMac(bytes: Uint8Array, at: number): MacAddress {
  return (readU16(bytes, at) * TWO_32 + readU32(bytes, at + 2)) as MacAddress
}

/** Stores a MAC address in six bytes. */
export function writeMac(bytes: Uint8Array, at: number, address: MacAddress): void {
  writeU16(bytes, at, Math.floor(address / TWO_32))
  writeU32(bytes, at + 2, address)
}
