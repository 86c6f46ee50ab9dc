// Believing a redirect, or not (__ip_do_redirect).
import {
  formatIpv4,
  IPV4_ANY,
  IPV4_BROADCAST,
  inPrefix,
  isMulticastIpv4,
  isZeronetIpv4,
  type Ipv4Address,
} from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { createEntry, isValidState, neighEventSend } from '../neigh/neigh-entry.ts'
import { arpNeighOps } from '../neigh/neigh-output.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import { check, checkConf } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { isBroadcastAddress, isOwnAddress } from './devinet.ts'
import { rememberRedirect } from './route-exceptions.ts'
import { ipRouteOutput } from './route-output.ts'

export interface Redirect {
  /** The router that says so. */
  readonly from: Ipv4Address
  readonly destination: Ipv4Address
  readonly gateway: Ipv4Address
}

/** Takes a redirect. True when it is in force now; a gateway whose MAC address is unknown is first asked for it, and has to wait for the next. */
export function redirectReceived(world: World, device: NetDevice, redirect: Redirect): boolean {
  const netns = netnsById(world, device.netns)
  if (
    !checkConf(
      world,
      'icmp.redirect.accept_redirects',
      effectiveConf(netns, device, 'accept_redirects') !== 0,
      device,
      'accept_redirects',
    )
  )
    return false
  const { gateway, from } = redirect
  const usable = gateway !== from && !isMulticastIpv4(gateway) && gateway !== IPV4_BROADCAST && !isZeronetIpv4(gateway)
  if (!check(world, 'icmp.redirect.gateway_usable', usable, () => formatIpv4(gateway))) return false
  const found = ipRouteOutput(world, netns, {
    destination: redirect.destination,
    source: IPV4_ANY,
    device: 0,
    tos: 0,
    mark: 0,
  })
  const current = found.ok && found.route.viaGateway && found.route.nexthop === from
  if (!check(world, 'icmp.redirect.from_current_gateway', current, () => formatIpv4(from))) return false
  if (
    !check(world, 'icmp.redirect.gateway_on_link', gatewayOnLink(world, device, gateway, from), () =>
      formatIpv4(gateway),
    )
  )
    return false
  const entry = device.neigh.entries.get(gateway) ?? createEntry(world, device, gateway)
  if (!check(world, 'icmp.redirect.gateway_resolved', isValidState(entry.state), () => entry.state)) {
    neighEventSend(world, arpNeighOps, device, entry, undefined)
    return false
  }
  rememberRedirect(world, netns, redirect.destination, device.id, gateway)
  return true
}

/** On a shared medium any unicast gateway will do, otherwise it must lie in the old one's subnet. */
function gatewayOnLink(world: World, device: NetDevice, gateway: Ipv4Address, from: Ipv4Address): boolean {
  const netns = netnsById(world, device.netns)
  if (effectiveConf(netns, device, 'shared_media') !== 0)
    return !isOwnAddress(world, netns, gateway) && !isBroadcastAddress(world, netns, gateway)
  return device.ipv4.addresses.some(
    (a) => inPrefix(gateway, a.address, a.prefixLength) && inPrefix(from, a.address, a.prefixLength),
  )
}
