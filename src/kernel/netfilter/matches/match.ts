// Whether a rule matches a packet: its own fields, then each `-m` in order; the first that does not ends it (ipt_do_table, nft_do_chain).
import type { AddressMatch, FirewallMatch } from '../../../contract/firewall.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import type { Ipv4Address } from '../../../wire/address.ts'
import type { World } from '../../world.ts'
import type { HookedPacket, PacketHeader } from '../packet.ts'
import type { Rule } from '../state.ts'
import { matchState } from './flow.ts'
import { matchAddressType, matchInterface, matchMac, matchPhysdev } from './link.ts'
import { matchTransport } from './transport.ts'

/** The unit of a limit's period: a ten-thousandth of a second (XT_LIMIT_SCALE). */
const LIMIT_UNIT_NS = MILLISECOND_NS / 10

function matchAddress(wanted: AddressMatch | undefined, address: Ipv4Address): boolean {
  return wanted === undefined || ((address & wanted.mask) >>> 0 === wanted.address) !== wanted.not
}

/** True when the rule matches. A `limit` that is reached loses one packet's credit. */
export function ruleMatches(world: World, packet: HookedPacket, header: PacketHeader, rule: Rule): boolean {
  const { spec } = rule
  if (!matchAddress(spec.source, header.source) || !matchAddress(spec.destination, header.destination)) return false
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
    case 'conntrack':
      return matchState(match, packet)
    case 'mac':
      return matchMac(match, packet)
    case 'physdev':
      return matchPhysdev(world, match, packet)
    case 'addrtype':
      return matchAddressType(world, match, packet, header)
    case 'mark':
      return ((packet.skb.mark & match.mask) >>> 0 === match.value) !== match.not
    case 'limit':
      return withinLimit(world, rule, match.period, match.burst)
    case 'comment':
      return true
  }
}

/** A bucket of `burst` packets that fills at the given rate (limit_mt). */
function withinLimit(world: World, rule: Rule, period: number, burst: number): boolean {
  const costNs = period * LIMIT_UNIT_NS
  const capNs = costNs * burst
  const before = rule.limit ?? { creditNs: capNs, at: world.now }
  const creditNs = Math.min(capNs, before.creditNs + world.now - before.at)
  const isWithin = creditNs >= costNs
  rule.limit = { creditNs: isWithin ? creditNs - costNs : creditNs, at: world.now }
  return isWithin
}
