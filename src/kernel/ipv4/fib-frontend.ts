// What addresses, devices and users do to the routing tables. Linux: fib_frontend.c (fib_add_ifaddr, fib_del_ifaddr, fib_netdev_event,
// inet_rtm_newroute, inet_rtm_delroute).
import type { AddressScope, RouteType } from '../../contract/read-models.ts'
import { broadcastOf, IPV4_ANY, IPV4_BROADCAST, networkOf, type Ipv4Address } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { DeviceEvent } from '../netdev/notifier.ts'
import type { Netns } from '../netns.ts'
import type { KernelError, RouteSpec } from '../system-call.ts'
import { deviceByIndex, netnsById, type World } from '../world.ts'
import { inetAddrType } from './fib-addr-type.ts'
import { fibCreateInfo, fibSyncDownDev, type FibConfig } from './fib-semantics.ts'
import {
  fibFlush,
  fibNewTable,
  fibTableDelete,
  fibTableInsert,
  TABLE_LOCAL,
  TABLE_MAIN,
  type InsertMode,
} from './fib-table.ts'
import { inetIfaByprefix, prefixOf, sameSubnet, type InAddress } from './in-device.ts'
import { limitExceptionMtu } from './route-exceptions.ts'

/** What fib_magic adds or removes: a kernel route of an address. */
interface MagicRoute {
  readonly type: RouteType
  readonly destination: Ipv4Address
  readonly prefixLength: number
  readonly metric: number
}

function magicConfig(device: NetDevice, primary: InAddress, magic: MagicRoute): FibConfig {
  return {
    table: magic.type === 'unicast' ? TABLE_MAIN : TABLE_LOCAL,
    destination: magic.destination,
    prefixLength: magic.prefixLength,
    tos: 0,
    metric: magic.metric,
    type: magic.type,
    scope: magic.type === 'local' ? 'host' : 'link',
    protocol: 'kernel',
    prefSource: primary.local,
    mtuBytes: 0,
    mtuLocked: false,
    otherMetrics: [],
    realms: 0,
    nexthopId: 0,
    nexthops: [{ ifindex: device.ifindex }],
  }
}

/** Adds a route of an address (fib_magic); that it exists already is no matter. */
function addMagic(
  world: World,
  netns: Netns,
  device: NetDevice,
  primary: InAddress,
  magic: MagicRoute,
  mode: InsertMode = 'append',
): void {
  const config = magicConfig(device, primary, magic)
  const table = fibNewTable(netns, config.table)
  const created = fibCreateInfo(world, netns, config)
  if (created.ok) fibTableInsert(world, netns, table, created.value, mode)
}

function deleteMagic(world: World, netns: Netns, device: NetDevice, primary: InAddress, magic: MagicRoute): void {
  const config = magicConfig(device, primary, magic)
  fibTableDelete(world, netns, fibNewTable(netns, config.table), {
    ...config,
    nexthops: [{ device: device.id, gateway: undefined, weight: undefined }],
  })
}

const LOCAL = { type: 'local', prefixLength: 32, metric: 0 } as const
const BROADCAST = { type: 'broadcast', prefixLength: 32, metric: 0 } as const

function isLoopback(device: NetDevice): boolean {
  return device.state.kind === 'lo'
}

/** Whether an address makes a route to its network: not 0.0.0.0/x, not a plain /32. */
function hasNetwork(ifa: InAddress): boolean {
  const network = prefixOf(ifa)
  return network !== IPV4_ANY && (network !== ifa.local || ifa.prefixLength < 32)
}

function networkRoute(device: NetDevice, ifa: InAddress, metric: number): MagicRoute {
  return {
    type: isLoopback(device) ? 'local' : 'unicast',
    destination: prefixOf(ifa),
    prefixLength: ifa.prefixLength,
    metric,
  }
}

/**
 * Adds the routes of an address (fib_add_ifaddr): its local entry always; its broadcast entries and the route to its network when the device
 * is up. A secondary address only gets a local entry, with its primary as source.
 */
export function fibAddIfaddr(world: World, netns: Netns, device: NetDevice, ifa: InAddress): void {
  const primary = ifa.secondary ? inetIfaByprefix(device.ipv4, prefixOf(ifa), ifa.prefixLength) : ifa
  if (primary === undefined) return
  addMagic(world, netns, device, primary, { ...LOCAL, destination: ifa.local })
  if (!device.up) return
  if (ifa.broadcast !== undefined && ifa.broadcast !== IPV4_BROADCAST) {
    addMagic(world, netns, device, primary, { ...BROADCAST, destination: ifa.broadcast })
  }
  if (ifa.secondary || !hasNetwork(ifa)) return
  if (!ifa.noPrefixRoute) addMagic(world, netns, device, primary, networkRoute(device, ifa, ifa.metric))
  if (ifa.prefixLength < 31) {
    addMagic(world, netns, device, primary, { ...BROADCAST, destination: broadcastOf(ifa.address, ifa.prefixLength) })
  }
}

/** Moves the route of an address's network to another metric (fib_modify_prefix_metric). */
export function fibModifyPrefixMetric(
  world: World,
  netns: Netns,
  device: NetDevice,
  ifa: InAddress,
  metric: number,
): void {
  if (!device.up || ifa.secondary || ifa.noPrefixRoute || !hasNetwork(ifa)) return
  addMagic(world, netns, device, ifa, networkRoute(device, ifa, metric))
  deleteMagic(world, netns, device, ifa, networkRoute(device, ifa, ifa.metric))
}

/** What other addresses of the device still need of an address that goes. */
interface StillNeeded {
  gone: boolean
  local: boolean
  broadcast: boolean
  /** Last and first address of the network as broadcast. */
  last: boolean
  first: boolean
}

/** The scan of fib_del_ifaddr over the addresses that stay. */
function scanRemaining(
  device: NetDevice,
  ifa: InAddress,
  primary: InAddress,
  promotedFrom: InAddress | undefined,
): StillNeeded {
  const needed: StillNeeded = { gone: true, local: false, broadcast: false, last: false, first: false }
  const last = broadcastOf(ifa.address, ifa.prefixLength)
  const first = prefixOf(ifa)
  let holder: InAddress | undefined
  let samePrefsrc = false
  for (const other of device.ipv4.addresses) {
    if (other === ifa) {
      // A promotion keeps the address.
      needed.gone = false
      continue
    }
    if (promotedFrom !== undefined && sameSubnet(other, promotedFrom)) continue
    if (other.secondary) {
      if (sameSubnet(other, primary)) holder = primary
      else {
        if (!samePrefsrc) continue
        if (holder === undefined || !sameSubnet(other, holder))
          holder = inetIfaByprefix(device.ipv4, prefixOf(other), other.prefixLength)
        if (holder === undefined || holder.local !== primary.local) continue
      }
    } else {
      if (primary.local !== other.local) continue
      holder = other
      if (primary !== holder) samePrefsrc = true
    }
    if (ifa.local === other.local) needed.local = true
    if (ifa.broadcast === other.broadcast) needed.broadcast = true
    if (last === other.broadcast) needed.last = true
    if (first === other.broadcast) needed.first = true
    // A primary keeps the broadcast addresses of its network.
    if (holder === other && other.prefixLength < 31 && prefixOf(other) !== IPV4_ANY) {
      const ends = [broadcastOf(other.address, other.prefixLength), prefixOf(other)]
      if (ifa.broadcast !== undefined && ends.includes(ifa.broadcast)) needed.broadcast = true
      if (ends.includes(last)) needed.last = true
      if (ends.includes(first)) needed.first = true
    }
  }
  return needed
}

/**
 * Removes the routes of an address that other addresses do not need (fib_del_ifaddr). When the address is gone for good, routes that prefer it
 * as source go too. `promotedFrom` is the primary that a promoted secondary loses; `deviceGone` skips the scan.
 */
export function fibDelIfaddr(
  world: World,
  netns: Netns,
  device: NetDevice,
  ifa: InAddress,
  promotedFrom?: InAddress,
  deviceGone = false,
): void {
  const primary = ifa.secondary ? inetIfaByprefix(device.ipv4, prefixOf(ifa), ifa.prefixLength) : ifa
  if (primary === undefined) return
  let subnet = false
  if (!ifa.secondary && hasNetwork(ifa)) {
    if (!ifa.noPrefixRoute) deleteMagic(world, netns, device, primary, networkRoute(device, ifa, 0))
    subnet = true
  }
  const needed = deviceGone
    ? { gone: true, local: false, broadcast: false, last: false, first: false }
    : scanRemaining(device, ifa, primary, promotedFrom)
  if (!needed.broadcast && ifa.broadcast !== undefined)
    deleteMagic(world, netns, device, primary, { ...BROADCAST, destination: ifa.broadcast })
  if (subnet && ifa.prefixLength < 31) {
    if (!needed.last)
      deleteMagic(world, netns, device, primary, {
        ...BROADCAST,
        destination: broadcastOf(ifa.address, ifa.prefixLength),
      })
    if (!needed.first) deleteMagic(world, netns, device, primary, { ...BROADCAST, destination: prefixOf(ifa) })
  }
  if (needed.local) return
  deleteMagic(world, netns, device, primary, { ...LOCAL, destination: ifa.local })
  // fib_sync_down_addr: what preferred the address as source is stray now, in the main table only.
  if (needed.gone && inetAddrType(world, netns, ifa.local) !== 'local') {
    fibFlush(world, netns, (route) => route.table === TABLE_MAIN && route.prefSource === ifa.local)
  }
}

/** Ends all routing through a device (fib_disable_ip); `force` takes local entries along. */
function fibDisableIp(
  world: World,
  netns: Netns,
  device: NetDevice,
  event: 'down' | 'unregister',
  force: boolean,
): void {
  fibFlush(world, netns, (route) => fibSyncDownDev(route, device.id, event, force))
}

/** Nexthops through a device live again: after `up` the dead ones, after the carrier came those without it (fib_sync_up). */
function fibSyncUp(netns: Netns, device: NetDevice, dead: boolean): void {
  if (!device.up) return
  for (const table of netns.fibTables.values()) {
    for (const route of table.routes) {
      for (const nexthop of route.nexthops) {
        if (nexthop.device !== device.id) continue
        if (dead) nexthop.dead = false
        if (!dead || device.carrier) nexthop.linkDown = false
      }
    }
  }
}

/** Routes follow their devices (fib_netdev_event). */
export function fibNetdevEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  const netns = netnsById(world, device.netns)
  switch (event) {
    case 'up':
      for (const ifa of [...device.ipv4.addresses]) fibAddIfaddr(world, netns, device, ifa)
      fibSyncUp(netns, device, true)
      return
    case 'down':
      fibDisableIp(world, netns, device, 'down', false)
      return
    case 'unregister':
      fibDisableIp(world, netns, device, 'unregister', true)
      return
    case 'carrier':
      if (device.carrier) fibSyncUp(netns, device, false)
      else
        for (const table of netns.fibTables.values())
          for (const route of table.routes) fibSyncDownDev(route, device.id, 'carrier', false)
      return
    case 'mtu':
      limitExceptionMtu(netns, device)
      return
    default:
  }
}

/** An address was added (fib_inetaddr_event, NETDEV_UP). */
export function fibAddressAdded(world: World, netns: Netns, device: NetDevice, ifa: InAddress): void {
  fibAddIfaddr(world, netns, device, ifa)
  fibSyncUp(netns, device, true)
}

/** An address was removed (fib_inetaddr_event, NETDEV_DOWN): with the last one all routing through the device ends. True when it was the last. */
export function fibAddressRemoved(
  world: World,
  netns: Netns,
  device: NetDevice,
  ifa: InAddress,
  deviceGone: boolean,
): boolean {
  fibDelIfaddr(world, netns, device, ifa, undefined, deviceGone)
  if (device.ipv4.addresses.length > 0) return false
  fibDisableIp(world, netns, device, 'down', true)
  return true
}

/** The scope that iproute2 asks for when the user names none. */
function defaultScope(spec: RouteSpec): AddressScope {
  switch (spec.type) {
    case 'local':
      return 'host'
    case 'broadcast':
    case 'multicast':
    case 'anycast':
      return 'link'
    case 'unicast':
      return spec.nexthops.length <= 1 && spec.nexthops[0]?.gateway === undefined ? 'link' : 'global'
    default:
      return 'global'
  }
}

/** What is wrong with a request by itself (rtm_to_fib_config, fib_valid_key_len). */
function checkKey(spec: RouteSpec): KernelError | undefined {
  const hasWay = spec.nexthops.some(({ gateway, ifindex }) => gateway !== undefined || ifindex !== undefined)
  if (hasWay && (spec.nexthopId ?? 0) !== 0)
    return { errno: 'EINVAL', message: 'Nexthop specification and nexthop id are mutually exclusive.' }
  if (spec.prefixLength < 0 || spec.prefixLength > 32) return { errno: 'EINVAL', message: 'Invalid prefix length.' }
  if (networkOf(spec.destination, spec.prefixLength) !== spec.destination) {
    return { errno: 'EINVAL', message: 'Invalid prefix for given prefix length.' }
  }
  return undefined
}

/** Adds a route for the user (inet_rtm_newroute). */
export function fibRouteAdd(world: World, netns: Netns, mode: InsertMode, spec: RouteSpec): KernelError | undefined {
  const tos = spec.tos ?? 0
  if ((tos & 3) !== 0) return { errno: 'EINVAL', message: 'Invalid dsfield (tos): ECN bits must be 0.' }
  const id = spec.table === 0 ? TABLE_MAIN : spec.table
  const table = fibNewTable(netns, id)
  const refused = checkKey(spec)
  if (refused !== undefined) return refused
  const created = fibCreateInfo(world, netns, {
    table: id,
    destination: spec.destination,
    prefixLength: spec.prefixLength,
    tos,
    metric: spec.metric ?? 0,
    type: spec.type,
    scope: spec.scope ?? defaultScope(spec),
    protocol: spec.protocol ?? 'boot',
    prefSource: spec.source,
    mtuBytes: spec.mtuBytes ?? 0,
    mtuLocked: spec.mtuLocked ?? false,
    otherMetrics: spec.otherMetrics ?? [],
    realms: spec.realms ?? 0,
    nexthopId: spec.nexthopId ?? 0,
    nexthops: spec.nexthops,
  })
  if (!created.ok) return created.error
  const failed = fibTableInsert(world, netns, table, created.value, mode)
  if (failed === undefined && spec.type === 'local') netns.hasCustomLocalRoutes = true
  return failed
}

/** Deletes a route for the user (inet_rtm_delroute). Type `unicast` is what `ip route del` means when it names none: any. */
export function fibRouteDelete(world: World, netns: Netns, spec: RouteSpec): KernelError | undefined {
  const table = netns.fibTables.get(spec.table === 0 ? TABLE_MAIN : spec.table)
  if (table === undefined) return { errno: 'ESRCH', message: 'FIB table does not exist.' }
  const refused = checkKey(spec)
  if (refused !== undefined) return refused
  return fibTableDelete(world, netns, table, {
    destination: spec.destination,
    prefixLength: spec.prefixLength,
    tos: spec.tos ?? 0,
    metric: spec.metric ?? 0,
    type: spec.type === 'unicast' ? undefined : spec.type,
    scope: spec.scope,
    protocol: spec.protocol,
    prefSource: spec.source,
    mtuBytes: spec.mtuBytes ?? 0,
    nexthopId: spec.nexthopId ?? 0,
    nexthops: spec.nexthops.map((nexthop) => ({
      // A device that is not there matches no route.
      device: nexthop.ifindex === undefined ? 0 : (deviceByIndex(world, netns, nexthop.ifindex)?.id ?? -1),
      gateway: nexthop.gateway,
      weight: spec.nexthops.length > 1 ? (nexthop.weight ?? 1) : undefined,
    })),
  })
}
