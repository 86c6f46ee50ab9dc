// What becomes of a packet that arrived: for this machine, to be passed on, or refused. It serves IP packets and ARP requests alike.
// Linux: ip_route_input_rcu, ip_route_input_slow, __mkroute_input, ip_mc_validate_source.
import {
  formatIpv4,
  IPV4_ANY,
  IPV4_BROADCAST,
  isLoopbackIpv4,
  isMulticastIpv4,
  isZeronetIpv4,
  type Ipv4Address,
} from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import type { PacketType } from '../skb.ts'
import { effectiveConf, inDevForward } from '../sysctl/ipv4-conf.ts'
import { check, checkConf } from '../trace.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import { hasIpv4 } from './devinet.ts'
import { inetAddrType } from './fib-addr-type.ts'
import { explainLookup, fibLookup, type FibFailed, type FibFlow, type FibFound } from './fib-lookup.ts'
import { inetAddrOnlink, isGroupJoined } from './in-device.ts'
import { makeRoute } from './route-entry.ts'
import { isLocalMulticast, TOS_ROUTE_MASK } from './route-output.ts'
import { fibSelectMultipath } from './route-select.ts'
import type { FlowTransport, InputRoute } from './route.ts'
import { SCOPE_UNIVERSE } from './scope.ts'
import { fibValidateSource } from './source-validation.ts'

/** A packet that arrived, as far as routing looks at it. */
export interface InputQuestion {
  readonly destination: Ipv4Address
  readonly source: Ipv4Address
  readonly tos: number
  readonly mark: number
  /** False for an ARP request: then `destination` is the target and `source` the sender that it names. */
  readonly isIpv4: boolean
  /** Set where a rule asks for it (fib4_rules_early_flow_dissect). */
  readonly transport?: FlowTransport | undefined
}

const LOCAL: InputRoute = { kind: 'local' }
const BROADCAST: InputRoute = { kind: 'broadcast' }
const MULTICAST: InputRoute = { kind: 'multicast' }
const MARTIAN_SOURCE: InputRoute = { kind: 'refused', reason: 'ip.martian_source' }
const MARTIAN_DESTINATION: InputRoute = { kind: 'refused', reason: 'ip.martian_destination' }
const SAME_INTERFACE: InputRoute = { kind: 'refused', reason: 'ip.martian_destination', isSameInterface: true }
const NOT_JOINED: InputRoute = { kind: 'refused', reason: 'ip.multicast_not_joined' }
const FORWARDING_OFF: InputRoute = { kind: 'unreachable', errno: 'EHOSTUNREACH', reason: 'ip.forwarding_off' }

/**
 * Decides about a packet that arrived on a device. What comes in on loopback, or as a copy of what this machine said to many, brings its
 * route along (skb_valid_dst): it is for this machine, and no address of it is suspicious.
 */
export function ipRouteInput(
  world: World,
  device: NetDevice,
  question: InputQuestion,
  packetType?: PacketType,
): InputRoute {
  if (device.state.kind !== 'lo' && packetType !== 'loopback') return ipRouteInputRcu(world, device, question)
  const type = inetAddrType(world, netnsById(world, device.netns), question.destination)
  check(world, 'route.input.from_loopback', true, () => formatIpv4(question.destination))
  return type === 'broadcast' ? BROADCAST : type === 'multicast' ? MULTICAST : LOCAL
}

/** The decision for a packet without a route (ip_route_input_rcu). */
export function ipRouteInputRcu(world: World, device: NetDevice, question: InputQuestion): InputRoute {
  const netns = netnsById(world, device.netns)
  if (!hasIpv4(device)) {
    check(world, 'route.input.ipv4_on_device', false, () => device.name)
    return { kind: 'refused', reason: 'ip.no_ipv4_on_device' }
  }
  const { destination, source } = question
  if (isMulticastIpv4(destination)) return routeInputMulticast(world, netns, device, question)

  // Martians that no table would find, in the order of ip_route_input_slow.
  const possible = !isMulticastIpv4(source) && source !== IPV4_BROADCAST
  if (!possible) return martianSource(world, source)
  if (destination === IPV4_BROADCAST || (source === IPV4_ANY && destination === IPV4_ANY)) {
    return broadcastInput(world, netns, device, question)
  }
  if (isZeronetIpv4(source)) return martianSource(world, source)
  if (isZeronetIpv4(destination)) return martianDestination(world, destination)
  if ((isLoopbackIpv4(destination) || isLoopbackIpv4(source)) && effectiveConf(netns, device, 'route_localnet') === 0) {
    checkConf(world, 'route.input.route_localnet', false, device, 'route_localnet')
    return isLoopbackIpv4(destination) ? MARTIAN_DESTINATION : MARTIAN_SOURCE
  }
  if (world.out.explain !== undefined) {
    check(world, 'route.input.martian_source', true, () => formatIpv4(source))
    check(world, 'route.input.martian_destination', true, () => formatIpv4(destination))
  }
  return routeInputByLookup(world, netns, device, question)
}

function martianSource(world: World, source: Ipv4Address): InputRoute {
  check(world, 'route.input.martian_source', false, () => formatIpv4(source))
  return MARTIAN_SOURCE
}

function martianDestination(world: World, destination: Ipv4Address): InputRoute {
  check(world, 'route.input.martian_destination', false, () => formatIpv4(destination))
  return MARTIAN_DESTINATION
}

function routeInputByLookup(world: World, netns: Netns, device: NetDevice, question: InputQuestion): InputRoute {
  const { destination, source, mark, transport } = question
  const tos = question.tos & TOS_ROUTE_MASK
  const flow: FibFlow = { destination, source, oif: 0, iif: device.id, tos, mark, scope: SCOPE_UNIVERSE, transport }
  const found = fibLookup(world, netns, flow)
  explainLookup(world, netns, 'route.lookup', flow, found)
  const forwards = inDevForward(device)
  if (!found.ok) {
    if (!checkConf(world, 'route.input.forwarding', forwards, device, 'forwarding')) return FORWARDING_OFF
    return failedLookup(found)
  }
  const { type } = found.route
  if (type === 'broadcast') {
    if (effectiveConf(netns, device, 'bc_forwarding') === 0) return broadcastInput(world, netns, device, question)
    checkConf(world, 'route.input.bc_forwarding', true, device, 'bc_forwarding')
    return routeForward(world, netns, device, question, flow, found)
  }
  if (world.out.explain !== undefined)
    check(world, 'route.input.local', type === 'local', () => formatIpv4(destination))
  if (type === 'local') {
    const verdict = fibValidateSource(world, netns, device, {
      source,
      destination,
      tos,
      mark,
      outDevice: 0,
      transport,
    })
    return verdict.ok ? LOCAL : { kind: 'refused', reason: verdict.reason }
  }
  if (!checkConf(world, 'route.input.forwarding', forwards, device, 'forwarding')) return FORWARDING_OFF
  if (type !== 'unicast') return martianDestination(world, destination)
  return routeForward(world, netns, device, question, flow, found)
}

/** What the sender is told about a lookup that failed (ip_error); a blackhole tells nothing. */
function failedLookup(failed: FibFailed): InputRoute {
  switch (failed.errno) {
    case 'ENETUNREACH':
      return { kind: 'unreachable', errno: 'ENETUNREACH', reason: 'ip.no_route' }
    case 'EHOSTUNREACH':
      return { kind: 'unreachable', errno: 'EHOSTUNREACH', reason: 'ip.route_unreachable' }
    case 'EACCES':
      return { kind: 'unreachable', errno: 'EACCES', reason: 'ip.route_prohibit' }
    case 'EINVAL':
      return { kind: 'refused', reason: 'ip.route_blackhole' }
  }
}

/** For everybody on the link (brd_input): IP only, so ARP for a broadcast address gets no answer. */
function broadcastInput(world: World, netns: Netns, device: NetDevice, question: InputQuestion): InputRoute {
  const { source } = question
  if (!check(world, 'route.input.not_broadcast_for_arp', question.isIpv4, () => formatIpv4(question.destination)))
    return MARTIAN_DESTINATION
  if (!isZeronetIpv4(source)) {
    const { tos, mark } = question
    const verdict = fibValidateSource(world, netns, device, {
      source,
      destination: IPV4_ANY,
      tos: tos & TOS_ROUTE_MASK,
      mark,
      outDevice: 0,
      transport: question.transport,
    })
    if (!verdict.ok) return { kind: 'refused', reason: verdict.reason }
  }
  return BROADCAST
}

/** For a group: only joined ones are received (ip_check_mc_rcu, ip_mc_validate_source). */
function routeInputMulticast(world: World, netns: Netns, device: NetDevice, question: InputQuestion): InputRoute {
  const { destination, source } = question
  const joined = isGroupJoined(device, destination)
  if (!check(world, 'route.input.multicast_joined', joined, () => formatIpv4(destination))) return NOT_JOINED
  if (isMulticastIpv4(source) || source === IPV4_BROADCAST || !question.isIpv4) return martianSource(world, source)
  if (isLoopbackIpv4(source) && effectiveConf(netns, device, 'route_localnet') === 0)
    return martianSource(world, source)
  if (isZeronetIpv4(source)) return isLocalMulticast(destination) ? MULTICAST : martianSource(world, source)
  const { tos, mark } = question
  const verdict = fibValidateSource(world, netns, device, {
    source,
    destination: IPV4_ANY,
    tos: tos & TOS_ROUTE_MASK,
    mark,
    outDevice: 0,
    transport: question.transport,
  })
  return verdict.ok ? MULTICAST : { kind: 'refused', reason: verdict.reason }
}

/** A packet to pass on (ip_mkroute_input, __mkroute_input): the source is judged, a redirect may be due. */
function routeForward(
  world: World,
  netns: Netns,
  device: NetDevice,
  question: InputQuestion,
  flow: FibFlow,
  found: FibFound,
): InputRoute {
  const { destination, source } = question
  const selected =
    found.route.nexthops.length > 1 ? { ...found, nexthop: fibSelectMultipath(world, found, flow) } : found
  const { nexthop } = selected
  const out = deviceById(world, nexthop.device)
  if (!hasIpv4(out)) return { kind: 'refused', reason: 'ip.no_ipv4_on_device' }
  const verdict = fibValidateSource(world, netns, device, {
    source,
    destination,
    tos: flow.tos,
    mark: flow.mark,
    outDevice: out.id,
    transport: flow.transport,
  })
  if (!verdict.ok) return { kind: 'refused', reason: verdict.reason }
  const back = out === device
  if (!question.isIpv4 && back) {
    // Proxy ARP answers for another device; for the same one only as a private VLAN.
    const pvlan = effectiveConf(netns, device, 'proxy_arp_pvlan') !== 0
    if (!checkConf(world, 'route.input.proxy_arp_pvlan', pvlan, device, 'proxy_arp_pvlan')) return SAME_INTERFACE
  }
  const redirectDue =
    question.isIpv4 && back && verdict.onLink && isRedirectDue(world, netns, device, source, nexthop.gateway)
  const { type } = found.route
  const route = makeRoute(world, netns, { type, destination, source, device: out, found: selected, forwarding: true })
  return { kind: 'forward', route, redirectDue }
}

/** Whether the sender, who is on the same link, should be told of the better way. */
function isRedirectDue(
  world: World,
  netns: Netns,
  device: NetDevice,
  source: Ipv4Address,
  gateway: Ipv4Address | undefined,
): boolean {
  const sends = effectiveConf(netns, device, 'send_redirects') !== 0
  if (!checkConf(world, 'route.input.send_redirects', sends, device, 'send_redirects')) return false
  if (effectiveConf(netns, device, 'shared_media') !== 0) return true
  const together = inetAddrOnlink(device.ipv4, source, gateway)
  return checkConf(world, 'route.input.shared_media', together, device, 'shared_media')
}
