// What `ip nexthop` makes, and what it means for the routes that name it: struct nexthop, struct nh_info, struct nh_group.
import type { NexthopMember, NexthopObjectView } from '../../contract/nexthop.ts'
import { IPV4_ANY } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { Nexthop } from './fib-table.ts'
import { SCOPE_HOST, SCOPE_LINK } from './scope.ts'

/** One next hop, a blackhole, or a group: struct nexthop. */
export interface NexthopObject {
  readonly id: number
  readonly protocol: string
  /** The way of a single one; undefined for a blackhole and a group. */
  readonly way: Nexthop | undefined
  /** Members of a group, which are never groups themselves; empty for a single one. */
  readonly group: readonly NexthopMember[]
}

/** True for a group, even of one. */
export const isGroup = ({ group }: NexthopObject): boolean => group.length > 0
export const isBlackhole = ({ way, group }: NexthopObject): boolean => way === undefined && group.length === 0

/** The ways that a route by this object has, none for a blackhole (fib_info_nh). */
export function waysOf(netns: Netns, object: NexthopObject): Nexthop[] {
  if (object.way !== undefined) return [{ ...object.way }]
  return object.group.flatMap(({ id, weight }) => {
    const way = netns.nexthops.get(id)?.way
    return way === undefined ? [] : [{ ...way, weight }]
  })
}

/** Why a route of a scope may not lead by an object, if it may not (fib_check_nexthop, nexthop_check_scope). */
export function nexthopScopeError(object: NexthopObject, ways: readonly Nexthop[], scope: number): string | undefined {
  const [first] = ways
  if (scope === SCOPE_HOST && isGroup(object)) return 'Route with host scope can not have multiple nexthops.'
  if (scope === SCOPE_HOST && first?.gateway !== undefined && first.gateway !== IPV4_ANY)
    return 'Route with host scope can not have a gateway.'
  return first?.onlink === true && scope >= SCOPE_LINK ? 'Scope mismatch with nexthop.' : undefined
}

/** An object as a record. */
export function nexthopObjectView({ id, protocol, way, group }: NexthopObject): NexthopObjectView {
  if (way === undefined) return { id, protocol, group, isBlackhole: group.length === 0 }
  const { device, gateway, onlink, scope } = way
  return { id, protocol, group, isBlackhole: false, way: { device, gateway, onlink, scope } }
}

/** The objects of a namespace by their numbers (rtm_dump_nexthop). */
export function nexthopObjectViews(netns: Netns): readonly NexthopObjectView[] {
  return [...netns.nexthops.values()].sort((a, b) => a.id - b.id).map(nexthopObjectView)
}
