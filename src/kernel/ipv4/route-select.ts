// Which of several ways a packet takes: fib_select_path with its multipath hash and its choice among equal default routes, and the source
// address that goes with it (fib_result_prefsrc). Linux: fib_semantics.c.
import { hashInit, hashInteger53, hashNumber, hashText } from '../../base/hash.ts'
import type { NudState } from '../../contract/trace-events.ts'
import { IPV4_ANY, type Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import { netnsById, type World } from '../world.ts'
import { inetSelectAddr } from './devinet.ts'
import { ignoresLinkDown, type FibFound, type FibFlow } from './fib-lookup.ts'
import type { FibRoute, Nexthop } from './fib-table.ts'
import { scopeNumber } from './scope.ts'

/** Chooses among several nexthops or several default routes (fib_select_path). `remember` keeps the choice for the next packet. */
export function fibSelectPath(world: World, netns: Netns, found: FibFound, flow: FibFlow, remember: boolean): FibFound {
  if (flow.oif !== 0) return found
  if (found.route.nexthops.length > 1) return { ...found, nexthop: fibSelectMultipath(world, found, flow) }
  if (found.route.prefixLength !== 0 || found.route.type !== 'unicast') return found
  const routes = netns.fibTables.get(found.route.table)?.routes ?? []
  // Default routes stand at the end of a table; with one there is nothing to choose.
  if (routes[routes.length - 2]?.prefixLength !== 0) return found
  return fibSelectDefault(world, found, flow, routes, remember)
}

/** net.ipv4.fib_multipath_hash_policy: protocol and ports count, too. */
const BY_PORTS = 1

function hashPolicy(world: World, { device }: Nexthop): number {
  const netns = world.devices[device]?.netns
  return netns === undefined ? 0 : netnsById(world, netns).ipv4.fib_multipath_hash_policy
}

/** The nexthop that the hash of source and destination names, by weight (fib_multipath_hash, fib_select_multipath). */
export function fibSelectMultipath(world: World, found: FibFound, flow: FibFlow): Nexthop {
  const usable = found.route.nexthops.filter(
    (nexthop) => !nexthop.dead && !(nexthop.linkDown && ignoresLinkDown(world, nexthop.device)),
  )
  const state = hashInit()
  hashText(state, `multipath ${world.seed}`)
  hashNumber(state, flow.source)
  hashNumber(state, flow.destination)
  if (hashPolicy(world, found.nexthop) === BY_PORTS) {
    const { protocol = 0, sourcePort = 0, destinationPort = 0 } = flow.transport ?? {}
    for (const part of [protocol, sourcePort, destinationPort]) hashNumber(state, part)
  }
  const total = usable.reduce((sum, nexthop) => sum + nexthop.weight, 0)
  const at = indexByWeight(usable, hashInteger53(state) % Math.max(total, 1))
  return besideDeadGateways(world, found, usable, at)
}

/** Which way has a place in the row of all weights. */
function indexByWeight(usable: readonly Nexthop[], place: number): number {
  let left = place
  return usable.findIndex(({ weight }) => (left -= weight) < 0)
}

/**
 * The way that the hash names, or another one when its gateway is known to be dead: in a group of `ip nexthop` always the next, for a route's own
 * ways only with fib_multipath_use_neigh, and then any (nexthop_select_path_hthr, fib_select_multipath).
 */
function besideDeadGateways(world: World, found: FibFound, usable: readonly Nexthop[], at: number): Nexthop {
  const named = usable[at] ?? found.nexthop
  const ofGroup = found.route.nexthopId !== 0
  const { device } = named
  const netns = world.devices[device]?.netns
  const looks = ofGroup || (netns !== undefined && netnsById(world, netns).ipv4.fib_multipath_use_neigh !== 0)
  if (!looks) return named
  const isGood = (nexthop: Nexthop): boolean => isGoodGateway(world, nexthop)
  return usable.slice(at).find(isGood) ?? (ofGroup ? named : (usable.find(isGood) ?? found.nexthop))
}

/** False for a gateway that was asked for in vain, or still is (ipv4_good_nh, fib_good_nh). */
function isGoodGateway(world: World, { device, gateway }: Nexthop): boolean {
  const state = gateway === undefined ? undefined : world.devices[device]?.neigh.entries.get(gateway)?.state
  return state === undefined || NUD_VALID.has(state)
}

const NUD_VALID: ReadonlySet<NudState> = new Set(['PERMANENT', 'NOARP', 'REACHABLE', 'PROBE', 'STALE', 'DELAY'])

/** Default routes that compete: same metric and tos as the one found, through a gateway on the link. */
function competingDefaults(found: FibFound, flow: FibFlow, routes: readonly FibRoute[]): FibRoute[] {
  return routes.filter((route) => {
    const nexthop = route.nexthops[0]
    return (
      route.prefixLength === 0 &&
      (route.tos === 0 || route.tos === flow.tos) &&
      route.tos === found.route.tos &&
      route.metric === found.route.metric &&
      route.type === 'unicast' &&
      route.scope === found.route.scope &&
      nexthop?.gateway !== undefined &&
      nexthop.scope === 'link' &&
      !route.nexthops.every((each) => each.dead)
    )
  })
}

/** Among equal default routes takes one whose gateway is not known to be dead (fib_select_default, fib_detect_death). */
function fibSelectDefault(
  world: World,
  found: FibFound,
  flow: FibFlow,
  routes: readonly FibRoute[],
  remember: boolean,
): FibFound {
  const competing = competingDefaults(found, flow, routes)
  const [first] = competing
  if (first !== found.route || competing.length < 2) {
    if (first === found.route && remember) first.lastDefault = -1
    return found
  }
  const last = first.lastDefault
  let resort = -1
  let chosen = -1
  for (const [order, route] of competing.entries()) {
    const nexthop = route.nexthops[0]!
    const state = world.devices[nexthop.device]?.neigh.entries.get(nexthop.gateway ?? IPV4_ANY)?.state
    const valid = state !== undefined && NUD_VALID.has(state)
    if (state === 'REACHABLE' || (valid && order !== last)) {
      chosen = order
      break
    }
    if (valid || (resort < 0 && order > last && state !== 'INCOMPLETE')) resort = order
  }
  const order = chosen >= 0 ? chosen : resort
  if (remember) first.lastDefault = order
  const route = order < 0 ? undefined : competing[order]
  return route === undefined ? found : { ok: true, route, nexthop: route.nexthops[0]! }
}

/** The source address for a way: the route's own, else chosen on its device for its gateway (fib_result_prefsrc). */
export function fibResultPrefsrc(world: World, netns: Netns, found: FibFound): Ipv4Address {
  const { route, nexthop } = found
  if (route.prefSource !== undefined) return route.prefSource
  const device = world.devices[nexthop.device]
  return inetSelectAddr(world, netns, device, nexthop.gateway ?? IPV4_ANY, scopeNumber(route.scope)) ?? IPV4_ANY
}
