/** The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */
import type { Ipv4Address } from './address.ts'

/**
 * The 16-bit value to store for the bytes in [from, to), computed with the checksum field as it stands: clear it
 * first to compute, leave it to verify (a sound region gives 0). `initial` is a sum to start from, such as a pseudo-header's.
 */
export function internetChecksum(bytes: Uint8Array, from: number, to: number, initial = 0): number {
  let sum = initial
  const even = from + ((to - from) & ~1)
  for (let at = from; at < even; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!
  if (even < to) sum += bytes[even]! << 8
  return ~foldSum(sum) & 0xffff
}

/** The sum of the pseudo-header that TCP (RFC 9293, 3.1) and UDP (RFC 768) checksums begin with. Length in bytes. */
export function pseudoHeaderSum(
  source: Ipv4Address,
  destination: Ipv4Address,
  protocol: number,
  lengthBytes: number,
): number {
  return (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + lengthBytes
}

/** The checksum after one 16-bit word changed (RFC 1624, equation 3). */
export function adjustChecksum(old: number, oldWord: number, newWord: number): number {
  return ~foldSum((~old & 0xffff) + (~oldWord & 0xffff) + newWord) & 0xffff
}

/** The checksum after 32 aligned bits changed, such as an address. */
export function adjustChecksum32(old: number, oldValue: number, newValue: number): number {
  const high = adjustChecksum(old, oldValue >>> 16, newValue >>> 16)
  return adjustChecksum(high, oldValue & 0xffff, newValue & 0xffff)
}

/** Adds the carries back in (RFC 1071, 1). A packet's sum stays below 2^32, so two rounds suffice after the split. */
function foldSum(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16)
  return folded
}
