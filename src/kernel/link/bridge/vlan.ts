// VLAN memberships by hand and by default: `bridge vlan add` and `del`, default_pvid. Linux: net/bridge/br_vlan.c, br_netlink.c.
import { VLAN_ID_MAX } from '../../../wire/vlan.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { KernelError } from '../../system-call.ts'
import { linkChanged } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeOfPort, bridgeState } from './bridge-id.ts'
import { fdbAddLocal, fdbDeleteByPort, fdbFindDeleteLocal, vlanGroupOf } from './fdb-local.ts'
import { commitVlanFlags, findVlan, insertVlan, isDefaultPvid, removeVlan } from './vlan-group.ts'

/** VLANs that a request is about; `self` means the bridge itself, otherwise the device is a port. */
export interface VlanRange {
  readonly self: boolean
  readonly from: number
  readonly to: number
}

export interface VlanFlags {
  readonly pvid: boolean
  readonly untagged: boolean
}

const DEFAULT_FLAGS: VlanFlags = { pvid: true, untagged: true }

/** The bridge that a request is about: `self` on a bridge, otherwise that of the port. */
function vlanBridge(world: World, device: NetDevice, self: boolean): NetDevice | undefined {
  if (self) return device.state.kind === 'bridge' ? device : undefined
  return device.port === undefined ? undefined : bridgeOfPort(world, device.port)
}

/** Makes a device a member of a VLAN, or gives its membership exactly these flags (nbp_vlan_add, br_vlan_add). */
function addMembership(world: World, bridge: NetDevice, device: NetDevice, id: number, flags: VlanFlags): void {
  const group = vlanGroupOf(bridge, device)
  let entry = findVlan(group, id)
  if (entry === undefined) {
    fdbAddLocal(world, bridge, device, device.mac, id)
    entry = insertVlan(group, id)
  }
  commitVlanFlags(group, entry, flags.pvid, flags.untagged)
}

/** Ends a membership and forgets what was learned in that VLAN (nbp_vlan_delete, br_vlan_delete). One that is not there is passed over. */
function deleteMembership(world: World, bridge: NetDevice, device: NetDevice, id: number): void {
  const group = vlanGroupOf(bridge, device)
  if (findVlan(group, id) === undefined) return
  fdbFindDeleteLocal(world, bridge, device, device.mac, id)
  fdbDeleteByPort(world, bridge, device, id, false)
  removeVlan(group, id)
}

function refuseRange({ from, to }: VlanRange): KernelError | undefined {
  return from < 1 || to > VLAN_ID_MAX ? { errno: 'EINVAL', message: 'bridge: Vlan id is invalid' } : undefined
}

/**
 * Adds memberships to a port, or with `self` to the bridge. A membership that is there gets the flags asked for and loses the others.
 * Errors: EOPNOTSUPP for a device without a bridge, EINVAL for an id outside 1..4094. Linux: br_process_vlan_info.
 */
export function vlanAdd(world: World, device: NetDevice, request: VlanRange & VlanFlags): KernelError | undefined {
  const bridge = vlanBridge(world, device, request.self)
  if (bridge === undefined) return { errno: 'EOPNOTSUPP' }
  const refused = refuseRange(request)
  if (refused !== undefined) return refused
  for (let id = request.from; id <= request.to; id++) addMembership(world, bridge, device, id, request)
  linkChanged(world, device, 'changed')
  return undefined
}

/** Ends memberships. One that is not there is no error, as in Linux. */
export function vlanDelete(world: World, device: NetDevice, request: VlanRange): KernelError | undefined {
  const bridge = vlanBridge(world, device, request.self)
  if (bridge === undefined) return { errno: 'EOPNOTSUPP' }
  const refused = refuseRange(request)
  if (refused !== undefined) return refused
  for (let id = request.from; id <= request.to; id++) deleteMembership(world, bridge, device, id)
  linkChanged(world, device, 'changed')
  return undefined
}

/** Gives a new port or a new bridge its default membership (nbp_vlan_init, br_vlan_bridge_event). */
export function addDefaultVlan(world: World, bridge: NetDevice, device: NetDevice): void {
  const { defaultPvid } = bridgeState(bridge)
  if (defaultPvid !== 0) addMembership(world, bridge, device, defaultPvid, DEFAULT_FLAGS)
}

/** Ends all memberships of a port that leaves; its forwarding entries are the caller's affair (nbp_vlan_flush). */
export function flushVlans(bridge: NetDevice, device: NetDevice): void {
  const group = vlanGroupOf(bridge, device)
  group.pvid = 0
  group.entries = []
}

/**
 * Changes the VLAN that ports are in by default. Where the old default still stands it is exchanged for the new one, unless the user made the new
 * one a member already. 0 ends the default. Linux: __br_vlan_set_default_pvid, br_vlan_disable_default_pvid.
 */
export function setDefaultPvid(world: World, bridge: NetDevice, pvid: number): KernelError | undefined {
  if (pvid < 0 || pvid > VLAN_ID_MAX) return { errno: 'EINVAL' }
  const state = bridgeState(bridge)
  const old = state.defaultPvid
  for (const device of [bridge, ...state.ports.map((id) => deviceById(world, id))]) {
    const group = vlanGroupOf(bridge, device)
    const stands = old !== 0 && isDefaultPvid(group, old)
    if (pvid === 0) {
      if (stands) deleteMembership(world, bridge, device, old)
    } else if ((old === 0 || stands) && findVlan(group, pvid) === undefined) {
      addMembership(world, bridge, device, pvid, DEFAULT_FLAGS)
      if (old !== 0) deleteMembership(world, bridge, device, old)
    }
  }
  state.defaultPvid = pvid
  return undefined
}
