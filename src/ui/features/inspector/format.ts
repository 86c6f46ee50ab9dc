// Tables of the kernel as Linux writes them.
import type { AddressView, NeighView, NexthopView, RouteView, RuleView } from '../../../contract/read-models.ts'
import { formatIpv4 } from '../../../wire/address.ts'
import type { Ipv4Address } from '../../../wire/address.ts'

const TABLE_NAMES: Readonly<Record<number, string>> = { 253: 'default', 254: 'main', 255: 'local' }

/** `main`, `local`, `default` or the number. */
export function tableName(table: number): string {
  return TABLE_NAMES[table] ?? String(table)
}

/** `default`, `10.10.10.10` or `192.168.1.0/24`, with the type in front when it is not unicast. */
export function destinationText({ destination, prefixLength, type }: RouteView): string {
  const target =
    prefixLength === 0
      ? 'default'
      : prefixLength === 32
        ? formatIpv4(destination)
        : `${formatIpv4(destination)}/${prefixLength}`
  return type === 'unicast' ? target : `${type} ${target}`
}

/** What a next hop is besides its gateway and device. */
export function nexthopNotes({ onlink, weight, dead, linkDown }: NexthopView, isOnly: boolean): string {
  const parts = [
    onlink ? 'onlink' : '',
    isOnly ? '' : `weight ${weight}`,
    dead ? 'dead' : '',
    linkDown ? 'linkdown' : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** `via 192.168.1.1` or nothing. */
export function gatewayText({ gateway }: NexthopView): string {
  return gateway === undefined ? '' : `via ${formatIpv4(gateway)}`
}

/** What remains of a route: protocol, scope, source, metric, TOS, MTU. */
export function routeNotes({ protocol, scope, source, metric, type, tos, mtuBytes, nhid }: RouteView): string {
  const parts = [
    nhid === undefined ? '' : `nhid ${nhid}`,
    protocol === 'boot' ? '' : `proto ${protocol}`,
    scope === 'link' && type === 'unicast' ? 'scope link' : '',
    source === undefined ? '' : `src ${formatIpv4(source)}`,
    metric === 0 ? '' : `metric ${metric}`,
    tos === 0 ? '' : `tos 0x${tos.toString(16)}`,
    mtuBytes === 0 ? '' : `mtu ${mtuBytes}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** What `ip route del` takes for exactly this route. */
export function routeWords(route: RouteView, nameOf: (device: number) => string): string {
  const { nexthops, metric, table, tos, nhid } = route
  const hops = nexthops.map((hop) =>
    [gatewayText(hop), hop.device === 0 ? '' : `dev ${nameOf(hop.device)}`].filter((part) => part !== '').join(' '),
  )
  const own = hops.length === 1 ? hops : hops.map((hop) => `nexthop ${hop}`)
  const ways = nhid === undefined ? own : [`nhid ${nhid}`]
  const parts = [
    destinationText(route),
    tos === 0 ? '' : `tos 0x${tos.toString(16)}`,
    table === 254 ? '' : `table ${tableName(table)}`,
    metric === 0 ? '' : `metric ${metric}`,
    ...ways,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** `from 10.0.0.0/8 lookup main`. */
export function ruleText({ from, to, iif, oif, tos, fwmark, fwmask, not, action }: RuleView): string {
  const prefix = (side: { readonly address: Ipv4Address; readonly length: number }): string =>
    side.length === 32 ? formatIpv4(side.address) : `${formatIpv4(side.address)}/${side.length}`
  const parts = [
    not ? 'not' : '',
    `from ${from === undefined ? 'all' : prefix(from)}`,
    to === undefined ? '' : `to ${prefix(to)}`,
    iif === '' ? '' : `iif ${iif}`,
    oif === '' ? '' : `oif ${oif}`,
    tos === 0 ? '' : `tos 0x${tos.toString(16)}`,
    fwmark === 0
      ? ''
      : `fwmark 0x${fwmark.toString(16)}${fwmask >>> 0 === 0xffffffff ? '' : `/0x${fwmask.toString(16)}`}`,
    action.kind === 'lookup' ? `lookup ${tableName(action.table)}` : action.kind,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** Seconds until a neighbour entry's timer fires, as the reader sees it; nothing when none runs. */
export function timerText({ timerAt }: NeighView, atNs: number): string {
  if (timerAt === undefined || timerAt < atNs) return ''
  return `${((timerAt - atNs) / 1e9).toFixed(1)} s`
}

/** `10.0.0.1/24`, with the peer where the link has two named ends. */
export function addressText({ address, prefixLength, peer }: AddressView): string {
  const own = formatIpv4(address)
  return peer === address ? `${own}/${prefixLength}` : `${own} peer ${formatIpv4(peer)}/${prefixLength}`
}

/** Broadcast address, scope, flags and label, as `ip addr` lists them behind an address. */
export function addressNotes(
  { broadcast, scope, secondary, noPrefixRoute, metric, label }: AddressView,
  name: string,
): string {
  const parts = [
    broadcast === undefined ? '' : `brd ${formatIpv4(broadcast)}`,
    `scope ${scope}`,
    secondary ? 'secondary' : '',
    noPrefixRoute ? 'noprefixroute' : '',
    metric === 0 ? '' : `metric ${metric}`,
    label === name ? '' : label,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** Seconds since a moment, with one decimal. */
export function secondsSince(moment: number, atNs: number): string {
  return (Math.max(0, atNs - moment) / 1e9).toFixed(1)
}
