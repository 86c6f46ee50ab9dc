// ARP on the way out: asking for neighbours, and the constructor that decides how an address is reached. Linux: net/ipv4/arp.c. RFC 826.
import { inetSelectAddr, isOwnAddress } from '../ipv4/devinet.ts'
import { SCOPE_LINK } from '../ipv4/scope.ts'
import { ARP_REQUEST, emitArpFrame } from '../../wire/arp.ts'
import {
  formatIpv4,
  inPrefix,
  IPV4_ANY,
  isMulticastIpv4,
  multicastMac,
  ZERO_MAC,
  type Ipv4Address,
  type MacAddress,
} from '../../wire/address.ts'
import { ETHERTYPE_ARP } from '../../wire/ethernet.ts'
import { ipv4Source } from '../../wire/ipv4.ts'
import { broadcastMacOf, type NetDevice } from '../netdev/net-device.ts'
import { devQueueXmit } from '../netdev/transmit.ts'
import { allocSkb, NETWORK_HEADER, type Skb } from '../skb.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import { check, checkConf, decide } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import type { NeighEntry } from './neigh-table.ts'

export interface ArpMessage {
  readonly operation: number
  /** Address of the Ethernet frame; broadcast or the neighbour. */
  readonly destination: MacAddress
  readonly senderIp: Ipv4Address
  readonly targetIp: Ipv4Address
  /** Hardware address in the payload; zero when it is what is asked for. */
  readonly targetMac: MacAddress
}

/** Builds and sends an ARP frame by a device (arp_send_dst). A device without ARP stays silent. */
export function arpSend(world: World, device: NetDevice, message: ArpMessage): void {
  if (device.noArp) return
  const data = emitArpFrame({
    destination: message.destination,
    source: device.mac,
    operation: message.operation,
    senderMac: device.mac,
    senderIp: message.senderIp,
    targetMac: message.targetMac,
    targetIp: message.targetIp,
  })
  devQueueXmit(world, device, allocSkb(world, data, ETHERTYPE_ARP, device.id))
}

/** True when two addresses lie in one subnet of a device (inet_addr_onlink). */
function inetAddrOnlink(device: NetDevice, a: Ipv4Address, b: Ipv4Address): boolean {
  return device.ipv4.addresses.some(
    (address) =>
      !address.secondary &&
      inPrefix(a, address.address, address.prefixLength) &&
      inPrefix(b, address.address, address.prefixLength),
  )
}

/** The source address that a request names: that of the waiting packet, or one of the device, by arp_announce. */
function solicitSource(world: World, device: NetDevice, target: Ipv4Address, skb: Skb | undefined): Ipv4Address {
  const netns = netnsById(world, device.netns)
  const announce = effectiveConf(netns, device, 'arp_announce')
  checkConf(world, 'arp.solicit.announce', announce === 0, device, 'arp_announce')
  if (announce < 2 && skb !== undefined) {
    const source = ipv4Source(skb.data, NETWORK_HEADER)
    const own = isOwnAddress(world, netns, source)
    check(world, 'arp.solicit.packet_source_is_own', own, () => formatIpv4(source))
    if (own && (announce === 0 || inetAddrOnlink(device, target, source))) return source
  }
  const selected = inetSelectAddr(world, netns, device, target, SCOPE_LINK) ?? IPV4_ANY
  check(
    world,
    'arp.solicit.selected_source',
    selected !== IPV4_ANY,
    () => formatIpv4(selected),
    () => device.name,
  )
  return selected
}

/** Asks for a neighbour's address (arp_solicit): by broadcast, or, while the old address is being probed, the neighbour alone. */
export function arpSolicit(world: World, device: NetDevice, entry: NeighEntry, skb: Skb | undefined): void {
  const { parms } = device.neigh
  const unicast = entry.probes < parms.ucast_solicit && entry.mac !== undefined
  if (!unicast && entry.probes - parms.ucast_solicit < parms.app_solicit) return
  const senderIp = solicitSource(world, device, entry.ip, skb)
  const destination = unicast && entry.mac !== undefined ? entry.mac : broadcastMacOf(device)
  const cause = world.cause
  decide(world, 'arp.solicit', device, undefined, entry.ip, senderIp, destination)
  arpSend(world, device, { operation: ARP_REQUEST, destination, senderIp, targetIp: entry.ip, targetMac: ZERO_MAC })
  world.cause = cause
}

/** How an address is reached when it needs no question (arp_constructor): multicast, broadcast, or a device without ARP. */
export function arpConstructor(
  device: NetDevice,
  ip: Ipv4Address,
  isBroadcast: boolean,
): { readonly mac: MacAddress } | undefined {
  if (device.state.kind === 'lo') return { mac: device.mac }
  if (isMulticastIpv4(ip)) return { mac: multicastMac(ip) }
  // Without ARP the frame goes to the device's own address: nobody on an Ethernet picks it up.
  if (device.noArp) return { mac: device.mac }
  return isBroadcast ? { mac: broadcastMacOf(device) } : undefined
}
