// Matches on the flow of a packet: state, conntrack, connmark, connbytes. Linux: xt_state.c, xt_conntrack.c, xt_connmark.c, xt_connbytes.c.
import type { ConntrackMatch, CtState, CtStatus, FirewallMatch } from '../../../contract/firewall.ts'
import { SECOND_NS } from '../../../sim/time.ts'
import type { World } from '../../world.ts'
import type { Connection } from '../conntrack/connection.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import type { HookedPacket } from '../packet.ts'
import { isAddress, within } from './compare.ts'

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

/** True when the packet is in one of the states, or with `not` in none. */
export function matchState(
  match: { readonly not: boolean; readonly states: readonly CtState[] },
  packet: HookedPacket,
): boolean {
  return ctStates(packet).some((state) => match.states.includes(state)) !== match.not
}

/** What is asked of the flow beside its state; a packet without one fails all of that (conntrack_mt). */
export function matchConntrack(world: World, match: ConntrackMatch, packet: HookedPacket): boolean {
  if (match.state !== undefined && !matchState(match.state, packet)) return false
  const about = netfilterInfo(packet.netns, packet.skb)
  if (about?.connection === undefined) return match.state !== undefined
  if (match.direction !== undefined && (match.direction === 'REPLY') !== about.isReply) return false
  return matchTuples(match, about.connection) && matchFate(world, match, about.connection)
}

function matchTuples(match: ConntrackMatch, { original, reply }: Connection): boolean {
  const { protocol } = match
  return (
    (protocol === undefined || (original.protocol === protocol.number) !== protocol.not) &&
    isAddress(original.source, match.origSource) &&
    isAddress(original.destination, match.origDestination) &&
    isAddress(reply.source, match.replySource) &&
    isAddress(reply.destination, match.replyDestination) &&
    within(original.sourcePort, match.origSourcePort) &&
    within(original.destinationPort, match.origDestinationPort) &&
    within(reply.sourcePort, match.replySourcePort) &&
    within(reply.destinationPort, match.replyDestinationPort)
  )
}

/** What the flow has become, and how long it has left. */
function matchFate(world: World, { status, expire }: ConntrackMatch, connection: Connection): boolean {
  const is: Readonly<Record<CtStatus, boolean>> = {
    EXPECTED: false,
    SEEN_REPLY: connection.seenReply,
    ASSURED: connection.assured,
    CONFIRMED: connection.confirmed,
  }
  if (status !== undefined && status.statuses.some((each) => is[each]) === status.not) return false
  // The first packet's flow is in no table yet and has no time to live (nf_ct_expires).
  const leftNs = connection.confirmed ? connection.expiresAt - world.now : 0
  return within(Math.floor(Math.max(0, leftNs) / SECOND_NS), expire)
}

/** The mark of the flow (connmark_mt). */
export function matchConnmark(
  { value, mask, not }: Extract<FirewallMatch, { kind: 'connmark' }>,
  packet: HookedPacket,
): boolean {
  const connection = netfilterInfo(packet.netns, packet.skb)?.connection
  return connection !== undefined && ((connection.mark & mask) >>> 0 === value) !== not
}

/** What the flow has carried so far; one that began before flows were counted matches nothing (connbytes_mt). */
export function matchConnbytes(
  { counts, way, ...range }: Extract<FirewallMatch, { kind: 'connbytes' }>,
  packet: HookedPacket,
): boolean {
  const counters = netfilterInfo(packet.netns, packet.skb)?.connection?.counters
  if (counters === undefined) return false
  const ways = way === 'both' ? [counters.original, counters.reply] : [counters[way]]
  const packets = ways.reduce((sum, counter) => sum + counter.packets, 0)
  const bytes = ways.reduce((sum, counter) => sum + counter.bytes, 0)
  const average = packets === 0 ? 0 : Math.floor(bytes / packets)
  return within({ packets, bytes, avgpkt: average }[counts], range)
}
