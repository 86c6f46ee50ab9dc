// What an address is to this machine: its own, a broadcast address, a group, or somebody else's. Linux: inet_addr_type, ip_dev_find.
import type { RouteType } from '../../contract/read-models.ts'
import { IPV4_ANY, IPV4_BROADCAST, isMulticastIpv4, type Ipv4Address } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { netnsById, type World } from '../world.ts'
import { fibTableLookup, type FibFlow } from './fib-lookup.ts'
import { fibSharedTrie, TABLE_LOCAL } from './fib-table.ts'
import { SCOPE_UNIVERSE } from './scope.ts'

function flowTo(netns: Netns, destination: Ipv4Address): FibFlow {
  return { destination, source: IPV4_ANY, oif: 0, iif: netns.loopback, tos: 0, mark: 0, scope: SCOPE_UNIVERSE }
}

/** The kind of an address (inet_addr_type_table, inet_addr_type_dev_table): what the table knows of it, `unicast` for all else. */
export function inetAddrType(world: World, netns: Netns, address: Ipv4Address, table = TABLE_LOCAL): RouteType {
  if (address === IPV4_ANY || address === IPV4_BROADCAST) return 'broadcast'
  if (isMulticastIpv4(address)) return 'multicast'
  const result = fibTableLookup(world, netns, table, flowTo(netns, address))
  return result?.ok === true ? result.route.type : 'unicast'
}

/** The device that has an address, or whose local prefix covers it (__ip_dev_find). */
export function ipDevFind(world: World, netns: Netns, address: Ipv4Address): NetDevice | undefined {
  for (const id of netns.deviceByIndex.values()) {
    const device = world.devices[id]
    if (device?.ipv4.addresses.some((ifa) => ifa.local === address) === true) return device
  }
  const result = fibTableLookup(world, netns, TABLE_LOCAL, flowTo(netns, address))
  return result?.ok === true && result.route.type === 'local' ? world.devices[result.nexthop.device] : undefined
}

/**
 * The device by which sockets see a packet arrive (inet_iif). What came over loopback counts as having come to the device that has the
 * destination address, so that a socket bound to that device hears of it.
 */
export function inetIif(world: World, device: NetDevice, destination: Ipv4Address): NetDevice {
  if (device.state.kind !== 'lo') return device
  const netns = netnsById(world, device.netns)
  const result = fibTableLookup(world, netns, TABLE_LOCAL, flowTo(netns, destination))
  return (result?.ok === true ? world.devices[result.nexthop.device] : undefined) ?? device
}

/**
 * Whether a device of the namespace was given this address (inet_lookup_ifaddr_rcu).
 * Differs from Linux: the kernel's own local entries are asked, which stand for the addresses unless somebody deletes one by hand.
 */
export function isConfiguredAddress(netns: Netns, address: Ipv4Address): boolean {
  const trie = fibSharedTrie(netns) ?? netns.fibTables.get(TABLE_LOCAL)
  if (trie === undefined) return false
  const { routes, keys } = trie
  for (let at = 0; at < routes.length; at++) {
    if (keys[at * 2 + 1]! !== 0) return false
    if (keys[at * 2]! !== address) continue
    const { table, type, protocol } = routes[at]!
    if (table === TABLE_LOCAL && type === 'local' && protocol === 'kernel') return true
  }
  return false
}
