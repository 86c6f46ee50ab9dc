// The forwarding table: lookup, learning and ageing. Linux: net/bridge/br_fdb.c.
import { cancel, schedule } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import type { MacAddress } from '../../../wire/address.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { fdbChanged } from '../../trace.ts'
import type { World } from '../../world.ts'
import { bridgeState, portOf } from './bridge-id.ts'
import type { BridgeState, FdbEntry } from './bridge-state.ts'
import { checkEntry, checkSetting } from './checks.ts'

/** Two runs of the ageing are at least this far apart. */
const GC_MIN_INTERVAL_NS = 10 * MILLISECOND_NS

/** The entry of an address in a VLAN (0 while the bridge does not filter), or undefined (br_fdb_find_rcu). */
export function fdbFind(state: BridgeState, mac: MacAddress, vlan: number): FdbEntry | undefined {
  return state.fdb.get(vlan)?.get(mac)
}

/** All entries, newest first, as the kernel's list has them (fdb_list). */
export function fdbEntries(state: BridgeState): FdbEntry[] {
  const entries: FdbEntry[] = []
  for (const table of state.fdb.values()) entries.push(...table.values())
  return entries.sort((a, b) => b.sequence - a.sequence)
}

/** Adds an entry that does not exist yet (fdb_create). The caller tells the trace. */
export function fdbCreate(
  world: World,
  state: BridgeState,
  entry: Pick<FdbEntry, 'mac' | 'vlan' | 'device' | 'local' | 'isStatic'>,
): FdbEntry {
  const created: FdbEntry = {
    mac: entry.mac,
    vlan: entry.vlan,
    sequence: state.nextFdbSequence++,
    device: entry.device,
    local: entry.local,
    isStatic: entry.isStatic,
    sticky: false,
    externLearn: false,
    addedByUser: false,
    updatedAt: world.now,
    usedAt: world.now,
  }
  const table = state.fdb.get(entry.vlan)
  if (table === undefined) state.fdb.set(entry.vlan, new Map([[entry.mac, created]]))
  else table.set(entry.mac, created)
  return created
}

/** Removes an entry (fdb_delete). */
export function fdbRemove(world: World, bridge: NetDevice, entry: FdbEntry): void {
  bridgeState(bridge).fdb.get(entry.vlan)?.delete(entry.mac)
  fdbChanged(world, bridge, entry, true)
}

/** How long a learned entry lives, in milliseconds: the ageing time, or the forward delay after a topology change (hold_time). */
function holdTimeMs(state: BridgeState): number {
  return state.topologyChange ? state.forwardDelayMs : state.ageingTimeMs
}

/** True when an entry is due to be forgotten, though the ageing has not come by yet (has_expired). */
export function hasExpired(world: World, state: BridgeState, entry: FdbEntry): boolean {
  return !entry.isStatic && !entry.externLearn && entry.updatedAt + holdTimeMs(state) * MILLISECOND_NS <= world.now
}

/**
 * Learns that an address is behind a port: a new entry, a refresh, or a move to this port at once. Local entries are never moved, sticky ones
 * stay where they are, static ones move and stay static. Linux: br_fdb_update, with the caller's test of BR_LEARNING.
 */
export function fdbUpdate(world: World, bridge: NetDevice, device: NetDevice, mac: MacAddress, vlan: number): void {
  const { learning } = portOf(device)
  if (!checkSetting(world, 'bridge.learning', learning, device, 'learning', learning)) return
  const state = bridgeState(bridge)
  // A bridge that forgets at once learns nothing.
  if (!checkSetting(world, 'bridge.ageing_time', holdTimeMs(state) !== 0, bridge, 'ageing_time', holdTimeMs(state)))
    return
  const entry = fdbFind(state, mac, vlan)
  if (entry === undefined) {
    checkEntry(world, 'bridge.learn', true, bridge, mac, 'is new')
    fdbChanged(world, bridge, fdbCreate(world, state, { mac, vlan, device: device.id, local: false, isStatic: false }))
  } else if (entry.local) {
    // Linux only writes to its log: received packet with own address as source address.
    checkEntry(world, 'bridge.learn', false, bridge, mac, "is an address of the bridge's own")
  } else {
    entry.updatedAt = world.now
    if (entry.device === device.id) checkEntry(world, 'bridge.learn', true, bridge, mac, 'is known on this port')
    else if (entry.sticky) checkEntry(world, 'bridge.learn', false, bridge, mac, 'is sticky on another port')
    else {
      checkEntry(world, 'bridge.learn', true, bridge, mac, 'moves here from another port')
      entry.device = device.id
      fdbChanged(world, bridge, entry)
    }
  }
}

/** Plans the next run of the ageing, instead of the one that was planned (mod_delayed_work of gc_work). */
export function planFdbCleanup(world: World, bridge: NetDevice, delayNs: number): void {
  const state = bridgeState(bridge)
  cancel(world.queue, state.gcTimer)
  state.gcTimer = schedule(world.queue, world.now + delayNs, { kind: 'bridge.gc', bridge: bridge.id }, false)
}

/** Forgets the entries that are over age, and comes back when the next one is due (br_fdb_cleanup). */
export function fdbCleanup(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  const holdTimeNs = holdTimeMs(state) * MILLISECOND_NS
  let nextNs = holdTimeNs
  for (const entry of fdbEntries(state)) {
    if (entry.isStatic) continue
    const leftNs = entry.updatedAt + holdTimeNs - world.now
    if (leftNs > 0) nextNs = Math.min(nextNs, leftNs)
    else fdbRemove(world, bridge, entry)
  }
  planFdbCleanup(world, bridge, Math.max(nextNs, GC_MIN_INTERVAL_NS))
}
