// Everything that can happen in the kernel without a system call: a closed union of plain data.
import type { EventSeq } from '../contract/trace-events.ts'
import type { Ipv4Address } from '../wire/address.ts'
import type { Skb } from './skb.ts'
import type { TcpTimer } from './socket/tcp/state.ts'
import type { SocketId } from './system-call.ts'
import type { DeviceId } from './world.ts'

export type KernelEvent =
  /** A frame reaches a device's receive path from the backlog (process_backlog). */
  | { readonly kind: 'receive'; readonly device: DeviceId; readonly skb: Skb }
  /** A neighbour's timer (neigh_timer_handler). */
  | { readonly kind: 'neigh.timer'; readonly device: DeviceId; readonly ip: Ipv4Address }
  /** A delayed proxy answer is due (neigh_proxy_process). */
  | { readonly kind: 'neigh.proxy'; readonly device: DeviceId }
  /** Managed neighbours are looked after (neigh_managed_work). */
  | { readonly kind: 'neigh.managed'; readonly device: DeviceId }
  /** A process's timer. */
  | { readonly kind: 'process.timer'; readonly id: number }
  /** Changed carriers are acted upon (linkwatch_event). */
  | { readonly kind: 'linkwatch'; readonly cause: EventSeq }
  /** Ageing of a bridge's forwarding entries (br_fdb_cleanup). */
  | { readonly kind: 'bridge.gc'; readonly bridge: DeviceId }
  | {
      readonly kind: 'bridge.timer'
      readonly device: DeviceId
      readonly timer: 'hello' | 'tcn' | 'topology-change' | 'message-age' | 'forward-delay' | 'hold'
    }
  /** Broadcast copies for the children of a macvlan parent (macvlan_process_broadcast). */
  | {
      readonly kind: 'macvlan.broadcast'
      readonly lower: DeviceId
      readonly skb: Skb
      /** The child that sent it, or 0. */
      readonly sourceChild: DeviceId
      /** Who is still to have a copy; missing before the first. */
      readonly targets?: readonly DeviceId[]
    }
  /** Multicast and broadcast frames of an ipvlan parent (ipvlan_process_multicast). */
  | {
      readonly kind: 'ipvlan.multicast'
      readonly lower: DeviceId
      readonly skb: Skb
      /** The child that sends it, or 0 for a frame from outside. */
      readonly fromChild: DeviceId
      /** Who is still to have a copy; missing before the first. */
      readonly targets?: readonly DeviceId[]
    }
  /** One of a connection's timers (tcp_write_timer, tcp_delack_timer, tw_timer_handler). */
  | { readonly kind: 'tcp.timer'; readonly socket: SocketId; readonly timer: TcpTimer }
  /** The next bundle of a program's write (tcp_write_xmit goes on). */
  | { readonly kind: 'tcp.write'; readonly socket: SocketId }
  /** A flow's time may be up (gc_worker of conntrack). */
  | { readonly kind: 'conntrack.expire'; readonly netns: number; readonly id: number }
  /** An address may have lived its time (check_lifetime). */
  | {
      readonly kind: 'address.expire'
      readonly device: DeviceId
      readonly local: Ipv4Address
      readonly prefixLength: number
    }
  /** A fragment queue gives up (ip_expire). */
  | { readonly kind: 'fragment.expire'; readonly netns: number; readonly key: string }
