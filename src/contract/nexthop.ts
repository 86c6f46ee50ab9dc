// Next hops with a number, which routes may name: what `ip nexthop` is told, and what it shows.
import type { Ipv4Address } from '../wire/address.ts'
import type { AddressScope, NexthopView, RouteProtocol } from './read-models.ts'

/** One of a group, by number. */
export interface NexthopMember {
  readonly id: number
  readonly weight: number
}

/** What to make: one way, a blackhole, or a group of others. */
export interface NexthopObjectSpec {
  /** Missing or 0: the next free number. */
  readonly id?: number
  readonly protocol?: RouteProtocol
  readonly ifindex?: number
  readonly gateway?: Ipv4Address
  readonly onlink?: boolean
  readonly blackhole?: boolean
  readonly group?: readonly NexthopMember[]
}

/** One way, a blackhole, or a group of others. */
export interface NexthopObjectView {
  readonly id: number
  readonly protocol: RouteProtocol
  readonly isBlackhole: boolean
  readonly way?: Pick<NexthopView, 'device' | 'gateway' | 'onlink'> & { readonly scope: AddressScope }
  /** Empty unless it is a group. */
  readonly group: readonly NexthopMember[]
}
