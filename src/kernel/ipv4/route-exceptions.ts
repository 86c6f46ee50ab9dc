// What was learned about single destinations: a better gateway from a redirect, a path MTU from frag-needed. Linux: struct
// fib_nh_exception, find_exception, update_or_create_fnhe, __ip_rt_update_pmtu.
import { SECOND_NS } from '../../sim/time.ts'
import type { Ipv4Address } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns, RouteException } from '../netns.ts'
import type { DeviceId, World } from '../world.ts'

/** How long a redirect is believed (net.ipv4.route.gc_timeout). */
const REDIRECT_LIFETIME_NS = 300 * SECOND_NS

/** What holds for a destination that is reached through a device, unless it has expired (find_exception). */
export function findException(
  world: World,
  netns: Netns,
  destination: Ipv4Address,
  device: DeviceId,
): RouteException | undefined {
  if (netns.routeExceptions.size === 0) return undefined
  const exception = netns.routeExceptions.get(destination)
  return exception !== undefined && exception.device === device && world.now <= exception.expiresAt
    ? exception
    : undefined
}

function exceptionFor(world: World, netns: Netns, destination: Ipv4Address, device: DeviceId): RouteException {
  const present = findException(world, netns, destination, device)
  if (present !== undefined) return present
  const created: RouteException = { gateway: undefined, mtuBytes: 0, mtuLocked: false, expiresAt: 0, device }
  netns.routeExceptions.set(destination, created)
  return created
}

/** Remembers a redirect for 300 s (update_or_create_fnhe from __ip_do_redirect). */
export function rememberRedirect(
  world: World,
  netns: Netns,
  destination: Ipv4Address,
  device: DeviceId,
  gateway: Ipv4Address,
): void {
  const exception = exceptionFor(world, netns, destination, device)
  exception.gateway = gateway
  exception.expiresAt = world.now + REDIRECT_LIFETIME_NS
}

/**
 * Remembers a path MTU for `route.mtu_expires` seconds (__ip_rt_update_pmtu). `presentMtuBytes` is what the route had so far: a larger value is not believed.
 * Values below `route.min_pmtu` count as that. Returns whether anything changed.
 */
export function rememberPathMtu(
  world: World,
  netns: Netns,
  destination: Ipv4Address,
  device: DeviceId,
  mtuBytes: number,
  presentMtuBytes: number,
): boolean {
  if (presentMtuBytes < mtuBytes) return false
  const exception = exceptionFor(world, netns, destination, device)
  const { min_pmtu: least, mtu_expires: lifetimeS } = netns.ipv4
  exception.mtuLocked = mtuBytes < least
  exception.mtuBytes = exception.mtuLocked ? Math.min(presentMtuBytes, least) : mtuBytes
  exception.expiresAt = world.now + lifetimeS * SECOND_NS
  return true
}

/** A device's MTU changed: what was learned beyond it is no longer possible (fib_sync_mtu, nh_update_mtu). */
export function limitExceptionMtu(netns: Netns, device: NetDevice): void {
  for (const exception of netns.routeExceptions.values()) {
    if (exception.device === device.id && exception.mtuBytes > device.mtuBytes) exception.mtuBytes = device.mtuBytes
  }
}
