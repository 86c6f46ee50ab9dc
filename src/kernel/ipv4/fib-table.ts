// A routing table: struct fib_table with its fib_alias entries, kept in the order of lookup. Linux: fib_trie.c.
import type { AddressScope, RouteMetric, RouteProtocol, RouteType } from '../../contract/read-models.ts'
import { inPrefix, type Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { KernelError } from '../system-call.ts'
import { routeChanged } from '../trace.ts'
import type { DeviceId, World } from '../world.ts'
import { areDefaultRules, TABLE_LOCAL, TABLE_MAIN } from './fib-rules.ts'

export { TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from './fib-rules.ts'

/** One way on: struct fib_nh. */
export interface Nexthop {
  /** 0 for routes without a device (unreachable and its kind). */
  readonly device: DeviceId
  readonly gateway: Ipv4Address | undefined
  readonly onlink: boolean
  readonly weight: number
  /** Scope that the gateway lookup gave: link when a gateway is used, host when the target is on the link itself, nowhere for own addresses. */
  readonly scope: AddressScope
  dead: boolean
  linkDown: boolean
}

/** One route: struct fib_alias with its fib_info. */
export interface FibRoute {
  readonly table: number
  readonly destination: Ipv4Address
  readonly prefixLength: number
  readonly tos: number
  readonly metric: number
  readonly type: RouteType
  readonly scope: AddressScope
  readonly protocol: RouteProtocol
  readonly prefSource: Ipv4Address | undefined
  /** RTAX_MTU, or 0. */
  readonly mtuBytes: number
  /** RTAX_LOCK has the bit of RTAX_MTU: path MTU discovery does not change it. */
  readonly mtuLocked: boolean
  readonly otherMetrics: readonly RouteMetric[]
  /** nh_tclassid, or 0. */
  readonly realms: number
  /** The object that it leads by (nhid), or 0: the nexthops are copies of that one's. */
  readonly nexthopId: number
  /** Empty for unreachable, prohibit, blackhole and throw. */
  readonly nexthops: Nexthop[]
  /** Which of several equal default routes was used last, counted from the first; -1 for none (fa_default). */
  lastDefault: number
}

/** What a lookup walks. */
export interface FibTrie {
  /** In the order of lookup: longest prefix first, then address, tos descending, metric ascending, list order. */
  routes: FibRoute[]
  /** For each route its destination and 32 less its prefix length, side by side: a lookup reads these, and only the matching route itself. */
  keys: Uint32Array
}

export interface FibTable extends FibTrie {
  readonly id: number
  /**
   * Set on the local table until a rule is added or removed: until then Linux keeps the local and the main table in one trie, so that a longer
   * prefix in main beats a shorter one in local (fib_trie_unmerge).
   */
  sharedWithMain: boolean
}

export type InsertMode = 'add' | 'replace' | 'change' | 'append' | 'prepend'

/** The table with this number, made at first use (fib_new_table). The local and the main table come together. */
export function fibNewTable(netns: Netns, id: number): FibTable {
  const present = netns.fibTables.get(id)
  if (present !== undefined) return present
  const sharedWithMain = id === TABLE_LOCAL && areDefaultRules(netns.fibRules)
  const table: FibTable = { id, routes: [], keys: new Uint32Array(0), sharedWithMain }
  netns.fibTables.set(id, table)
  if (sharedWithMain) fibNewTable(netns, TABLE_MAIN)
  return table
}

type RouteKey = Pick<FibRoute, 'destination' | 'prefixLength' | 'tos' | 'metric'>

/** Negative when `a` is looked at before `b` (leaf order and fib_find_alias). */
function compareKeys(a: RouteKey, b: RouteKey): number {
  if (a.prefixLength !== b.prefixLength) return b.prefixLength - a.prefixLength
  if (a.destination !== b.destination) return a.destination - b.destination
  return a.tos === b.tos ? a.metric - b.metric : b.tos - a.tos
}

/** Index of the first route that does not come before the key. */
function lowerBound(routes: readonly FibRoute[], key: RouteKey): number {
  let low = 0
  let high = routes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareKeys(routes[middle]!, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function keysOf(routes: readonly FibRoute[]): Uint32Array {
  const keys = new Uint32Array(routes.length * 2)
  routes.forEach((route, at) => {
    keys[at * 2] = route.destination
    keys[at * 2 + 1] = 32 - route.prefixLength
  })
  return keys
}

/** Makes a table's keys anew after its routes have changed. */
function reindex(netns: Netns, table: FibTable): void {
  table.keys = keysOf(table.routes)
  netns.fibTrie = undefined
}

/** The trie that the local and the main table share: the longer prefix comes first, and among equal ones the local table's. Undefined once they are apart. */
export function fibSharedTrie(netns: Netns): FibTrie | undefined {
  if (netns.fibTrie !== undefined) return netns.fibTrie
  const local = netns.fibTables.get(TABLE_LOCAL)
  if (local === undefined || !local.sharedWithMain) return undefined
  const routes = [...local.routes, ...(netns.fibTables.get(TABLE_MAIN)?.routes ?? [])]
  routes.sort((a, b) => b.prefixLength - a.prefixLength)
  netns.fibTrie = { routes, keys: keysOf(routes) }
  return netns.fibTrie
}

/** Whether two nexthops are the same but for being dead or without carrier (nh_comp). */
function sameNexthop(a: Nexthop, b: Nexthop): boolean {
  return (
    a.device === b.device &&
    a.gateway === b.gateway &&
    a.onlink === b.onlink &&
    a.weight === b.weight &&
    a.scope === b.scope
  )
}

function sameMetrics(a: readonly RouteMetric[], b: readonly RouteMetric[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, value, text }, at) => name === b[at]?.name && value === b[at].value && text === b[at].text)
  )
}

/** Whether two routes of equal key also agree in everything else: type and fib_info (fib_find_info). */
function sameRoute(a: FibRoute, b: FibRoute): boolean {
  return (
    a.type === b.type &&
    a.scope === b.scope &&
    a.protocol === b.protocol &&
    a.prefSource === b.prefSource &&
    a.mtuBytes === b.mtuBytes &&
    a.mtuLocked === b.mtuLocked &&
    sameMetrics(a.otherMetrics, b.otherMetrics) &&
    a.realms === b.realms &&
    a.nexthopId === b.nexthopId &&
    a.nexthops.length === b.nexthops.length &&
    a.nexthops.every((nexthop, at) => sameNexthop(nexthop, b.nexthops[at]!))
  )
}

/**
 * Puts a route into a table (fib_table_insert). Routes of equal prefix, tos and metric: `add` refuses with EEXIST, `replace` and `change` take
 * the place of the first, `append` goes behind them, `prepend` before them; an equal route is refused. `change` without one is ENOENT.
 */
export function fibTableInsert(
  world: World,
  netns: Netns,
  table: FibTable,
  route: FibRoute,
  mode: InsertMode,
): KernelError | undefined {
  const { routes } = table
  const first = lowerBound(routes, route)
  let end = first
  while (end < routes.length && compareKeys(routes[end]!, route) === 0) end++
  if (end > first) {
    if (mode === 'add') return { errno: 'EEXIST' }
    let same = first
    while (same < end && !sameRoute(routes[same]!, route)) same++
    if (mode === 'replace' || mode === 'change') {
      if (same === first) return undefined
      if (same < end) return { errno: 'EEXIST' }
      removed(world, netns, routes[first]!)
      routes[first] = route
      reindex(netns, table)
      added(world, netns, route)
      world.modules.rtnetlink.route(world, netns, route, false)
      return undefined
    }
    if (same < end) return { errno: 'EEXIST' }
  }
  if (mode === 'change') return { errno: 'ENOENT' }
  routes.splice(mode === 'append' ? end : first, 0, route)
  reindex(netns, table)
  added(world, netns, route)
  world.modules.rtnetlink.route(world, netns, route, false)
  return undefined
}

/** Which routes a delete means; undefined matches anything. */
export interface RouteMatch {
  readonly destination: Ipv4Address
  readonly prefixLength: number
  readonly tos: number
  /** 0 matches any. */
  readonly metric: number
  readonly type: RouteType | undefined
  readonly scope: AddressScope | undefined
  readonly protocol: RouteProtocol | undefined
  readonly prefSource: Ipv4Address | undefined
  /** Device and gateway of each nexthop; empty matches any. */
  readonly nexthops: readonly {
    readonly device: DeviceId
    readonly gateway: Ipv4Address | undefined
    readonly weight: number | undefined
  }[]
  readonly mtuBytes: number
  /** 0 matches any. */
  readonly nexthopId: number
}

/** fib_nh_match: one nexthop is compared with the route's first, several with all; a route by an object has none of its own to compare. */
function nexthopsMatch(match: RouteMatch, route: FibRoute): boolean {
  if (match.nexthopId !== 0) return route.nexthopId === match.nexthopId
  if (route.nexthopId !== 0) return match.nexthops.length === 0
  if (match.nexthops.length > 1 && match.nexthops.length !== route.nexthops.length) return false
  return match.nexthops.every((wanted, at) => {
    const nexthop = route.nexthops[at]
    if (nexthop === undefined) return false
    return (
      (wanted.device === 0 || wanted.device === nexthop.device) &&
      (wanted.gateway === undefined || wanted.gateway === nexthop.gateway) &&
      (wanted.weight === undefined || wanted.weight === nexthop.weight)
    )
  })
}

/** Deletes the first route that agrees with everything given (fib_table_delete); ESRCH when there is none. */
export function fibTableDelete(
  world: World,
  netns: Netns,
  table: FibTable,
  match: RouteMatch,
): KernelError | undefined {
  const at = table.routes.findIndex(
    (route) =>
      route.destination === match.destination &&
      route.prefixLength === match.prefixLength &&
      route.tos === match.tos &&
      (match.metric === 0 || route.metric === match.metric) &&
      (match.type === undefined || route.type === match.type) &&
      (match.scope === undefined || route.scope === match.scope) &&
      (match.prefSource === undefined || route.prefSource === match.prefSource) &&
      (match.protocol === undefined || route.protocol === match.protocol) &&
      (match.mtuBytes === 0 || route.mtuBytes === match.mtuBytes) &&
      nexthopsMatch(match, route),
  )
  const route = table.routes[at]
  if (route === undefined) return { errno: 'ESRCH' }
  table.routes.splice(at, 1)
  reindex(netns, table)
  removed(world, netns, route)
  world.modules.rtnetlink.route(world, netns, route, true)
  return undefined
}

/** Takes out of every table the routes that are dead (fib_flush). */
export function fibFlush(world: World, netns: Netns, isDead: (route: FibRoute) => boolean): void {
  for (const table of netns.fibTables.values()) {
    const dead = table.routes.filter(isDead)
    if (dead.length === 0) continue
    table.routes = table.routes.filter((route) => !dead.includes(route))
    reindex(netns, table)
    for (const route of dead) removed(world, netns, route)
  }
}

/**
 * Lets routes lead other ways, none for a blackhole, and gives the new ones: what becomes of the routes by an object when the object changes
 * (__fib_info_notify_update).
 */
export function fibReplaceWays(
  world: World,
  netns: Netns,
  isMeant: (route: FibRoute) => boolean,
  ways: readonly Nexthop[],
): readonly FibRoute[] {
  const changed: FibRoute[] = []
  for (const table of netns.fibTables.values()) {
    for (const [at, old] of table.routes.entries()) {
      if (!isMeant(old)) continue
      const route = leadBy(
        old,
        ways.map((way) => ({ ...way })),
      )
      removed(world, netns, old)
      table.routes[at] = route
      added(world, netns, route)
      changed.push(route)
    }
    reindex(netns, table)
  }
  return changed
}

/** A route that leads other ways: with none it is a blackhole, which one that was made as such stays. */
function leadBy(old: FibRoute, nexthops: Nexthop[]): FibRoute {
  const madeAs = old.nexthops.length === 0 && old.type === 'blackhole' ? 'unicast' : old.type
  return { ...old, type: nexthops.length === 0 ? 'blackhole' : madeAs, nexthops }
}

function added(world: World, netns: Netns, route: FibRoute): void {
  routeChanged(world, netns.id, route.destination, route.prefixLength, route.table, true)
}

/** A nexthop takes the exceptions that were learned for it along (free_fib_info). */
function removed(world: World, netns: Netns, route: FibRoute): void {
  for (const [destination, exception] of netns.routeExceptions) {
    const covered = inPrefix(destination, route.destination, route.prefixLength)
    if (covered && route.nexthops.some((nexthop) => nexthop.device === exception.device))
      netns.routeExceptions.delete(destination)
  }
  routeChanged(world, netns.id, route.destination, route.prefixLength, route.table, false)
}
