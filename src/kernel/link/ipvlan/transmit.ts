// What an ipvlan child sends. Linux: ipvlan_queue_xmit, ipvlan_xmit_mode_l2, ipvlan_xmit_mode_l3, ipvlan_process_outbound,
// ipvlan_process_v4_outbound.
import { formatMac, isGroupMac } from '../../../wire/address.ts'
import { ETHERTYPE_IPV4, ethernetDestination, ethernetSource } from '../../../wire/ethernet.ts'
import { ipv4Tos } from '../../../wire/ipv4.ts'
import { ipLocalOut } from '../../ipv4/ip-output.ts'
import { ipRouteOutput } from '../../ipv4/route-output.ts'
import type { IpvlanPort, NetDevice } from '../../netdev/net-device.ts'
import { devForwardSkb } from '../../netdev/receive.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import { NETWORK_HEADER, type Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import { netnsById, type World } from '../../world.ts'
import type { XmitResult } from '../link-kind.ts'
import { findTarget, layer3Of, targetOf, type Layer3 } from './addresses.ts'
import { enqueueMulticast } from './multicast.ts'
import { lowerOf, portOf } from './port.ts'

/** Sends a frame of a child (ipvlan_queue_xmit). `dropped` reaches the sending program as ENOBUFS. */
export function ipvlanQueueXmit(world: World, device: NetDevice, skb: Skb): XmitResult {
  const lower = lowerOf(world, device)
  const port = portOf(lower)
  return port.mode === 'l2' ? sendLayer2(world, device, lower, port, skb) : sendLayer3(world, device, lower, port, skb)
}

/** A rung that the port's flag decides: vepa leaves everything to the switch. */
function keepsInside(world: World, lower: NetDevice, port: IpvlanPort): boolean {
  return check(
    world,
    'ipvlan.not_vepa',
    port.flag !== 'vepa',
    () => port.flag,
    () => `flag of ${lower.name}`,
  )
}

/** Hands a frame to a sibling inside the driver, unless private forbids it (ipvlan_rcv_frame with local). */
function toSibling(
  world: World,
  device: NetDevice,
  lower: NetDevice,
  port: IpvlanPort,
  sibling: NetDevice,
  skb: Skb,
  layer3: Layer3,
): XmitResult {
  const open = port.flag !== 'private'
  if (
    !check(
      world,
      'ipvlan.not_private',
      open,
      () => port.flag,
      () => `flag of ${lower.name}`,
    )
  ) {
    device.txDropped++
    drop(world, 'ipvlan.private_sibling', device, skb)
    return 'dropped'
  }
  decide(world, 'ipvlan.to_child', device, skb, layer3.destination, sibling.id)
  devForwardSkb(world, sibling, skb)
  return 'sent'
}

/** In l2 mode: group frames by the work queue, frames to the shared MAC address by their IP address, all others out (ipvlan_xmit_mode_l2). */
function sendLayer2(world: World, device: NetDevice, lower: NetDevice, port: IpvlanPort, skb: Skb): XmitResult {
  const destination = ethernetDestination(skb.data)
  const layer3 = layer3Of(skb)
  const toShared = destination === ethernetSource(skb.data)
  const inside = (): boolean => keepsInside(world, lower, port)
  const value = (): string => formatMac(destination)
  if (check(world, 'ipvlan.destination_is_shared_mac', toShared, value, () => lower.name) && inside()) {
    const sibling = layer3 === undefined ? undefined : findTarget(world, lower, port, layer3)
    if (sibling !== undefined && layer3 !== undefined)
      return toSibling(world, device, lower, port, sibling, skb, layer3)
    // No child has the address, so it is the lower device's own: its receive path passes it up.
    decide(world, 'ipvlan.to_parent_stack', device, skb, targetOf(layer3))
    devForwardSkb(world, lower, skb)
    return 'sent'
  }
  if (check(world, 'ipvlan.group_frame', isGroupMac(destination), value)) {
    enqueueMulticast(world, lower, device, skb)
    return 'sent'
  }
  decide(world, 'ipvlan.out_of_parent', device, skb, targetOf(layer3), lower.id)
  return devQueueXmit(world, lower, skb)
}

/** In l3 and l3s mode: to the sibling that has the IP address, else by the routes of the lower device's namespace (ipvlan_xmit_mode_l3). */
function sendLayer3(world: World, device: NetDevice, lower: NetDevice, port: IpvlanPort, skb: Skb): XmitResult {
  const layer3 = layer3Of(skb)
  if (layer3 !== undefined && keepsInside(world, lower, port)) {
    const sibling = findTarget(world, lower, port, layer3)
    if (sibling !== undefined) return toSibling(world, device, lower, port, sibling, skb, layer3)
  }
  return processOutbound(world, device, lower, skb, layer3)
}

/** Takes the Ethernet header off and leaves the rest to the lower device's IP; it is not forwarded, so no TTL goes down (ipvlan_process_outbound). */
function processOutbound(
  world: World,
  device: NetDevice,
  lower: NetDevice,
  skb: Skb,
  layer3: Layer3 | undefined,
): XmitResult {
  const group = ethernetDestination(skb.data)
  if (!check(world, 'ipvlan.not_group_address', !isGroupMac(group), () => formatMac(group))) {
    device.txDropped++
    drop(world, 'ipvlan.l3_group_address', device, skb)
    return 'dropped'
  }
  const isIp = skb.protocol === ETHERTYPE_IPV4 && layer3 !== undefined
  if (!check(world, 'ipvlan.is_ip', isIp) || layer3 === undefined) {
    device.txDropped++
    drop(world, 'ipvlan.not_ip', device, skb)
    return 'dropped'
  }
  // Marks do not cross namespaces (ipvlan_skb_crossing_ns).
  if (device.netns !== lower.netns) skb.mark = 0
  return routeByLower(world, device, lower, skb, layer3)
}

/** Routes a packet in the lower device's namespace, out of that device only, and sends it as the machine's own (ipvlan_process_v4_outbound). */
function routeByLower(world: World, device: NetDevice, lower: NetDevice, skb: Skb, layer3: Layer3): XmitResult {
  const found = ipRouteOutput(world, netnsById(world, lower.netns), {
    destination: layer3.destination,
    source: layer3.source,
    device: lower.id,
    tos: ipv4Tos(skb.data, NETWORK_HEADER),
    mark: skb.mark,
    anySource: true,
  })
  const { type } = found.ok ? found.route : { type: found.errno }
  const usable = type === 'unicast' || type === 'local'
  if (
    !check(
      world,
      'ipvlan.route_of_parent',
      usable,
      () => type,
      () => `routes out of ${lower.name}`,
    ) ||
    !found.ok
  ) {
    device.txDropped++
    drop(world, 'ipvlan.no_route_on_parent', device, skb)
    return 'dropped'
  }
  decide(world, 'ipvlan.routed_by_parent', device, skb, found.route.nexthop, found.route.device)
  const result = ipLocalOut(world, netnsById(world, lower.netns), found.route, skb)
  return result === 'filtered' ? 'dropped' : result
}
