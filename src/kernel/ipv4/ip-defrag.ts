// Putting fragments together again (ip_defrag). A packet that stays incomplete for thirty seconds is given up (ip_expire).
import { cancel, schedule, type TimerHandle } from '../../sim/event-queue.ts'
import { SECOND_NS } from '../../sim/time.ts'
import { ICMP_EXC_FRAGTIME, ICMP_TIME_EXCEEDED } from '../../wire/icmp.ts'
import {
  ipv4Destination,
  ipv4DontFragment,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Id,
  ipv4MoreFragments,
  ipv4Protocol,
  ipv4Source,
  setIpv4Fragment,
  setIpv4TotalLength,
  updateIpv4Checksum,
} from '../../wire/ipv4.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { NETWORK_HEADER, type Pieces, type Skb } from '../skb.ts'
import { decide, drop } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { icmpSend } from './icmp-error.ts'

/** The fragments of one packet that have come so far: struct ipq. */
export interface FragmentQueue {
  readonly fragments: Skb[]
  readonly device: number
  timer: TimerHandle
}

function keyOf(bytes: Uint8Array): string {
  return `${ipv4Source(bytes, NETWORK_HEADER)} ${ipv4Destination(bytes, NETWORK_HEADER)} ${ipv4Protocol(bytes, NETWORK_HEADER)} ${ipv4Id(bytes, NETWORK_HEADER)}`
}

function payloadOf(skb: Skb): Uint8Array {
  return skb.data.subarray(NETWORK_HEADER + ipv4HeaderLength(skb.data, NETWORK_HEADER))
}

/** Adds a fragment; returns the whole packet once the last piece is there. */
export function ipDefrag(world: World, device: NetDevice, skb: Skb): Skb | undefined {
  const netns = netnsById(world, device.netns)
  const key = keyOf(skb.data)
  let queue = netns.fragments.get(key)
  if (queue === undefined) {
    const expiresAt = world.now + netns.ipv4.ipfrag_time * SECOND_NS
    const timer = schedule(world.queue, expiresAt, { kind: 'fragment.expire', netns: netns.id, key })
    queue = { fragments: [], device: device.id, timer }
    netns.fragments.set(key, queue)
  }
  queue.fragments.push(skb)
  queue.fragments.sort(
    (a, b) => ipv4FragmentOffset(a.data, NETWORK_HEADER) - ipv4FragmentOffset(b.data, NETWORK_HEADER),
  )
  const length = wholeLength(queue.fragments)
  if (length === undefined) {
    decide(world, 'ip.reassembly_wait', device, skb, queue.fragments.length)
    return undefined
  }
  cancel(world.queue, queue.timer)
  netns.fragments.delete(key)
  return assemble(world, device, queue.fragments, length)
}

/** Length of the payload when all of it is there. */
function wholeLength(fragments: readonly Skb[]): number | undefined {
  let reached = 0
  for (const fragment of fragments) {
    const offset = ipv4FragmentOffset(fragment.data, NETWORK_HEADER)
    if (offset > reached) return undefined
    reached = Math.max(reached, offset + payloadOf(fragment).length)
    if (!ipv4MoreFragments(fragment.data, NETWORK_HEADER)) return reached
  }
  return undefined
}

function assemble(world: World, device: NetDevice, fragments: readonly Skb[], length: number): Skb | undefined {
  const first = fragments[0]
  if (first === undefined) return undefined
  const headerLength = ipv4HeaderLength(first.data, NETWORK_HEADER)
  const data = new Uint8Array(NETWORK_HEADER + headerLength + length)
  data.set(first.data.subarray(0, NETWORK_HEADER + headerLength))
  for (const fragment of fragments)
    data.set(payloadOf(fragment), NETWORK_HEADER + headerLength + ipv4FragmentOffset(fragment.data, NETWORK_HEADER))
  setIpv4TotalLength(data, NETWORK_HEADER, headerLength + length)
  const pieces = piecesOf(fragments)
  const { dontFragment } = pieces
  setIpv4Fragment(data, NETWORK_HEADER, { dontFragment, moreFragments: false, fragmentOffset: 0 })
  updateIpv4Checksum(data, NETWORK_HEADER)
  decide(world, 'ip.reassembled', device, first, fragments.length)
  return { ...first, data, dataShared: false, pieces }
}

/** What is remembered of the fragments. Only where the longest asked not to be cut does the packet ask so (ip_frag_reasm). */
function piecesOf(fragments: readonly Skb[]): Pieces {
  const longest = (some: readonly Skb[]): number =>
    some.reduce((most, { data }) => Math.max(most, data.length - NETWORK_HEADER), 0)
  const uncut = fragments.filter(({ data }) => ipv4DontFragment(data, NETWORK_HEADER))
  const longestBytes = longest(fragments)
  return {
    lengths: fragments.map((fragment) => payloadOf(fragment).length),
    longestBytes,
    dontFragment: longest(uncut) === longestBytes,
  }
}

/** Time is up for an incomplete packet: its sender is told when the first piece came. */
export function ipExpire(world: World, netns: Netns, key: string): void {
  const queue = netns.fragments.get(key)
  if (queue === undefined) return
  netns.fragments.delete(key)
  const device = world.devices[queue.device]
  if (device === undefined) return
  for (const skb of queue.fragments) {
    world.cause = skb.event
    drop(world, 'ip.fragment_timeout', device, skb)
  }
  const first = queue.fragments[0]
  if (first !== undefined && ipv4FragmentOffset(first.data, NETWORK_HEADER) === 0)
    icmpSend(world, device, first, { type: ICMP_TIME_EXCEEDED, code: ICMP_EXC_FRAGTIME, rest: 0 })
}
