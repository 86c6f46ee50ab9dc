/** How a route of the tables is written as a command. */
import { formatIpv4, formatPrefix, type Ipv4Address } from '../../wire/address.ts'
import type { RouteView } from '../../contract/read-models.ts'
import type { DeviceRef } from './gesture.ts'

/** RT_TABLE_MAIN. */
const MAIN_TABLE = 254

/** The words of a route after `add`, with its interface under its new name. Undefined for one over several, or over one without a name here. */
export function routeWords(
  route: RouteView,
  {
    links,
    addresses,
    sources = addresses,
  }: {
    /** By global id. */
    readonly links: ReadonlyMap<number, DeviceRef>
    /** Gateways that have another address now. */
    readonly addresses?: ReadonlyMap<Ipv4Address, Ipv4Address>
    /** The same of source addresses; missing: as gateways. */
    readonly sources?: ReadonlyMap<Ipv4Address, Ipv4Address> | undefined
  },
): string | undefined {
  const { destination, prefixLength, type, nexthops, scope, metric, table, source } = route
  const target = prefixLength === 0 ? 'default' : formatPrefix({ address: destination, length: prefixLength })
  const words = [...(type === 'unicast' ? [] : [type]), target]
  if (nexthops.length > 1 || route.nhid !== undefined) return undefined
  const nexthop = nexthops[0]
  if (nexthop !== undefined) {
    const { gateway } = nexthop
    if (gateway !== undefined) words.push('via', formatIpv4(addresses?.get(gateway) ?? gateway))
    const device = links.get(nexthop.device)
    if (device === undefined && type === 'unicast') return undefined
    if (device !== undefined) words.push('dev', device.name)
    if (nexthop.onlink) words.push('onlink')
    if (gateway !== undefined && scope === 'link') words.push('scope', 'link')
  }
  if (source !== undefined) words.push('src', formatIpv4(sources?.get(source) ?? source))
  if (metric !== 0) words.push('metric', String(metric))
  if (table !== MAIN_TABLE) words.push('table', String(table))
  return words.join(' ')
}
