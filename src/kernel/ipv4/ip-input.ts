// IPv4 on the way in: is the packet sound, is it for this machine, and who gets it. Linux: ip_rcv, ip_rcv_core, ip_rcv_finish,
// ip_local_deliver, ip_error.
import { formatIpv4, isMulticastIpv4 } from '../../wire/address.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_HOST_UNREACH,
  ICMP_NET_UNREACH,
  ICMP_PKT_FILTERED,
  ICMP_PROT_UNREACH,
} from '../../wire/icmp.ts'
import {
  ipv4Destination,
  ipv4HeaderValid,
  ipv4IsFragment,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../../wire/ipv4.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { rawLocalDeliver } from '../socket/raw.ts'
import { tcpRcv } from '../socket/tcp/receive.ts'
import { udpRcv } from '../socket/udp.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import { check, checkConf, decide, drop } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { requiresTransport } from './fib-rules.ts'
import { flowDissect } from './flow-dissect.ts'
import { icmpSend } from './icmp-error.ts'
import { ipErrorAllow } from './icmp-rate-limit.ts'
import { icmpRcv } from './icmp.ts'
import { ipDefrag } from './ip-defrag.ts'
import { ipForward } from './ip-forward.ts'
import { ipRouteInput, type InputQuestion } from './route-input.ts'
import type { InputRoute } from './route.ts'

/** Takes an IPv4 packet from the receive ladder (ip_rcv). */
export function ipRcv(world: World, device: NetDevice, skb: Skb): void {
  if (!check(world, 'ip.frame_is_for_us', skb.packetType !== 'otherhost', () => skb.packetType)) {
    drop(world, 'ip.other_host', device, skb)
    return
  }
  const verdict = ipv4HeaderValid(skb.data, NETWORK_HEADER, skb.data.length)
  if (!check(world, 'ip.header_is_sound', verdict === 'ok', () => verdict)) {
    drop(
      world,
      verdict === 'bad-checksum' ? 'ip.checksum' : verdict === 'packet-truncated' ? 'ip.truncated' : 'ip.header',
      device,
      skb,
    )
    return
  }
  // Bytes behind the packet are padding of the link (pskb_trim_rcsum).
  const end = NETWORK_HEADER + ipv4TotalLength(skb.data, NETWORK_HEADER)
  if (skb.data.length > end) skb.data = skb.data.slice(0, end)
  if (world.filtering && !preRouting(world, device, skb)) return
  ipRcvFinish(world, device, skb)
}

/** PREROUTING, unless the packet passed it on its way into a bridge. */
function preRouting(world: World, device: NetDevice, skb: Skb): boolean {
  const { netfilter } = world.modules
  if (netfilter.passedPreRouting(device, skb)) return true
  const place = { in: device, out: undefined, route: undefined }
  return netfilter.hook(world, netnsById(world, device.netns), 'prerouting', place, skb)
}

/** Routes a packet that arrived and sends it on its way (ip_rcv_finish). */
function ipRcvFinish(world: World, device: NetDevice, skb: Skb): void {
  const bytes = skb.data
  const destination = ipv4Destination(bytes, NETWORK_HEADER)
  const question: InputQuestion = {
    destination,
    source: ipv4Source(bytes, NETWORK_HEADER),
    tos: ipv4Tos(bytes, NETWORK_HEADER),
    mark: skb.mark,
    isIpv4: true,
    transport: requiresTransport(netnsById(world, device.netns)) ? flowDissect(bytes) : undefined,
  }
  // A packet for a device above is routed as if that had received it; what is refused there is left to this device (l3mdev_ip_rcv).
  let above = world.modules.l3Child.find(world, device, skb)
  let route = ipRouteInput(world, above ?? device, question, skb.packetType)
  if (above !== undefined && route.kind === 'refused') {
    above = undefined
    route = ipRouteInput(world, device, question)
  }
  if (route.kind === 'forward' || route.kind === 'local') {
    const inGroupFrame = skb.packetType === 'broadcast' || skb.packetType === 'multicast'
    if (
      inGroupFrame &&
      !isMulticastIpv4(destination) &&
      effectiveConf(netnsById(world, device.netns), device, 'drop_unicast_in_l2_multicast') !== 0
    ) {
      checkConf(world, 'ip.unicast_in_group_frame', false, device, 'drop_unicast_in_l2_multicast')
      drop(world, 'ip.unicast_in_l2_multicast', device, skb)
      return
    }
  }
  dstInput(world, device, skb, route, above)
}

/** Acts on the routing decision (dst_input). `above` is the device that a packet for this machine is handed to behind INPUT, if any. */
function dstInput(world: World, device: NetDevice, skb: Skb, route: InputRoute, above: NetDevice | undefined): void {
  switch (route.kind) {
    case 'local':
    case 'broadcast':
    case 'multicast':
      skb.routedLocally = true
      ipLocalDeliver(world, device, skb, route.kind, above)
      return
    case 'forward':
      skb.redirectDue = route.redirectDue
      ipForward(world, device, skb, route.route)
      return
    case 'unreachable':
      ipError(world, device, skb, route)
      return
    case 'refused':
      drop(world, route.reason, device, skb)
  }
}

/** No way on for a packet: a router says so, a host keeps silent (ip_error). */
function ipError(world: World, device: NetDevice, skb: Skb, route: Extract<InputRoute, { kind: 'unreachable' }>): void {
  const forwarding = device.ipv4.conf.forwarding !== 0
  if (!checkConf(world, 'ip.error.forwarding', forwarding, device, 'forwarding')) {
    drop(world, 'ip.forwarding_off', device, skb)
    return
  }
  drop(world, route.reason, device, skb)
  const code =
    route.errno === 'ENETUNREACH'
      ? ICMP_NET_UNREACH
      : route.errno === 'EHOSTUNREACH'
        ? ICMP_HOST_UNREACH
        : ICMP_PKT_FILTERED
  const sender = ipv4Source(skb.data, NETWORK_HEADER)
  const allowed = ipErrorAllow(world, netnsById(world, device.netns), sender)
  if (check(world, 'ip.error.not_too_often', allowed, () => formatIpv4(sender)))
    icmpSend(world, device, skb, { type: ICMP_DEST_UNREACH, code, rest: 0 })
}

/**
 * Delivers a packet to this machine (ip_local_deliver): reassembled, through INPUT, handed to the device above if there is one, then to raw
 * sockets and to its protocol.
 */
function ipLocalDeliver(
  world: World,
  below: NetDevice,
  first: Skb,
  kind: 'local' | 'broadcast' | 'multicast',
  above: NetDevice | undefined,
): void {
  let skb = first
  if (ipv4IsFragment(skb.data, NETWORK_HEADER)) {
    const whole = ipDefrag(world, below, skb)
    if (whole === undefined) return
    skb = whole
  }
  if (world.filtering) {
    const place = { in: below, out: undefined, route: undefined }
    if (!world.modules.netfilter.hook(world, netnsById(world, below.netns), 'input', place, skb)) return
  }
  if (above !== undefined) world.modules.l3Child.moveTo(world, below, above, skb)
  const device = above ?? below
  decide(
    world,
    'ip.deliver_local',
    device,
    skb,
    ipv4Destination(skb.data, NETWORK_HEADER),
    ipv4Source(skb.data, NETWORK_HEADER),
  )
  const taken = rawLocalDeliver(world, device, skb)
  switch (ipv4Protocol(skb.data, NETWORK_HEADER)) {
    case PROTOCOL_ICMP:
      icmpRcv(world, device, skb, kind, taken)
      return
    case PROTOCOL_UDP:
      udpRcv(world, device, skb, kind)
      return
    case PROTOCOL_TCP:
      tcpRcv(world, device, skb, kind)
      return
    default:
      if (taken) return
      drop(world, 'ip.no_protocol_handler', device, skb)
      icmpSend(world, device, skb, { type: ICMP_DEST_UNREACH, code: ICMP_PROT_UNREACH, rest: 0 })
  }
}
