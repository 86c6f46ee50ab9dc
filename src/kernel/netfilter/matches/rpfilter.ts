// Whether an answer to a packet would leave by the device that it came by. Linux: ipt_rpfilter.c (rpfilter_mt, rpfilter_lookup_reverse).
import type { FirewallMatch } from '../../../contract/firewall.ts'
import { IPV4_ANY, IPV4_BROADCAST, isMulticastIpv4 } from '../../../wire/address.ts'
import { ipv4Tos } from '../../../wire/ipv4.ts'
import { fibLookup } from '../../ipv4/fib-lookup.ts'
import { SCOPE_UNIVERSE } from '../../ipv4/scope.ts'
import { usesDevice } from '../../ipv4/source-validation.ts'
import { NETWORK_HEADER } from '../../skb.ts'
import type { World } from '../../world.ts'
import type { HookedPacket, PacketHeader } from '../packet.ts'

/** Bits of the TOS that routing looks at (IPTOS_RT_MASK). */
const ROUTED_TOS = 0x1c

export function matchRpfilter(
  world: World,
  match: Extract<FirewallMatch, { kind: 'rpfilter' }>,
  { in: device, netns, skb }: HookedPacket,
  { source, destination }: PacketHeader,
): boolean {
  if (device === undefined || device.state.kind === 'lo') return !match.invert
  const isToMany = destination === IPV4_BROADCAST || isMulticastIpv4(destination)
  if (source === IPV4_ANY && isToMany) return !match.invert
  const found = fibLookup(
    world,
    netns,
    {
      destination: source,
      source: isToMany || destination === IPV4_ANY ? IPV4_ANY : destination,
      oif: 0,
      iif: netns.loopback,
      tos: ipv4Tos(skb.data, NETWORK_HEADER) & ROUTED_TOS,
      mark: match.validMark ? skb.mark : 0,
      scope: SCOPE_UNIVERSE,
      transport: undefined,
    },
    true,
  )
  const isRouted = found.ok && (found.route.type === 'unicast' || (found.route.type === 'local' && match.acceptLocal))
  return (isRouted && (match.loose || usesDevice(found.route, device))) !== match.invert
}
