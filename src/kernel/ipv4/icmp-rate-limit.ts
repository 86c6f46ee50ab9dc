// How often this machine may send ICMP errors: one token bucket for all and one a destination (icmp_global_allow, inet_peer_xrlim_allow).
import { MILLISECOND_NS, type SimTime } from '../../sim/time.ts'
import type { Ipv4Address } from '../../wire/address.ts'
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED } from '../../wire/icmp.ts'
import type { Netns } from '../netns.ts'
import type { World } from '../world.ts'

/** What the machine remembers of another: struct inet_peer. */
export interface InetPeer {
  /** Tokens in milliseconds and when they were counted last. */
  tokensMs: number
  countedAt: SimTime
  /** Redirects sent to it without effect so far. */
  redirectCount: number
}

export interface IcmpState {
  globalCredit: number
  globalCountedAt: SimTime
  peers: Map<Ipv4Address, InetPeer>
}

/** A machine that has sent no ICMP yet. */
export function createIcmpState(burst: number): IcmpState {
  return { globalCredit: burst, globalCountedAt: 0, peers: new Map() }
}

/** How many errors may go to one destination at once, in multiples of icmp_ratelimit (XRLIM_BURST_FACTOR). */
const PEER_BURST = 6
/** ip_error spends from the same bucket: a second each, at most five (ip_rt_error_cost, ip_rt_error_burst). */
const ERROR_COST_MS = 1000
const ERROR_BURST_MS = 5000
/** Redirects: first gap, how many without effect, and the silence that starts anew (ip_rt_redirect_load, _number, _silence). */
const REDIRECT_LOAD_NS = 20 * MILLISECOND_NS
const REDIRECT_COUNT = 9
const REDIRECT_SILENCE_NS = 20_480 * MILLISECOND_NS

function peerOf(world: World, netns: Netns, address: Ipv4Address): InetPeer {
  let peer = netns.icmp.peers.get(address)
  if (peer === undefined) {
    // A stranger counts as not having been sent to for a minute.
    peer = { tokensMs: 0, countedAt: world.now - 60_000 * MILLISECOND_NS, redirectCount: 0 }
    netns.icmp.peers.set(address, peer)
  }
  return peer
}

function refill(world: World, peer: InetPeer, capMs: number): void {
  peer.tokensMs = Math.min(capMs, peer.tokensMs + (world.now - peer.countedAt) / MILLISECOND_NS)
  peer.countedAt = world.now
}

/** True when this type of ICMP is limited at all (icmpv4_mask_allow); path MTU news never is. */
export function isRateLimitedType(netns: Netns, type: number, code: number): boolean {
  if (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED) return false
  return Math.floor(netns.ipv4.icmp_ratemask / 2 ** type) % 2 === 1
}

/** Takes a token from the bucket for all destinations (icmp_global_allow). */
export function icmpGlobalAllow(world: World, netns: Netns): boolean {
  const { icmp } = netns
  const earned = Math.floor(
    ((world.now - icmp.globalCountedAt) / (1000 * MILLISECOND_NS)) * netns.ipv4.icmp_msgs_per_sec,
  )
  if (earned > 0) {
    icmp.globalCredit = Math.min(netns.ipv4.icmp_msgs_burst, icmp.globalCredit + earned)
    icmp.globalCountedAt = world.now
  }
  if (icmp.globalCredit < 1) return false
  icmp.globalCredit--
  return true
}

/** Takes a token from the bucket of one destination (inet_peer_xrlim_allow). */
export function icmpPeerAllow(world: World, netns: Netns, destination: Ipv4Address): boolean {
  const cost = netns.ipv4.icmp_ratelimit
  const peer = peerOf(world, netns, destination)
  refill(world, peer, PEER_BURST * cost)
  if (peer.tokensMs < cost) return false
  peer.tokensMs -= cost
  return true
}

/** The extra toll on errors about missing routes, from the same bucket (ip_error). */
export function ipErrorAllow(world: World, netns: Netns, sender: Ipv4Address): boolean {
  const peer = peerOf(world, netns, sender)
  refill(world, peer, ERROR_BURST_MS)
  if (peer.tokensMs < ERROR_COST_MS) return false
  peer.tokensMs -= ERROR_COST_MS
  return true
}

/** True when a sender may be told of a better way now: each time twice as late, then never again until it pauses (ip_rt_send_redirect). */
export function redirectAllow(world: World, netns: Netns, sender: Ipv4Address): boolean {
  const peer = peerOf(world, netns, sender)
  if (world.now > peer.countedAt + REDIRECT_SILENCE_NS) {
    peer.tokensMs = 0
    peer.redirectCount = 0
  }
  if (peer.redirectCount >= REDIRECT_COUNT) {
    peer.countedAt = world.now
    return false
  }
  if (peer.redirectCount > 0 && world.now <= peer.countedAt + REDIRECT_LOAD_NS * 2 ** peer.redirectCount) return false
  peer.countedAt = world.now
  peer.redirectCount++
  return true
}
