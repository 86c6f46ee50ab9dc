// Addresses of macvlan children, which the lower device has to listen to; in passthru mode child and lower device share one.
// Linux: macvlan_set_mac_address, macvlan_sync_address.
import { isValidDeviceMac, type MacAddress } from '../../../wire/address.ts'
import { addUnicastFilter, changeMac, removeUnicastFilter } from '../../netdev/lifecycle.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { notifyDevice } from '../../netdev/notifier.ts'
import type { KernelError } from '../../system-call.ts'
import { linkChanged } from '../../trace.ts'
import type { World } from '../../world.ts'
import { enterTable } from './address-table.ts'
import { isAddressBusy, lowerOf, modeOf, portOf } from './port.ts'

const IN_USE: KernelError = { errno: 'EADDRINUSE' }

/** Gives a child another address (macvlan_set_mac_address). EADDRNOTAVAIL: not one for a device; EADDRINUSE: taken by the lower device or a sibling. */
export function setChildMac(world: World, child: NetDevice, mac: MacAddress): KernelError | undefined {
  if (!isValidDeviceMac(mac)) return { errno: 'EADDRNOTAVAIL' }
  if (mac === child.mac) return undefined
  const lower = lowerOf(world, child)
  if (modeOf(child) === 'passthru') return setSharedMac(world, lower, child, mac)
  if (isAddressBusy(world, lower, child, mac)) return IN_USE
  if (child.up) {
    addUnicastFilter(world, lower, mac)
    removeUnicastFilter(world, lower, child.mac)
    enterTable(portOf(lower), child, mac)
  }
  return undefined
}

/** A passthru child changes the lower device's address, and that event the child's own. */
function setSharedMac(world: World, lower: NetDevice, child: NetDevice, mac: MacAddress): KernelError | undefined {
  portOf(lower).addressChange = true
  const refused = changeMac(world, lower, mac)
  if (refused !== undefined) return refused
  notifyDevice(world, child, 'mac')
  linkChanged(world, child, 'changed')
  return undefined
}

/** Lets a passthru child follow its lower device's address; one that did not come from the child is what it gets back later (macvlan_sync_address). */
export function syncPassthruMac(world: World, lower: NetDevice, child: NetDevice): void {
  const port = portOf(lower)
  if (child.up) {
    if (isAddressBusy(world, lower, child, lower.mac)) return
    enterTable(port, child, lower.mac)
  }
  child.mac = lower.mac
  if (!port.addressChange) port.permanentMac = lower.mac
  port.addressChange = false
}
