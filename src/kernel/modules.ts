// What is registered with a kernel: link kinds, receive handlers, protocols, listeners to device events, dispatch of events. Linux does
// this with rtnl_link_register, netdev_rx_handler_register, dev_add_pack and notifier chains; boot.ts composes the tables.
import type { LinkKindName } from '../contract/read-models.ts'
import type { KernelEvent } from './events.ts'
import type { LinkKind, RxVerdict } from './link/link-kind.ts'
import type { NetDevice } from './netdev/net-device.ts'
import type { DeviceEvent } from './netdev/notifier.ts'
import type { Skb } from './skb.ts'
import type { World } from './world.ts'

export type RxHandler = (world: World, device: NetDevice, skb: Skb) => RxVerdict
export type ProtocolHandler = (world: World, device: NetDevice, skb: Skb) => void
export type DeviceListener = (world: World, device: NetDevice, event: DeviceEvent) => void

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
  /** Told of every device event, in order. */
  readonly deviceListeners: readonly DeviceListener[]
  /** Carries out one planned event. */
  readonly dispatch: (world: World, event: KernelEvent) => void
}
