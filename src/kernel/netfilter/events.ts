// Flows that were given an address by MASQUERADE end with it. Linux: masq_device_event, masq_inet_event.
import type { Ipv4Address } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { DeviceEvent } from '../netdev/notifier.ts'
import { netnsById, type World } from '../world.ts'
import { deleteConnection, type Connection } from './conntrack/connection.ts'

function forgetMasqueraded(world: World, device: NetDevice, isOver: (connection: Connection) => boolean): void {
  const netns = netnsById(world, device.netns)
  const state = netns.netfilter?.conntrack
  if (state === undefined) return
  for (const connection of [...state.connections.values()])
    if (connection.masqueradeDevice === device.id && isOver(connection)) deleteConnection(world, netns, connection)
}

/** A device goes down: all flows behind its addresses are over. */
export function netfilterDeviceEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  if (world.filtering && (event === 'down' || event === 'unregister')) forgetMasqueraded(world, device, () => true)
}

/** A device loses an address: the flows behind it are over. */
export function netfilterAddressRemoved(world: World, device: NetDevice, address: Ipv4Address): void {
  forgetMasqueraded(world, device, ({ reply }) => reply.destination === address)
}
