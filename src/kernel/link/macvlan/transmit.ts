// What a macvlan child sends: to bridge-mode siblings inside the driver, everything else out of the lower device. Linux: macvlan_queue_xmit.
import { formatMac, isGroupMac, type MacAddress } from '../../../wire/address.ts'
import { ethernetDestination } from '../../../wire/ethernet.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { devForwardSkb } from '../../netdev/receive.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import type { Skb } from '../../skb.ts'
import { check, decide } from '../../trace.ts'
import type { World } from '../../world.ts'
import type { XmitResult } from '../link-kind.ts'
import { broadcastToSiblings } from './broadcast.ts'
import { findChild, lowerOf, modeOf, portOf } from './port.ts'

/** The bridge-mode sibling that has an address, if there is one. */
function bridgeSibling(world: World, lower: NetDevice, destination: MacAddress): NetDevice | undefined {
  const sibling = findChild(world, portOf(lower), destination)
  const known = sibling !== undefined
  if (
    !check(
      world,
      'macvlan.destination_is_sibling',
      known,
      () => formatMac(destination),
      () => `children of ${lower.name}`,
    )
  )
    return undefined
  if (sibling === undefined) return undefined
  const mode = modeOf(sibling)
  return check(
    world,
    'macvlan.sibling_bridges',
    mode === 'bridge',
    () => `mode ${mode}`,
    () => sibling.name,
  )
    ? sibling
    : undefined
}

/** Sends a frame of a child (macvlan_queue_xmit). Only bridge mode has a look at the address. */
export function macvlanQueueXmit(world: World, device: NetDevice, skb: Skb): XmitResult {
  const lower = lowerOf(world, device)
  const mode = modeOf(device)
  const destination = ethernetDestination(skb.data)
  if (
    check(
      world,
      'macvlan.bridges',
      mode === 'bridge',
      () => `mode ${mode}`,
      () => device.name,
    )
  ) {
    if (isGroupMac(destination)) broadcastToSiblings(world, lower, device, skb)
    else {
      const sibling = bridgeSibling(world, lower, destination)
      if (sibling !== undefined) {
        decide(world, 'macvlan.to_sibling', device, skb, destination, sibling.id)
        // By way of the lower device's receive path, so that captures there see it; it is never on the wire.
        devForwardSkb(world, lower, skb)
        return 'sent'
      }
    }
  }
  decide(world, 'macvlan.out_of_parent', device, skb, destination, lower.id)
  return devQueueXmit(world, lower, skb)
}
