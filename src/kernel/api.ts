// The kernel as processes see it: state-changing calls as data (journalled), and reads. Nothing else of the kernel is visible to the shell.
import type { ConntrackView, FirewallView } from '../contract/firewall.ts'
import type { NexthopObjectView } from '../contract/nexthop.ts'
import type {
  FdbView,
  LinkView,
  NeighView,
  NetnsView,
  RouteDecisionView,
  RouteView,
  RuleView,
  SocketView,
  SysctlView,
} from '../contract/read-models.ts'
import type { Ipv4Address } from '../wire/address.ts'
import type { FlowTransport } from './ipv4/route.ts'
import type { IfIndex, KernelError, NetnsId, SocketId, SocketMessage, SystemCall, SystemResult } from './system-call.ts'

export type * from './system-call.ts'

/** What `ip route get` asks. */
export interface RouteQuery {
  readonly destination: Ipv4Address
  readonly from?: Ipv4Address
  readonly iif?: IfIndex
  readonly oif?: IfIndex
  readonly tos?: number
  readonly fwmark?: number
  readonly transport?: FlowTransport
  /** For whom it is asked; root when left out. */
  readonly user?: number
}

/** Reads: no effect on the kernel, not journalled. */
export interface KernelReads {
  /** Nanoseconds of virtual time now. */
  now(): number
  namespaces(): readonly NetnsView[]
  /** The namespace that `ip netns add` gave this name, or undefined. */
  netnsByName(name: string): NetnsId | undefined
  /** The namespace's id as the other one's kernel shows it (`link-netnsid`); names come from `namespaces`. */
  netnsName(netns: NetnsId): string | undefined
  /** Whether unshare made it and nobody has named it. */
  isAnonymousNetns(netns: NetnsId): boolean
  /** Devices of a namespace by ascending ifindex. */
  links(netns: NetnsId): readonly LinkView[]
  link(netns: NetnsId, ifindex: IfIndex): LinkView | undefined
  linkByName(netns: NetnsId, name: string): LinkView | undefined
  /** A device anywhere, by its global id. */
  device(device: number): LinkView | undefined
  /** Routes of a table (254 main, 255 local, 0 all) in the order in which `ip route` prints them. */
  routes(netns: NetnsId, table: number): readonly RouteView[]
  /** False when the table was never used; `ip route show table N` then fails. */
  tableExists(netns: NetnsId, table: number): boolean
  rules(netns: NetnsId): readonly RuleView[]
  /** The objects of `ip nexthop`, by number. */
  nexthopObjects(netns: NetnsId): readonly NexthopObjectView[]
  neighbours(netns: NetnsId): readonly NeighView[]
  /** Forwarding entries of every bridge in a namespace, newest first within a device. */
  fdb(netns: NetnsId): readonly FdbView[]
  /** Destinations of which redirects or path MTUs were learned. */
  learnedDestinations(netns: NetnsId): readonly Ipv4Address[]
  routeGet(
    netns: NetnsId,
    query: RouteQuery,
  ): { readonly ok: true; readonly value: RouteDecisionView } | { readonly ok: false; readonly error: KernelError }
  sysctl(netns: NetnsId, key: string): string | undefined
  /** All keys of a namespace, sorted, with values. */
  sysctls(netns: NetnsId): readonly SysctlView[]
  /** UDP and TCP sockets of a namespace in the order of opening. */
  sockets(netns: NetnsId): readonly SocketView[]
  socket(socket: SocketId): SocketView | undefined
  /** The next datagram, which stays where it is (MSG_PEEK). */
  socketPeek(socket: SocketId): SocketMessage | undefined
  /** Tables, chains and rules with their counters. */
  firewall(netns: NetnsId): FirewallView
  /** How many rules there are in all chains of all tables. */
  firewallRuleCount(netns: NetnsId): number
  /** Tracked flows, the newest first. */
  conntrack(netns: NetnsId): readonly ConntrackView[]
  /** Packets that belonged to no flow, and those whose flow could not be entered. */
  conntrackStatistics(netns: NetnsId): { readonly invalid: number; readonly insertFailed: number }
  /** True when a receive, or an accept, would not wait. */
  socketReadable(socket: SocketId): boolean
  /** True when a send would not wait. */
  socketWritable(socket: SocketId): boolean
}

/** The whole boundary. `call` is journalled and never blocks: waiting is the process runner's affair. */
export interface Kernel {
  readonly read: KernelReads
  call(call: SystemCall): SystemResult
}
