// IPv4 on the way out: building a packet, and handing a routed one to the neighbour layer.
// Linux: ip_local_out, ip_mc_output, ip_output, ip_finish_output, ip_build_and_send_pkt.
import { takeBytes } from '../../base/slab.ts'
import { ZERO_MAC, type Ipv4Address } from '../../wire/address.ts'
import { ETHERTYPE_IPV4, writeEthernetHeader } from '../../wire/ethernet.ts'
import { IPV4_HEADER_LENGTH, ipv4Destination, ipv4DontFragment, writeIpv4Header } from '../../wire/ipv4.ts'
import type { XmitResult } from '../link/link-kind.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { netifRx } from '../netdev/receive.ts'
import { neighOutput } from '../neigh/neigh-output.ts'
import type { Netns } from '../netns.ts'
import { allocSkb, cloneSkb, NETWORK_HEADER, networkLength, type Skb } from '../skb.ts'
import { check, decide } from '../trace.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import { isGroupJoined } from './in-device.ts'
import { ipFragment } from './ip-fragment.ts'
import type { RouteEntry } from './route.ts'

/** A packet that this machine makes. */
export interface Ipv4Send {
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
  readonly protocol: number
  readonly ttl: number
  readonly tos: number
  readonly dontFragment: boolean
  readonly mark: number
  /** A program's socket sends it; otherwise the kernel does by itself. */
  readonly byProcess?: boolean
  /** Everything behind the IP header. */
  readonly payload: Uint8Array
  /** The device whose frame this answers, for the trace; missing for what a program sends. */
  readonly origin?: NetDevice
  /** The packet that this one is about (an ICMP error, a RST): it belongs to that one's flow. */
  readonly about?: Skb
}

/** What became of a packet: `filtered` is the firewall's no, which a program hears as EPERM. */
export type OutputResult = XmitResult | 'filtered'

/** The next IP id of a namespace: opaque to everyone, so counting up will do (ip_select_ident). */
function nextIpId(netns: Netns): number {
  const id = netns.nextIpId
  netns.nextIpId = id === 0xffff ? 1 : id + 1
  return id
}

/** Builds a packet and sends it along a route (ip_local_out). */
export function sendIpv4(world: World, netns: Netns, route: RouteEntry, send: Ipv4Send): OutputResult {
  return ipLocalOut(world, netns, route, buildIpv4(world, netns, route, send), send.about)
}

/** Builds a packet for a route, ready for `ipLocalOut` (__ip_queue_xmit, ip_build_and_send_pkt). */
export function buildIpv4(world: World, netns: Netns, route: RouteEntry, send: Ipv4Send): Skb {
  const length = IPV4_HEADER_LENGTH + send.payload.length
  const data = takeBytes(world.slab, NETWORK_HEADER + length)
  // A packet that never becomes a frame is shown as what it is.
  writeEthernetHeader(data, ZERO_MAC, ZERO_MAC, ETHERTYPE_IPV4)
  writeIpv4Header(data, NETWORK_HEADER, {
    tos: send.tos,
    totalLength: length,
    id: nextIpId(netns),
    dontFragment: send.dontFragment,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: send.ttl,
    protocol: send.protocol,
    source: send.source,
    destination: send.destination,
  })
  data.set(send.payload, NETWORK_HEADER + IPV4_HEADER_LENGTH)
  const skb = allocSkb(world, data, ETHERTYPE_IPV4, route.device)
  skb.mark = send.mark
  skb.ownedBy = send.byProcess === true ? 'process' : 'kernel'
  const device = deviceById(world, route.device)
  decide(world, 'ip.output', device, skb, send.destination, route.nexthop, device.id)
  return skb
}

/** Sends a routed packet as this machine's own: through OUTPUT, which may change its way (__ip_local_out). */
export function ipLocalOut(world: World, netns: Netns, route: RouteEntry, skb: Skb, about?: Skb): OutputResult {
  if (!world.filtering) return dstOutput(world, route, skb)
  const { netfilter } = world.modules
  if (about !== undefined) netfilter.attach(netns, skb, about)
  const way = netfilter.localOut(world, netns, route, skb)
  return way === undefined ? 'filtered' : dstOutput(world, way, skb)
}

/** Sends this machine's own packet; what is for everybody, or for a group that the device has joined, comes back as well (ip_mc_output). */
function dstOutput(world: World, route: RouteEntry, skb: Skb): OutputResult {
  const device = deviceById(world, route.device)
  const isForUsToo =
    route.type === 'broadcast' ||
    (route.type === 'multicast' && isGroupJoined(device, ipv4Destination(skb.data, NETWORK_HEADER)))
  // A packet of its own in the trace: what becomes of it here says nothing of the question that others are asked.
  if (isForUsToo && device.state.kind !== 'lo')
    loopBack(world, device, route, { ...cloneSkb(skb), packet: world.nextPacket++ })
  return ipOutput(world, route, skb)
}

/** Lets a machine have a copy of what it says to many: whole, through POSTROUTING, past every tap (ip_mc_finish_output, dev_loopback_xmit). */
function loopBack(world: World, device: NetDevice, route: RouteEntry, copy: Skb): void {
  copy.device = device.id
  if (world.filtering) {
    const place = { in: undefined, out: device, route }
    if (!world.modules.netfilter.hook(world, netnsById(world, device.netns), 'postrouting', place, copy)) return
  }
  copy.packetType = 'loopback'
  copy.event = world.cause
  netifRx(world, device, copy)
}

/**
 * Sends a routed packet by its device: through POSTROUTING, in pieces when it is too long and may be cut, or came in pieces (ip_output,
 * ip_finish_output).
 */
export function ipOutput(world: World, route: RouteEntry, skb: Skb): OutputResult {
  const device = deviceById(world, route.device)
  skb.device = device.id
  if (world.filtering) {
    const place = { in: undefined, out: device, route }
    const { hook } = world.modules.netfilter
    if (!hook(world, netnsById(world, device.netns), 'postrouting', place, skb)) return 'filtered'
  }
  const length = networkLength(skb)
  if (skb.pieces === undefined && (length <= route.mtuBytes || ipv4DontFragment(skb.data, NETWORK_HEADER)))
    return neighOutput(world, device, route.nexthop, skb)
  if (length > route.mtuBytes) check(world, 'ip.output.fits_mtu', false, () => `${length} > ${route.mtuBytes}`)
  return ipFragment(world, device, route, skb)
}
