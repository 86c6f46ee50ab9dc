// What a bridge and its ports remember: struct net_bridge, net_bridge_port and net_bridge_fdb_entry.
import type { PortState } from '../../../contract/read-models.ts'
import type { TimerHandle } from '../../../sim/event-queue.ts'
import type { SimTime } from '../../../sim/time.ts'
import type { MacAddress } from '../../../wire/address.ts'
import type { DeviceId } from '../../world.ts'

/** One forwarding entry. */
export interface FdbEntry {
  readonly mac: MacAddress
  readonly vlan: number
  /** Grows with every entry of the bridge: the order in which tables are printed, newest first (fdb_list). */
  readonly sequence: number
  /** The port; the bridge's own id for its own addresses. */
  device: DeviceId
  /** BR_FDB_LOCAL: frames to it go up to the host. */
  local: boolean
  /** BR_FDB_STATIC: never ages. */
  isStatic: boolean
  sticky: boolean
  /** BR_FDB_ADDED_BY_EXT_LEARN: a program keeps it, so it does not age. */
  externLearn: boolean
  addedByUser: boolean
  updatedAt: SimTime
  usedAt: SimTime
}

export interface VlanEntry {
  readonly id: number
  untagged: boolean
}

/** VLAN membership of a port or of the bridge itself; pvid 0 means none. */
export interface VlanGroup {
  pvid: number
  entries: VlanEntry[]
}

export interface BridgePort {
  readonly bridge: DeviceId
  readonly portNo: number
  priority: number
  cost: number
  costSetByUser: boolean
  state: PortState
  hairpin: boolean
  learning: boolean
  flood: boolean
  mcastFlood: boolean
  bcastFlood: boolean
  isolated: boolean
  locked: boolean
  neighSuppress: boolean
  guard: boolean
  rootBlock: boolean
  groupFwdMask: number
  vlans: VlanGroup
  /** STP: what this port knows of its segment. Bridge ids are 8 bytes as text `8000.aabbccddeeff`. */
  designatedRoot: string
  designatedCost: number
  designatedBridge: string
  designatedPort: number
  /** When the root sent what the port was told last (designated_age). */
  designatedSince: SimTime
  topologyChangeAck: boolean
  configPending: boolean
  messageAgeTimer: TimerHandle
  forwardDelayTimer: TimerHandle
  holdTimer: TimerHandle
}

export interface BridgeState {
  readonly kind: 'bridge'
  /** Ports, newest first: the order of flooding. */
  ports: DeviceId[]
  /** Forwarding entries by VLAN and then by address: both together are 60 bits, more than a number holds exactly. */
  fdb: Map<number, Map<MacAddress, FdbEntry>>
  nextFdbSequence: number
  /** The times in force. They follow the root bridge while spanning tree runs. */
  ageingTimeMs: number
  forwardDelayMs: number
  helloTimeMs: number
  maxAgeMs: number
  /** The times that were set on this bridge, in force while it is the root. */
  ownAgeingTimeMs: number
  ownForwardDelayMs: number
  ownHelloTimeMs: number
  ownMaxAgeMs: number
  priority: number
  /** The address in the bridge id: zero until the bridge has had a port or was given an address, whatever the device's own is. */
  idMac: MacAddress
  stp: boolean
  vlanFiltering: boolean
  /** EtherType of the tags that filtering looks at (vlan_proto). */
  vlanProtocol: number
  defaultPvid: number
  groupFwdMask: number
  mcastSnooping: boolean
  /** Some port has neigh_suppress (BROPT_NEIGH_SUPPRESS_ENABLED). */
  neighSuppressEnabled: boolean
  vlans: VlanGroup
  macSetByUser: boolean
  mtuSetByUser: boolean
  designatedRoot: string
  rootPathCost: number
  rootPort: number
  topologyChange: boolean
  topologyChangeDetected: boolean
  helloTimer: TimerHandle
  tcnTimer: TimerHandle
  topologyChangeTimer: TimerHandle
  gcTimer: TimerHandle
}
