// Moving a device to another namespace: dev_change_net_namespace.
import type { KernelError } from '../system-call.ts'
import type { Netns } from '../netns.ts'
import { linkChanged } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { allocName, devClose, nextIfindex } from './lifecycle.ts'
import type { NetDevice } from './net-device.ts'
import { notifyDevice } from './notifier.ts'

/**
 * Moves a device: it goes down, leaves its bridge, loses addresses, routes and neighbours, and keeps MAC address, MTU, name and, where
 * it is free, its number.
 */
export function changeNetns(
  world: World,
  device: NetDevice,
  target: Netns,
  wanted = device.name,
): KernelError | undefined {
  if (target.id === device.netns) return undefined
  // Bridges and loopback belong to the namespace that made them (NETIF_F_NETNS_LOCAL).
  if (device.state.kind === 'bridge' || device.state.kind === 'lo') return { errno: 'EINVAL' }
  const name = allocName(target, wanted)
  if ([name, ...device.altNames].some((each) => target.deviceByName.has(each))) return { errno: 'EEXIST' }
  devClose(world, device)
  notifyDevice(world, device, 'unregister')
  linkChanged(world, device, 'removed')
  const source = netnsById(world, device.netns)
  source.deviceByIndex.delete(device.ifindex)
  for (const each of [device.name, ...device.altNames]) source.deviceByName.delete(each)
  device.netns = target.id
  device.name = name
  if (target.deviceByIndex.has(device.ifindex)) device.ifindex = nextIfindex(target)
  target.deviceByIndex.set(device.ifindex, device.id)
  for (const each of [name, ...device.altNames]) target.deviceByName.set(each, device.id)
  device.qdisc = 'noop'
  notifyDevice(world, device, 'netns')
  notifyDevice(world, device, 'register')
  linkChanged(world, device, 'created')
  return undefined
}
