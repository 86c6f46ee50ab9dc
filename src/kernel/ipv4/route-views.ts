// Routing tables, rules and the answer to `ip route get` as records. Linux: fib_table_dump, fib_nl_dumprule, inet_rtm_getroute.
import type { Errno } from '../../contract/errno.ts'
import type { NexthopView, RouteDecisionView, RouteView, RuleView } from '../../contract/read-models.ts'
import { IPV4_ANY, isZeronetIpv4, type Ipv4Address } from '../../wire/address.ts'
import type { RouteQuery } from '../api.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import type { KernelError } from '../system-call.ts'
import { deviceByIndex, type DeviceId, type World } from '../world.ts'
import { ignoresLinkDown } from './fib-lookup.ts'
import type { FibRoute, FibTable, Nexthop } from './fib-table.ts'
import { findException } from './route-exceptions.ts'
import { ipRouteInputRcu } from './route-input.ts'
import { routeOutput } from './route-output.ts'
import type { RouteEntry } from './route.ts'

function nexthopView(world: World, nexthop: Nexthop): NexthopView {
  const { device, gateway, onlink, weight, linkDown } = nexthop
  // fib_nexthop_info shows a nexthop without carrier as dead when its device ignores such routes.
  const dead = nexthop.dead || (linkDown && ignoresLinkDown(world, device))
  return { device, gateway, onlink, weight, dead, linkDown }
}

/** One route of a namespace as a record. */
export function routeView(world: World, { loopback }: Netns, route: FibRoute): RouteView {
  const { table, destination, prefixLength, tos, metric, type, scope, protocol, prefSource } = route
  const { mtuBytes, mtuLocked, otherMetrics, realms } = route
  const nexthops = route.nexthops.map((nexthop) => nexthopView(world, nexthop))
  // A blackhole among the objects stands on loopback.
  if (route.nexthopId !== 0 && nexthops.length === 0) nexthops.push(bareNexthop(loopback, undefined))
  return {
    table,
    destination,
    prefixLength,
    tos,
    metric,
    type,
    scope,
    protocol,
    source: prefSource,
    mtuBytes,
    mtuLocked,
    otherMetrics,
    ...(realms === 0 ? {} : { realms }),
    ...(route.nexthopId === 0 ? {} : { nhid: route.nexthopId }),
    nexthops,
  }
}

/** The order of a dump: by address, and at one address in the order of lookup (fn_trie_dump_leaf). */
function inDumpOrder(table: FibTable): FibRoute[] {
  // The sort is stable, so routes of one address keep their order.
  return [...table.routes].sort((a, b) => a.destination - b.destination)
}

/** Routes of a table, or with 0 of all tables, in the order in which `ip route` prints them (inet_dump_fib). */
export function routeViews(world: World, netns: Netns, table: number): readonly RouteView[] {
  // Tables stand in 256 buckets by the low byte of their number; in a bucket the newest comes first.
  const tables = [...netns.fibTables.values()].reverse().sort((a, b) => (a.id & 255) - (b.id & 255))
  return tables
    .filter(({ id }) => table === 0 || id === table)
    .flatMap((each) => inDumpOrder(each).map((route) => routeView(world, netns, route)))
}

/** Whether a table was ever used; others cannot be listed. */
export function tableExists(netns: Netns, table: number): boolean {
  return table === 0 || netns.fibTables.has(table)
}

/** Policy rules in order. */
export function ruleViews(netns: Netns): readonly RuleView[] {
  return netns.fibRules.map((rule) => ({ ...rule }))
}

type RouteGetResult =
  { readonly ok: true; readonly value: RouteDecisionView } | { readonly ok: false; readonly error: KernelError }

function refuse(errno: Errno): RouteGetResult {
  return { ok: false, error: { errno } }
}

/** What `ip route get` answers (inet_rtm_getroute): as a packet of this machine, or with `iif` as one that arrives there. Reads only. */
export function routeGet(world: World, netns: Netns, query: RouteQuery): RouteGetResult {
  // A read leaves no rungs behind, and has no effect on the next packet.
  const { explain } = world.out
  world.out.explain = undefined
  try {
    return query.iif === undefined || query.iif === 0
      ? getOutput(world, netns, query)
      : getInput(world, netns, query, query.iif)
  } finally {
    world.out.explain = explain
  }
}

function getOutput(world: World, netns: Netns, query: RouteQuery): RouteGetResult {
  const bound = query.oif === undefined || query.oif === 0 ? undefined : deviceByIndex(world, netns, query.oif)
  if (query.oif !== undefined && query.oif !== 0 && bound === undefined) return refuse('ENODEV')
  const source = query.from ?? IPV4_ANY
  const flow = {
    destination: query.destination,
    source,
    device: bound?.id ?? 0,
    tos: query.tos ?? 0,
    mark: query.fwmark ?? 0,
    transport: query.transport,
    user: query.user,
  }
  const result = routeOutput(world, netns, flow, false)
  if (!result.ok) return refuse(result.errno)
  const { route } = result
  // RTA_PREFSRC is given only when it differs from what was asked.
  const chosen = route.source === source || isZeronetIpv4(route.source) ? undefined : route.source
  return { ok: true, value: decisionView(world, netns, query.destination, route, chosen) }
}

function getInput(world: World, netns: Netns, query: RouteQuery, iif: number): RouteGetResult {
  const device = deviceByIndex(world, netns, iif)
  if (device === undefined) return refuse('ENODEV')
  const { destination, from, tos, fwmark, transport } = query
  const source = from ?? IPV4_ANY
  const result = ipRouteInputRcu(world, device, {
    destination,
    source,
    tos: tos ?? 0,
    mark: fwmark ?? 0,
    isIpv4: true,
    transport,
  })
  switch (result.kind) {
    case 'refused':
      return refuse(result.reason === 'ip.rp_filter' ? 'EXDEV' : 'EINVAL')
    case 'unreachable':
      return refuse(result.errno)
    case 'forward':
      return {
        ok: true,
        value: {
          ...decisionView(world, netns, destination, result.route, undefined),
          ...(result.redirectDue ? { redirectDue: true } : {}),
        },
      }
    default:
      return { ok: true, value: deliveryView(world, netns, destination, result.kind, device) }
  }
}

/** Destinations of which something was learned that still holds: what is left of the route cache (fib_dump_info_fnhe). */
export function learnedDestinations(world: World, netns: Netns): readonly Ipv4Address[] {
  return [...netns.routeExceptions].flatMap(([destination, { expiresAt }]) =>
    world.now <= expiresAt ? [destination] : [],
  )
}

function decisionView(
  world: World,
  netns: Netns,
  destination: Ipv4Address,
  route: RouteEntry,
  source: Ipv4Address | undefined,
): RouteDecisionView {
  const fibNexthop = route.fib?.nexthops.find((each) => each.device === route.device)
  const exception = fibNexthop === undefined ? undefined : findException(world, netns, destination, route.device)
  return {
    route:
      route.fib === undefined ? bareRoute(destination, route.type, route.device) : routeView(world, netns, route.fib),
    nexthop: bareNexthop(route.device, route.viaGateway ? route.nexthop : undefined),
    source,
    type: route.type,
    cachedRedirect: exception?.gateway !== undefined,
    expiresAt: exception?.expiresAt,
    pathMtuBytes: exception === undefined || exception.mtuBytes === 0 ? undefined : exception.mtuBytes,
    pathMtuLocked: exception?.mtuLocked === true,
  }
}

/** A packet that is for this machine: unicast and broadcast are shown on loopback or the device that it came in by. */
function deliveryView(
  world: World,
  netns: Netns,
  destination: Ipv4Address,
  kind: 'local' | 'broadcast' | 'multicast',
  arrival: NetDevice,
): RouteDecisionView {
  // ip_route_input_slow names loopback for what it delivers; a group stays with the device that it came in by.
  const device = kind === 'multicast' ? arrival.id : netns.loopback
  const matched = netns.fibTables
    .get(255)
    ?.routes.find((each) => each.prefixLength === 32 && each.destination === destination)
  return {
    route: matched === undefined ? bareRoute(destination, kind, device) : routeView(world, netns, matched),
    nexthop: bareNexthop(device, undefined),
    source: undefined,
    type: kind,
    cachedRedirect: false,
    expiresAt: undefined,
    pathMtuBytes: undefined,
    pathMtuLocked: false,
  }
}

function bareNexthop(device: DeviceId, gateway: Ipv4Address | undefined): NexthopView {
  return { device, gateway, onlink: false, weight: 1, dead: false, linkDown: false }
}

/** A route for a destination that no table names. */
function bareRoute(destination: Ipv4Address, type: RouteView['type'], device: DeviceId): RouteView {
  return {
    table: 0,
    destination,
    prefixLength: 32,
    tos: 0,
    metric: 0,
    type,
    scope: 'global',
    protocol: 'kernel',
    source: undefined,
    mtuBytes: 0,
    mtuLocked: false,
    otherMetrics: [],
    nexthops: [bareNexthop(device, undefined)],
  }
}
