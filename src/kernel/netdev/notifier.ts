// Device events: what call_netdevice_notifiers tells the rest of the kernel.
import type { World } from '../world.ts'
import type { NetDevice } from './net-device.ts'

/** `carrier` is NETDEV_CHANGE: carrier or operational state changed while up. `netns` comes after a move. */
export type DeviceEvent = 'register' | 'unregister' | 'up' | 'down' | 'carrier' | 'mac' | 'mtu' | 'name' | 'netns'

export function notifyDevice(world: World, device: NetDevice, event: DeviceEvent): void {
  for (const listener of world.modules.deviceListeners) listener(world, device, event)
}
