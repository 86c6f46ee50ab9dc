// Addresses besides its own that a device listens to, entered by hand: `bridge fdb add MAC dev DEV self` on a device that is no bridge.
// And groups, by `ip maddr add`. Linux: ndo_dflt_fdb_add, ndo_dflt_fdb_del, dev_mc_add_global, dev_mc_del_global.
import type { MacAddress } from '../../wire/address.ts'
import type { FdbSpec, KernelError } from '../system-call.ts'
import type { World } from '../world.ts'
import { addUnicastFilter, removeUnicastFilter } from './lifecycle.ts'
import type { NetDevice } from './net-device.ts'

/** Adds an address to a device's filter. Only permanent entries without a VLAN make sense there (EINVAL); a second one is EEXIST. */
export function filterAdd(world: World, device: NetDevice, spec: FdbSpec): KernelError | undefined {
  if ((spec.state ?? 'permanent') !== 'permanent' || spec.vlan !== undefined) return { errno: 'EINVAL' }
  if (device.unicastFilter.has(spec.mac)) return { errno: 'EEXIST' }
  addUnicastFilter(world, device, spec.mac)
  return undefined
}

/** Removes what `filterAdd` added; ENOENT when it is not there. */
export function filterDelete(world: World, device: NetDevice, spec: FdbSpec): KernelError | undefined {
  if (!device.unicastFilter.has(spec.mac)) return { errno: 'ENOENT' }
  removeUnicastFilter(world, device, spec.mac)
  return undefined
}

/** `ip maddr add`: any address, however often. EINVAL on loopback, which filters nothing. */
export function groupAdd(device: NetDevice, mac: MacAddress): KernelError | undefined {
  if (device.state.kind === 'lo') return { errno: 'EINVAL' }
  if (!device.staticGroups.includes(mac)) device.staticGroups.push(mac)
  return undefined
}

/** `ip maddr del`; ENOENT for what `ip maddr add` did not add. */
export function groupDelete(device: NetDevice, mac: MacAddress): KernelError | undefined {
  if (device.state.kind === 'lo') return { errno: 'EINVAL' }
  if (!device.staticGroups.includes(mac)) return { errno: 'ENOENT' }
  device.staticGroups = device.staticGroups.filter((group) => group !== mac)
  return undefined
}
