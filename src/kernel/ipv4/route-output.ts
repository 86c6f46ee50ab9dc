// Where does a packet of this machine go, and with which source address? Linux: ip_route_output_key_hash_rcu, __mkroute_output.
import type { Errno } from '../../contract/errno.ts'
import type { RouteType } from '../../contract/read-models.ts'
import {
  formatIpv4,
  IPV4_ANY,
  IPV4_BROADCAST,
  ipv4,
  isLoopbackIpv4,
  isMulticastIpv4,
  isZeronetIpv4,
  type Ipv4Address,
} from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import { check, checkConf } from '../trace.ts'
import { deviceById, type World } from '../world.ts'
import { hasIpv4, inetSelectAddr } from './devinet.ts'
import { ipDevFind, isConfiguredAddress } from './fib-addr-type.ts'
import { explainLookup, fibLookup, type FibFlow, type FibFound } from './fib-lookup.ts'
import { makeRoute } from './route-entry.ts'
import { fibResultPrefsrc, fibSelectPath } from './route-select.ts'
import type { OutputFlow, OutputRoute } from './route.ts'
import { SCOPE_HOST, SCOPE_LINK, SCOPE_UNIVERSE } from './scope.ts'

/** The bits of the TOS byte that routes look at (IPTOS_RT_MASK). */
export const TOS_ROUTE_MASK = 0x1c

const LOOPBACK_ADDRESS = ipv4('127.0.0.1')

function refuse(errno: Errno): OutputRoute {
  return { ok: false, errno }
}

/** 224.0.0.0/24: never leaves the link (ipv4_is_local_multicast). */
export function isLocalMulticast(address: Ipv4Address): boolean {
  return address >>> 8 === 0xe00000
}

/**
 * Routes a packet that this machine sends (ip_route_output_key_hash_rcu): checks of a given source, of the bound device, lookup through the
 * rules, choice of the source address. Errors: EINVAL for an impossible source or a blackhole, ENODEV, ENETUNREACH, EHOSTUNREACH, EACCES.
 */
export function ipRouteOutput(world: World, netns: Netns, flow: OutputFlow): OutputRoute {
  return routeOutput(world, netns, flow, true)
}

/** As `ipRouteOutput`; with `remember` false nothing is kept of a choice between equal default routes, for reads. */
export function routeOutput(world: World, netns: Netns, flow: OutputFlow, remember: boolean): OutputRoute {
  const { destination } = flow
  if (flow.source !== IPV4_ANY) {
    const refused = checkSource(world, netns, flow)
    if (refused !== undefined) return refused
    if (flow.device === 0 && (isMulticastIpv4(destination) || destination === IPV4_BROADCAST)) {
      // A group or everybody is reached through the device that has the source address.
      const owner = ipDevFind(world, netns, flow.source)
      if (owner === undefined) return refuse('ENETUNREACH')
      return makeOutput(world, netns, flow, {
        type: 'unicast',
        destination,
        source: flow.source,
        device: owner,
        found: undefined,
      })
    }
  }
  if (flow.device !== 0) return routeBound(world, netns, flow, remember)
  if (destination === IPV4_ANY) return routeToSelf(world, netns, flow, flow.source)
  return routeByLookup(world, netns, flow, flow.source, undefined, remember)
}

/** A source that the program chose must be possible and, unless it asked for any, an own address. */
function checkSource(world: World, netns: Netns, flow: OutputFlow): OutputRoute | undefined {
  const { source } = flow
  const possible = !isMulticastIpv4(source) && source !== IPV4_BROADCAST && !isZeronetIpv4(source)
  if (!possible) {
    check(world, 'route.output.source_possible', false, () => formatIpv4(source))
    return refuse('EINVAL')
  }
  if (flow.anySource === true) return undefined
  const own = isConfiguredAddress(netns, source) || ipDevFind(world, netns, source) !== undefined
  return check(world, 'route.output.source_is_own', own, () => formatIpv4(source)) ? undefined : refuse('ENETUNREACH')
}

/** A socket bound to a device (flowi4_oif): the device must be up; groups and everybody need no route. */
function routeBound(world: World, netns: Netns, flow: OutputFlow, remember: boolean): OutputRoute {
  const device = world.devices[flow.device]
  if (device === undefined || device.netns !== netns.id) return refuse('ENODEV')
  if (!check(world, 'route.output.device_up', device.up && hasIpv4(device), () => device.name))
    return refuse('ENETUNREACH')
  const { destination } = flow
  let { source } = flow
  if (isLocalMulticast(destination) || destination === IPV4_BROADCAST) {
    if (source === IPV4_ANY) source = selectOn(world, netns, device, SCOPE_LINK)
    return makeOutput(world, netns, flow, { type: 'unicast', destination, source, device, found: undefined })
  }
  if (source === IPV4_ANY) {
    if (isMulticastIpv4(destination))
      source = selectOn(world, netns, device, flow.onLinkOnly === true ? SCOPE_LINK : SCOPE_UNIVERSE)
    else if (destination === IPV4_ANY) source = selectOn(world, netns, device, SCOPE_HOST)
  }
  if (destination === IPV4_ANY) return routeToSelf(world, netns, flow, source)
  return routeByLookup(world, netns, flow, source, device, remember)
}

function selectOn(world: World, netns: Netns, device: NetDevice, scope: number): Ipv4Address {
  return inetSelectAddr(world, netns, device, IPV4_ANY, scope) ?? IPV4_ANY
}

/** Destination 0.0.0.0 means this machine. */
function routeToSelf(world: World, netns: Netns, flow: OutputFlow, source: Ipv4Address): OutputRoute {
  const destination = source === IPV4_ANY ? LOOPBACK_ADDRESS : source
  check(world, 'route.output.to_self', true, () => formatIpv4(destination))
  const device = deviceById(world, netns.loopback)
  return makeOutput(world, netns, flow, { type: 'local', destination, source: destination, device, found: undefined })
}

function routeByLookup(
  world: World,
  netns: Netns,
  flow: OutputFlow,
  source: Ipv4Address,
  bound: NetDevice | undefined,
  remember: boolean,
): OutputRoute {
  const { destination } = flow
  const fibFlow: FibFlow = {
    destination,
    source,
    oif: flow.device,
    iif: netns.loopback,
    tos: flow.tos & TOS_ROUTE_MASK,
    mark: flow.mark,
    scope: flow.onLinkOnly === true ? SCOPE_LINK : SCOPE_UNIVERSE,
    transport: flow.transport,
    user: flow.user,
  }
  const found = fibLookup(world, netns, fibFlow)
  explainLookup(world, netns, 'route.output.lookup', fibFlow, found)
  if (!found.ok) {
    if (bound === undefined) return refuse(found.errno)
    // "Apparently the tables are wrong": a bound socket's destination is taken to be on the device's link.
    check(world, 'route.output.assumed_on_link', true, () => `${formatIpv4(destination)} dev ${bound.name}`)
    const chosen = source === IPV4_ANY ? selectOn(world, netns, bound, SCOPE_LINK) : source
    return makeOutput(world, netns, flow, {
      type: 'unicast',
      destination,
      source: chosen,
      device: bound,
      found: undefined,
    })
  }
  if (found.route.type === 'local') {
    // Own addresses are reached through loopback, whatever device has them.
    check(world, 'route.output.local', true, () => formatIpv4(destination))
    const own = source !== IPV4_ANY ? source : (found.route.prefSource ?? destination)
    const device = deviceById(world, netns.loopback)
    return makeOutput(world, netns, flow, { type: 'local', destination, source: own, device, found })
  }
  const selected = fibSelectPath(world, netns, found, fibFlow, remember)
  const chosen = source === IPV4_ANY ? fibResultPrefsrc(world, netns, selected) : source
  const device = deviceById(world, selected.nexthop.device)
  return makeOutput(world, netns, flow, {
    type: selected.route.type,
    destination,
    source: chosen,
    device,
    found: selected,
  })
}

interface OutputParts {
  readonly type: RouteType
  readonly destination: Ipv4Address
  readonly source: Ipv4Address
  readonly device: NetDevice
  readonly found: FibFound | undefined
}

/** Last checks, and the way itself (__mkroute_output). */
function makeOutput(world: World, netns: Netns, flow: OutputFlow, parts: OutputParts): OutputRoute {
  const { destination, device } = parts
  let { type, found } = parts
  explainSource(world, flow, parts)
  if (!hasIpv4(device)) return refuse('EINVAL')
  if (
    isLoopbackIpv4(parts.source) &&
    device.id !== netns.loopback &&
    effectiveConf(netns, device, 'route_localnet') === 0
  ) {
    checkConf(world, 'route.output.loopback_source', false, device, 'route_localnet')
    return refuse('EINVAL')
  }
  if (destination === IPV4_BROADCAST) type = 'broadcast'
  else if (isMulticastIpv4(destination)) type = 'multicast'
  else if (isZeronetIpv4(destination)) return refuse('EINVAL')
  // Neither everybody nor a group behind a default route is handed to a gateway.
  if (type === 'broadcast') found = undefined
  else if (type === 'multicast' && found !== undefined && found.route.prefixLength < 4) found = undefined
  const route = makeRoute(world, netns, { type, destination, source: parts.source, device, found, forwarding: false })
  return {
    ok: true,
    route: route.fib === undefined && parts.found !== undefined ? { ...route, fib: parts.found.route } : route,
  }
}

/** Tells where the source address came from. */
function explainSource(world: World, flow: OutputFlow, parts: OutputParts): void {
  if (world.out.explain === undefined) return
  const { found, source, device } = parts
  check(
    world,
    'route.output.source',
    source !== IPV4_ANY,
    () => formatIpv4(source),
    () => {
      if (flow.source !== IPV4_ANY) return 'chosen by the program'
      if (found?.route.prefSource !== undefined) return 'src of the route'
      if (parts.type === 'local') return 'the destination itself'
      return device.ipv4.addresses.some((ifa) => ifa.local === source)
        ? `address of ${device.name}`
        : 'address of another interface'
    },
  )
}
