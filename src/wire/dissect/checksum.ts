import { internetChecksum, pseudoHeaderSum } from '../checksum.ts'
import { readU16 } from '../bytes.ts'
import { ipv4Destination, ipv4IsFragment, ipv4Protocol, ipv4Source } from '../ipv4.ts'
import { hex } from './layer.ts'

/** What is wrong with the checksum stored at `checksumAt` for the bytes in [from, to), or undefined. */
export function checksumProblem(
  bytes: Uint8Array,
  region: { readonly from: number; readonly to: number; readonly checksumAt: number; readonly initial?: number },
): string | undefined {
  const rest = internetChecksum(bytes, region.from, region.to, region.initial)
  if (rest === 0) return undefined
  // The field took part in the sum, so what it should hold is the two combined in one's complement.
  const sum = rest + readU16(bytes, region.checksumAt)
  return `wrong, should be ${hex(sum > 0xffff ? (sum & 0xffff) + 1 : sum, 16)}`
}

/**
 * The same for a TCP segment or a UDP datagram in [at, end), which is checked only where all of it is there: not in
 * fragments and not in the quotes of ICMP errors.
 */
export function transportChecksumProblem(
  bytes: Uint8Array,
  payload: { readonly ipAt: number; readonly at: number; readonly end: number; readonly isQuoted: boolean },
  checksumAt: number,
): string | undefined {
  const { ipAt, at, end } = payload
  if (payload.isQuoted || ipv4IsFragment(bytes, ipAt)) return undefined
  const protocol = ipv4Protocol(bytes, ipAt)
  const initial = pseudoHeaderSum(ipv4Source(bytes, ipAt), ipv4Destination(bytes, ipAt), protocol, end - at)
  return checksumProblem(bytes, { from: at, to: end, checksumAt, initial })
}
