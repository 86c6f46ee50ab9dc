/** `route -n`: the main table as net-tools reads it from /proc/net/route. Linux: fib_route_seq_show. */
import type { RouteView } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatIpv4, ipv4FromNumber, prefixMask } from '../../wire/address.ts'

export const ROUTE_HEADER =
  'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n'

/** One line, or undefined for a route that /proc/net/route leaves out. `numeric` is false for plain `route`. */
export function routeNLine(reads: KernelReads, route: RouteView, numeric: boolean): string | undefined {
  if (route.type === 'broadcast' || route.type === 'multicast') return undefined
  const hop = route.nexthops[0]
  const isReject = route.type === 'unreachable' || route.type === 'prohibit'
  const isDefault = route.prefixLength === 0
  const destination = isDefault && !numeric ? 'default' : formatIpv4(route.destination)
  const gateway = isReject ? '-' : hop?.gateway === undefined ? '0.0.0.0' : formatIpv4(hop.gateway)
  const flags = `${isReject ? '!' : 'U'}${hop?.gateway === undefined ? '' : 'G'}${route.prefixLength === 32 ? 'H' : ''}`
  const device = isReject ? '-' : hop === undefined ? '*' : (reads.device(hop.device)?.name ?? '*')
  const mask = formatIpv4(ipv4FromNumber(prefixMask(route.prefixLength)))
  return (
    `${destination.padEnd(16)}${gateway.padEnd(16)}${mask.padEnd(16)}${flags.padEnd(6)}` +
    `${String(route.metric).padEnd(7)}${(isReject ? '-' : '0').padEnd(3)}${'0'.padStart(7)} ${device}\n`
  )
}
