// What the outside may see of the kernel: plain records, read by the commands that print tables and by the page.
import type { Ipv4Address, MacAddress } from '../wire/address.ts'
import type { NudState } from './trace-events.ts'

export type * from './sockets.ts'

/** What a carrier makes of a device: `DORMANT` waits for a program's word. */
export type LinkMode = 'DEFAULT' | 'DORMANT'
export type OperState = 'UNKNOWN' | 'NOTPRESENT' | 'DOWN' | 'LOWERLAYERDOWN' | 'TESTING' | 'DORMANT' | 'UP'
export type LinkKindName = 'lo' | 'veth' | 'bridge' | 'dummy' | 'vlan' | 'macvlan' | 'ipvlan'
export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru' | 'source'
export type IpvlanMode = 'l2' | 'l3' | 'l3s'
export type IpvlanFlag = 'bridge' | 'private' | 'vepa'
export type PortState = 'disabled' | 'listening' | 'learning' | 'forwarding' | 'blocking'

/** What is particular to a kind of link, as `ip -d link` shows it. */
export type LinkDetails =
  | { readonly kind: 'lo' | 'dummy' }
  | { readonly kind: 'veth' }
  | {
      readonly kind: 'bridge'
      readonly forwardDelayMs: number
      readonly helloTimeMs: number
      readonly maxAgeMs: number
      readonly ageingTimeMs: number
      readonly stpState: boolean
      readonly priority: number
      readonly vlanFiltering: boolean
      readonly vlanProtocol: '802.1Q' | '802.1ad'
      readonly defaultPvid: number
      readonly bridgeId: string
      readonly designatedRoot: string
      readonly rootPort: number
      readonly rootPathCost: number
      readonly topologyChange: boolean
      readonly groupFwdMask: number
      readonly mcastSnooping: boolean
      readonly spanningTree?: BridgeSpanningTree
    }
  | {
      readonly kind: 'vlan'
      readonly protocol: '802.1Q' | '802.1ad'
      readonly id: number
      readonly reorderHeader: boolean
      /** Further flags, as iproute2 prints them. */
      readonly otherFlags: readonly string[]
      /** From the tag's priority to the packet's, and from the packet's to the tag's. */
      readonly ingressMap: readonly QosMapping[]
      readonly egressMap: readonly QosMapping[]
    }
  | {
      readonly kind: 'macvlan'
      readonly mode: MacvlanMode
      readonly noPromisc: boolean
      readonly noDst: boolean
      readonly broadcastQueueLength: number
      /** How many frames really may wait: the most that any child of the device below asks for. */
      readonly usedQueueLength: number
      readonly sources: readonly MacAddress[]
    }
  | { readonly kind: 'ipvlan'; readonly mode: IpvlanMode; readonly flag: IpvlanFlag }

/** One priority of packets and the one that stands for it in VLAN tags, or the reverse. */
export interface QosMapping {
  readonly from: number
  readonly to: number
}

/** What spanning tree remembers besides: the times set on this bridge, in force while it is the root, and how long its timers still run (0: idle). */
export interface BridgeSpanningTree {
  readonly ownForwardDelayMs: number
  readonly ownHelloTimeMs: number
  readonly ownMaxAgeMs: number
  readonly topologyChangeDetected: boolean
  readonly helloTimerMs: number
  readonly tcnTimerMs: number
  readonly topologyChangeTimerMs: number
  readonly gcTimerMs: number
}

/** The same of a port. */
export interface PortSpanningTree {
  readonly topologyChangeAck: boolean
  readonly configPending: boolean
  readonly holdTimerMs: number
  readonly messageAgeTimerMs: number
  readonly forwardDelayTimerMs: number
}

/** What a bridge keeps about one of its ports. */
export interface PortView {
  readonly bridge: number
  readonly state: PortState
  readonly portNo: number
  readonly priority: number
  readonly cost: number
  readonly hairpin: boolean
  readonly learning: boolean
  readonly flood: boolean
  readonly mcastFlood: boolean
  readonly bcastFlood: boolean
  readonly isolated: boolean
  readonly locked: boolean
  readonly neighSuppress: boolean
  readonly guard: boolean
  readonly rootBlock: boolean
  readonly groupFwdMask: number
  readonly designatedBridge: string
  readonly designatedRoot: string
  readonly designatedPort: number
  readonly designatedCost: number
  readonly spanningTree?: PortSpanningTree
  readonly vlans: readonly VlanMembership[]
}

export interface VlanMembership {
  readonly id: number
  readonly pvid: boolean
  readonly untagged: boolean
}

/** One network device. */
export interface LinkView {
  /** Identity across namespaces and for the whole life of the lab. */
  readonly device: number
  readonly netns: number
  readonly ifindex: number
  readonly name: string
  readonly mac: MacAddress
  /** Zero when the address was made up or chosen. */
  readonly permanentMac: MacAddress
  readonly mtuBytes: number
  readonly up: boolean
  readonly carrier: boolean
  readonly operState: OperState
  /** Missing: `DEFAULT`. */
  readonly linkMode?: LinkMode
  /** Whom frames for everybody are addressed to; missing: ff:ff:ff:ff:ff:ff, or zero on loopback. */
  readonly broadcastMac?: MacAddress
  readonly noArp: boolean
  readonly broadcast: boolean
  readonly multicast: boolean
  /** Flags for those who look at them (`ip link set dynamic on`, `trailers off`). */
  readonly dynamic?: true
  readonly noTrailers?: true
  /** Set by hand (`ip link set promisc on`). */
  readonly promisc: boolean
  readonly allMulticast: boolean
  readonly promiscuityCount: number
  readonly allMulticastCount: number
  /** A device that has never been up has no queue yet (`noop`). */
  readonly qdisc: 'noop' | 'noqueue'
  readonly alias: string
  /** Further names of the device; missing where there are none. */
  readonly altNames?: readonly string[]
  /** `qlen`. */
  readonly txQueueLength: number
  /** 0 is the group `default`. */
  readonly group: number
  /** The device at the other end or below (global id), or 0; `link` is its ifindex in its own namespace. */
  readonly linkDevice: number
  readonly linkIfindex: number
  readonly linkNetns: number
  /** The bridge that this is a port of (global id), or 0. */
  readonly master: number
  readonly details: LinkDetails
  readonly port: PortView | undefined
  /** Memberships of a bridge itself when it filters VLANs. */
  readonly vlans: readonly VlanMembership[]
  /** Unicast and multicast addresses that the device listens to besides its own, for `bridge fdb show`. */
  readonly filter: readonly MacAddress[]
  /** Those of them that somebody added by hand as groups; missing: none. */
  readonly staticGroups?: readonly MacAddress[]
  readonly stats: LinkStats
  readonly addresses: readonly AddressView[]
}

export interface LinkStats {
  readonly rxPackets: number
  readonly rxBytes: number
  readonly rxDropped: number
  /** Group frames, which only VLANs and children count. */
  readonly rxMulticast: number
  readonly txPackets: number
  readonly txBytes: number
  readonly txDropped: number
}

/** How far an address or a route reaches: by the name that iproute2 has for it, or as a number. */
export type AddressScope = 'global' | 'site' | 'link' | 'host' | 'nowhere' | `${number}`

export interface AddressView {
  readonly address: Ipv4Address
  readonly prefixLength: number
  readonly peer: Ipv4Address
  readonly broadcast: Ipv4Address | undefined
  readonly scope: AddressScope
  readonly secondary: boolean
  readonly noPrefixRoute: boolean
  readonly metric: number
  readonly label: string
  /** Seconds that are left until the address goes, and until it counts as deprecated; missing: for ever. */
  readonly validSeconds?: number
  readonly preferredSeconds?: number
}

export type RouteType =
  'unicast' | 'local' | 'broadcast' | 'multicast' | 'anycast' | 'unreachable' | 'prohibit' | 'blackhole' | 'throw'
/** Who made a route: by the name that iproute2 has for it, such as `kernel`, or as a number. */
export type RouteProtocol = string

/** What a route says to TCP besides its MTU; it is kept and shown, and does nothing else here. */
export interface RouteMetric {
  readonly name: string
  /** In the kernel's units: eighths of a millisecond for rtt, quarters for rttvar. */
  readonly value: number
  /** Of a metric that is a word. */
  readonly text?: string
  readonly locked: boolean
}

export interface NexthopView {
  readonly device: number
  readonly gateway: Ipv4Address | undefined
  readonly onlink: boolean
  readonly weight: number
  readonly dead: boolean
  readonly linkDown: boolean
}

export interface RouteView {
  readonly table: number
  readonly destination: Ipv4Address
  readonly prefixLength: number
  readonly tos: number
  readonly metric: number
  readonly type: RouteType
  readonly scope: AddressScope
  readonly protocol: RouteProtocol
  readonly source: Ipv4Address | undefined
  readonly mtuBytes: number
  readonly mtuLocked: boolean
  readonly otherMetrics: readonly RouteMetric[]
  /** The realm of the source in the upper 16 bits, that of the destination in the lower; missing: none. */
  readonly realms?: number
  /** Number of the object that it leads by; the nexthops are then that one's. */
  readonly nhid?: number
  readonly nexthops: readonly NexthopView[]
}

export type RuleAction =
  | { readonly kind: 'lookup'; readonly table: number }
  | { readonly kind: 'unreachable' | 'prohibit' | 'blackhole' | 'nop' }
  /** On with the first rule of this preference. */
  | { readonly kind: 'goto'; readonly target: number }

/** From the first to the last number, both included. */
export interface NumberRange {
  readonly first: number
  readonly last: number
}

/** What a rule may say besides addresses, interfaces, TOS and mark; what is missing it does not say. */
export interface RuleExtras {
  /** Number of the protocol that IP carries. */
  readonly ipProtocol?: number
  readonly sourcePorts?: NumberRange
  readonly destinationPorts?: NumberRange
  readonly users?: NumberRange
  /** Routes of prefixes that are no longer do not count. */
  readonly suppressPrefixLength?: number
  /** Routes through devices of this group do not count. */
  readonly suppressGroup?: number
  /** The realm of the source in the upper 16 bits, that of the destination in the lower. */
  readonly realms?: number
  /** Who made the rule. */
  readonly protocol?: RouteProtocol
}

export interface RuleView extends RuleExtras {
  readonly priority: number
  readonly from: { readonly address: Ipv4Address; readonly length: number } | undefined
  readonly to: { readonly address: Ipv4Address; readonly length: number } | undefined
  readonly iif: string
  readonly oif: string
  readonly tos: number
  readonly fwmark: number
  readonly fwmask: number
  readonly not: boolean
  readonly action: RuleAction
}

export interface NeighView {
  readonly device: number
  readonly ip: Ipv4Address
  readonly mac: MacAddress | undefined
  readonly state: NudState
  /** True for `ip neigh add proxy`. Device 0 then stands for all devices. */
  readonly proxy: boolean
  /** What whoever made the entry says of it, for people to read. */
  readonly router?: boolean
  /** Made by a program that watches other sources than ARP: filters by state let it pass, and flushing takes it along. */
  readonly externLearn?: boolean
  /** The kernel keeps its address known by itself. */
  readonly managed?: boolean
  /** Who made the entry; missing where nobody said. */
  readonly protocol?: RouteProtocol
  /** Nanoseconds of virtual time of the last use, confirmation and update. */
  readonly usedAt: number
  readonly confirmedAt: number
  readonly updatedAt: number
  /** When the state machine acts next, or undefined. */
  readonly timerAt: number | undefined
  readonly probes: number
}

export interface FdbView {
  readonly bridge: number
  /** The port (global device id), or the bridge itself for its own addresses. */
  readonly device: number
  readonly mac: MacAddress
  /** 0 for entries without a VLAN. */
  readonly vlan: number
  readonly local: boolean
  readonly isStatic: boolean
  readonly sticky: boolean
  /** A program keeps it: it does not age. */
  readonly externLearn?: boolean
  readonly usedAt: number
  readonly updatedAt: number
}

export interface RouteDecisionView {
  readonly route: RouteView
  readonly nexthop: NexthopView | undefined
  readonly source: Ipv4Address | undefined
  readonly type: RouteType
  readonly cachedRedirect: boolean
  readonly expiresAt: number | undefined
  readonly pathMtuBytes: number | undefined
  /** The path MTU was too small to be believed as it was told. */
  readonly pathMtuLocked: boolean
  /** The sender would be told of a better way. */
  readonly redirectDue?: boolean
}

/** A sysctl with the value in force and where that comes from. */
export interface SysctlView {
  readonly key: string
  readonly value: string
  /** For a key of an interface: the value that Linux acts on after combining it with `all`, and the rule. */
  readonly effective: string | undefined
  readonly rule: 'or' | 'and' | 'max' | 'own' | undefined
  readonly all: string | undefined
  /** Can be read and written, and changes nothing in the model. */
  readonly isInert: boolean
}

export interface NetnsView {
  readonly netns: number
  readonly name: string
  /** Made by unshare: the name is the lab's label and stands in no folder. */
  readonly isAnonymous?: true
}

/** States of a TCP connection as `ss` prints them, but for CLOSE, which it calls UNCONN. */
export type TcpState =
  | 'CLOSE'
  | 'LISTEN'
  | 'SYN-SENT'
  | 'SYN-RECV'
  | 'ESTAB'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'LAST-ACK'
  | 'CLOSING'
  | 'TIME-WAIT'
