// Cutting a packet that is too long for its way into fragments (ip_do_fragment). RFC 791.
import {
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4MoreFragments,
  setIpv4Fragment,
  setIpv4TotalLength,
  updateIpv4Checksum,
} from '../../wire/ipv4.ts'
import type { XmitResult } from '../link/link-kind.ts'
import { neighOutput } from '../neigh/neigh-output.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { cloneSkb, NETWORK_HEADER, type Skb } from '../skb.ts'
import { decide } from '../trace.ts'
import type { World } from '../world.ts'
import type { RouteEntry } from './route.ts'

/** The lengths of a payload's fragments: those in which it came where they fit, otherwise as much as the way takes. */
function lengthsOf(skb: Skb, payloadLength: number, room: number, fitsAsItCame: boolean): readonly number[] {
  if (skb.pieces !== undefined && fitsAsItCame) return skb.pieces.lengths
  return Array.from({ length: Math.ceil(payloadLength / room) }, (_, k) => Math.min(room, payloadLength - k * room))
}

/** Sends a packet as fragments that each fit the route's MTU. */
export function ipFragment(world: World, device: NetDevice, route: RouteEntry, skb: Skb): XmitResult {
  const headerLength = ipv4HeaderLength(skb.data, NETWORK_HEADER)
  const payloadAt = NETWORK_HEADER + headerLength
  const payloadLength = skb.data.length - payloadAt
  const room = Math.floor((route.mtuBytes - headerLength) / 8) * 8
  const firstOffset = ipv4FragmentOffset(skb.data, NETWORK_HEADER)
  const moreBehind = ipv4MoreFragments(skb.data, NETWORK_HEADER)
  if (room < 8) return 'dropped'
  const lengths = lengthsOf(skb, payloadLength, room, (skb.pieces?.longestBytes ?? 0) <= route.mtuBytes)
  const dontFragment = skb.pieces?.dontFragment === true
  const verdict = decide(world, 'ip.fragmented', device, skb, lengths.length, route.mtuBytes)
  let at = 0
  for (const length of lengths) {
    const fragment = cloneSkb(skb)
    fragment.pieces = undefined
    fragment.data = new Uint8Array(payloadAt + length)
    fragment.dataShared = false
    fragment.data.set(skb.data.subarray(0, payloadAt))
    fragment.data.set(skb.data.subarray(payloadAt + at, payloadAt + at + length), payloadAt)
    setIpv4TotalLength(fragment.data, NETWORK_HEADER, headerLength + length)
    setIpv4Fragment(fragment.data, NETWORK_HEADER, {
      dontFragment,
      moreFragments: moreBehind || at + length < payloadLength,
      fragmentOffset: firstOffset + at,
    })
    updateIpv4Checksum(fragment.data, NETWORK_HEADER)
    world.cause = verdict
    // What the device refuses takes the pieces behind it along.
    if (neighOutput(world, device, route.nexthop, fragment) === 'dropped') return 'dropped'
    at += length
  }
  return 'sent'
}
