// One direction of a flow: struct nf_conntrack_tuple, read from a packet, turned round, and as a key.
import type { FlowTupleView } from '../../../contract/firewall.ts'
import type { Ipv4Address } from '../../../wire/address.ts'
import {
  ICMP_ADDRESS,
  ICMP_ADDRESSREPLY,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_INFO_REPLY,
  ICMP_INFO_REQUEST,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
  icmpCode,
  icmpId,
  icmpType,
} from '../../../wire/icmp.ts'
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ipv4.ts'
import { udpDestinationPort, udpSourcePort } from '../../../wire/udp.ts'
import type { PacketHeader } from '../packet.ts'

/** For ICMP `sourcePort` holds the id in both directions, `destinationPort` type and code. */
export interface Tuple {
  readonly protocol: number
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
  readonly sourcePort: number
  readonly destinationPort: number
}

/** Message types that come in pairs, and the other of each pair. */
const ICMP_PAIRS: ReadonlyMap<number, number> = new Map([
  [ICMP_ECHO, ICMP_ECHOREPLY],
  [ICMP_ECHOREPLY, ICMP_ECHO],
  [ICMP_TIMESTAMP, ICMP_TIMESTAMPREPLY],
  [ICMP_TIMESTAMPREPLY, ICMP_TIMESTAMP],
  [ICMP_INFO_REQUEST, ICMP_INFO_REPLY],
  [ICMP_INFO_REPLY, ICMP_INFO_REQUEST],
  [ICMP_ADDRESS, ICMP_ADDRESSREPLY],
  [ICMP_ADDRESSREPLY, ICMP_ADDRESS],
])

export function icmpTypeOf(tuple: Tuple): number {
  return tuple.destinationPort >>> 8
}

/** True for ICMP messages that carry an id: those that come in pairs. */
export function hasIcmpId(type: number): boolean {
  return ICMP_PAIRS.has(type)
}

/** The tuple of a packet whose transport header is there (8 bytes are enough), or undefined when there is none (nf_ct_get_tuple). */
export function tupleOf(bytes: Uint8Array, header: PacketHeader): Tuple | undefined {
  const { protocol, source, destination, payloadAt } = header
  switch (protocol) {
    case PROTOCOL_ICMP: {
      if (bytes.length < payloadAt + 8) return undefined
      const type = icmpType(bytes, payloadAt)
      return {
        protocol,
        source,
        destination,
        sourcePort: hasIcmpId(type) ? icmpId(bytes, payloadAt) : 0,
        destinationPort: type * 256 + icmpCode(bytes, payloadAt),
      }
    }
    case PROTOCOL_TCP:
    case PROTOCOL_UDP:
      if (bytes.length < payloadAt + 8) return undefined
      return {
        protocol,
        source,
        destination,
        sourcePort: udpSourcePort(bytes, payloadAt),
        destinationPort: udpDestinationPort(bytes, payloadAt),
      }
    default:
      return { protocol, source, destination, sourcePort: 0, destinationPort: 0 }
  }
}

/** What the answer to a packet of this tuple looks like, or undefined when it has none (nf_ct_invert_tuple). */
export function invertTuple(tuple: Tuple): Tuple | undefined {
  const { protocol, source, destination } = tuple
  if (protocol === PROTOCOL_ICMP) {
    const answer = ICMP_PAIRS.get(icmpTypeOf(tuple))
    if (answer === undefined) return undefined
    return {
      protocol,
      source: destination,
      destination: source,
      sourcePort: tuple.sourcePort,
      destinationPort: answer * 256 + (tuple.destinationPort & 0xff),
    }
  }
  return {
    protocol,
    source: destination,
    destination: source,
    sourcePort: tuple.destinationPort,
    destinationPort: tuple.sourcePort,
  }
}

/** A tuple that must have an answer: that of a flow. */
export function answerTo(tuple: Tuple): Tuple {
  const answer = invertTuple(tuple)
  if (answer === undefined) throw new Error('a flow has an answer')
  return answer
}

export function tupleKey(tuple: Tuple): string {
  return `${tuple.protocol} ${tuple.source}:${tuple.sourcePort} ${tuple.destination}:${tuple.destinationPort}`
}

export function tupleView(tuple: Tuple): FlowTupleView {
  const { protocol, source, destination } = tuple
  if (protocol !== PROTOCOL_ICMP)
    return {
      source,
      destination,
      sourcePort: tuple.sourcePort,
      destinationPort: tuple.destinationPort,
      icmp: undefined,
    }
  const icmp = { type: icmpTypeOf(tuple), code: tuple.destinationPort & 0xff, id: tuple.sourcePort }
  return { source, destination, sourcePort: 0, destinationPort: 0, icmp }
}
