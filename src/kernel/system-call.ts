// The boundary between processes and the kernel: every call that changes state, as plain data. The journal keeps these calls with their
// times, so that the kernel's state at any moment is a snapshot plus calls.
import type { NexthopObjectSpec, NexthopObjectView } from '../contract/nexthop.ts'
import type { Errno } from '../contract/errno.ts'
import type {
  AddressScope,
  AddressView,
  LinkView,
  FdbView,
  NeighView,
  RouteMetric,
  RouteProtocol,
  RouteType,
  RouteView,
  RuleAction,
  RuleExtras,
  RuleView,
} from '../contract/read-models.ts'
import type { FirewallEdit, FirewallTableName } from '../contract/firewall.ts'
import type { NudState } from '../contract/trace-events.ts'
import type { Ipv4Address, MacAddress } from '../wire/address.ts'
import type { FlowCall, FlowEvent } from './flow-calls.ts'
import type { IfIndex, LinkChanges, LinkSpec, NetnsId } from './link-spec.ts'

export type * from './bridge-settings.ts'
export type * from './flow-calls.ts'
export type * from './link-spec.ts'

export type SocketId = number

export interface AddressSpec {
  readonly ifindex: IfIndex
  readonly address: Ipv4Address
  readonly prefixLength: number
  readonly peer?: Ipv4Address
  readonly broadcast?: Ipv4Address
  readonly scope?: AddressScope
  readonly label?: string
  readonly noPrefixRoute?: boolean
  readonly metric?: number
  /** How long the address lives, and how long it is not deprecated; missing: for ever. */
  readonly validSeconds?: number
  readonly preferredSeconds?: number
}

export interface NexthopSpec {
  readonly ifindex?: IfIndex
  readonly gateway?: Ipv4Address
  readonly onlink?: boolean
  readonly weight?: number
}

export interface RouteSpec {
  /** Table number; 254 is main, 255 local. */
  readonly table: number
  readonly destination: Ipv4Address
  readonly prefixLength: number
  readonly tos?: number
  readonly metric?: number
  readonly type: RouteType
  /** Missing in a delete: any. */
  readonly scope?: AddressScope
  readonly protocol?: RouteProtocol
  readonly source?: Ipv4Address
  readonly mtuBytes?: number
  /** `mtu lock`: no path MTU discovery may change it. */
  readonly mtuLocked?: boolean
  readonly otherMetrics?: readonly RouteMetric[]
  readonly realms?: number
  /** Number of an object of `ip nexthop`, instead of nexthops. */
  readonly nexthopId?: number
  readonly nexthops: readonly NexthopSpec[]
}

export interface RuleSpec extends RuleExtras {
  readonly priority?: number
  readonly from?: { readonly address: Ipv4Address; readonly length: number }
  readonly to?: { readonly address: Ipv4Address; readonly length: number }
  readonly iif?: string
  readonly oif?: string
  readonly tos?: number
  readonly fwmark?: number
  readonly fwmask?: number
  readonly not?: boolean
  /** Missing in a delete: any. */
  readonly action?: RuleAction
}

export interface NeighSpec {
  readonly ifindex: IfIndex
  readonly ip: Ipv4Address
  readonly mac?: MacAddress
  readonly state?: NudState
  /** An address that this machine answers for; with interface number 0 on every device. */
  readonly proxy?: boolean
  readonly router?: boolean
  readonly externLearn?: boolean
  /** To be kept known from now on (NTF_MANAGED): the state and address that are asked for do not count. */
  readonly managed?: boolean
  /** As if a packet waited for it (NTF_USE): the state that is asked for does not count. */
  readonly use?: boolean
  /** Who made the entry, for people to read. */
  readonly protocol?: RouteProtocol
}

export interface FdbSpec {
  readonly ifindex: IfIndex
  readonly mac: MacAddress
  readonly vlan?: number
  /** `master` entries belong to the bridge, `self` entries to the device's own filter. */
  readonly target: 'master' | 'self'
  /** `permanent` (local), `static` or `dynamic`; user space's default is permanent. */
  readonly state?: 'permanent' | 'static' | 'dynamic'
  readonly sticky?: boolean
  readonly externLearn?: boolean
}

/** Sockets that programs may open. */
export type SocketSpec =
  /** AF_INET SOCK_RAW IPPROTO_ICMP, what ping uses as root. */
  | { readonly kind: 'raw'; readonly protocol: number }
  /** AF_PACKET SOCK_DGRAM or SOCK_RAW bound to one device or (0) to all; `protocol` is an EtherType or 3 for all. */
  | { readonly kind: 'packet'; readonly ifindex: IfIndex; readonly protocol: number; readonly promisc: boolean }
  | { readonly kind: 'udp' }
  | { readonly kind: 'tcp' }
  /**
   * AF_NETLINK: NETLINK_ROUTE, joined to the groups of links, addresses, routes, rules and neighbours, or NETLINK_NETFILTER, joined to those of
   * conntrack.
   */
  | { readonly kind: 'netlink'; readonly protocol?: 'route' | 'conntrack' }

/** A change of a namespace's tables, as rtnetlink tells those who listen. */
export type TableChange = { readonly isDeleted: boolean } & (
  | { readonly object: 'link'; readonly link: LinkView }
  | {
      readonly object: 'address'
      readonly device: number
      readonly ifindex: IfIndex
      readonly name: string
      readonly address: AddressView
    }
  | { readonly object: 'route'; readonly route: RouteView }
  | { readonly object: 'rule'; readonly rule: RuleView }
  | { readonly object: 'nexthop'; readonly nexthop: NexthopObjectView }
  | { readonly object: 'neigh'; readonly neigh: NeighView }
  | { readonly object: 'fdb'; readonly entry: FdbView }
)

/** Socket options by their C names, all optional. */
/** IP_MTU_DISCOVER: whether packets ask not to be cut. `probe` asks too, but believes no router's word of a smaller path. */
export type MtuDiscover = 'do' | 'want' | 'dont' | 'probe'

export interface SocketOptions {
  /** SO_BINDTODEVICE: interface name. */
  readonly bindToDevice?: string
  readonly broadcast?: boolean
  readonly ttl?: number
  /** IP_MULTICAST_TTL: that of packets to groups, 1 unless set. */
  readonly multicastTtl?: number
  /** SO_DONTROUTE: only what is on the link can be reached. */
  readonly dontRoute?: boolean
  readonly tos?: number
  /** IP_MTU_DISCOVER: `do` sets DF and fails locally, `want` sets DF and fragments on a known smaller path MTU, `dont` clears DF. */
  readonly mtuDiscover?: MtuDiscover
  /** IP_RECVERR: ICMP errors arrive on the error queue. */
  readonly receiveErrors?: boolean
  /** ICMP_FILTER: ICMP types that do not arrive. */
  readonly icmpFilter?: readonly number[]
  /** SO_REUSEADDR: shares a port with connections that are ending. */
  readonly reuseAddress?: boolean
  /** SO_REUSEPORT: shares a port with others that ask for the same. */
  readonly reusePort?: boolean
}

/** One change of a firewall's table. */
export interface FirewallChange {
  readonly table: FirewallTableName
  readonly edit: FirewallEdit
}

/** Calls that change state. */
export type SystemCall =
  | { readonly kind: 'netns.add'; readonly name: string }
  | { readonly kind: 'netns.delete'; readonly name: string }
  /** unshare(CLONE_NEWNET): gives the new namespace. */
  | { readonly kind: 'netns.unshare' }
  /** Names what `netns.unshare` made: EEXIST for a name that is taken, EBUSY for a namespace that has a name. */
  | { readonly kind: 'netns.name'; readonly netns: NetnsId; readonly name: string }
  /** The last process has left: a namespace that nobody named goes with all that is in it. */
  | { readonly kind: 'netns.release'; readonly netns: NetnsId }
  | { readonly kind: 'link.add'; readonly netns: NetnsId; readonly spec: LinkSpec }
  | { readonly kind: 'link.delete'; readonly netns: NetnsId; readonly ifindex: IfIndex }
  /** `ip maddr add` and `del`: a group that the device listens to. */
  | {
      readonly kind: 'link.group-add' | 'link.group-delete'
      readonly netns: NetnsId
      readonly ifindex: IfIndex
      readonly mac: MacAddress
    }
  | { readonly kind: 'link.set'; readonly netns: NetnsId; readonly ifindex: IfIndex; readonly changes: LinkChanges }
  | { readonly kind: 'address.add' | 'address.replace'; readonly netns: NetnsId; readonly spec: AddressSpec }
  | { readonly kind: 'address.delete'; readonly netns: NetnsId; readonly spec: AddressSpec }
  | {
      readonly kind: 'route.add'
      readonly netns: NetnsId
      readonly mode: 'add' | 'replace' | 'change' | 'append' | 'prepend'
      readonly spec: RouteSpec
    }
  | { readonly kind: 'route.delete'; readonly netns: NetnsId; readonly spec: RouteSpec }
  | { readonly kind: 'rule.add' | 'rule.delete'; readonly netns: NetnsId; readonly spec: RuleSpec }
  | {
      readonly kind: 'nexthop.add'
      readonly netns: NetnsId
      readonly mode: 'add' | 'replace'
      readonly spec: NexthopObjectSpec
    }
  | { readonly kind: 'nexthop.delete'; readonly netns: NetnsId; readonly id: number }
  | {
      readonly kind: 'neigh.add'
      readonly netns: NetnsId
      readonly mode: 'add' | 'replace' | 'change'
      readonly spec: NeighSpec
    }
  | { readonly kind: 'neigh.delete'; readonly netns: NetnsId; readonly spec: NeighSpec }
  | {
      readonly kind: 'fdb.add'
      readonly netns: NetnsId
      readonly mode: 'add' | 'replace' | 'append'
      readonly spec: FdbSpec
    }
  | { readonly kind: 'fdb.delete'; readonly netns: NetnsId; readonly spec: FdbSpec }
  | { readonly kind: 'fdb.flush'; readonly netns: NetnsId; readonly ifindex: IfIndex; readonly master?: boolean }
  | {
      readonly kind: 'bridge-vlan.add'
      readonly netns: NetnsId
      readonly ifindex: IfIndex
      readonly self: boolean
      readonly from: number
      readonly to: number
      readonly pvid: boolean
      readonly untagged: boolean
    }
  | {
      readonly kind: 'bridge-vlan.delete'
      readonly netns: NetnsId
      readonly ifindex: IfIndex
      readonly self: boolean
      readonly from: number
      readonly to: number
    }
  | { readonly kind: 'sysctl.write'; readonly netns: NetnsId; readonly key: string; readonly value: string }
  /** iptables: all changes happen, or none; a refusal's message is the number of the change that failed, from 0. */
  | { readonly kind: 'firewall.edit'; readonly netns: NetnsId; readonly changes: readonly FirewallChange[] }
  | FlowCall
  /** `modprobe br_netfilter`: for these namespaces, or for all that are and will be. */
  | { readonly kind: 'module.load'; readonly name: 'br_netfilter'; readonly namespaces?: readonly NetnsId[] }
  | { readonly kind: 'socket.open'; readonly netns: NetnsId; readonly spec: SocketSpec }
  | { readonly kind: 'socket.close'; readonly socket: SocketId }
  | { readonly kind: 'socket.set'; readonly socket: SocketId; readonly options: SocketOptions }
  | { readonly kind: 'socket.bind'; readonly socket: SocketId; readonly address: Ipv4Address; readonly port: number }
  | { readonly kind: 'socket.connect'; readonly socket: SocketId; readonly address: Ipv4Address; readonly port: number }
  /** Sends a payload: for raw ICMP the ICMP message, for UDP the datagram, for packet sockets the whole frame. */
  | {
      readonly kind: 'socket.send'
      readonly socket: SocketId
      readonly to: Ipv4Address
      readonly port: number
      readonly bytes: Uint8Array
    }
  /** Takes what is there: of a stream up to `maxBytes`, else a whole message. */
  | { readonly kind: 'socket.receive'; readonly socket: SocketId; readonly maxBytes?: number }
  | { readonly kind: 'socket.listen'; readonly socket: SocketId; readonly backlog: number }
  /** Gives the number of the socket of the oldest connection that waits, or EAGAIN. */
  | { readonly kind: 'socket.accept'; readonly socket: SocketId }
  | { readonly kind: 'socket.shutdown'; readonly socket: SocketId; readonly how: 'read' | 'write' | 'both' }
  /** `ss -K`: ends a connection for its program, which hears ECONNABORTED, and for the other end, which gets a RST (tcp_abort). */
  | { readonly kind: 'socket.abort'; readonly socket: SocketId }
  /** getsockopt(SO_ERROR): refuses with the error that waits, and clears it. */
  | { readonly kind: 'socket.error'; readonly socket: SocketId }
  | { readonly kind: 'timer.set'; readonly at: number }
  | { readonly kind: 'timer.cancel'; readonly timer: number }

/** A refusal: the error number and, where netlink gives one, the kernel's own sentence (extended ack). */
export interface KernelError {
  readonly errno: Errno
  readonly message?: string
}

/** What arrived on a socket. */
export interface SocketMessage {
  /** `data`, or `error` from the error queue (IP_RECVERR). */
  readonly kind: 'data' | 'error'
  readonly at: number
  /** Sender (data) or the machine that sent the ICMP error; for packet sockets 0. */
  readonly from: Ipv4Address
  readonly port: number
  /** IP packet from its header on (raw), datagram (UDP), frame from its Ethernet header on (packet). */
  readonly bytes: Uint8Array
  /** For errors: ICMP type and code, the next-hop MTU, and the error that a call returns for it. Zero and EINVAL for data. */
  readonly icmpType: number
  readonly icmpCode: number
  readonly info: number
  /** For errors: true when this machine made the error itself (SO_EE_ORIGIN_LOCAL). */
  readonly local: boolean
  /** For packet sockets: device, direction and packet type. */
  readonly ifindex: IfIndex
  readonly packetType: 'host' | 'broadcast' | 'multicast' | 'otherhost' | 'outgoing'
  /** For packet sockets: the first VLAN tag of the bytes travelled beside the frame (PACKET_AUXDATA). */
  readonly tagBeside?: boolean
  /** For netlink sockets: what changed. */
  readonly change?: TableChange
  readonly flow?: FlowEvent
  readonly errno: Errno | undefined
}

/** What a call gives back: the number it made (namespace, ifindex, socket, timer), a message, or the refusal. */
export type SystemResult =
  | { readonly ok: true; readonly value: number; readonly message?: SocketMessage | undefined }
  | { readonly ok: false; readonly error: KernelError }

export const DONE: SystemResult = { ok: true, value: 0 }

/** A refusal as a result. */
export function refuse(errno: Errno, message?: string): { readonly ok: false; readonly error: KernelError } {
  return { ok: false, error: message === undefined ? { errno } : { errno, message } }
}
