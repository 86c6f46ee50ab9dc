// One network device: struct net_device with the parts that IPv4 and the neighbour code hang on it.
import type {
  IpvlanFlag,
  IpvlanMode,
  LinkKindName,
  MacvlanMode,
  LinkMode,
  OperState,
  QosMapping,
} from '../../contract/read-models.ts'
import { BROADCAST_MAC, type MacAddress } from '../../wire/address.ts'
import type { InDevice } from '../ipv4/in-device.ts'
import type { BridgePort, BridgeState } from '../link/bridge/bridge-state.ts'
import type { NeighTable } from '../neigh/neigh-table.ts'
import type { IfIndex, NetnsId, SocketId } from '../system-call.ts'
import type { DeviceId } from '../world.ts'

/** A macvlan lower device's state: struct macvlan_port. */
export interface MacvlanPort {
  /** In the order of creation. */
  children: DeviceId[]
  /** Those that are up, in the order in which they get copies of group frames: by bucket, the newest of a bucket first (vlan_hash). */
  table: { readonly child: DeviceId; readonly bucket: number }[]
  passthru: boolean
  /** The lower device's own address, which it gets back when a passthru child that changed it goes. */
  permanentMac: MacAddress
  /** Set while a passthru child changes the lower device's address (MACVLAN_F_ADDRCHANGE). */
  addressChange: boolean
  /** Frames waiting for the broadcast work queue. */
  queueLength: number
}

/** An ipvlan lower device's state: struct ipvl_port. Mode and flag are shared by all children. */
export interface IpvlanPort {
  children: DeviceId[]
  mode: IpvlanMode
  flag: IpvlanFlag
  queueLength: number
}

/** What belongs to the device's kind (netdev_priv). */
export type LinkState =
  | { readonly kind: 'lo' }
  | { readonly kind: 'dummy' }
  | { readonly kind: 'veth'; peer: DeviceId }
  | BridgeState
  | {
      readonly kind: 'vlan'
      readonly lower: DeviceId
      readonly protocol: number
      readonly id: number
      reorderHeader: boolean
      looseBinding: boolean
      gvrp: boolean
      mvrp: boolean
      bridgeBinding: boolean
      ingressMap: QosMapping[]
      egressMap: QosMapping[]
      /** The lower device's address as it was last looked at (real_dev_addr). */
      lowerMac: MacAddress
    }
  | {
      readonly kind: 'macvlan'
      readonly lower: DeviceId
      mode: MacvlanMode
      noPromisc: boolean
      noDst: boolean
      broadcastQueueLength: number
      sources: MacAddress[]
    }
  | { readonly kind: 'ipvlan'; readonly lower: DeviceId }

export type LinkStateOf<K extends LinkKindName> = Extract<LinkState, { kind: K }>

export interface NetDevice {
  readonly id: DeviceId
  netns: NetnsId
  ifindex: IfIndex
  name: string
  alias: string
  /** Further names; the namespace's `deviceByName` has them, too (struct netdev_name_node). */
  altNames: string[]
  /** Packets that the queue of a device holds, which nothing here fills. */
  txQueueLength: number
  /** `ip link set … group`: a number that commands may name many devices by. */
  group: number
  mac: MacAddress
  /** Whom frames for everybody are addressed to (dev->broadcast), where that is not ff:ff:ff:ff:ff:ff: no frame has to fetch what nearly all share. */
  otherBroadcast: MacAddress | undefined
  /** The address that came with the device (perm_addr); zero for one that was made up or chosen. */
  permanentMac: MacAddress
  /** NET_ADDR_SET: chosen by the user, so that a bridge keeps it. */
  macSetByUser: boolean
  mtuBytes: number
  readonly minMtuBytes: number
  readonly maxMtuBytes: number
  /** IFF_UP. */
  up: boolean
  /** netif_carrier_ok. */
  carrier: boolean
  operState: OperState
  linkMode: LinkMode
  /** `noop` until the device is first up; a device without carrier keeps its name but drops. */
  qdisc: 'noop' | 'noqueue'
  /** False while frames go to the noop queue: the device is down, or linkwatch has not seen its carrier (dev_activate, dev_deactivate). */
  qdiscActive: boolean
  noArp: boolean
  readonly broadcast: boolean
  multicast: boolean
  /** IFF_DYNAMIC and IFF_NOTRAILERS, which only who looks at them heeds. */
  dynamic: boolean
  noTrailers: boolean
  promisc: boolean
  allMulticast: boolean
  promiscuityCount: number
  allMulticastCount: number
  /** The other end of a veth or the lower device (iflink), or 0. */
  linkDevice: DeviceId
  /** The bridge whose port this is, or 0. */
  master: DeviceId
  /** Who takes frames off this device (rx_handler), at most one. */
  rxHandler: 'bridge' | 'macvlan' | 'ipvlan' | undefined
  state: LinkState
  /** Present while this device is a bridge port. */
  port: BridgePort | undefined
  macvlanPort: MacvlanPort | undefined
  ipvlanPort: IpvlanPort | undefined
  /** VLAN devices on top of this one. */
  vlanChildren: DeviceId[]
  /** Secondary unicast addresses that devices above asked for (dev_uc_add), with how many asked. */
  unicastFilter: Map<MacAddress, number>
  /** Link-layer addresses that it listens to because somebody said so (SIOCADDMULTI). */
  staticGroups: MacAddress[]
  /** Promiscuous because it cannot filter those addresses by itself (uc_promisc). */
  unicastPromisc: boolean
  /** IPv4 state (in_device): addresses and conf. */
  ipv4: InDevice
  /** IPv4 neighbours on this device. */
  neigh: NeighTable
  /** Packet sockets bound to this device. */
  taps: SocketId[]
  /** Whether packet sockets see its frames: not while it is down, and not yet while it is coming up. */
  tapsRunning: boolean
  rxPackets: number
  rxBytes: number
  rxDropped: number
  rxMulticast: number
  txPackets: number
  txBytes: number
  txDropped: number
}

/** The state of a device of a known kind. */
export function linkState<K extends LinkKindName>(device: NetDevice, kind: K): LinkStateOf<K> {
  if (device.state.kind !== kind) throw new Error(`${device.name} is a ${device.state.kind}, not a ${kind}`)
  return device.state as LinkStateOf<K>
}

/** Whom frames for everybody are addressed to on a device's network. */
export function broadcastMacOf({ otherBroadcast }: NetDevice): MacAddress {
  return otherBroadcast ?? BROADCAST_MAC
}
