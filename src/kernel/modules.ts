// What is registered with a kernel: link kinds, receive handlers, protocols, listeners to device events, dispatch of events. Linux does
// this with rtnl_link_register, netdev_rx_handler_register, dev_add_pack and notifier chains; boot.ts composes the tables.
import type { FdbEntry } from './link/bridge/bridge-state.ts'
import type { LinkKindName } from '../contract/read-models.ts'
import type { KernelEvent } from './events.ts'
import type { LinkKind, RxVerdict } from './link/link-kind.ts'
import type { NudState } from '../contract/trace-events.ts'
import type { Ipv4Address, MacAddress } from '../wire/address.ts'
import type { FibRule } from './ipv4/fib-rules.ts'
import type { FibRoute } from './ipv4/fib-table.ts'
import type { InAddress } from './ipv4/in-device.ts'
import type { NexthopObject } from './ipv4/nexthop-object.ts'
import type { RouteEntry } from './ipv4/route.ts'
import type { NetDevice } from './netdev/net-device.ts'
import type { DeviceEvent } from './netdev/notifier.ts'
import type { HookPlace } from './netfilter/packet.ts'
import type { NfHook } from './netfilter/state.ts'
import type { Netns } from './netns.ts'
import type { Skb } from './skb.ts'
import type { DeviceId, World } from './world.ts'

export type RxHandler = (world: World, device: NetDevice, skb: Skb) => RxVerdict
export type ProtocolHandler = (world: World, device: NetDevice, skb: Skb) => void
export type DeviceListener = (world: World, device: NetDevice, event: DeviceEvent) => void

/** Netfilter as the IPv4 path and the bridge call it. Asked only where `world.filtering` or `world.bridgeFiltering` is set; see hooks.ts, bridge.ts. */
export interface NetfilterModule {
  /** True lets the packet go on; otherwise it has been dropped. */
  readonly hook: (world: World, netns: Netns, hook: NfHook, place: HookPlace, skb: Skb) => boolean
  /** OUTPUT: the way that the packet takes after it, or undefined when it has been dropped. */
  readonly localOut: (world: World, netns: Netns, route: RouteEntry, skb: Skb) => RouteEntry | undefined
  /** Hangs a packet of our own on the flow of the one that it is about. */
  readonly attach: (netns: Netns, skb: Skb, about: Skb) => void
  readonly passedPreRouting: (device: NetDevice, skb: Skb) => boolean
  readonly bridgePreRouting: (world: World, bridge: NetDevice, port: NetDevice, skb: Skb) => boolean
  readonly bridgeReaddressed: (world: World, skb: Skb) => DeviceId | undefined
  readonly bridgeForward: (world: World, bridge: NetDevice, port: NetDevice, skb: Skb) => boolean
  readonly addressRemoved: (world: World, device: NetDevice, address: Ipv4Address) => void
}

/** Tells those who listen on netlink sockets what has changed; see socket/netlink.ts. */
export interface RtnetlinkModule {
  readonly link: (world: World, device: NetDevice, what: 'created' | 'changed' | 'removed') => void
  readonly address: (world: World, device: NetDevice, ifa: InAddress, isDeleted: boolean) => void
  readonly route: (world: World, netns: Netns, route: FibRoute, isDeleted: boolean) => void
  readonly rule: (world: World, netns: Netns, rule: FibRule, isDeleted: boolean) => void
  readonly nexthop: (world: World, netns: Netns, object: NexthopObject, isDeleted: boolean) => void
  readonly fdb: (world: World, bridge: NetDevice, entry: FdbEntry, isDeleted: boolean) => void
  /** `to` is undefined for an entry that goes. */
  readonly neigh: (
    world: World,
    device: NetDevice,
    entry: { readonly ip: Ipv4Address; readonly mac: MacAddress | undefined },
    from: NudState | undefined,
    to: NudState | undefined,
  ) => void
}

export interface KernelModules {
  readonly linkKinds: Readonly<Record<LinkKindName, LinkKind | undefined>>
  readonly rxHandlers: Readonly<Record<'bridge' | 'macvlan' | 'ipvlan', RxHandler | undefined>>
  /** By EtherType. */
  readonly protocols: ReadonlyMap<number, ProtocolHandler>
  /** Tells the sender of a packet that its next hop cannot be reached (dst_ops.link_failure). */
  readonly linkFailure: ProtocolHandler
  /** Devices that take their packets from the IP input of the device below (l3mdev): who a packet is for, and the handing over behind INPUT. */
  readonly l3Child: {
    readonly find: (world: World, lower: NetDevice, skb: Skb) => NetDevice | undefined
    readonly moveTo: (world: World, lower: NetDevice, child: NetDevice, skb: Skb) => void
  }
  readonly netfilter: NetfilterModule
  readonly rtnetlink: RtnetlinkModule
  /** Told of every device event, in order. */
  readonly deviceListeners: readonly DeviceListener[]
  /** Carries out one planned event. */
  readonly dispatch: (world: World, event: KernelEvent) => void
}
