// VLAN membership of a port or of the bridge itself: struct net_bridge_vlan_group, kept by ascending id.
import type { VlanMembership } from '../../../contract/read-models.ts'
import type { VlanEntry, VlanGroup } from './bridge-state.ts'

/** A group without members (nbp_vlan_init, br_vlan_init). */
export function createVlanGroup(): VlanGroup {
  return { pvid: 0, entries: [] }
}

/** The membership of a VLAN, or undefined (br_vlan_find). */
export function findVlan(group: VlanGroup, id: number): VlanEntry | undefined {
  for (const entry of group.entries) if (entry.id === id) return entry
  return undefined
}

/** Adds a membership in its place (__vlan_add_list). The id is not a member yet. */
export function insertVlan(group: VlanGroup, id: number): VlanEntry {
  const entry: VlanEntry = { id, untagged: false }
  let at = group.entries.length
  while (at > 0 && (group.entries[at - 1]?.id ?? 0) > id) at--
  group.entries.splice(at, 0, entry)
  return entry
}

/** Sets or clears PVID and untagged exactly as asked: what is not asked for is taken away (__vlan_flags_commit). */
export function commitVlanFlags(group: VlanGroup, entry: VlanEntry, pvid: boolean, untagged: boolean): void {
  if (pvid) group.pvid = entry.id
  else if (group.pvid === entry.id) group.pvid = 0
  entry.untagged = untagged
}

/** Removes a membership (__vlan_del). */
export function removeVlan(group: VlanGroup, id: number): void {
  if (group.pvid === id) group.pvid = 0
  group.entries = group.entries.filter((entry) => entry.id !== id)
}

/** True when this id still is what default_pvid made it: PVID and untagged (vlan_default_pvid). */
export function isDefaultPvid(group: VlanGroup, id: number): boolean {
  return group.pvid === id && findVlan(group, id)?.untagged === true
}

/** What `bridge vlan show` prints. */
export function vlanMemberships(group: VlanGroup): VlanMembership[] {
  return group.entries.map(({ id, untagged }) => ({ id, pvid: group.pvid === id, untagged }))
}
