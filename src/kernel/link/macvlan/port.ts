// The lower device of macvlan children: struct macvlan_port, its making and unmaking, and who has which address.
// Linux: macvlan_port_create, macvlan_port_destroy, macvlan_hash_lookup, macvlan_addr_busy.
import { assert } from '../../../base/assert.ts'
import type { MacvlanMode } from '../../../contract/read-models.ts'
import type { MacAddress } from '../../../wire/address.ts'
import { changeMac } from '../../netdev/lifecycle.ts'
import { linkState, type LinkStateOf, type MacvlanPort, type NetDevice } from '../../netdev/net-device.ts'
import type { KernelError } from '../../system-call.ts'
import { deviceById, type World } from '../../world.ts'

/** Frames that may wait for the broadcast work queue unless a child asks for more (MACVLAN_DEFAULT_BC_QUEUE_LEN). */
export const DEFAULT_BROADCAST_QUEUE_LENGTH = 1000

/** The port of a device that has macvlan children. */
export function portOf(lower: NetDevice): MacvlanPort {
  const port = lower.macvlanPort
  assert(port !== undefined, `${lower.name} is no macvlan port`)
  return port
}

export function macvlanState(child: NetDevice): LinkStateOf<'macvlan'> {
  return linkState(child, 'macvlan')
}

export function lowerOf(world: World, child: NetDevice): NetDevice {
  return deviceById(world, macvlanState(child).lower)
}

export function modeOf(child: NetDevice): MacvlanMode {
  return macvlanState(child).mode
}

/** Children in the order of their creation. */
export function childrenOf(world: World, port: MacvlanPort): NetDevice[] {
  return port.children.map((id) => deviceById(world, id))
}

/** The child with an address; only those that are up are in the table (macvlan_hash_lookup). */
export function findChild(world: World, port: MacvlanPort, mac: MacAddress): NetDevice | undefined {
  for (const id of port.children) {
    const child = deviceById(world, id)
    if (child.up && child.mac === mac) return child
  }
  return undefined
}

/** Whether an address is taken by the lower device or by another child that is up (macvlan_addr_busy). */
export function isAddressBusy(world: World, lower: NetDevice, child: NetDevice, mac: MacAddress): boolean {
  const port = portOf(lower)
  if (!port.passthru && !port.addressChange && lower.mac === mac) return true
  return port.children.some((id) => {
    const other = deviceById(world, id)
    return id !== child.id && other.up && other.mac === mac
  })
}

/** Hooks onto a device (macvlan_port_create). EINVAL: loopback or an ipvlan child; EBUSY: it has another receive handler. */
export function createPort(lower: NetDevice): KernelError | undefined {
  if (lower.state.kind === 'lo') return { errno: 'EINVAL' }
  if (lower.rxHandler !== undefined) return { errno: 'EBUSY' }
  if (lower.state.kind === 'ipvlan') return { errno: 'EINVAL' }
  lower.rxHandler = 'macvlan'
  lower.macvlanPort = {
    children: [],
    table: [],
    passthru: false,
    permanentMac: lower.mac,
    addressChange: false,
    queueLength: 0,
  }
  return undefined
}

/** Lets go of a device whose last child is gone; an address that a passthru child gave it is taken back (macvlan_port_destroy). */
export function destroyPort(world: World, lower: NetDevice): void {
  const port = portOf(lower)
  lower.rxHandler = undefined
  lower.macvlanPort = undefined
  if (port.passthru && lower.mac !== port.permanentMac) changeMac(world, lower, port.permanentMac)
}

/** How many frames may wait: the most that any child asks for (update_port_bc_queue_len). */
export function broadcastQueueLimit(world: World, port: MacvlanPort): number {
  return Math.max(...childrenOf(world, port).map((child) => macvlanState(child).broadcastQueueLength))
}
