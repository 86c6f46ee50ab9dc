// Which child has which IP address: what an ipvlan port looks up instead of MAC addresses. Linux: ipvlan_ht_addr_lookup, ipvlan_addr_lookup,
// ipvlan_get_L3_hdr, ipvlan_addr4_validator_event.
import { formatIpv4, IPV4_ANY, type Ipv4Address } from '../../../wire/address.ts'
import { ARP_LENGTH, arpSenderIp, arpTargetIp } from '../../../wire/arp.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../../../wire/ethernet.ts'
import {
  IPV4_HEADER_LENGTH,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Source,
  ipv4TotalLength,
  ipv4Version,
} from '../../../wire/ipv4.ts'
import type { IpvlanPort, NetDevice } from '../../netdev/net-device.ts'
import { NETWORK_HEADER, type Skb } from '../../skb.ts'
import type { KernelError } from '../../system-call.ts'
import { check } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'

/** Sender and target of a frame by their IP addresses: from the IPv4 header, or from an ARP message. */
export interface Layer3 {
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
}

/** The IP addresses of a frame, or undefined when it is neither whole IPv4 nor ARP (ipvlan_get_L3_hdr). */
export function layer3Of(skb: Skb): Layer3 | undefined {
  const { data } = skb
  const length = data.length - NETWORK_HEADER
  if (skb.protocol === ETHERTYPE_ARP) {
    if (length < ARP_LENGTH) return undefined
    return { source: arpSenderIp(data, NETWORK_HEADER), destination: arpTargetIp(data, NETWORK_HEADER) }
  }
  if (skb.protocol !== ETHERTYPE_IPV4 || length < IPV4_HEADER_LENGTH) return undefined
  const headerLength = ipv4HeaderLength(data, NETWORK_HEADER)
  const totalLength = ipv4TotalLength(data, NETWORK_HEADER)
  if (ipv4Version(data, NETWORK_HEADER) !== 4 || headerLength < IPV4_HEADER_LENGTH) return undefined
  if (length < totalLength || totalLength < headerLength) return undefined
  return { source: ipv4Source(data, NETWORK_HEADER), destination: ipv4Destination(data, NETWORK_HEADER) }
}

/** The destination of a frame for the trace; 0.0.0.0 for what is not IP. */
export function targetOf(layer3: Layer3 | undefined): Ipv4Address {
  return layer3?.destination ?? IPV4_ANY
}

/** True for an address of a child. A point-to-point address counts by its far end, as in Linux (ifa_address). */
function hasAddress(child: NetDevice, ip: Ipv4Address): boolean {
  return child.ipv4.addresses.some((ifa) => ifa.address === ip)
}

/** The child that has an address; only addresses of children that are up count (ipvlan_ht_addr_lookup). */
function findByAddress(world: World, port: IpvlanPort, ip: Ipv4Address): NetDevice | undefined {
  for (const id of port.children) {
    const child = deviceById(world, id)
    if (child.up && hasAddress(child, ip)) return child
  }
  return undefined
}

/** The child that a frame is for by its IP address or ARP target (ipvlan_addr_lookup). */
export function findTarget(world: World, lower: NetDevice, port: IpvlanPort, layer3: Layer3): NetDevice | undefined {
  const child = findByAddress(world, port, layer3.destination)
  const source = (): string => `addresses of the children of ${lower.name}`
  check(world, 'ipvlan.address_of_child', child !== undefined, () => formatIpv4(layer3.destination), source)
  return child
}

/** The child that sent a frame by its IP address or ARP sender. */
export function findSender(world: World, port: IpvlanPort, layer3: Layer3): NetDevice | undefined {
  return findByAddress(world, port, layer3.source)
}

/**
 * Whether an address may be added to a device: all ipvlan children of a lower device, up or down and in whatever namespace, share one table of
 * addresses (ipvlan_addr4_validator_event). EADDRINUSE.
 */
export function ipvlanValidateAddress(world: World, device: NetDevice, address: Ipv4Address): KernelError | undefined {
  if (device.state.kind !== 'ipvlan') return undefined
  const children = world.devices[device.state.lower]?.ipvlanPort?.children ?? []
  const busy = children.some((id) => hasAddress(deviceById(world, id), address))
  return busy ? { errno: 'EADDRINUSE', message: 'Address already assigned to an ipvlan device' } : undefined
}
