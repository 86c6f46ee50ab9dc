// Matches on where a packet came from and what its addresses are: interfaces, mac, physdev, addrtype. Linux: xt_mac.c, xt_physdev.c, xt_addrtype.c.
import type { AddressTypeMatch, FirewallMatch, InterfaceMatch } from '../../../contract/firewall.ts'
import { IPV4_ANY, type Ipv4Address } from '../../../wire/address.ts'
import { ethernetSource } from '../../../wire/ethernet.ts'
import { inetAddrType } from '../../ipv4/fib-addr-type.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { World } from '../../world.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import type { HookedPacket, PacketHeader } from '../packet.ts'

type LinkMatch<K extends FirewallMatch['kind']> = Extract<FirewallMatch, { kind: K }>

/** True when a device has this name; `eth+` is any name that begins so (ifname_compare). */
export function matchInterface(wanted: InterfaceMatch | undefined, device: NetDevice | undefined): boolean {
  if (wanted === undefined) return true
  const name = device?.name ?? ''
  const isIt = wanted.name.endsWith('+') ? name.startsWith(wanted.name.slice(0, -1)) : name === wanted.name
  return isIt !== wanted.not
}

/** The sender's MAC address, which only a packet from an Ethernet has. */
export function matchMac(match: LinkMatch<'mac'>, { in: device, skb }: HookedPacket): boolean {
  if (device === undefined || device.state.kind === 'lo') return false
  return (ethernetSource(skb.data) === match.source) !== match.not
}

/** The ports of the bridge that a packet crosses; one that crossed none is nowhere. */
export function matchPhysdev(world: World, match: LinkMatch<'physdev'>, { netns, skb }: HookedPacket): boolean {
  const about = netfilterInfo(netns, skb)
  const into = about === undefined ? undefined : world.devices[about.physIn]
  const outOf = about === undefined ? undefined : world.devices[about.physOut]
  if (match.isBridged !== undefined && (into !== undefined && outOf !== undefined) === match.isBridged.not) return false
  if (match.isIn !== undefined && (into !== undefined) === match.isIn.not) return false
  if (match.isOut !== undefined && (outOf !== undefined) === match.isOut.not) return false
  return matchInterface(match.physIn, into) && matchInterface(match.physOut, outOf)
}

function hasType(world: World, packet: HookedPacket, address: Ipv4Address, wanted: AddressTypeMatch): boolean {
  const type = inetAddrType(world, packet.netns, address).toUpperCase()
  const isIt = wanted.types.some((each) => each === type || (each === 'UNSPEC' && address === IPV4_ANY))
  return isIt !== wanted.not
}

/** True when an address belongs to the interface that `--limit-iface-in` or `-out` names; only own addresses can. */
function isOfInterface(packet: HookedPacket, address: Ipv4Address, which: 'in' | 'out'): boolean {
  const device = which === 'in' ? packet.in : packet.out
  return device?.ipv4.addresses.some((ifa) => ifa.local === address || ifa.broadcast === address) === true
}

export function matchAddressType(
  world: World,
  match: LinkMatch<'addrtype'>,
  packet: HookedPacket,
  header: PacketHeader,
): boolean {
  const { limitIface } = match
  const one = (address: Ipv4Address, wanted: AddressTypeMatch | undefined): boolean => {
    if (wanted === undefined) return true
    const mustBeHere = limitIface !== undefined && wanted.types.some((type) => type === 'LOCAL' || type === 'BROADCAST')
    if (mustBeHere && !isOfInterface(packet, address, limitIface)) return wanted.not
    return hasType(world, packet, address, wanted)
  }
  return one(header.source, match.source) && one(header.destination, match.destination)
}
