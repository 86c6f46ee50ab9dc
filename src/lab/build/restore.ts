/** What an interface loses when it goes down or has no address for a moment (fib_disable_ip, neigh_ifdown), written once more. */
import { formatIpv4, formatMac, type Ipv4Address } from '../../wire/address.ts'
import type { RouteView } from '../../contract/read-models.ts'
import { ip } from './commands.ts'
import type { Draft } from './draft.ts'
import type { DeviceRef } from './gesture.ts'
import { routeWords } from './route-words.ts'

/** Of interfaces by their global ids, under the names that they have by then, with sources that have changed meanwhile. */
export function restore(
  draft: Draft,
  links: ReadonlyMap<number, DeviceRef>,
  sources: ReadonlyMap<Ipv4Address, Ipv4Address> = new Map(),
): void {
  for (const { name, routes, neighbours } of draft.index.state.network.namespaces) {
    const isLost = ({ protocol, nexthops }: RouteView): boolean =>
      protocol !== 'kernel' && nexthops.some(({ device }) => links.has(device))
    for (const route of inOrder(routes.filter(isLost))) {
      const words = routeWords(route, { links, sources })
      if (words !== undefined) draft.run(ip(name, `route add ${words}`))
    }
    for (const { device, ip: address, mac, state, proxy } of neighbours) {
      const link = links.get(device)
      if (link === undefined) continue
      const where = `${formatIpv4(address)} dev ${link.name}`
      if (proxy) draft.run(ip(name, `neigh add proxy ${where}`))
      else if (state === 'PERMANENT' && mac !== undefined) {
        draft.run(ip(name, `neigh replace ${formatIpv4(address)} lladdr ${formatMac(mac)} dev ${link.name}`))
      }
    }
  }
}

/** Linux takes a gateway only when it knows the way to it: direct routes come first. */
export function inOrder(routes: readonly RouteView[]): readonly RouteView[] {
  const isDirect = ({ nexthops }: RouteView): boolean => nexthops.every(({ gateway }) => gateway === undefined)
  return [...routes.filter(isDirect), ...routes.filter((route) => !isDirect(route))]
}
