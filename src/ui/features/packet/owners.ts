// Whose the addresses in a header are: said beside them, in brackets, since no bit of the frame says so.
import { isBroadcastMac, isGroupMac, parseIpv4, parseMac } from '../../../wire/address.ts'
import type { DissectedLayer } from '../../../wire/dissect.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { ownersOfIp, ownersOfMac } from '../why/names.ts'

/** The interfaces with the address in a field; empty for one that nobody has, undefined for a field without a machine's address. */
export function ownersOfField(network: NetworkState, { id, value }: DissectedLayer): readonly string[] | undefined {
  if (/^(eth|arp)\./.test(id)) {
    const mac = parseMac(value)
    if (mac !== undefined)
      return mac === 0 || isBroadcastMac(mac) || isGroupMac(mac) ? undefined : ownersOfMac(network, mac)
  }
  if (!/^(arp|ip)\./.test(id)) return undefined
  const ip = parseIpv4(value)
  return ip === undefined || ip === 0 || ip >>> 28 >= 14 ? undefined : ownersOfIp(network, ip)
}
