// From the place where a packet ended to the one check that ended it.
import type { CauseCode } from '../../contract/causes.ts'
import type { Check } from '../../contract/decisions.ts'
import type { DropReason } from '../../contract/drop-reasons.ts'
import type { EventSeq, TraceEvent } from '../../contract/trace-events.ts'

/** What stopped something. */
export interface Verdict {
  readonly code: CauseCode
  /** Devices (global ids) or, for a packet that no device got, a namespace. */
  readonly stopped: { readonly device: number; readonly netns: number }
  readonly decided: { readonly device: number; readonly netns: number }
  /** The address that it was about, or 0. */
  readonly ip: number
  readonly verdict: EventSeq
}

const BY_DROP: { readonly [K in DropReason]?: CauseCode } = {
  'xmit.no_carrier': 'neigh-no-carrier',
  'veth.peer_down': 'neigh-no-carrier',
  'dummy.swallowed': 'dummy-swallows',
  'ip.other_host': 'neigh-wrong-mac',
  'ip.rp_filter': 'rp-filter',
  'ip.source_is_own_address': 'source-own',
  'ip.martian_source': 'source-zero',
  'ip.martian_destination': 'martian-destination',
  'ip.forwarding_off': 'forwarding-off',
  'ip.no_route': 'no-route-at-router',
  'ip.route_unreachable': 'route-refuses-at-router',
  'ip.route_prohibit': 'route-refuses-at-router',
  'ip.route_blackhole': 'route-refuses-at-router',
  'ip.ttl_exceeded': 'ttl-exceeded',
  'ip.frag_needed': 'mtu-exceeded-at-router',
  'netfilter.drop': 'netfilter-drop',
  'icmp.no_route_for_reply': 'no-route-for-reply',
  'bridge.same_port': 'bridge-no-hairpin',
  'bridge.port_not_forwarding': 'bridge-port-disabled',
  'bridge.vlan_ingress': 'bridge-vlan',
  'bridge.vlan_egress': 'bridge-vlan',
  'vlan.unknown_id': 'vlan-unknown',
  'ipvlan.private_sibling': 'ipvlan-private',
  'macvlan.consumed_own_copy': 'macvlan-private',
} as { readonly [K in DropReason]?: CauseCode }

/** Checks of a bridge port that refuse a frame, and what each means. */
const BY_EGRESS_CHECK: readonly (readonly [id: string, code: CauseCode])[] = [
  ['isolated', 'bridge-port-isolated'],
  ['hairpin', 'bridge-no-hairpin'],
  ['ingress', 'bridge-no-hairpin'],
  ['vlan', 'bridge-vlan'],
  ['state', 'bridge-port-disabled'],
  ['flood', 'bridge-flood-off'],
]

/** The cause code of a drop; the checks before it tell apart what one reason covers. */
export function causeOfDrop(
  reason: DropReason,
  event: TraceEvent,
  checks: readonly Check[],
  isLoopback: boolean,
): CauseCode {
  if (reason === 'xmit.device_down') return isLoopback ? 'lo-down' : 'neigh-no-carrier'
  if (reason === 'icmp.echo_ignored')
    return checks.some((check) => check.value?.includes('broadcasts') === true)
      ? 'echo-broadcast-ignored'
      : 'echo-ignored'
  const known = BY_DROP[reason]
  if (known !== undefined) return known
  if (reason.startsWith('bridge.')) {
    const failed = checks.filter((check) => !check.ok).map((check) => check.id)
    for (const [id, code] of BY_EGRESS_CHECK) if (failed.some((check) => check.includes(id))) return code
  }
  return event.packet === 0 ? 'unanswered' : 'dropped'
}
