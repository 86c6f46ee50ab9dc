// Which group frames a device listens to: the hash filters of macvlan and ipvlan children.
// Linux: macvlan_compute_filter, ipvlan_set_multicast_mac_filter. Differs from Linux: no two groups share a bit.
import { BROADCAST_MAC, ipv4, multicastMac, type MacAddress } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'

/** The group that every device with IPv4 joins when it goes up. */
const ALL_HOSTS_MAC = multicastMac(ipv4('224.0.0.1'))

/** Whether a device wants frames to a group address: everybody, a group it has joined, or any when it listens to all. */
export function listensTo(device: NetDevice, group: MacAddress): boolean {
  if (device.promiscuityCount > 0 || device.allMulticastCount > 0) return true
  if (group === BROADCAST_MAC || device.staticGroups.includes(group)) return true
  return group === ALL_HOSTS_MAC && device.multicast
}
