// How VLAN interfaces follow the device that they stand on. Linux: vlan_device_event, vlan_sync_address, vlan_dev_inherit_address.
import { addUnicastFilter, devClose, devOpen, removeUnicastFilter } from '../netdev/lifecycle.ts'
import { linkState, type NetDevice } from '../netdev/net-device.ts'
import { notifyDevice, type DeviceEvent } from '../netdev/notifier.ts'
import { linkChanged } from '../trace.ts'
import type { World } from '../world.ts'
import { existing, removeChildren, shrinkMtu, transferCarrier } from './stacked.ts'

/** Takes the lower device's address, unless the user chose one. Returns whether it did (vlan_dev_inherit_address). */
export function inheritAddress(world: World, device: NetDevice, lower: NetDevice): boolean {
  if (device.macSetByUser) return false
  device.mac = lower.mac
  notifyDevice(world, device, 'mac')
  linkChanged(world, device, 'changed')
  return true
}

/** Follows a new address of the lower device, or lets its filter know about an own one (vlan_sync_address). */
function syncAddress(world: World, device: NetDevice, lower: NetDevice): void {
  const state = linkState(device, 'vlan')
  if (state.lowerMac === lower.mac) return
  if (!inheritAddress(world, device, lower)) {
    if (device.mac !== state.lowerMac && device.mac === lower.mac) removeUnicastFilter(world, lower, device.mac)
    if (device.mac === state.lowerMac && device.mac !== lower.mac) addUnicastFilter(world, lower, device.mac)
  }
  state.lowerMac = lower.mac
}

/** VLAN interfaces go down with the lower device; loose ones stay (NETDEV_DOWN). */
function followDown(world: World, lower: NetDevice): void {
  const closing = existing(world, lower.vlanChildren).filter(
    (child) => child.up && !linkState(child, 'vlan').looseBinding,
  )
  for (const child of closing) devClose(world, child)
  transferCarrier(
    world,
    lower,
    closing.map((child) => child.id),
  )
}

/** VLAN interfaces go up with the lower device, even those that the user had put down; loose ones go their own way (NETDEV_UP). */
function followUp(world: World, lower: NetDevice): void {
  for (const child of existing(world, lower.vlanChildren)) {
    if (child.up) continue
    if (!linkState(child, 'vlan').looseBinding) devOpen(world, child)
    transferCarrier(world, lower, [child.id])
  }
}

/** Lets VLAN interfaces follow the device below (vlan_device_event). */
export function vlanDeviceEvent(world: World, lower: NetDevice, event: DeviceEvent): void {
  const children = lower.vlanChildren
  if (children.length === 0) return
  switch (event) {
    case 'carrier':
      transferCarrier(world, lower, children)
      return
    case 'mac':
      for (const child of existing(world, children)) if (child.up) syncAddress(world, child, lower)
      return
    case 'mtu':
      shrinkMtu(world, lower, children)
      return
    case 'up':
      followUp(world, lower)
      return
    case 'down':
      followDown(world, lower)
      return
    case 'dismantle':
      removeChildren(world, children)
      return
    default:
  }
}
