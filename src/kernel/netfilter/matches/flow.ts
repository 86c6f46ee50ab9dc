// Matches on the flow of a packet: state, conntrack. Linux: xt_state.c, xt_conntrack.c.
import type { CtState, FirewallMatch } from '../../../contract/firewall.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import type { HookedPacket } from '../packet.ts'

/** The states that a packet is in; SNAT and DNAT come beside the real one. */
function ctStates({ netns, skb }: HookedPacket): readonly CtState[] {
  const about = netfilterInfo(netns, skb)
  const connection = about?.connection
  if (about?.info === 'untracked') return ['UNTRACKED']
  if (about === undefined || connection === undefined) return ['INVALID']
  const states: CtState[] = []
  if (about.info === 'established') states.push('ESTABLISHED')
  else states.push(about.info === 'related' ? 'RELATED' : 'NEW')
  if (connection.sourceNat) states.push('SNAT')
  if (connection.destinationNat) states.push('DNAT')
  return states
}

export function matchState(
  match: Extract<FirewallMatch, { kind: 'state' | 'conntrack' }>,
  packet: HookedPacket,
): boolean {
  return ctStates(packet).some((state) => match.states.includes(state)) !== match.not
}
