// Passing on a packet that is for somebody else, in Linux's order of tests (ip_forward).
import { formatIpv4 } from '../../wire/address.ts'
import { ICMP_DEST_UNREACH, ICMP_EXC_TTL, ICMP_FRAG_NEEDED, ICMP_TIME_EXCEEDED } from '../../wire/icmp.ts'
import { decrementIpv4Ttl, ipv4Destination, ipv4DontFragment, ipv4Source, ipv4Ttl } from '../../wire/ipv4.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { NETWORK_HEADER, networkLength, writableData, type Skb } from '../skb.ts'
import { check, decide, drop } from '../trace.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import { icmpSend, icmpSendRedirect } from './icmp-error.ts'
import { ipOutput } from './ip-output.ts'
import type { RouteEntry } from './route.ts'

/** Forwards a packet along a route, or drops it and tells its sender why. */
export function ipForward(world: World, device: NetDevice, skb: Skb, route: RouteEntry): void {
  if (!check(world, 'ip.forward.frame_was_for_us_alone', skb.packetType === 'host', () => skb.packetType)) {
    drop(world, 'ip.not_unicast_frame', device, skb)
    return
  }
  const ttl = ipv4Ttl(skb.data, NETWORK_HEADER)
  // Linux tests before it decrements, so a TTL of 1 dies here.
  if (!check(world, 'ip.forward.ttl', ttl > 1, () => `ttl ${ttl}`)) {
    drop(world, 'ip.ttl_exceeded', device, skb)
    icmpSend(world, device, skb, { type: ICMP_TIME_EXCEEDED, code: ICMP_EXC_TTL, rest: 0 })
    return
  }
  const length = networkLength(skb)
  // What came in pieces that fit may go on in them, whole as it is while it is looked at (ip_exceeds_mtu).
  const cutBytes = skb.pieces?.longestBytes ?? length
  const tooLong = cutBytes > route.mtuBytes && ipv4DontFragment(skb.data, NETWORK_HEADER)
  if (
    !check(
      world,
      'ip.forward.fits_mtu',
      !tooLong,
      () => `${length} bytes`,
      () => `mtu ${route.mtuBytes} of ${deviceById(world, route.device).name}`,
    )
  ) {
    drop(world, 'ip.frag_needed', device, skb)
    icmpSend(world, device, skb, { type: ICMP_DEST_UNREACH, code: ICMP_FRAG_NEEDED, rest: route.mtuBytes })
    return
  }
  decrementIpv4Ttl(writableData(world, skb), NETWORK_HEADER)
  // The redirect quotes the packet with its new TTL, and leaves before it.
  if (skb.redirectDue) icmpSendRedirect(world, device, skb, route.nexthop)
  skb.redirectDue = false
  skb.receivedOn = device.id
  if (world.filtering) {
    const place = { in: device, out: deviceById(world, route.device), route }
    if (!world.modules.netfilter.hook(world, netnsById(world, device.netns), 'forward', place, skb)) return
  }
  check(
    world,
    'ip.forward.next_hop',
    true,
    () => formatIpv4(route.nexthop),
    () => deviceById(world, route.device).name,
  )
  decide(
    world,
    'ip.forward',
    device,
    skb,
    ipv4Destination(skb.data, NETWORK_HEADER),
    ipv4Source(skb.data, NETWORK_HEADER),
    route.device,
  )
  ipOutput(world, route, skb)
}
