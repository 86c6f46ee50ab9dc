// Rewriting one end of a packet. Linux: nf_nat_manip_pkt, nf_nat_ipv4_manip_pkt, l4proto_manip_pkt in nf_nat_proto.c.
import type { Ipv4Address } from '../../../wire/address.ts'
import { readU16, writeU16 } from '../../../wire/bytes.ts'
import { adjustChecksum, adjustChecksum32 } from '../../../wire/checksum.ts'
import { icmpType } from '../../../wire/icmp.ts'
import {
  ipv4Checksum,
  ipv4Destination,
  ipv4Source,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  setIpv4Checksum,
  setIpv4Destination,
  setIpv4Source,
} from '../../../wire/ipv4.ts'
import { hasIcmpId, type Tuple } from '../conntrack/tuple.ts'
import { packetHeader } from '../packet.ts'

/** Which end of a packet is rewritten (enum nf_nat_manip_type). */
export type Manip = 'source' | 'destination'

/** Where each protocol keeps its checksum, in bytes from its header. */
const CHECKSUM_AT: Readonly<Record<number, number>> = { [PROTOCOL_ICMP]: 2, [PROTOCOL_TCP]: 16, [PROTOCOL_UDP]: 6 }
const ICMP_ID_AT = 4

/**
 * Makes one end of the packet at `at` the one that a tuple names, checksums included: the header's, and that of ICMP, TCP or UDP as far as
 * the bytes reach. Returns whether anything changed.
 */
export function manipPacket(bytes: Uint8Array, at: number, target: Tuple, manip: Manip): boolean {
  const header = packetHeader(bytes, at)
  const isSource = manip === 'source'
  const before = isSource ? ipv4Source(bytes, at) : ipv4Destination(bytes, at)
  const after: Ipv4Address = isSource ? target.source : target.destination
  let changed = before !== after
  // Ports lie in the first fragment; the address counts into the checksums of TCP and UDP.
  if (header.fragmentOffset === 0)
    changed = manipTransport(bytes, header.payloadAt, target, manip, before, after) || changed
  if (before !== after) {
    if (isSource) setIpv4Source(bytes, at, after)
    else setIpv4Destination(bytes, at, after)
    setIpv4Checksum(bytes, at, adjustChecksum32(ipv4Checksum(bytes, at), before, after))
  }
  return changed
}

function manipTransport(
  bytes: Uint8Array,
  at: number,
  target: Tuple,
  manip: Manip,
  before: Ipv4Address,
  after: Ipv4Address,
): boolean {
  const { protocol } = target
  const checksumAt = CHECKSUM_AT[protocol]
  if (checksumAt === undefined || bytes.length < at + 8) return false
  const isIcmp = protocol === PROTOCOL_ICMP
  if (isIcmp && !hasIcmpId(icmpType(bytes, at))) return false
  const numberAt = at + (isIcmp ? ICMP_ID_AT : manip === 'source' ? 0 : 2)
  const oldNumber = readU16(bytes, numberAt)
  const number = isIcmp || manip === 'source' ? target.sourcePort : target.destinationPort
  writeU16(bytes, numberAt, number)
  // Of a quoted packet the checksum may be cut off; a UDP checksum of 0 says that there is none.
  if (bytes.length >= at + checksumAt + 2) {
    const checksum = readU16(bytes, at + checksumAt)
    if (protocol !== PROTOCOL_UDP || checksum !== 0) {
      const addressed = isIcmp ? checksum : adjustChecksum32(checksum, before, after)
      const sum = adjustChecksum(addressed, oldNumber, number)
      writeU16(bytes, at + checksumAt, protocol === PROTOCOL_UDP && sum === 0 ? 0xffff : sum)
    }
  }
  return oldNumber !== number
}
