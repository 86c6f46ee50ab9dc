// Next hops with a number of their own, which routes name, and groups of them. Linux: net/ipv4/nexthop.c.
import type { NexthopMember, NexthopObjectSpec } from '../../contract/nexthop.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { DeviceEvent } from '../netdev/notifier.ts'
import type { Netns } from '../netns.ts'
import type { KernelError } from '../system-call.ts'
import { deviceById, deviceByIndex, netnsById, type World } from '../world.ts'
import { fibCheckNh } from './fib-semantics.ts'
import { fibFlush, fibReplaceWays, TABLE_MAIN, type FibRoute, type Nexthop } from './fib-table.ts'
import { isBlackhole, isGroup, waysOf, type NexthopObject } from './nexthop-object.ts'

type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: KernelError }

function invalid(message: string, errno: KernelError['errno'] = 'EINVAL'): { ok: false; error: KernelError } {
  return { ok: false, error: { errno, message } }
}

/** The routes that lead by an object. */
const leadsBy =
  (id: number) =>
  (route: FibRoute): boolean =>
    route.nexthopId === id

/** `ip nexthop add` and `replace` (nexthop_add). Without a number the object gets the next free one. */
export function nexthopAdd(
  world: World,
  netns: Netns,
  mode: 'add' | 'replace',
  spec: NexthopObjectSpec,
): KernelError | undefined {
  const wrong = spec.group === undefined ? checkSingle(world, netns, spec) : checkGroup(netns, spec, spec.group)
  if (wrong !== undefined) return wrong
  if (mode === 'replace' && (spec.id ?? 0) === 0) return { errno: 'EINVAL', message: 'Replace requires nexthop id.' }
  const id = spec.id === undefined || spec.id === 0 ? findUnusedId(netns) : spec.id
  const made = spec.group === undefined ? createWay(world, netns, spec) : ({ ok: true, value: undefined } as const)
  if (!made.ok) return made.error
  const object = { id, protocol: spec.protocol ?? 'unspec', way: made.value, group: spec.group ?? [] }
  const old = netns.nexthops.get(id)
  if (old !== undefined) return mode === 'add' ? { errno: 'EEXIST' } : replaceNexthop(world, netns, old, object)
  netns.nexthops.set(id, object)
  world.modules.rtnetlink.nexthop(world, netns, object, false)
  return undefined
}

/** The number after the last one given that nobody has (nh_find_unused_id). */
function findUnusedId(netns: Netns): number {
  do netns.lastNexthopId++
  while (netns.nexthops.has(netns.lastNexthopId))
  return netns.lastNexthopId
}

/** What is wrong with a next hop by itself (rtm_to_nh_config). */
function checkSingle(world: World, netns: Netns, spec: NexthopObjectSpec): KernelError | undefined {
  const { ifindex, gateway } = spec
  const says = (message: string, errno: KernelError['errno'] = 'EINVAL'): KernelError => ({ errno, message })
  if (spec.blackhole === true)
    return ifindex === undefined && gateway === undefined
      ? undefined
      : says('Blackhole attribute can not be used with gateway, oif, encap or fdb.')
  if (ifindex === undefined && gateway === undefined) return says('Invalid address family.')
  if (ifindex === undefined) return says('Device attribute required for non-blackhole and non-fdb nexthops.')
  const device = deviceByIndex(world, netns, ifindex)
  if (device === undefined) return says('Invalid device index.')
  if (!device.up) return says('Nexthop device is not up.', 'ENETDOWN')
  if (!device.carrier) return says('Carrier for nexthop device is down.', 'ENETDOWN')
  if (spec.onlink === true && gateway === undefined)
    return says('ONLINK flag can not be set for nexthop without a gateway.')
  return undefined
}

/** What is wrong with a group (nh_check_attr_group). */
function checkGroup(netns: Netns, spec: NexthopObjectSpec, group: readonly NexthopMember[]): KernelError | undefined {
  const says = (message: string): KernelError => ({ errno: 'EINVAL', message })
  if (spec.ifindex !== undefined || spec.gateway !== undefined) return says('Invalid family for group.')
  if (new Set(group.map(({ id }) => id)).size < group.length)
    return says('Nexthop id can not be used twice in a group.')
  for (const { id } of group) {
    const member = netns.nexthops.get(id)
    if (member === undefined) return says('Invalid nexthop id.')
    if (isGroup(member)) return says('Hash-threshold group can not be a nexthop within a group.')
    if (isBlackhole(member) && group.length > 1)
      return says('Blackhole nexthop can not be used in a group with more than 1 path.')
  }
  return undefined
}

/** The way of a single next hop (nh_create_ipv4). A blackhole has none, but needs loopback to be up. */
function createWay(world: World, netns: Netns, spec: NexthopObjectSpec): Checked<Nexthop | undefined> {
  if (spec.blackhole !== true) return fibCheckNh(world, netns, spec, TABLE_MAIN, 0)
  if (!deviceById(world, netns.loopback).up) return invalid('Device for nexthop is not up.', 'ENETDOWN')
  return { ok: true, value: undefined }
}

/** Groups that an object is a member of. */
function groupsWith(netns: Netns, id: number): NexthopObject[] {
  return [...netns.nexthops.values()].filter(({ group }) => group.some((member) => member.id === id))
}

/** Puts another object in the place of one; routes by it lead the new way at once (replace_nexthop, nexthop_replace_notify). */
function replaceNexthop(
  world: World,
  netns: Netns,
  old: NexthopObject,
  object: NexthopObject,
): KernelError | undefined {
  if (isGroup(old) !== isGroup(object)) {
    const message = isGroup(object)
      ? 'Can not replace a nexthop with a nexthop group.'
      : 'Can not replace a nexthop group with a nexthop.'
    return { errno: 'EINVAL', message }
  }
  const groups = groupsWith(netns, object.id)
  if (isBlackhole(object) && groups.some(({ group }) => group.length > 1)) {
    return { errno: 'EINVAL', message: 'Blackhole nexthop can not be a member of a group with more than one path.' }
  }
  netns.nexthops.set(object.id, object)
  world.modules.rtnetlink.nexthop(world, netns, object, false)
  for (const each of [object, ...groups])
    for (const route of fibReplaceWays(world, netns, leadsBy(each.id), waysOf(netns, each)))
      world.modules.rtnetlink.route(world, netns, route, false)
  return undefined
}

/** `ip nexthop del` (rtm_del_nexthop). */
export function nexthopDelete(world: World, netns: Netns, id: number): KernelError | undefined {
  const object = netns.nexthops.get(id)
  if (object === undefined) return { errno: 'ENOENT' }
  removeNexthop(world, netns, object, true)
  return undefined
}

/**
 * Takes an object away with the routes by it, and out of its groups; a group that is left without members goes, too (remove_nexthop,
 * remove_nexthop_from_groups). What follows from a device is not told to those who listen.
 */
function removeNexthop(world: World, netns: Netns, object: NexthopObject, isTold: boolean): void {
  if (!netns.nexthops.delete(object.id)) return
  const { rtnetlink } = world.modules
  if (isTold) rtnetlink.nexthop(world, netns, object, true)
  fibFlush(world, netns, leadsBy(object.id))
  for (const holder of groupsWith(netns, object.id)) {
    const group = holder.group.filter(({ id }) => id !== object.id)
    if (group.length === 0) {
      removeNexthop(world, netns, holder, isTold)
      continue
    }
    const smaller = { ...holder, group }
    netns.nexthops.set(holder.id, smaller)
    fibReplaceWays(world, netns, leadsBy(holder.id), waysOf(netns, smaller))
    if (isTold) rtnetlink.nexthop(world, netns, smaller, false)
  }
}

/** Next hops go with their device, and when it goes down or loses its carrier (nh_netdev_event, nexthop_flush_dev). */
export function nexthopDeviceEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  const isLost = event === 'down' || event === 'unregister' || (event === 'carrier' && !device.carrier)
  if (!isLost) return
  const netns = netnsById(world, device.netns)
  const lost = [...netns.nexthops.values()].filter(({ way }) => way?.device === device.id)
  for (const object of lost) removeNexthop(world, netns, object, false)
}
