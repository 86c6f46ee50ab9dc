// A network namespace: struct net. Creating one makes its loopback device, which starts down.
import type { Ipv4Address } from '../wire/address.ts'
import type { FibRule } from './ipv4/fib-rules.ts'
import type { FibTable, FibTrie } from './ipv4/fib-table.ts'
import type { FragmentQueue } from './ipv4/ip-defrag.ts'
import type { NexthopObject } from './ipv4/nexthop-object.ts'
import type { IcmpState } from './ipv4/icmp-rate-limit.ts'
import type { NetfilterState } from './netfilter/state.ts'
import type { Ipv4Conf, Ipv4ConfKey } from './sysctl/ipv4-conf.ts'
import type { Ipv4Sysctls } from './sysctl/ipv4-table.ts'
import type { NetnsId, SocketId } from './system-call.ts'
import type { DeviceId } from './world.ts'

/** A route learned from an ICMP redirect or frag-needed: struct fib_nh_exception. */
export interface RouteException {
  /** New gateway from a redirect, or undefined. */
  gateway: Ipv4Address | undefined
  /** Path MTU from frag-needed, or 0. */
  mtuBytes: number
  /** What was told was below the least that is believed, so packets may be cut (fnhe_mtu_locked). */
  mtuLocked: boolean
  expiresAt: number
  device: DeviceId
}

export interface Netns {
  readonly id: NetnsId
  /** Name in /run/netns; empty for the namespace that the lab's own shell starts in. */
  name: string
  /** Made by unshare(2): no name stands for it in /run/netns, and it goes with the last process in it. `name` is only the lab's label. */
  isAnonymous: boolean
  loopback: DeviceId
  nextIfindex: number
  deviceByIndex: Map<number, DeviceId>
  deviceByName: Map<string, DeviceId>
  /** net.ipv4.conf.all and .default; each device has its own. */
  confAll: Ipv4Conf
  confDefault: Ipv4Conf
  /** Keys of `default` that were written: devices made later do not follow these. */
  confDefaultWritten: Set<Ipv4ConfKey>
  ipv4: Ipv4Sysctls
  fibTables: Map<number, FibTable>
  /** The local and the main table in one, while they share a trie; undefined until the next lookup after a change. */
  fibTrie: FibTrie | undefined
  /** A local route was added by hand (fib_has_custom_local_routes). */
  hasCustomLocalRoutes: boolean
  /** Policy rules by ascending priority. */
  fibRules: FibRule[]
  /** Next hops that routes may name, by number, and the last number that was given to one without. */
  nexthops: Map<number, NexthopObject>
  lastNexthopId: number
  /** Exceptions by destination address. */
  routeExceptions: Map<Ipv4Address, RouteException>
  icmp: IcmpState
  /** Packets of which only some fragments have come. */
  fragments: Map<string, FragmentQueue>
  /** Addresses that ARP answers for on every device (`ip neigh add proxy` without one). */
  neighProxies: Set<Ipv4Address>
  /** Sockets of this namespace in the order of opening. */
  sockets: SocketId[]
  nextIpId: number
  /** The firewall and its flows; undefined until the first rule. */
  netfilter: NetfilterState | undefined
  /** br_netfilter's sysctls; undefined while the module is not loaded for this namespace. */
  bridgeNf: { callIptables: number } | undefined
}
