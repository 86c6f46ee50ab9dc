// Whether a route makes sense, and what its nexthops are: fib_create_info, fib_check_nh, fib_valid_prefsrc. Linux: fib_semantics.c.
import type { RouteType } from '../../contract/read-models.ts'
import { IPV4_ANY, type Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { KernelError, NexthopSpec } from '../system-call.ts'
import { deviceByIndex, type World } from '../world.ts'
import { inetAddrType } from './fib-addr-type.ts'
import { fibLookup, fibTableLookup, isErrorType, type FibFlow } from './fib-lookup.ts'
import { TABLE_LOCAL, TABLE_MAIN, type FibRoute, type Nexthop } from './fib-table.ts'
import { nexthopScopeError, waysOf } from './nexthop-object.ts'
import { scopeNumber, SCOPE_HOST, SCOPE_LINK, SCOPE_NOWHERE } from './scope.ts'

/** A route as asked for: struct fib_config. */
export interface FibConfig extends Omit<FibRoute, 'nexthops' | 'lastDefault'> {
  readonly nexthops: readonly NexthopSpec[]
}

type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: KernelError }

function refuse(errno: KernelError['errno'], message?: string): { readonly ok: false; readonly error: KernelError } {
  return { ok: false, error: message === undefined ? { errno } : { errno, message } }
}

/** Least near scope that a route of a type may have (fib_props). */
const TYPE_SCOPE: Partial<Record<RouteType, number>> = { local: SCOPE_HOST, broadcast: SCOPE_LINK, anycast: SCOPE_LINK }

/**
 * Checks a route and resolves its nexthops (fib_create_info), in the order in which Linux tests: scope of the type, no nexthop for
 * unreachable and its kind, host scope, each nexthop, preferred source.
 */
export function fibCreateInfo(world: World, netns: Netns, config: FibConfig): Checked<FibRoute> {
  if ((TYPE_SCOPE[config.type] ?? 0) > scopeNumber(config.scope)) return refuse('EINVAL', 'Invalid scope.')
  const { nexthops: wanted } = config
  if (config.nexthopId !== 0) return routeByObject(netns, config)
  let nexthops: Nexthop[] = []
  if (isErrorType(config.type)) {
    if (wanted.some((spec) => spec.gateway !== undefined || spec.ifindex !== undefined)) {
      return refuse('EINVAL', 'Gateway, device and multipath can not be specified for this route type.')
    }
  } else {
    const resolved = resolveNexthops(world, netns, config)
    if (!resolved.ok) return resolved
    nexthops = resolved.value
    if (config.prefSource !== undefined && !fibValidPrefsrc(world, netns, config, config.prefSource)) {
      return refuse('EINVAL', 'Invalid prefsrc address.')
    }
  }
  return { ok: true, value: routeOf(config, nexthops) }
}

/** A route by an object of `ip nexthop`, whose ways it takes over. */
function routeByObject(netns: Netns, config: FibConfig): Checked<FibRoute> {
  const object = netns.nexthops.get(config.nexthopId)
  if (object === undefined) return refuse('EINVAL', 'Nexthop id does not exist.')
  const ways = waysOf(netns, object)
  if (isErrorType(config.type)) return { ok: true, value: routeOf(config, ways) }
  const scope = scopeNumber(config.scope)
  if (scope > SCOPE_HOST) return refuse('EINVAL', 'Invalid scope.')
  const refused = nexthopScopeError(object, ways, scope)
  if (refused !== undefined) return refuse('EINVAL', refused)
  return { ok: true, value: routeOf(ways.length === 0 ? { ...config, type: 'blackhole' } : config, ways) }
}

/**
 * The route of a request. Written out member by member, as is every record that lookups read: script engines then lay all of them out alike, while
 * a rest or a second spread gives each a layout of its own, and to read those is several times slower.
 */
function routeOf(config: FibConfig, nexthops: Nexthop[]): FibRoute {
  return {
    table: config.table,
    destination: config.destination,
    prefixLength: config.prefixLength,
    tos: config.tos,
    metric: config.metric,
    type: config.type,
    scope: config.scope,
    protocol: config.protocol,
    prefSource: config.prefSource,
    mtuBytes: config.mtuBytes,
    mtuLocked: config.mtuLocked,
    otherMetrics: config.otherMetrics,
    realms: config.realms,
    nexthopId: config.nexthopId,
    nexthops,
    lastDefault: -1,
  }
}

function resolveNexthops(world: World, netns: Netns, config: FibConfig): Checked<Nexthop[]> {
  const scope = scopeNumber(config.scope)
  if (scope > SCOPE_HOST) return refuse('EINVAL', 'Invalid scope.')
  const specs: readonly NexthopSpec[] = config.nexthops.length === 0 ? [{}] : config.nexthops
  if (scope === SCOPE_HOST) return hostNexthop(world, netns, specs)
  const nexthops: Nexthop[] = []
  for (const spec of specs) {
    const checked = fibCheckNh(world, netns, spec, config.table, scope)
    if (!checked.ok) return checked
    nexthops.push(checked.value)
  }
  return { ok: true, value: nexthops }
}

/** An address of this machine: its device may be down, and it dies only with the device. */
function hostNexthop(world: World, netns: Netns, specs: readonly NexthopSpec[]): Checked<Nexthop[]> {
  const [spec] = specs
  if (specs.length !== 1 || spec === undefined)
    return refuse('EINVAL', 'Route with host scope can not have multiple nexthops.')
  if (spec.gateway !== undefined && spec.gateway !== IPV4_ANY)
    return refuse('EINVAL', 'Route with host scope can not have a gateway.')
  const device = deviceByIndex(world, netns, spec.ifindex ?? 0)
  if (device === undefined) return refuse('ENODEV')
  const nexthop = {
    device: device.id,
    gateway: undefined,
    onlink: false,
    weight: spec.weight ?? 1,
    scope: 'nowhere',
    dead: false,
    linkDown: false,
  } as const
  return { ok: true, value: [{ ...nexthop }] }
}

/** Whether a nexthop makes sense, and what it is then. A gateway is looked for in the table of the route first. */
export function fibCheckNh(
  world: World,
  netns: Netns,
  spec: NexthopSpec,
  table: number,
  scope: number,
): Checked<Nexthop> {
  if (spec.gateway === undefined || spec.gateway === IPV4_ANY) return checkDeviceNexthop(world, netns, spec)
  if (spec.onlink === true) return checkOnlinkNexthop(world, netns, spec, spec.gateway, scope)
  return checkGateway(world, netns, spec, spec.gateway, table, scope)
}

/** A nexthop that is only a device (fib_check_nh_nongw). */
function checkDeviceNexthop(world: World, netns: Netns, spec: NexthopSpec): Checked<Nexthop> {
  if (spec.onlink === true) return refuse('EINVAL', 'Invalid flags for nexthop - PERVASIVE and ONLINK can not be set.')
  const device = deviceByIndex(world, netns, spec.ifindex ?? 0)
  if (device === undefined) return refuse('ENODEV')
  if (!device.up) return refuse('ENETDOWN', 'Device for nexthop is not up.')
  const { id, carrier } = device
  return {
    ok: true,
    value: {
      device: id,
      gateway: undefined,
      onlink: false,
      weight: spec.weight ?? 1,
      scope: 'host',
      dead: false,
      linkDown: !carrier,
    },
  }
}

/** A gateway that is on the link because the user says so (fib_check_nh_v4_gw, RTNH_F_ONLINK). */
function checkOnlinkNexthop(
  world: World,
  netns: Netns,
  spec: NexthopSpec,
  gateway: Ipv4Address,
  scope: number,
): Checked<Nexthop> {
  if (scope >= SCOPE_LINK) return refuse('EINVAL', 'Nexthop has invalid scope.')
  const device = deviceByIndex(world, netns, spec.ifindex ?? 0)
  if (device === undefined) return refuse('ENODEV', 'Nexthop device required for onlink.')
  if (!device.up) return refuse('ENETDOWN', 'Nexthop device is not up.')
  if (inetAddrType(world, netns, gateway) !== 'unicast') return refuse('EINVAL', 'Nexthop has invalid gateway.')
  return {
    ok: true,
    value: {
      device: device.id,
      gateway,
      onlink: true,
      weight: spec.weight ?? 1,
      scope: 'link',
      dead: false,
      linkDown: !device.carrier,
    },
  }
}

/** A gateway must itself be reached without one: by a route of scope link, or as an own address (fib_check_nh_v4_gw). */
function checkGateway(
  world: World,
  netns: Netns,
  spec: NexthopSpec,
  gateway: Ipv4Address,
  table: number,
  scope: number,
): Checked<Nexthop> {
  const through = spec.ifindex === undefined ? undefined : deviceByIndex(world, netns, spec.ifindex)
  if (spec.ifindex !== undefined && spec.ifindex !== 0 && through === undefined)
    return refuse('EINVAL', 'Nexthop has invalid gateway.')
  const flow: FibFlow = {
    destination: gateway,
    source: IPV4_ANY,
    oif: through?.id ?? 0,
    iif: netns.loopback,
    tos: 0,
    mark: 0,
    scope: Math.max(scope + 1, SCOPE_LINK),
  }
  // A table of one's own is asked first, then the rules: the network of the gateway is mostly in main.
  const inTable = table === 0 || table === TABLE_MAIN ? undefined : fibTableLookup(world, netns, table, flow, true)
  const result = inTable?.ok === true ? inTable : fibLookup(world, netns, flow, true)
  if (!result.ok) return refuse(result.errno, 'Nexthop has invalid gateway.')
  const { type, scope: reached } = result.route
  if (type !== 'unicast' && type !== 'local') return refuse('EINVAL', 'Nexthop has invalid gateway.')
  const device = world.devices[result.nexthop.device]
  if (device === undefined) return refuse('EINVAL', 'No egress device for nexthop gateway.')
  if (!device.up) return refuse('ENETDOWN')
  return {
    ok: true,
    value: {
      device: device.id,
      gateway,
      onlink: false,
      weight: spec.weight ?? 1,
      scope: reached,
      dead: false,
      linkDown: !device.carrier,
    },
  }
}

/** Whether an address may be preferred as source: any own one (fib_valid_prefsrc). */
function fibValidPrefsrc(world: World, netns: Netns, config: FibConfig, source: Ipv4Address): boolean {
  if (config.type === 'local' && config.destination !== IPV4_ANY && source === config.destination) return true
  const table = config.table === TABLE_MAIN ? TABLE_LOCAL : config.table
  if (inetAddrType(world, netns, source, table) === 'local') return true
  return table !== TABLE_LOCAL && inetAddrType(world, netns, source) === 'local'
}

/** Marks what a device's fall does to the nexthops of a route (fib_sync_down_dev). True when no way of the route is left. */
export function fibSyncDownDev(
  route: FibRoute,
  deviceId: number,
  event: 'down' | 'unregister' | 'carrier',
  force: boolean,
): boolean {
  // A route by an object goes with that.
  if (route.nexthopId !== 0) return false
  let gone = 0
  for (const nexthop of route.nexthops) {
    // Own addresses (scope nowhere) outlive a device that only goes down.
    const spared = !force && scopeNumber(nexthop.scope) === SCOPE_NOWHERE
    if (nexthop.dead) gone++
    else if (nexthop.device === deviceId && !spared) {
      if (event !== 'carrier') nexthop.dead = true
      nexthop.linkDown = true
      gone++
    }
    if (event === 'unregister' && nexthop.device === deviceId) return true
  }
  return gone > 0 && gone === route.nexthops.length
}
