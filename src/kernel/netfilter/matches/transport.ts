// Matches on the header behind IP: tcp, udp, icmp, multiport. Linux: xt_tcpudp.c, xt_multiport.c, icmp_match in ip_tables.c.
import type { FirewallMatch } from '../../../contract/firewall.ts'
import { icmpCode, icmpType } from '../../../wire/icmp.ts'
import { tcpFlags } from '../../../wire/tcp.ts'
import { udpDestinationPort, udpSourcePort } from '../../../wire/udp.ts'
import type { Skb } from '../../skb.ts'
import { hasTransportHeader, tcpOptionsOf, type PacketHeader } from '../packet.ts'
import { inRange, within } from './compare.ts'

type TransportMatch = Extract<FirewallMatch, { kind: 'tcp' | 'udp' | 'icmp' | 'multiport' }>

const ICMP_ANY = 255

function matchTcp(
  { flags, option }: Extract<FirewallMatch, { kind: 'tcp' }>,
  bytes: Uint8Array,
  header: PacketHeader,
): boolean {
  if (flags !== undefined && ((tcpFlags(bytes, header.payloadAt) & flags.mask) === flags.set) === flags.not)
    return false
  if (option === undefined) return true
  // An option's number is its first byte.
  return tcpOptionsOf(bytes, header).some(({ from }) => bytes[from] === option.number) !== option.not
}

export function matchTransport(match: TransportMatch, skb: Skb, header: PacketHeader): boolean {
  const bytes = skb.data
  // A later fragment has no ports to compare.
  if (!hasTransportHeader(bytes, header)) return false
  const at = header.payloadAt
  switch (match.kind) {
    case 'tcp':
    case 'udp': {
      if (!within(udpSourcePort(bytes, at), match.sport)) return false
      if (!within(udpDestinationPort(bytes, at), match.dport)) return false
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
      return ports.some((port) => match.ranges.some((range) => inRange(port, range))) !== match.not
    }
  }
}
