// Local entries: the addresses of the bridge and of its ports, for which frames go up to the host. Linux: net/bridge/br_fdb.c.
import type { MacAddress } from '../../../wire/address.ts'
import { isValidDeviceMac } from '../../../wire/address.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { fdbChanged } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeState, portOf } from './bridge-id.ts'
import type { FdbEntry, VlanGroup } from './bridge-state.ts'
import { fdbCreate, fdbEntries, fdbFind, fdbRemove } from './fdb.ts'
import { findVlan } from './vlan-group.ts'

/** The VLAN memberships of a port, or of the bridge when that is the owner. */
export function vlanGroupOf(bridge: NetDevice, owner: NetDevice): VlanGroup {
  return owner.id === bridge.id ? bridgeState(bridge).vlans : portOf(owner).vlans
}

/**
 * Makes an address of the owner (a port, or the bridge) local. Where another local entry has it already, that one stays; a learned entry gives
 * way. An address that no device may have is passed over. Linux: fdb_add_local.
 */
export function fdbAddLocal(world: World, bridge: NetDevice, owner: NetDevice, mac: MacAddress, vlan: number): void {
  if (!isValidDeviceMac(mac)) return
  const state = bridgeState(bridge)
  const present = fdbFind(state, mac, vlan)
  if (present !== undefined) {
    if (present.local) return
    fdbRemove(world, bridge, present)
  }
  fdbChanged(world, bridge, fdbCreate(world, state, { mac, vlan, device: owner.id, local: true, isStatic: true }))
}

/** Adds the local entries of an owner's address: without VLAN, and one for each of its VLANs. */
function fdbAddLocalEverywhere(world: World, bridge: NetDevice, owner: NetDevice, mac: MacAddress): void {
  fdbAddLocal(world, bridge, owner, mac, 0)
  for (const { id } of vlanGroupOf(bridge, owner).entries) fdbAddLocal(world, bridge, owner, mac, id)
}

/** Takes a local entry from its owner: it goes to another port or to the bridge if that has the same address, else away (fdb_delete_local). */
function fdbDeleteLocal(world: World, bridge: NetDevice, owner: NetDevice, entry: FdbEntry): void {
  const { mac, vlan } = entry
  const isMember = (device: NetDevice): boolean =>
    vlan === 0 || findVlan(vlanGroupOf(bridge, device), vlan) !== undefined
  const state = bridgeState(bridge)
  const heirs = state.ports.map((id) => deviceById(world, id)).filter((port) => port.id !== owner.id)
  if (owner.id !== bridge.id) heirs.push(bridge)
  const heir = heirs.find((device) => device.mac === mac && isMember(device))
  if (heir === undefined) {
    fdbRemove(world, bridge, entry)
    return
  }
  entry.device = heir.id
  entry.addedByUser = false
  fdbChanged(world, bridge, entry)
}

/** True for an entry that the kernel made for an owner's own address. */
function isOwnEntry(entry: FdbEntry, owner: NetDevice): boolean {
  return entry.local && !entry.addedByUser && entry.device === owner.id
}

/** Takes the local entry of an address in a VLAN from its owner, if it is the owner's (br_fdb_find_delete_local). */
export function fdbFindDeleteLocal(
  world: World,
  bridge: NetDevice,
  owner: NetDevice,
  mac: MacAddress,
  vlan: number,
): void {
  const entry = fdbFind(bridgeState(bridge), mac, vlan)
  if (entry !== undefined && isOwnEntry(entry, owner)) fdbDeleteLocal(world, bridge, owner, entry)
}

/** Follows a change of a port's address; the device has the new one already (br_fdb_changeaddr). */
export function fdbChangePortAddress(world: World, bridge: NetDevice, port: NetDevice): void {
  for (const entry of fdbEntries(bridgeState(bridge))) {
    if (isOwnEntry(entry, port)) fdbDeleteLocal(world, bridge, port, entry)
  }
  fdbAddLocalEverywhere(world, bridge, port, port.mac)
}

/** Follows a change of the bridge's address; the device has the old one still (br_fdb_change_mac_address). */
export function fdbChangeBridgeAddress(world: World, bridge: NetDevice, mac: MacAddress): void {
  fdbFindDeleteLocal(world, bridge, bridge, bridge.mac, 0)
  fdbAddLocal(world, bridge, bridge, mac, 0)
  for (const { id } of bridgeState(bridge).vlans.entries) {
    fdbFindDeleteLocal(world, bridge, bridge, bridge.mac, id)
    fdbAddLocal(world, bridge, bridge, mac, id)
  }
}

/**
 * Forgets the entries of a port, or of the bridge when that is the owner. Without `all` static entries stay, and of the others only those of
 * `vlan` go (0: every VLAN's). Linux: br_fdb_delete_by_port.
 */
export function fdbDeleteByPort(world: World, bridge: NetDevice, owner: NetDevice, vlan: number, all: boolean): void {
  for (const entry of fdbEntries(bridgeState(bridge))) {
    if (entry.device !== owner.id) continue
    if (!all && (entry.isStatic || (vlan !== 0 && entry.vlan !== vlan))) continue
    if (entry.local) fdbDeleteLocal(world, bridge, owner, entry)
    else fdbRemove(world, bridge, entry)
  }
}
