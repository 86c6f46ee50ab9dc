// What is in a network, by name: for tests that compare labs which were built in different ways.
import type { NetworkView } from '../contract/protocol.ts'

/**
 * Counts, times and numbers that only tell the order of making are left out, and so is what the network learned by itself. What
 * comes from the names of links (MAC addresses that nobody chose, labels of addresses) and the order of addresses can be left out too.
 */
export function contentsOf({ namespaces }: NetworkView, { isExact = true } = {}): unknown {
  const links = new Map(namespaces.flatMap((home) => home.links.map((link) => [link.device, { home, link }])))
  const nameOf = (device: number): string => {
    const found = links.get(device)
    return found === undefined ? '' : `${found.home.name}/${found.link.name}`
  }
  const isPort = (device: number): boolean => [...links.values()].some(({ link }) => link.master === device)
  return namespaces
    .map((namespace) => ({
      name: namespace.name,
      links: namespace.links
        .map((link) => [
          link.name,
          // A bridge without ports keeps the address that its last port left it.
          !isExact || (link.details.kind === 'bridge' && !isPort(link.device)) ? '' : link.mac,
          { mtu: link.mtuBytes, up: link.up, promisc: link.promisc, alias: link.alias, kind: link.details.kind },
          { master: nameOf(link.master), other: nameOf(link.linkDevice), hairpin: link.port?.hairpin },
          { noArp: link.noArp, multicast: link.multicast, allMulticast: link.allMulticast },
          settingsOf(link),
          isExact ? link.addresses : link.addresses.map((address) => ({ ...address, label: '' })).sort(byText),
        ])
        .sort(byText),
      routes: namespace.routes
        .map((route) => ({
          ...route,
          // Linux acts upon a carrier up to a second later.
          nexthops: route.nexthops.map((nexthop) => ({ ...nexthop, device: nameOf(nexthop.device), linkDown: false })),
        }))
        .sort(byText),
      rules: namespace.rules.toSorted(byText),
      neighbours: namespace.neighbours
        .filter(({ state, proxy }) => state === 'PERMANENT' || proxy)
        .map(({ ip, mac, device }) => [ip, mac, nameOf(device)])
        .sort(byText),
      fdb: namespace.fdb
        .filter(({ local, isStatic }) => !local && isStatic)
        .map(({ mac, vlan, device }) => [mac, vlan, nameOf(device)])
        .sort(byText),
    }))
    .sort(byText)
}

type Link = NetworkView['namespaces'][number]['links'][number]

/** What was chosen for a port and for the link's own kind. */
function settingsOf({ port, details, vlans }: Link): unknown {
  const flags = port && {
    ...{ hairpin: port.hairpin, learning: port.learning, flood: port.flood, isolated: port.isolated },
    ...{ mcastFlood: port.mcastFlood, bcastFlood: port.bcastFlood, guard: port.guard, rootBlock: port.rootBlock },
    ...{ neighSuppress: port.neighSuppress, locked: port.locked, vlans: port.vlans },
  }
  switch (details.kind) {
    case 'bridge': {
      const { stpState, vlanFiltering, ageingTimeMs, priority, defaultPvid } = details
      return [flags, vlans, { stpState, vlanFiltering, ageingTimeMs, priority, defaultPvid }]
    }
    default:
      return [flags, details]
  }
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}
