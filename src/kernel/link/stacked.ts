// What devices that stand on another one have in common. Linux: netif_stacked_transfer_operstate, unregister_netdevice_many.
import { changeMtu, unregisterNetdevice } from '../netdev/lifecycle.ts'
import { setCarrier } from '../netdev/link-watch.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { DeviceId, World } from '../world.ts'

/** The devices of a list of ids that still exist, in its order; a copy, so that the list may change meanwhile. */
export function existing(world: World, ids: readonly DeviceId[]): NetDevice[] {
  return ids.flatMap((id) => world.devices[id] ?? [])
}

/** Gives children the carrier of the device that they stand on (netif_stacked_transfer_operstate). */
export function transferCarrier(world: World, lower: NetDevice, children: readonly DeviceId[]): void {
  for (const child of existing(world, children)) setCarrier(world, child, lower.carrier)
}

/** Makes children no longer than the device that they stand on; when it grows they stay as they are (NETDEV_CHANGEMTU). */
export function shrinkMtu(world: World, lower: NetDevice, children: readonly DeviceId[]): void {
  for (const child of existing(world, children)) {
    if (child.mtuBytes > lower.mtuBytes) changeMtu(world, child, lower.mtuBytes)
  }
}

/** Removes the children of a device that goes for good (NETDEV_UNREGISTER). */
export function removeChildren(world: World, children: readonly DeviceId[]): void {
  for (const child of existing(world, children)) {
    world.modules.linkKinds[child.state.kind]?.remove(world, child)
    unregisterNetdevice(world, child)
  }
}
