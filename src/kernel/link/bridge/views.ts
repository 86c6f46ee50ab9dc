// What `bridge fdb`, `bridge link` and `bridge vlan` read. Linux: br_fdb_dump, br_fill_ifinfo, br_fill_ifvlaninfo.
import type { BridgeSpanningTree, FdbView, PortView, VlanMembership } from '../../../contract/read-models.ts'
import { dueAt, type TimerHandle } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Netns } from '../../netns.ts'
import { deviceById, type DeviceId, type World } from '../../world.ts'
import type { BridgeState, FdbEntry } from './bridge-state.ts'
import { fdbEntries } from './fdb.ts'
import { vlanMemberships } from './vlan-group.ts'

/** One entry. */
export function fdbView(bridge: DeviceId, entry: FdbEntry): FdbView {
  return {
    bridge,
    device: entry.device,
    mac: entry.mac,
    vlan: entry.vlan,
    local: entry.local,
    isStatic: entry.isStatic,
    sticky: entry.sticky,
    ...(entry.externLearn ? { externLearn: true } : {}),
    usedAt: entry.usedAt,
    updatedAt: entry.updatedAt,
  }
}

/** The entries of all bridges of a namespace: devices by ifindex, inside one device newest first. */
export function fdbViews(world: World, netns: Netns): FdbView[] {
  const byDevice = new Map<DeviceId, FdbView[]>()
  const devices = [...netns.deviceByIndex].sort(([a], [b]) => a - b).map(([, id]) => deviceById(world, id))
  for (const { id, state } of devices) {
    if (state.kind !== 'bridge') continue
    for (const entry of fdbEntries(state)) {
      const views = byDevice.get(entry.device)
      if (views === undefined) byDevice.set(entry.device, [fdbView(id, entry)])
      else views.push(fdbView(id, entry))
    }
  }
  return devices.flatMap(({ id }) => byDevice.get(id) ?? [])
}

/** How long a timer still runs; 0 when it is idle (br_timer_value). */
function leftMs(world: World, timer: TimerHandle): number {
  const at = dueAt(world.queue, timer)
  return at === undefined ? 0 : Math.max(0, (at - world.now) / MILLISECOND_NS)
}

/** What spanning tree remembers of a bridge. */
export function bridgeSpanningTree(world: World, state: BridgeState): BridgeSpanningTree {
  return {
    ownForwardDelayMs: state.ownForwardDelayMs,
    ownHelloTimeMs: state.ownHelloTimeMs,
    ownMaxAgeMs: state.ownMaxAgeMs,
    topologyChangeDetected: state.topologyChangeDetected,
    helloTimerMs: leftMs(world, state.helloTimer),
    tcnTimerMs: leftMs(world, state.tcnTimer),
    topologyChangeTimerMs: leftMs(world, state.topologyChangeTimer),
    gcTimerMs: leftMs(world, state.gcTimer),
  }
}

/** What a bridge keeps about a port, or undefined for a device that is none. */
export function portView(world: World, device: NetDevice): PortView | undefined {
  const { port } = device
  if (port === undefined) return undefined
  return {
    bridge: port.bridge,
    state: port.state,
    portNo: port.portNo,
    priority: port.priority,
    cost: port.cost,
    hairpin: port.hairpin,
    learning: port.learning,
    flood: port.flood,
    mcastFlood: port.mcastFlood,
    bcastFlood: port.bcastFlood,
    isolated: port.isolated,
    locked: port.locked,
    neighSuppress: port.neighSuppress,
    guard: port.guard,
    rootBlock: port.rootBlock,
    groupFwdMask: port.groupFwdMask,
    designatedBridge: port.designatedBridge,
    designatedRoot: port.designatedRoot,
    designatedPort: port.designatedPort,
    designatedCost: port.designatedCost,
    spanningTree: {
      topologyChangeAck: port.topologyChangeAck,
      configPending: port.configPending,
      holdTimerMs: leftMs(world, port.holdTimer),
      messageAgeTimerMs: leftMs(world, port.messageAgeTimer),
      forwardDelayTimerMs: leftMs(world, port.forwardDelayTimer),
    },
    vlans: vlanMemberships(port.vlans),
  }
}

/** The bridge's own memberships, empty for other devices. Those of a port are in its `portView`. */
export function bridgeVlans(device: NetDevice): VlanMembership[] {
  return device.state.kind === 'bridge' ? vlanMemberships(device.state.vlans) : []
}
