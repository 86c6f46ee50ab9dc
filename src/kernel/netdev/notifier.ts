// Device events: what call_netdevice_notifiers tells the rest of the kernel.
import type { World } from '../world.ts'
import type { NetDevice } from './net-device.ts'

/**
 * `carrier` is NETDEV_CHANGE: carrier or operational state changed while up. `noarp` is NETDEV_CHANGE with IFF_NOARP switched. `netns` comes
 * after a move. `dismantle` comes before the `unregister` of a device that goes for good, so that what stands on it goes first.
 */
export type DeviceEvent =
  'register' | 'dismantle' | 'unregister' | 'up' | 'down' | 'carrier' | 'noarp' | 'mac' | 'mtu' | 'name' | 'netns'

export function notifyDevice(world: World, device: NetDevice, event: DeviceEvent): void {
  for (const listener of world.modules.deviceListeners) listener(world, device, event)
}
