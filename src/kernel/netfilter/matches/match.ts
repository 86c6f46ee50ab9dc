// Whether a rule matches a packet: its own fields, then each `-m` in order; the first that does not ends it (ipt_do_table, nft_do_chain).
import type { FirewallMatch } from '../../../contract/firewall.ts'
import type { World } from '../../world.ts'
import type { HookedPacket, PacketHeader } from '../packet.ts'
import type { Rule } from '../state.ts'
import { isAddress } from './compare.ts'
import { matchField } from './field.ts'
import { matchConnbytes, matchConnmark, matchConntrack, matchState } from './flow.ts'
import { matchAddressType, matchInterface, matchMac, matchPhysdev } from './link.ts'
import { matchConnlimit, matchRecent, matchStatistic, withinHashlimit, withinLimit, withinQuota } from './memory.ts'
import { matchRpfilter } from './rpfilter.ts'
import { matchTransport } from './transport.ts'
import { matchU32 } from './u32.ts'

/** True when the rule matches. A `limit` that is reached loses one packet's credit. */
export function ruleMatches(world: World, packet: HookedPacket, header: PacketHeader, rule: Rule): boolean {
  const { spec } = rule
  if (!isAddress(header.source, spec.source) || !isAddress(header.destination, spec.destination)) return false
  if (!matchInterface(spec.inInterface, packet.in) || !matchInterface(spec.outInterface, packet.out)) return false
  if (spec.protocol !== undefined && (spec.protocol.number === header.protocol) === spec.protocol.not) return false
  if (spec.fragment !== undefined && (header.fragmentOffset !== 0) === spec.fragment.not) return false
  return spec.matches.every((match) => matchOne(world, packet, header, rule, match))
}

function matchOne(world: World, packet: HookedPacket, header: PacketHeader, rule: Rule, match: FirewallMatch): boolean {
  switch (match.kind) {
    case 'tcp':
    case 'udp':
    case 'icmp':
    case 'multiport':
      return matchTransport(match, packet.skb, header)
    case 'state':
      return matchState(match, packet)
    case 'conntrack':
      return matchConntrack(world, match, packet)
    case 'connmark':
      return matchConnmark(match, packet)
    case 'connbytes':
      return matchConnbytes(match, packet)
    case 'connlimit':
      return matchConnlimit(packet, rule, match)
    case 'mac':
      return matchMac(match, packet)
    case 'physdev':
      return matchPhysdev(world, match, packet)
    case 'addrtype':
      return matchAddressType(world, match, packet, header)
    case 'mark':
      return ((packet.skb.mark & match.mask) >>> 0 === match.value) !== match.not
    case 'limit':
      return withinLimit(world, rule, match)
    case 'hashlimit':
      return withinHashlimit(world, packet, header, match)
    case 'rpfilter':
      return matchRpfilter(world, match, packet, header)
    case 'statistic':
      return matchStatistic(world, packet, rule, match)
    case 'quota':
      return withinQuota(rule, match, header)
    case 'recent':
      return matchRecent(world, packet, header, match)
    case 'u32':
      return matchU32(match, packet.skb.data)
    case 'comment':
      return true
    default:
      return matchField(match, packet, header)
  }
}
