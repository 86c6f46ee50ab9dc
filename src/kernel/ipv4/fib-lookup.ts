// Looking up a destination: fib_lookup, fib_rules_lookup, fib_table_lookup.
import type { RouteType } from '../../contract/read-models.ts'
import { formatIpv4, type Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import { check } from '../trace.ts'
import { netnsById, type DeviceId, type World } from '../world.ts'
import { fib4HasCustomRules, fibRuleMatch, type FibRule } from './fib-rules.ts'
import {
  fibSharedTrie,
  TABLE_DEFAULT,
  TABLE_LOCAL,
  TABLE_MAIN,
  type FibRoute,
  type FibTrie,
  type Nexthop,
} from './fib-table.ts'
import { describeRoute, describeRule, tableName } from './route-text.ts'
import type { FlowTransport } from './route.ts'
import { scopeNumber } from './scope.ts'

/** What is looked up: struct flowi4. */
export interface FibFlow {
  readonly destination: Ipv4Address
  readonly source: Ipv4Address
  /** Device that the packet must leave by, or 0. */
  readonly oif: DeviceId
  /** Device that it came in by; loopback for packets of this machine. */
  readonly iif: DeviceId
  readonly tos: number
  readonly mark: number
  /** The route must reach at least this near: SCOPE_UNIVERSE for any. */
  readonly scope: number
  /** What rules may ask of a packet's contents, where it is known. */
  readonly transport?: FlowTransport | undefined
  /** Root when left out. */
  readonly user?: number | undefined
}

export type FibErrno = 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL'

export interface FibFound {
  readonly ok: true
  readonly route: FibRoute
  readonly nexthop: Nexthop
}

/** No route, or one that refuses; `route` and `rule` say which. */
export interface FibFailed {
  readonly ok: false
  readonly errno: FibErrno
  readonly route: FibRoute | undefined
  readonly rule: FibRule | undefined
}

export type FibResult = FibFound | FibFailed

const NO_ROUTE: FibFailed = { ok: false, errno: 'ENETUNREACH', route: undefined, rule: undefined }

/** What a route type answers instead of a way (fib_props); EAGAIN goes on with the next rule. */
const TYPE_ERROR: Readonly<Record<RouteType, FibErrno | 'EAGAIN' | undefined>> = {
  unicast: undefined,
  local: undefined,
  broadcast: undefined,
  multicast: undefined,
  anycast: undefined,
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
  blackhole: 'EINVAL',
  throw: 'EAGAIN',
}

/** Whether routes of this type lead nowhere: they have no nexthop. */
export function isErrorType(type: RouteType): boolean {
  return TYPE_ERROR[type] !== undefined
}

/** Whether a nexthop may be used for a flow (fib_lookup_good_nhc). */
function isGoodNexthop(world: World, nexthop: Nexthop, flow: FibFlow, ignoreLinkState: boolean): boolean {
  if (nexthop.dead) return false
  if (nexthop.linkDown && !ignoreLinkState && ignoresLinkDown(world, nexthop.device)) return false
  return flow.oif === 0 || flow.oif === nexthop.device
}

/** Whether the device of a nexthop says that routes without carrier do not count (ip_ignore_linkdown). */
export function ignoresLinkDown(world: World, deviceId: DeviceId): boolean {
  const device = world.devices[deviceId]
  return (
    device !== undefined && effectiveConf(netnsById(world, device.netns), device, 'ignore_routes_with_linkdown') !== 0
  )
}

function goodNexthop(world: World, route: FibRoute, flow: FibFlow, ignoreLinkState: boolean): Nexthop | undefined {
  const { nexthops } = route
  for (let at = 0; at < nexthops.length; at++) {
    const nexthop = nexthops[at]!
    if (isGoodNexthop(world, nexthop, flow, ignoreLinkState)) return nexthop
  }
  return undefined
}

/** The first route of a table that serves a flow; shorter prefixes are tried when longer ones do not (fib_table_lookup). */
function firstMatch(world: World, trie: FibTrie, flow: FibFlow, ignoreLinkState: boolean): FibRoute | undefined {
  const { routes, keys } = trie
  const { destination, tos, scope } = flow
  for (let at = 0; at < routes.length; at++) {
    const shift = keys[at * 2 + 1]!
    if (shift !== 32 && (destination ^ keys[at * 2]!) >>> shift !== 0) continue
    const route = routes[at]!
    if (route.tos !== 0 && route.tos !== tos) continue
    if (scope !== 0 && scopeNumber(route.scope) < scope) continue
    if (route.nexthops.length === 0) return route
    if (goodNexthop(world, route, flow, ignoreLinkState) !== undefined) return route
  }
  return undefined
}

/** Looks in one table; local and main count as one until rules are changed. */
function matchInTable(
  world: World,
  netns: Netns,
  id: number,
  flow: FibFlow,
  ignoreLinkState: boolean,
): FibRoute | undefined {
  const shared = id === TABLE_LOCAL || id === TABLE_MAIN ? fibSharedTrie(netns) : undefined
  const trie = shared ?? netns.fibTables.get(id)
  return trie === undefined ? undefined : firstMatch(world, trie, flow, ignoreLinkState)
}

function resultOf(
  world: World,
  route: FibRoute,
  flow: FibFlow,
  ignoreLinkState: boolean,
  rule: FibRule | undefined,
): FibResult | undefined {
  const error = TYPE_ERROR[route.type]
  if (error === 'EAGAIN') return undefined
  if (error !== undefined) return { ok: false, errno: error, route, rule }
  const nexthop = goodNexthop(world, route, flow, ignoreLinkState)
  return nexthop === undefined ? undefined : { ok: true, route, nexthop }
}

/** Looks in one table only (fib_table_lookup). Undefined: nothing there, or a throw route. */
export function fibTableLookup(
  world: World,
  netns: Netns,
  id: number,
  flow: FibFlow,
  ignoreLinkState = false,
): FibResult | undefined {
  const route = matchInTable(world, netns, id, flow, ignoreLinkState)
  return route === undefined ? undefined : resultOf(world, route, flow, ignoreLinkState, undefined)
}

/** Whether a lookup goes through the rules one by one (fib4_has_custom_rules): not while the local and the main table share a trie. */
export function usesRules(netns: Netns): boolean {
  return fibSharedTrie(netns) === undefined && fib4HasCustomRules(netns)
}

/** Looks a flow up through the rules (fib_lookup). `ignoreLinkState` is FIB_LOOKUP_IGNORE_LINKSTATE. */
export function fibLookup(world: World, netns: Netns, flow: FibFlow, ignoreLinkState = false): FibResult {
  if (usesRules(netns)) return fibRulesLookup(world, netns, flow, ignoreLinkState)
  return (
    fibTableLookup(world, netns, TABLE_MAIN, flow, ignoreLinkState) ??
    fibTableLookup(world, netns, TABLE_DEFAULT, flow, ignoreLinkState) ??
    NO_ROUTE
  )
}

const RULE_ERROR = { unreachable: 'ENETUNREACH', prohibit: 'EACCES', blackhole: 'EINVAL' } as const

/** Whether a rule does not want to know of a route (fib4_rule_suppress). */
function isSuppressed(world: World, rule: FibRule, route: FibRoute): boolean {
  if (rule.suppressPrefixLength !== undefined && route.prefixLength <= rule.suppressPrefixLength) return true
  if (rule.suppressGroup === undefined) return false
  const device = world.devices[route.nexthops[0]?.device ?? 0]
  return device !== undefined && device.group === rule.suppressGroup
}

/** Asks rule by rule (fib_rules_lookup, fib4_rule_action). */
function fibRulesLookup(world: World, netns: Netns, flow: FibFlow, ignoreLinkState: boolean): FibResult {
  const rules = netns.fibRules
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at]!
    if (!fibRuleMatch(world, rule, flow)) continue
    const { action } = rule
    if (action.kind === 'nop') continue
    if (action.kind === 'goto') {
      const target = rules.findIndex(({ priority }) => priority === action.target)
      // The target is judged next; as long as there is none the rule does nothing.
      if (target >= 0) at = target - 1
      continue
    }
    if (action.kind !== 'lookup') return { ok: false, errno: RULE_ERROR[action.kind], route: undefined, rule }
    const route = matchInTable(world, netns, action.table, flow, ignoreLinkState)
    if (route !== undefined && isSuppressed(world, rule, route)) continue
    const result = route === undefined ? undefined : resultOf(world, route, flow, ignoreLinkState, rule)
    if (result !== undefined) return result
  }
  return NO_ROUTE
}

/**
 * Records a lookup as a rung: the matched route with its table and rule, and before it each closer route that was passed over and why.
 * Costs one test when nobody asked for an explanation.
 */
export function explainLookup(world: World, netns: Netns, id: string, flow: FibFlow, result: FibResult): void {
  if (world.out.explain === undefined) return
  const matched = result.route
  const rule = result.ok
    ? ruleOf(world, netns, result.route, flow)
    : (result.rule ?? ruleOf(world, netns, matched, flow))
  for (const table of netns.fibTables.values()) {
    for (const route of table.routes) {
      const length = route.prefixLength
      const covers = length === 0 || (flow.destination ^ route.destination) >>> (32 - length) === 0
      if (!covers || route === matched || (matched !== undefined && length < matched.prefixLength)) continue
      const why = passedOver(world, route, flow)
      if (why !== undefined)
        check(
          world,
          `${id}.passed_over`,
          false,
          () => describeRoute(world, route),
          () => why,
        )
    }
  }
  check(
    world,
    id,
    result.ok,
    () => (matched === undefined ? `${formatIpv4(flow.destination)}: no route` : describeRoute(world, matched)),
    () => {
      const by = rule === undefined ? 'end of the rules' : `rule ${describeRule(rule)}`
      return matched === undefined ? by : `table ${tableName(matched.table)}, ${by}`
    },
  )
}

function ruleOf(world: World, netns: Netns, route: FibRoute | undefined, flow: FibFlow): FibRule | undefined {
  if (route === undefined) return undefined
  return netns.fibRules.find(
    (rule) =>
      rule.action.kind === 'lookup' &&
      rule.action.table === route.table &&
      !isSuppressed(world, rule, route) &&
      fibRuleMatch(world, rule, flow),
  )
}

/** Why a route that covers the destination was not taken, when that is its own fault. */
function passedOver(world: World, route: FibRoute, flow: FibFlow): string | undefined {
  if (route.tos !== 0 && route.tos !== flow.tos) return `tos ${route.tos}`
  if (scopeNumber(route.scope) < flow.scope) return `scope ${route.scope}`
  if (route.nexthops.length === 0 || goodNexthop(world, route, flow, false) !== undefined) return undefined
  const first = route.nexthops[0]!
  if (first.dead) return 'dead'
  if (first.linkDown && ignoresLinkDown(world, first.device)) return 'linkdown'
  return `not through ${world.devices[flow.oif]?.name ?? ''}`
}
