// A machine's firewall and its table of flows as data: what iptables hands to the kernel, and what the page and the commands read back.
import type { Ipv4Address, MacAddress } from '../wire/address.ts'
import type { FlowMeasure } from './flows.ts'

export type * from './flows.ts'

export type FirewallTableName = 'raw' | 'mangle' | 'nat' | 'filter'
export type FirewallPolicy = 'ACCEPT' | 'DROP'

/** An address with a mask, which need not be a prefix. */
export interface AddressMatch {
  readonly not: boolean
  readonly address: Ipv4Address
  readonly mask: Ipv4Address
}

/** An interface's name; a `+` at the end stands for any rest. */
export interface InterfaceMatch {
  readonly not: boolean
  readonly name: string
}

/** Ports or ids, both ends included. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/** Numbers within a range, both ends included, or with `not` outside it. */
export interface RangeMatch extends PortRange {
  readonly not: boolean
}

export type PortMatch = RangeMatch

/** States of a packet's flow. SNAT and DNAT are virtual ones: the flow is translated. */
export const CT_STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const
export type CtState = (typeof CT_STATES)[number]

/** Kinds of address, as `-m addrtype` names them. */
export const ADDRESS_TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
] as const
export type AddressType = (typeof ADDRESS_TYPES)[number]

export interface AddressTypeMatch {
  readonly not: boolean
  readonly types: readonly AddressType[]
}

/** What `--ctstatus` asks of a flow. */
export const CT_STATUSES = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const
export type CtStatus = (typeof CT_STATUSES)[number]

/** What `-m conntrack` asks of a packet's flow; what is missing is not asked. */
export interface ConntrackMatch {
  readonly kind: 'conntrack'
  readonly state?: { readonly not: boolean; readonly states: readonly CtState[] }
  readonly protocol?: { readonly not: boolean; readonly number: number }
  readonly origSource?: AddressMatch
  readonly origDestination?: AddressMatch
  readonly replySource?: AddressMatch
  readonly replyDestination?: AddressMatch
  readonly origSourcePort?: PortMatch
  readonly origDestinationPort?: PortMatch
  readonly replySourcePort?: PortMatch
  readonly replyDestinationPort?: PortMatch
  /** An empty list is NONE, which no flow has. */
  readonly status?: { readonly not: boolean; readonly statuses: readonly CtStatus[] }
  /** Whole seconds that the flow has left. */
  readonly expire?: RangeMatch
  readonly direction?: 'ORIGINAL' | 'REPLY'
}

export type RecentMode = 'set' | 'rcheck' | 'update' | 'remove'

/** `-m recent`: a list of addresses by name, with when each was seen. */
export interface RecentMatch {
  readonly kind: 'recent'
  readonly not: boolean
  readonly mode: RecentMode
  readonly name: string
  readonly mask: Ipv4Address
  readonly which: 'source' | 'destination'
  /** Seen within so many seconds; 0 for ever. */
  readonly seconds: number
  /** Seen at least so often; 0 for once. */
  readonly hitcount: number
  readonly reap: boolean
  readonly rttl: boolean
}

export const HASHLIMIT_KEYS = ['srcip', 'srcport', 'dstip', 'dstport'] as const

/** A `limit` for each sender, receiver or port, in a table that has a name; `above` matches what is too much. */
export interface HashlimitMatch {
  readonly kind: 'hashlimit'
  readonly name: string
  readonly above: boolean
  readonly period: number
  readonly burst: number
  readonly by: readonly (typeof HASHLIMIT_KEYS)[number][]
  readonly sourceLength: number
  readonly destinationLength: number
  /** Settings of the table that were named: `htable-size`, `htable-expire` in milliseconds and the like. */
  readonly table: readonly (readonly [name: string, value: number])[]
}

export const PACKET_TYPES = ['unicast', 'broadcast', 'multicast'] as const

/** One `-m` of a rule. */
export type FirewallMatch =
  | {
      readonly kind: 'tcp'
      readonly sport?: PortMatch
      readonly dport?: PortMatch
      /** Bits of the TCP flags byte. */
      readonly flags?: { readonly not: boolean; readonly mask: number; readonly set: number }
      /** The kind of an option that must be there. */
      readonly option?: { readonly not: boolean; readonly number: number }
    }
  | { readonly kind: 'udp'; readonly sport?: PortMatch; readonly dport?: PortMatch }
  /** `type` 255 is any. */
  | {
      readonly kind: 'icmp'
      readonly not: boolean
      readonly type: number
      readonly codeFrom: number
      readonly codeTo: number
    }
  | {
      readonly kind: 'multiport'
      readonly not: boolean
      readonly which: 'sports' | 'dports' | 'ports'
      readonly ranges: readonly PortRange[]
    }
  | { readonly kind: 'state'; readonly not: boolean; readonly states: readonly CtState[] }
  | ConntrackMatch
  | { readonly kind: 'mac'; readonly not: boolean; readonly source: MacAddress }
  | {
      readonly kind: 'physdev'
      readonly physIn?: InterfaceMatch
      readonly physOut?: InterfaceMatch
      /** True with `!`. */
      readonly isIn?: { readonly not: boolean }
      readonly isOut?: { readonly not: boolean }
      readonly isBridged?: { readonly not: boolean }
    }
  /** `period` is the time between two packets in ten-thousandths of a second. */
  | { readonly kind: 'limit'; readonly period: number; readonly burst: number }
  | {
      readonly kind: 'addrtype'
      readonly source?: AddressTypeMatch
      readonly destination?: AddressTypeMatch
      readonly limitIface?: 'in' | 'out'
    }
  | { readonly kind: 'mark'; readonly not: boolean; readonly value: number; readonly mask: number }
  /** Of the flow. */
  | { readonly kind: 'connmark'; readonly not: boolean; readonly value: number; readonly mask: number }
  | { readonly kind: 'tos'; readonly not: boolean; readonly value: number; readonly mask: number }
  | { readonly kind: 'iprange'; readonly source?: RangeMatch; readonly destination?: RangeMatch }
  | { readonly kind: 'ttl'; readonly how: 'eq' | 'ne' | 'lt' | 'gt'; readonly value: number }
  /** Of the whole IP packet, in bytes. */
  | ({ readonly kind: 'length' } & RangeMatch)
  /** What the SYN says. */
  | ({ readonly kind: 'tcpmss' } & RangeMatch)
  | { readonly kind: 'dscp'; readonly not: boolean; readonly value: number }
  | { readonly kind: 'pkttype'; readonly not: boolean; readonly type: (typeof PACKET_TYPES)[number] }
  | {
      readonly kind: 'owner'
      readonly socketExists?: { readonly not: boolean }
      readonly uid?: RangeMatch
      readonly gid?: RangeMatch
    }
  /** Every `every`-th packet, beginning with number `packet`, counted from 0. */
  | {
      readonly kind: 'statistic'
      readonly mode: 'nth'
      readonly not: boolean
      readonly every: number
      readonly packet: number
    }
  /** With a probability of so many parts in 2^31. */
  | { readonly kind: 'statistic'; readonly mode: 'random'; readonly not: boolean; readonly parts: number }
  /** More flows than `limit` from (or to) one network; `not` for at most so many. */
  | {
      readonly kind: 'connlimit'
      readonly not: boolean
      readonly limit: number
      readonly maskLength: number
      readonly which: 'saddr' | 'daddr'
    }
  /** What its flow has carried, this packet included; `to` is the largest safe integer where there is no end. */
  | ({ readonly kind: 'connbytes' } & RangeMatch & FlowMeasure)
  | RecentMatch
  /** Some bytes of the packet, looked for from its byte `from` on (IP header included) up to `to`. */
  | {
      readonly kind: 'string'
      readonly not: boolean
      readonly text: string
      readonly algorithm: 'bm' | 'kmp'
      readonly from: number
      readonly to: number
      readonly ignoreCase: boolean
    }
  | HashlimitMatch
  /** The way back to the source goes through the device that the packet came by, or with `loose` anywhere. */
  | {
      readonly kind: 'rpfilter'
      readonly invert: boolean
      readonly loose: boolean
      readonly validMark: boolean
      readonly acceptLocal: boolean
    }
  | {
      readonly kind: 'ecn'
      readonly ect?: { readonly not: boolean; readonly value: number }
      readonly ece?: { readonly not: boolean }
      readonly cwr?: { readonly not: boolean }
    }
  /** Numbers of 32 bits in the packet: all tests hold. */
  | { readonly kind: 'u32'; readonly not: boolean; readonly tests: readonly U32Test[] }
  /** So many bytes may pass. */
  | { readonly kind: 'quota'; readonly not: boolean; readonly bytes: number }
  | { readonly kind: 'comment'; readonly text: string }

/** One question of u32: what the steps lead to lies in one of the ranges. The first step reads at a place, `@` reads further on. */
export interface U32Test {
  readonly steps: readonly { readonly operator: 'read' | '&' | '<<' | '>>' | '@'; readonly number: number }[]
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
}

export const REJECT_WITH = [
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-proto-unreachable',
  'icmp-port-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'tcp-reset',
  'icmp-admin-prohibited',
] as const
export type RejectWith = (typeof REJECT_WITH)[number]

/** Where NAT may move one end of a flow. */
export interface NatRange {
  /** Missing when only the port changes. */
  readonly addresses?: { readonly from: Ipv4Address; readonly to: Ipv4Address }
  readonly ports?: PortRange
  readonly random: boolean
  readonly randomFully: boolean
  readonly persistent: boolean
}

/** What a rule does with a packet that it matches. */
export type FirewallTarget =
  | { readonly kind: 'ACCEPT' | 'DROP' | 'RETURN' }
  | { readonly kind: 'chain'; readonly name: string; readonly isGoto: boolean }
  | { readonly kind: 'REJECT'; readonly with: RejectWith }
  | {
      readonly kind: 'LOG'
      readonly prefix: string
      readonly level: number
      /** LOG flags: 1 TCP sequence, 2 TCP options, 4 IP options, 8 uid, 32 decoded MAC header. */
      readonly flags: number
    }
  /** The mark becomes (mark without `mask`) xor `value`. */
  | { readonly kind: 'MARK'; readonly value: number; readonly mask: number }
  /** The flow's mark becomes (mark without `ctMask`) xor `value`. */
  | { readonly kind: 'CONNMARK'; readonly mode: 'set'; readonly value: number; readonly ctMask: number }
  /** The flow's mark becomes that of the packet, or the reverse, under the masks of both. */
  | { readonly kind: 'CONNMARK'; readonly mode: 'save' | 'restore'; readonly ctMask: number; readonly nfMask: number }
  /** The TOS byte becomes (byte without `mask`) xor `value`. */
  | { readonly kind: 'TOS'; readonly value: number; readonly mask: number }
  | { readonly kind: 'DSCP'; readonly value: number }
  | { readonly kind: 'TTL'; readonly mode: 'set' | 'dec' | 'inc'; readonly value: number }
  /** Without a number: what fits the ways to and from the packet's ends. */
  | { readonly kind: 'TCPMSS'; readonly mss: number | undefined }
  /** One network's addresses become another's, each its own. */
  | { readonly kind: 'NETMAP'; readonly network: Ipv4Address; readonly mask: Ipv4Address }
  /** `alias` is true when it was written as -j NOTRACK. */
  | { readonly kind: 'CT'; readonly alias: boolean }
  /** Tells somebody of the packet, or hands it to a program; nobody listens here. `lost`: the packet waits for an answer that never comes. */
  | {
      readonly kind: 'NFLOG' | 'NFQUEUE' | 'AUDIT' | 'TRACE' | 'CLASSIFY' | 'CHECKSUM'
      /** Its options, and what `-L` shows of them. */
      readonly options: string
      readonly listing: string
      readonly lost: boolean
    }
  | { readonly kind: 'SNAT' | 'DNAT' | 'MASQUERADE' | 'REDIRECT'; readonly range: NatRange }

/** A rule as iptables gives it to the kernel. */
export interface FirewallRuleSpec {
  readonly source?: AddressMatch
  readonly destination?: AddressMatch
  readonly inInterface?: InterfaceMatch
  readonly outInterface?: InterfaceMatch
  readonly protocol?: { readonly not: boolean; readonly number: number }
  /** `-f`: only second and further fragments. */
  readonly fragment?: { readonly not: boolean }
  readonly matches: readonly FirewallMatch[]
  /** Missing: the rule only counts. */
  readonly target?: FirewallTarget
}

/** Packets and bytes (IP header included). */
export interface FirewallCounters {
  readonly packets: number
  readonly bytes: number
}

/** One change of a table. Rules count from 1. */
export type FirewallEdit =
  | {
      readonly op: 'append'
      readonly chain: string
      readonly rule: FirewallRuleSpec
      readonly counters?: FirewallCounters
    }
  | {
      readonly op: 'insert'
      readonly chain: string
      readonly at: number
      readonly rule: FirewallRuleSpec
      readonly counters?: FirewallCounters
    }
  | {
      readonly op: 'replace'
      readonly chain: string
      readonly at: number
      readonly rule: FirewallRuleSpec
      readonly counters?: FirewallCounters
    }
  | { readonly op: 'delete'; readonly chain: string; readonly rule: FirewallRuleSpec }
  | { readonly op: 'delete-at'; readonly chain: string; readonly at: number }
  /** Without a chain: all of the table. */
  | { readonly op: 'flush'; readonly chain?: string }
  | { readonly op: 'zero'; readonly chain?: string; readonly at?: number }
  | { readonly op: 'new-chain'; readonly chain: string }
  | { readonly op: 'delete-chain'; readonly chain?: string }
  | { readonly op: 'rename-chain'; readonly chain: string; readonly to: string }
  | {
      readonly op: 'policy'
      readonly chain: string
      readonly policy: FirewallPolicy
      readonly counters?: FirewallCounters
    }
  /** Empties the whole table, user chains included, as iptables-restore begins. */
  | { readonly op: 'reset' }

export interface FirewallRuleView extends FirewallCounters {
  /** What `iptables -S` prints, without `-A CHAIN`. */
  readonly text: string
  readonly spec: FirewallRuleSpec
}

export interface FirewallChainView extends FirewallCounters {
  readonly name: string
  /** Missing for user chains. */
  readonly policy: FirewallPolicy | undefined
  /** How many rules jump here. */
  readonly references: number
  readonly rules: readonly FirewallRuleView[]
}

export interface FirewallTableView {
  readonly name: FirewallTableName
  /** False until the first change of the table; iptables-save leaves such tables out. */
  readonly exists: boolean
  /** Built-in chains in the order of their hooks, then user chains by name. */
  readonly chains: readonly FirewallChainView[]
}

/** A namespace's firewall. */
export interface FirewallView {
  readonly tables: readonly FirewallTableView[]
  /** True while flows are tracked: some rule asked for it. */
  readonly tracking: boolean
  /** br_netfilter: bridged IPv4 packets pass the firewall too. Undefined while the module is not loaded. */
  readonly bridgeCallsIptables: boolean | undefined
}
