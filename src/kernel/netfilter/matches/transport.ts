// Matches on the header behind IP: tcp, udp, icmp, multiport. Linux: xt_tcpudp.c, xt_multiport.c, icmp_match in ip_tables.c.
import type { FirewallMatch, PortMatch, PortRange } from '../../../contract/firewall.ts'
import { icmpCode, icmpType } from '../../../wire/icmp.ts'
import { tcpFlags } from '../../../wire/tcp.ts'
import { udpDestinationPort, udpSourcePort } from '../../../wire/udp.ts'
import type { Skb } from '../../skb.ts'
import { hasTransportHeader, type PacketHeader } from '../packet.ts'

type TransportMatch = Extract<FirewallMatch, { kind: 'tcp' | 'udp' | 'icmp' | 'multiport' }>

const ICMP_ANY = 255

function within(port: number, { from, to }: PortRange): boolean {
  return port >= from && port <= to
}

function portMatches(port: number, wanted: PortMatch | undefined): boolean {
  return wanted === undefined || within(port, wanted) !== wanted.not
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
      if (match.kind === 'udp' || match.flags === undefined) return true
      const { mask, set, not } = match.flags
      return ((tcpFlags(bytes, at) & mask) === set) !== not
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
