// The lower device of ipvlan children: struct ipvl_port, its making and unmaking, its mode. Linux: ipvlan_port_create, ipvlan_port_destroy,
// ipvlan_set_port_mode.
import { assert } from '../../../base/assert.ts'
import type { IpvlanMode } from '../../../contract/read-models.ts'
import { setNoArp } from '../../netdev/lifecycle.ts'
import { linkState, type IpvlanPort, type NetDevice } from '../../netdev/net-device.ts'
import type { KernelError } from '../../system-call.ts'
import { deviceById, type World } from '../../world.ts'
import { existing } from '../stacked.ts'

/** The port of a device that has ipvlan children. */
export function portOf(lower: NetDevice): IpvlanPort {
  const port = lower.ipvlanPort
  assert(port !== undefined, `${lower.name} is no ipvlan port`)
  return port
}

export function lowerOf(world: World, child: NetDevice): NetDevice {
  return deviceById(world, linkState(child, 'ipvlan').lower)
}

/** Whether a mode is one of the two in which children speak IP only. */
export function isLayer3(mode: IpvlanMode): boolean {
  return mode !== 'l2'
}

/** Whether a device can be hooked onto (the head of ipvlan_link_new). EINVAL: loopback; EBUSY: it has another receive handler. */
export function checkLower(lower: NetDevice): KernelError | undefined {
  if (lower.state.kind === 'lo') return { errno: 'EINVAL' }
  return lower.rxHandler === undefined ? undefined : { errno: 'EBUSY' }
}

/** Hooks onto a device (ipvlan_port_create). */
export function createPort(lower: NetDevice): void {
  lower.rxHandler = 'ipvlan'
  lower.ipvlanPort = { children: [], mode: 'l3', flag: 'bridge', queueLength: 0 }
}

/** Lets go of a device whose last child is gone (ipvlan_port_destroy). */
export function destroyPort(lower: NetDevice): void {
  lower.rxHandler = undefined
  lower.ipvlanPort = undefined
}

/** Switches all children of a port to another mode; above layer 2 they have no ARP (ipvlan_set_port_mode). */
export function setPortMode(world: World, port: IpvlanPort, mode: IpvlanMode): void {
  if (port.mode === mode) return
  for (const child of existing(world, port.children)) setNoArp(world, child, isLayer3(mode))
  port.mode = mode
}
