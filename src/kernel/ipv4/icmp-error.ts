// Sending ICMP errors: who gets one, from which address, how often. Linux: __icmp_send, ipv4_link_failure, ip_rt_send_redirect.
import { formatIpv4, IPV4_ANY, IPV4_BROADCAST, isMulticastIpv4, type Ipv4Address } from '../../wire/address.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_HEADER_LENGTH,
  ICMP_HOST_UNREACH,
  ICMP_REDIR_HOST,
  ICMP_REDIRECT,
  icmpType,
  isIcmpError,
  updateIcmpChecksum,
  writeIcmpHeader,
} from '../../wire/icmp.ts'
import {
  IPV4_HEADER_LENGTH,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  PROTOCOL_ICMP,
} from '../../wire/ipv4.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { check, decide } from '../trace.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import { inetSelectAddr, isBroadcastAddress } from './devinet.ts'
import { icmpGlobalAllow, icmpPeerAllow, isRateLimitedType, redirectAllow } from './icmp-rate-limit.ts'
import { sendIpv4 } from './ip-output.ts'
import { ipRouteOutput } from './route-output.ts'
import { SCOPE_LINK } from './scope.ts'
import type { RouteEntry } from './route.ts'

/** An error quotes as much of the packet as fits this many bytes of IP. */
const ICMP_ERROR_MAX_BYTES = 576
/** Precedence of network control, set in every error. */
const INTERNETCONTROL = 0xc0

export interface IcmpError {
  readonly type: number
  readonly code: number
  /** Second word of the header: next-hop MTU or gateway. */
  readonly rest: number
}

/** True when a packet may be answered by an error at all (RFC 1122 3.2.2). */
function deservesError(world: World, netns: Netns, skb: Skb): boolean {
  const bytes = skb.data
  const destination = ipv4Destination(bytes, NETWORK_HEADER)
  if (!check(world, 'icmp.error.frame_was_for_us_alone', skb.packetType === 'host', () => skb.packetType)) return false
  const group =
    isMulticastIpv4(destination) || destination === IPV4_BROADCAST || isBroadcastAddress(world, netns, destination)
  if (!check(world, 'icmp.error.destination_is_one_host', !group, () => formatIpv4(destination))) return false
  const offset = ipv4FragmentOffset(bytes, NETWORK_HEADER)
  if (!check(world, 'icmp.error.first_fragment', offset === 0, () => `offset ${offset}`)) return false
  if (ipv4Protocol(bytes, NETWORK_HEADER) !== PROTOCOL_ICMP) return true
  const at = NETWORK_HEADER + ipv4HeaderLength(bytes, NETWORK_HEADER)
  const about = at < bytes.length ? icmpType(bytes, at) : 0
  return check(world, 'icmp.error.not_about_an_error', !isIcmpError(about), () => `type ${about}`)
}

/** The sender's address in an error: the one that was asked, when it is ours; otherwise the route back to the sender chooses. */
function errorSource(world: World, netns: Netns, device: NetDevice, skb: Skb): Ipv4Address {
  const destination = ipv4Destination(skb.data, NETWORK_HEADER)
  if (skb.routedLocally) return destination
  // What this machine sends itself came in nowhere (rt_is_input_route).
  if (netns.ipv4.icmp_errors_use_inbound_ifaddr === 0 || skb.ownedBy !== 'nobody') return IPV4_ANY
  const inbound = world.devices[skb.receivedOn] ?? device
  return inetSelectAddr(world, netns, inbound, ipv4Source(skb.data, NETWORK_HEADER), SCOPE_LINK) ?? IPV4_ANY
}

/**
 * Answers a packet with an ICMP error (__icmp_send). `device` is where the packet came in, or, for one of our own, where it should have left.
 * Nothing is sent when the rules forbid it, when there is no way back, or when the rate limit is reached; the trace says which.
 */
export function icmpSend(world: World, device: NetDevice, skb: Skb, error: IcmpError): void {
  const netns = netnsById(world, device.netns)
  const cause = world.cause
  const target = ipv4Source(skb.data, NETWORK_HEADER)
  const route = errorRoute(world, netns, device, skb, error)
  if (route === undefined) {
    decide(world, 'icmp.error_suppressed', device, skb, target, error.type, error.code)
    world.cause = cause
    return
  }
  decide(
    world,
    error.type === ICMP_REDIRECT ? 'icmp.redirect' : 'icmp.error',
    device,
    skb,
    target,
    error.type === ICMP_REDIRECT ? error.rest : error.type,
    error.code,
  )
  sendError(world, netns, device, skb, error, route)
  world.cause = cause
}

/** The way back to the sender, if an error may go there now. */
function errorRoute(world: World, netns: Netns, device: NetDevice, skb: Skb, error: IcmpError): RouteEntry | undefined {
  if (!deservesError(world, netns, skb)) return undefined
  const limited = isRateLimitedType(netns, error.type, error.code)
  const arrivedOnLo = device.state.kind === 'lo'
  if (
    limited &&
    !arrivedOnLo &&
    !check(
      world,
      'icmp.error.rate_limit_all',
      icmpGlobalAllow(world, netns),
      () => `icmp_msgs_per_sec = ${netns.ipv4.icmp_msgs_per_sec}`,
    )
  ) {
    return undefined
  }
  const target = ipv4Source(skb.data, NETWORK_HEADER)
  const source = errorSource(world, netns, device, skb)
  const found = ipRouteOutput(world, netns, {
    destination: target,
    source,
    device: 0,
    tos: 0,
    mark: 0,
    anySource: true,
    // Type and code stand where other protocols have the destination port (struct flowi_uli).
    transport: { protocol: PROTOCOL_ICMP, sourcePort: 0, destinationPort: error.type * 256 + error.code },
  })
  if (!check(world, 'icmp.error.route_to_sender', found.ok, () => formatIpv4(target))) return undefined
  if (!found.ok) return undefined
  const byLo = deviceById(world, found.route.device).state.kind === 'lo'
  if (
    limited &&
    !byLo &&
    !check(
      world,
      'icmp.error.rate_limit_destination',
      icmpPeerAllow(world, netns, target),
      () => `icmp_ratelimit = ${netns.ipv4.icmp_ratelimit}`,
    )
  ) {
    return undefined
  }
  return source === IPV4_ANY ? found.route : { ...found.route, source }
}

function sendError(world: World, netns: Netns, device: NetDevice, skb: Skb, error: IcmpError, route: RouteEntry): void {
  const room = Math.min(route.mtuBytes, ICMP_ERROR_MAX_BYTES) - IPV4_HEADER_LENGTH - ICMP_HEADER_LENGTH
  const quoted = skb.data.subarray(NETWORK_HEADER, NETWORK_HEADER + Math.min(room, skb.data.length - NETWORK_HEADER))
  const payload = new Uint8Array(ICMP_HEADER_LENGTH + quoted.length)
  writeIcmpHeader(payload, 0, { type: error.type, code: error.code, rest: error.rest })
  payload.set(quoted, ICMP_HEADER_LENGTH)
  updateIcmpChecksum(payload, 0, payload.length)
  const asked = ipv4Tos(skb.data, NETWORK_HEADER)
  const tos = (asked % 32) - (asked % 2) + INTERNETCONTROL
  const sender = ipv4Source(skb.data, NETWORK_HEADER)
  sendIpv4(world, netns, route, {
    source: route.source,
    // A packet without a source came from this machine itself.
    destination: sender === IPV4_ANY ? route.nexthop : sender,
    protocol: PROTOCOL_ICMP,
    ttl: netns.ipv4.ip_default_ttl,
    tos,
    dontFragment: false,
    mark: 0,
    payload,
    origin: device,
    about: skb,
  })
}

/** The neighbour of a packet cannot be reached: tell its sender (arp_error_report, ipv4_link_failure). */
export function icmpSendHostUnreachable(world: World, device: NetDevice, skb: Skb): void {
  icmpSend(world, device, skb, { type: ICMP_DEST_UNREACH, code: ICMP_HOST_UNREACH, rest: 0 })
}

/** Tells a sender on the same link of the better next hop (ip_rt_send_redirect). */
export function icmpSendRedirect(world: World, device: NetDevice, skb: Skb, gateway: Ipv4Address): void {
  const netns = netnsById(world, device.netns)
  const sender = ipv4Source(skb.data, NETWORK_HEADER)
  if (!check(world, 'icmp.redirect.not_too_often', redirectAllow(world, netns, sender), () => formatIpv4(sender)))
    return
  icmpSend(world, device, skb, { type: ICMP_REDIRECT, code: ICMP_REDIR_HOST, rest: gateway })
}
