// Matches on the header behind IP: tcp, udp, icmp, multiport. Linux: xt_tcpudp.c, xt_multiport.c, icmp_match in ip_tables.c.
import type { FirewallMatch, PortMatch, PortRange } from '../../../contract/firewall.ts'
import { icmpCode, icmpType } from '../../../wire/icmp.ts'
import { tcpFlags, type TcpOption } from '../../../wire/tcp.ts'
import { udpDestinationPort, udpSourcePort } from '../../../wire/udp.ts'
import type { Skb } from '../../skb.ts'
import { hasTransportHeader, type PacketHeader } from '../packet.ts'
import { tcpOptionsOf } from './field.ts'

type TransportMatch = Extract<FirewallMatch, { kind: 'tcp' | 'udp' | 'icmp' | 'multiport' }>

const ICMP_ANY = 255

function within(port: number, { from, to }: PortRange): boolean {
  return port >= from && port <= to
}

function portMatches(port: number, wanted: PortMatch | undefined): boolean {
  return wanted === undefined || within(port, wanted) !== wanted.not
}

/** The kind of an option as its first byte has it. */
const OPTION_NUMBERS: Readonly<Record<Exclude<TcpOption['kind'], 'unknown'>, number>> = {
  end: 0,
  nop: 1,
  mss: 2,
  'window-scale': 3,
  'sack-permitted': 4,
  sack: 5,
  timestamps: 8,
}

function matchTcp(
  { flags, option }: Extract<FirewallMatch, { kind: 'tcp' }>,
  bytes: Uint8Array,
  header: PacketHeader,
): boolean {
  if (flags !== undefined && ((tcpFlags(bytes, header.payloadAt) & flags.mask) === flags.set) === flags.not)
    return false
  if (option === undefined) return true
  const kinds = tcpOptionsOf(bytes, header).map((each) =>
    each.kind === 'unknown' ? each.number : OPTION_NUMBERS[each.kind],
  )
  return kinds.includes(option.number) !== option.not
}

export function matchTransport(match: TransportMatch, skb: Skb, header: PacketHeader): boolean {
  const bytes = skb.data
  // A later fragment has no ports to compare.
  if (!hasTransportHeader(bytes, header)) return false
  const at = header.payloadAt
  switch (match.kind) {
    case 'tcp':
    case 'udp': {
      if (!portMatches(udpSourcePort(bytes, at), match.sport)) return false
      if (!portMatches(udpDestinationPort(bytes, at), match.dport)) return false
      return match.kind === 'udp' || matchTcp(match, bytes, header)
    }
    case 'icmp': {
      const code = icmpCode(bytes, at)
      const isIt = icmpType(bytes, at) === match.type && code >= match.codeFrom && code <= match.codeTo
      return (match.type === ICMP_ANY || isIt) !== match.not
    }
    case 'multiport': {
      const ports = [
        ...(match.which === 'dports' ? [] : [udpSourcePort(bytes, at)]),
        ...(match.which === 'sports' ? [] : [udpDestinationPort(bytes, at)]),
      ]
      return ports.some((port) => match.ranges.some((range) => within(port, range))) !== match.not
    }
  }
}
