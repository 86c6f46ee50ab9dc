/** Which VLAN ids an interface still has. */
import type { NetworkIndex, PlacedLink } from './network-index.ts'

/** The last VLAN id: 4095 is reserved (IEEE 802.1Q). */
export const VLAN_ID_MAX = 4094

/** The VLAN interfaces of a parent by their id. */
export function vlansOf(index: NetworkIndex, { link }: PlacedLink, protocol: string): ReadonlyMap<number, string> {
  const used = new Map<number, string>()
  for (const { link: child } of index.childrenOf(link)) {
    if (child.details.kind === 'vlan' && child.details.protocol === protocol) used.set(child.details.id, child.name)
  }
  return used
}

/** The first free id, tens first: they are what people count VLANs in. Above the limit when none is free. */
export function firstFreeVlan(index: NetworkIndex, parent: PlacedLink, protocol: string): number {
  const used = vlansOf(index, parent, protocol)
  for (const step of [10, 1]) {
    for (let id = step; id <= VLAN_ID_MAX; id += step) if (!used.has(id)) return id
  }
  return VLAN_ID_MAX + 1
}
