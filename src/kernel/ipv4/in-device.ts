// IPv4 on a device: struct in_device and struct in_ifaddr, and what can be asked of one device's list of addresses.
import type { AddressScope } from '../../contract/read-models.ts'
import { inPrefix, ipv4, networkOf, type Ipv4Address } from '../../wire/address.ts'
import type { SimTime } from '../../sim/time.ts'
import type { NeighParms } from '../neigh/neigh-table.ts'
import type { Ipv4Conf, Ipv4ConfKey } from '../sysctl/ipv4-conf.ts'

/** One address: struct in_ifaddr. */
export interface InAddress {
  readonly local: Ipv4Address
  /** The other end of a point-to-point address, otherwise the same as `local`. */
  readonly address: Ipv4Address
  readonly prefixLength: number
  readonly broadcast: Ipv4Address | undefined
  readonly scope: AddressScope
  label: string
  readonly noPrefixRoute: boolean
  metric: number
  secondary: boolean
  /** When it goes and when it becomes deprecated; Infinity: never (ifa_valid_lft, ifa_preferred_lft). */
  validUntil: SimTime
  preferredUntil: SimTime
}

export interface InDevice {
  /** In the order in which the kernel keeps them: primaries by scope, then secondaries. */
  addresses: InAddress[]
  conf: Ipv4Conf
  /** Keys written on this device, and whether it ever had an address: both end its following of `default`. */
  confWritten: Set<Ipv4ConfKey>
  neighWritten: Set<keyof NeighParms>
  hadAddress: boolean
}

/** The network that an address stands in: that of its peer when it has one. */
export function prefixOf(ifa: InAddress): Ipv4Address {
  return networkOf(ifa.address, ifa.prefixLength)
}

/** Whether an address lies in the subnet of a configured one (inet_ifa_match). */
export function inetIfaMatch(address: Ipv4Address, ifa: InAddress): boolean {
  return inPrefix(address, ifa.address, ifa.prefixLength)
}

/** Whether two configured addresses stand in the same network with the same mask. */
export function sameSubnet(a: InAddress, b: InAddress): boolean {
  return a.prefixLength === b.prefixLength && inetIfaMatch(a.address, b)
}

/** The primary address of a network on a device (inet_ifa_byprefix). */
export function inetIfaByprefix(inDevice: InDevice, network: Ipv4Address, prefixLength: number): InAddress | undefined {
  return inDevice.addresses.find(
    (ifa) => !ifa.secondary && ifa.prefixLength === prefixLength && inetIfaMatch(network, ifa),
  )
}

/** Whether one subnet of the device holds both addresses; with `b` undefined only the first is asked (inet_addr_onlink). */
export function inetAddrOnlink(inDevice: InDevice, a: Ipv4Address, b: Ipv4Address | undefined): boolean {
  for (const ifa of inDevice.addresses) {
    if (inetIfaMatch(a, ifa) && (b === undefined || inetIfaMatch(b, ifa))) return true
  }
  return false
}

/** The group of all hosts, which every device with IPv4 joins (IGMP_ALL_HOSTS). */
const ALL_HOSTS = ipv4('224.0.0.1')

/** Whether a device has joined a group (ip_check_mc_rcu): while it is up, that of all hosts. */
export function isGroupJoined(device: { readonly up: boolean }, group: Ipv4Address): boolean {
  return group === ALL_HOSTS && device.up
}
