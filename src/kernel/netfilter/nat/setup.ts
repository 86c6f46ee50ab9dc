// Deciding how a flow is translated. Linux: nf_nat_setup_info, nf_nat_alloc_null_binding, nf_nat_masquerade_ipv4, nf_nat_redirect_ipv4.
import type { FirewallTarget, NatRange } from '../../../contract/firewall.ts'
import { IPV4_ANY, ipv4, ipv4FromNumber, type Ipv4Address } from '../../../wire/address.ts'
import { ipv4Destination } from '../../../wire/ipv4.ts'
import { inetSelectAddr } from '../../ipv4/devinet.ts'
import { SCOPE_UNIVERSE } from '../../ipv4/scope.ts'
import { NETWORK_HEADER } from '../../skb.ts'
import type { World } from '../../world.ts'
import type { Connection, ConntrackState } from '../conntrack/connection.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import { answerTo } from '../conntrack/tuple.ts'
import type { HookedPacket } from '../packet.ts'
import type { NfHook } from '../state.ts'
import type { Manip } from './manip.ts'
import { uniqueTuple } from './unique-tuple.ts'

const PLAIN_RANGE: NatRange = { random: false, randomFully: false, persistent: false }
const LOOPBACK_ADDRESS = ipv4('127.0.0.1')

/** The end that a hook rewrites (HOOK2MANIP). */
export function manipOfHook(hook: NfHook): Manip {
  return hook === 'input' || hook === 'postrouting' ? 'source' : 'destination'
}

/** True once it is decided how this end of a flow is translated (nf_nat_initialized). */
export function isDecided(connection: Connection, manip: Manip): boolean {
  return manip === 'source' ? connection.sourceNatDone : connection.destinationNatDone
}

/** Fixes how one end of a flow is translated, for as long as it lives (nf_nat_setup_info). */
export function setupNat(
  world: World,
  state: ConntrackState,
  connection: Connection,
  range: NatRange,
  manip: Manip,
): void {
  // A flow that began before there was NAT stays as it is.
  if (connection.confirmed || isDecided(connection, manip)) return
  const current = answerTo(connection.reply)
  const chosen = uniqueTuple(world, state, connection, current, range, manip)
  const changed =
    chosen.source !== current.source ||
    chosen.destination !== current.destination ||
    chosen.sourcePort !== current.sourcePort ||
    chosen.destinationPort !== current.destinationPort
  if (changed) {
    connection.reply = answerTo(chosen)
    if (manip === 'source') connection.sourceNat = true
    else connection.destinationNat = true
  }
  if (manip === 'source') connection.sourceNatDone = true
  else connection.destinationNatDone = true
}

/** No rule wants to translate: the flow keeps its addresses, though its number must still be unlike any other's (null binding). */
export function setupNoNat(world: World, state: ConntrackState, connection: Connection, manip: Manip): void {
  const current = answerTo(connection.reply)
  const address = manip === 'source' ? current.source : current.destination
  setupNat(world, state, connection, rangeAt(PLAIN_RANGE, address), manip)
}

/** Carries out a NAT target for the first packet of a flow. False when the packet must be dropped. */
export function applyNatTarget(
  world: World,
  packet: HookedPacket,
  target: Extract<FirewallTarget, { readonly kind: 'SNAT' | 'DNAT' | 'MASQUERADE' | 'REDIRECT' | 'NETMAP' }>,
): boolean {
  const connection = netfilterInfo(packet.netns, packet.skb)?.connection
  if (connection === undefined) return true
  const { conntrack } = packet.state
  const manip = manipOfHook(packet.hook)
  switch (target.kind) {
    case 'SNAT':
    case 'DNAT':
      setupNat(world, conntrack, connection, target.range, manip)
      return true
    case 'NETMAP': {
      const current = answerTo(connection.reply)
      const address = manip === 'source' ? current.source : current.destination
      const mapped = ipv4FromNumber(((address & ~target.mask) | target.network) >>> 0)
      setupNat(world, conntrack, connection, rangeAt(PLAIN_RANGE, mapped), manip)
      return true
    }
    case 'MASQUERADE':
      return masquerade(world, packet, connection, target.range)
    case 'REDIRECT': {
      const address = redirectAddress(packet)
      if (address === undefined) return false
      setupNat(world, conntrack, connection, rangeAt(target.range, address), manip)
      return true
    }
  }
}

function rangeAt(range: NatRange, address: Ipv4Address): NatRange {
  return { ...range, addresses: { from: address, to: address } }
}

/** The flow takes an address of the device by which it leaves: the one that suits its next hop. */
function masquerade(world: World, packet: HookedPacket, connection: Connection, range: NatRange): boolean {
  const { out, route, netns, skb } = packet
  // A packet without a source is not one that should look like another's.
  if (out === undefined || connection.original.source === IPV4_ANY) return true
  const nexthop = route?.nexthop ?? ipv4Destination(skb.data, NETWORK_HEADER)
  const address = inetSelectAddr(world, netns, out, nexthop, SCOPE_UNIVERSE)
  if (address === undefined) return false
  connection.masqueradeDevice = out.id
  setupNat(world, packet.state.conntrack, connection, rangeAt(range, address), 'source')
  return true
}

/** REDIRECT moves a flow to this machine: to the address of the device it came in by. */
function redirectAddress(packet: HookedPacket): Ipv4Address | undefined {
  if (packet.hook === 'output') return LOOPBACK_ADDRESS
  return packet.in?.ipv4.addresses.find((ifa) => !ifa.secondary)?.local
}
