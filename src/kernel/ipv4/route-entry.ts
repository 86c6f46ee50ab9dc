// Making a way out of a lookup's result: the neighbour to hand packets to and the largest packet, with what was learned about the destination.
// Linux: rt_set_nexthop, ipv4_mtu, ip_dst_mtu_maybe_forward.
import type { RouteType } from '../../contract/read-models.ts'
import { formatIpv4, type Ipv4Address } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { check } from '../trace.ts'
import type { World } from '../world.ts'
import type { FibFound } from './fib-lookup.ts'
import { findException } from './route-exceptions.ts'
import type { RouteEntry } from './route.ts'

/** No packet is larger, whatever a device says (IP_MAX_MTU). */
const IP_MAX_MTU = 65535

/** What `makeRoute` is given. */
export interface RouteParts {
  readonly type: RouteType
  readonly destination: Ipv4Address
  readonly source: Ipv4Address
  readonly device: NetDevice
  /** Undefined when the destination is on the link without a table saying so. */
  readonly found: FibFound | undefined
  /** For a packet of somebody else: a learned path MTU counts only with ip_forward_use_pmtu. */
  readonly forwarding: boolean
}

/** The way to a destination (rt_set_nexthop). A gateway counts when it is on the link; an own address as gateway means the destination itself. */
export function makeRoute(world: World, netns: Netns, parts: RouteParts): RouteEntry {
  const { destination, device, found } = parts
  const nexthop = found?.nexthop
  let gateway = nexthop?.scope === 'link' ? nexthop.gateway : undefined
  let mtuBytes = found !== undefined && found.route.mtuBytes !== 0 ? found.route.mtuBytes : device.mtuBytes
  let mtuLocked = found?.route.mtuLocked ?? false
  const exception = nexthop === undefined ? undefined : findException(world, netns, destination, nexthop.device)
  if (exception !== undefined) {
    if (exception.gateway !== undefined) {
      gateway = exception.gateway
      check(world, 'route.redirected', true, () => formatIpv4(gateway ?? destination))
    }
    if (exception.mtuBytes !== 0 && (!parts.forwarding || netns.ipv4.ip_forward_use_pmtu !== 0)) {
      mtuBytes = exception.mtuBytes
      mtuLocked = exception.mtuLocked
      check(world, 'route.path_mtu', true, () => String(mtuBytes))
    }
  }
  return {
    type: parts.type,
    device: device.id,
    nexthop: gateway ?? destination,
    viaGateway: gateway !== undefined,
    source: parts.source,
    mtuBytes: Math.min(mtuBytes, IP_MAX_MTU),
    mtuLocked,
    fib: found?.route,
  }
}
