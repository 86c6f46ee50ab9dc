// Forwarding entries by hand: `bridge fdb add`, `del`, `flush`. Linux: br_fdb_add, fdb_add_entry, br_fdb_delete, br_fdb_delete_bulk.
import { ZERO_MAC } from '../../../wire/address.ts'
import { VLAN_ID_MAX } from '../../../wire/vlan.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { FdbSpec, KernelError } from '../../system-call.ts'
import { fdbChanged } from '../../trace.ts'
import type { World } from '../../world.ts'
import { bridgeOfPort, bridgeState } from './bridge-id.ts'
import type { FdbEntry } from './bridge-state.ts'
import { fdbCreate, fdbEntries, fdbFind, fdbRemove, hasExpired } from './fdb.ts'
import { vlanGroupOf } from './fdb-local.ts'
import { findVlan } from './vlan-group.ts'

export type FdbAddMode = 'add' | 'replace' | 'append'

type UserState = 'permanent' | 'static' | 'dynamic'

/** The bridge whose table a request is about: `master` goes to a port's bridge, `self` to the bridge itself (rtnl_fdb_add). */
function fdbBridge(world: World, device: NetDevice, target: FdbSpec['target']): NetDevice | undefined {
  if (target === 'self') return device.state.kind === 'bridge' ? device : undefined
  return device.port === undefined ? undefined : bridgeOfPort(world, device.port)
}

/** A bad VLAN number, or one that the device is no member of. */
function refuseVlan(bridge: NetDevice, device: NetDevice, vlan: number | undefined): KernelError | undefined {
  if (vlan === undefined) return undefined
  if (vlan < 1 || vlan > VLAN_ID_MAX) return { errno: 'EINVAL', message: 'invalid vlan id' }
  return findVlan(vlanGroupOf(bridge, device), vlan) === undefined ? { errno: 'EINVAL' } : undefined
}

/** The VLANs that a request without one is about: none, and then each that the device is a member of. */
function requestVlans(bridge: NetDevice, device: NetDevice, vlan: number | undefined): readonly number[] {
  return vlan === undefined ? [0, ...vlanGroupOf(bridge, device).entries.map(({ id }) => id)] : [vlan]
}

function entryState(entry: FdbEntry): UserState {
  if (entry.local) return 'permanent'
  return entry.isStatic ? 'static' : 'dynamic'
}

/** Adds or changes one entry (fdb_add_entry). */
function addEntry(
  world: World,
  bridge: NetDevice,
  device: NetDevice,
  spec: FdbSpec,
  vlan: number,
  mode: FdbAddMode,
): KernelError | undefined {
  const externLearn = spec.externLearn ?? false
  // br_fdb_external_learn_add: neither local nor static, and the state that was asked for does not count.
  const wanted = externLearn ? 'dynamic' : (spec.state ?? 'permanent')
  const sticky = spec.sticky ?? false
  const portState = device.port?.state
  // A port that cannot learn takes only what never ages.
  if (
    portState !== undefined &&
    wanted === 'dynamic' &&
    !externLearn &&
    portState !== 'learning' &&
    portState !== 'forwarding'
  )
    return { errno: 'EPERM' }
  if (device.id === bridge.id && wanted !== 'permanent') return { errno: 'EINVAL' }
  if (sticky && wanted === 'permanent') return { errno: 'EINVAL' }
  const state = bridgeState(bridge)
  let entry = fdbFind(state, spec.mac, vlan)
  let modified = false
  if (entry === undefined) {
    entry = fdbCreate(world, state, { mac: spec.mac, vlan, device: device.id, local: false, isStatic: false })
    modified = true
  } else if (mode === 'add') return { errno: 'EEXIST' }
  if (
    entry.device !== device.id ||
    entryState(entry) !== wanted ||
    entry.sticky !== sticky ||
    entry.externLearn !== externLearn ||
    hasExpired(world, state, entry)
  )
    modified = true
  entry.device = device.id
  entry.local = wanted === 'permanent'
  entry.isStatic = wanted !== 'dynamic'
  entry.sticky = sticky
  entry.externLearn = externLearn
  entry.addedByUser = true
  entry.usedAt = world.now
  if (modified) {
    entry.updatedAt = world.now
    fdbChanged(world, bridge, entry)
  }
  return undefined
}

/**
 * Adds an entry by hand: `master` on a port, `self` on the bridge. Without a VLAN the entry is made for none and for each VLAN of the port.
 * Errors: EOPNOTSUPP (no such bridge), EINVAL (address, VLAN or combination), EEXIST (`add` of a present one), EPERM. Linux: br_fdb_add.
 */
export function fdbAdd(world: World, device: NetDevice, spec: FdbSpec, mode: FdbAddMode): KernelError | undefined {
  const bridge = fdbBridge(world, device, spec.target)
  if (bridge === undefined) return { errno: 'EOPNOTSUPP' }
  if (spec.mac === ZERO_MAC) return { errno: 'EINVAL' }
  const refused = refuseVlan(bridge, device, spec.vlan)
  if (refused !== undefined) return refused
  for (const vlan of requestVlans(bridge, device, spec.vlan)) {
    const failed = addEntry(world, bridge, device, spec, vlan, mode)
    if (failed !== undefined) return failed
  }
  return undefined
}

/** Removes an entry by hand, whoever made it; ENOENT when there is none on this port (br_fdb_delete). */
export function fdbDelete(world: World, device: NetDevice, spec: FdbSpec): KernelError | undefined {
  const bridge = fdbBridge(world, device, spec.target)
  if (bridge === undefined) return { errno: 'EOPNOTSUPP' }
  const refused = refuseVlan(bridge, device, spec.vlan)
  if (refused !== undefined) return refused
  let found = false
  for (const vlan of requestVlans(bridge, device, spec.vlan)) {
    const entry = fdbFind(bridgeState(bridge), spec.mac, vlan)
    if (entry?.device !== device.id) continue
    fdbRemove(world, bridge, entry)
    found = true
  }
  return found ? undefined : { errno: 'ENOENT' }
}

/** Removes what a bridge learned, and keeps what is static or its own (br_fdb_flush as br_changelink asks for it). */
export function fdbFlushLearned(world: World, bridge: NetDevice): void {
  for (const entry of fdbEntries(bridgeState(bridge))) {
    if (!entry.isStatic && !entry.local) fdbRemove(world, bridge, entry)
  }
}

/** Removes all entries of a bridge (`self`), or all of one port (`master`), permanent ones too (br_fdb_delete_bulk without a filter). */
export function fdbFlush(world: World, device: NetDevice, target: FdbSpec['target']): KernelError | undefined {
  const bridge = fdbBridge(world, device, target)
  if (bridge === undefined) return { errno: 'EOPNOTSUPP' }
  for (const entry of fdbEntries(bridgeState(bridge))) {
    if (device.id === bridge.id || entry.device === device.id) fdbRemove(world, bridge, entry)
  }
  return undefined
}
