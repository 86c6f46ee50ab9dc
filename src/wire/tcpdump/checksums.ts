/** Checksums as tcpdump -v judges them. */
import { internetChecksum, pseudoHeaderSum } from '../checksum.ts'
import { type Printer, address, u16 } from './printer.ts'

export interface ChecksummedSegment {
  readonly ipAt: number
  readonly at: number
  readonly length: number
  readonly protocol: number
  readonly checksumAt: number
}

const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`

/** The value that a header's checksum should have, from the value that it has and the sum over everything. */
export function shouldBe(found: number, sum: number): number {
  const total = found + sum
  return (total & 0xffff) + (total >>> 16)
}

/** What is found and wanted where the checksum of a TCP or UDP segment is wrong; undefined where it is right. */
export function checksumDefect(
  printer: Printer,
  { ipAt, at, length, protocol, checksumAt }: ChecksummedSegment,
): { readonly found: string; readonly wanted: string } | undefined {
  const pseudo = pseudoHeaderSum(address(printer, ipAt + 12), address(printer, ipAt + 16), protocol, length)
  const sum = internetChecksum(printer.bytes, at, at + length, pseudo)
  if (sum === 0) return undefined
  const found = u16(printer, checksumAt)
  return { found: hex(found), wanted: hex(shouldBe(found, sum)) }
}
