// Frames of this machine that leave through a bridge. Linux: net/bridge/br_device.c, br_dev_xmit.
import { isBroadcastMac, isGroupMac } from '../../../wire/address.ts'
import { ethernetDestination } from '../../../wire/ethernet.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Skb } from '../../skb.ts'
import { drop } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import type { XmitResult } from '../link-kind.ts'
import { bridgeState } from './bridge-id.ts'
import { checkEntry } from './checks.ts'
import { fdbFind } from './fdb.ts'
import { brFlood, brForward } from './forward.ts'
import { brHandleReaddressed } from './input.ts'
import { suppressArp } from './neigh-suppress.ts'
import { allowedIngress, NOT_ALLOWED } from './vlan-filter.ts'

/** Sends a frame of this machine to one port or to all. The sender never hears of a failure. Its source is not learned. Linux: br_dev_xmit. */
export function brDevXmit(world: World, bridge: NetDevice, skb: Skb): XmitResult {
  if (world.bridgeFiltering) {
    const port = world.modules.netfilter.bridgeReaddressed(world, skb)
    if (port !== undefined) {
      brHandleReaddressed(world, bridge, port, skb)
      return 'sent'
    }
  }
  const state = bridgeState(bridge)
  skb.bridgePort = 0
  const vlan = allowedIngress(world, state, bridge, state.vlans, skb)
  if (vlan === NOT_ALLOWED) {
    drop(world, 'bridge.vlan_ingress', bridge, skb)
    return 'sent'
  }
  const arpAnswered = suppressArp(world, bridge, bridge, skb, vlan)
  const destination = ethernetDestination(skb.data)
  if (isGroupMac(destination)) {
    brFlood(world, bridge, bridge, isBroadcastMac(destination) ? 'broadcast' : 'multicast', skb, false, arpAnswered)
    return 'sent'
  }
  const entry = fdbFind(state, destination, vlan)
  if (entry === undefined) {
    checkEntry(world, 'bridge.destination_known', false, bridge, destination, 'is unknown')
    brFlood(world, bridge, bridge, 'unicast', skb, false, arpAnswered)
  } else if (entry.device === bridge.id) {
    checkEntry(world, 'bridge.destination_elsewhere', false, bridge, destination, "is the bridge's own address")
    drop(world, 'bridge.local_entry_of_bridge', bridge, skb)
  } else {
    // The address of a port itself is no exception: the frame leaves by that port.
    checkEntry(world, 'bridge.destination_known', true, bridge, destination, 'is behind a port')
    brForward(world, bridge, bridge, deviceById(world, entry.device), skb, false)
  }
  return 'sent'
}
