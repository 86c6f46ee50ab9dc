// From a routed packet to a frame: finds the neighbour, waits for its address if need be, and sends. Linux: ip_finish_output2, neigh_output.
import { IPV4_BROADCAST, type Ipv4Address, type MacAddress } from '../../wire/address.ts'
import { ETHERTYPE_IPV4, writeEthernetHeader } from '../../wire/ethernet.ts'
import { isBroadcastAddress } from '../ipv4/devinet.ts'
import type { XmitResult } from '../link/link-kind.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { devQueueXmit } from '../netdev/transmit.ts'
import { writableData, type Skb } from '../skb.ts'
import { netnsById, type World } from '../world.ts'
import { arpConstructor, arpSolicit } from './arp.ts'
import { createEntry, isConnectedState, neighEventSend, type NeighOps } from './neigh-entry.ts'
import type { NeighEntry } from './neigh-table.ts'

/** Puts the Ethernet header on a packet and sends it (dev_hard_header, dev_queue_xmit). */
function transmitTo(world: World, device: NetDevice, mac: MacAddress, skb: Skb): XmitResult {
  writeEthernetHeader(writableData(world, skb), mac, device.mac, ETHERTYPE_IPV4)
  skb.protocol = ETHERTYPE_IPV4
  return devQueueXmit(world, device, skb)
}

/** Sends a packet to a neighbour whose address is known (neigh_hh_output, neigh_resolve_output). */
function transmitToEntry(world: World, device: NetDevice, entry: NeighEntry, skb: Skb): XmitResult {
  if (entry.mac === undefined) return 'sent'
  if (!entry.headerReady) entry.headerReady = true
  return transmitTo(world, device, entry.mac, skb)
}

/** What the neighbour state machine needs of ARP and IPv4 (arp_tbl's operations). */
export const arpNeighOps: NeighOps = {
  solicit: arpSolicit,
  transmit: transmitToEntry,
  reportUnreachable: (world, device, skb) => world.modules.linkFailure(world, device, skb),
}

/** Hands an IPv4 packet to a neighbour on a device: sends it, or lets it wait until the neighbour's address is known. */
export function neighOutput(world: World, device: NetDevice, nexthop: Ipv4Address, skb: Skb): XmitResult {
  const entry = device.neigh.entries.get(nexthop)
  if (entry !== undefined) {
    // sock_confirm_neigh
    if (skb.confirmsNeighbour) entry.confirmedAt = world.now
    if (isConnectedState(entry.state) && entry.mac !== undefined) return transmitToEntry(world, device, entry, skb)
    return neighEventSend(world, arpNeighOps, device, entry, skb) ? transmitToEntry(world, device, entry, skb) : 'sent'
  }
  const broadcast = nexthop === IPV4_BROADCAST || isBroadcastAddress(world, netnsById(world, device.netns), nexthop)
  const known = arpConstructor(device, nexthop, broadcast)
  // Linux keeps NOARP entries for these; nobody sees them, and they never change.
  if (known !== undefined) return transmitTo(world, device, known.mac, skb)
  neighEventSend(world, arpNeighOps, device, createEntry(world, device, nexthop), skb)
  return 'sent'
}
