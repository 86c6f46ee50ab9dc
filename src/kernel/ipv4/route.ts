// What a routing decision gives: struct rtable, for packets that leave and for packets that arrive.
import type { DropReason } from '../../contract/drop-reasons.ts'
import type { Errno } from '../../contract/errno.ts'
import type { RouteType } from '../../contract/read-models.ts'
import type { Ipv4Address } from '../../wire/address.ts'
import type { DeviceId } from '../world.ts'
import type { FibRoute } from './fib-table.ts'

/** A way out of this machine. */
export interface RouteEntry {
  readonly type: RouteType
  /** The device to send by; loopback for own addresses. */
  readonly device: DeviceId
  /** The neighbour to hand the packet to: the gateway, or the destination itself on the link. */
  readonly nexthop: Ipv4Address
  /** True when `nexthop` is a gateway (rt_uses_gateway). */
  readonly viaGateway: boolean
  /** Source address chosen for a packet that has none yet. */
  readonly source: Ipv4Address
  /** Largest packet for this way, path MTU included. */
  readonly mtuBytes: number
  /** Packets for this way may be cut on it, so they do not ask for its MTU (ip_mtu_locked). */
  readonly mtuLocked: boolean
  /** The table entry that matched; undefined when the destination was taken to be on the link. */
  readonly fib: FibRoute | undefined
}

/** Protocol and ports of a packet, 0 where it has none or where they cannot be read. */
export interface FlowTransport {
  readonly protocol: number
  readonly sourcePort: number
  readonly destinationPort: number
}

/** What to route on the way out: struct flowi4. */
export interface OutputFlow {
  readonly destination: Ipv4Address
  /** 0.0.0.0 when the program left the choice to the kernel. */
  readonly source: Ipv4Address
  /** Device that the socket is bound to, or 0. */
  readonly device: DeviceId
  readonly tos: number
  readonly mark: number
  /** RT_SCOPE_LINK: the destination must be on the link (SO_DONTROUTE, onlink checks). */
  readonly onLinkOnly?: boolean
  /** FLOWI_FLAG_ANYSRC: the source need not be an own address. */
  readonly anySource?: boolean
  /** Who asks; root, as everything here, unless a question names somebody else (flowi4_uid). */
  readonly user?: number | undefined
  /** What rules may ask of the packet's contents. */
  readonly transport?: FlowTransport | undefined
}

export type OutputRoute =
  { readonly ok: true; readonly route: RouteEntry } | { readonly ok: false; readonly errno: Errno }

/** The fate of a packet that arrived: what ip_route_input_slow finds. */
export type InputRoute =
  /** For this machine; `type` tells a unicast address from a broadcast or a joined group. */
  | { readonly kind: 'local' | 'broadcast' | 'multicast' }
  /** To be passed on. `redirectDue` when it leaves by the device that it came in by and the sender should know the better way. */
  | { readonly kind: 'forward'; readonly route: RouteEntry; readonly redirectDue: boolean }
  /** Looked up without success: with forwarding on the sender gets an ICMP error, otherwise silence. For ARP this counts as found. */
  | {
      readonly kind: 'unreachable'
      readonly errno: 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES'
      readonly reason: DropReason
    }
  /** Refused before or by the checks of the source: martian, own address as source, reverse path filter, blackhole. Never answered. */
  | {
      readonly kind: 'refused'
      readonly reason: DropReason
      /** ARP asks for what is reached by the interface on which it asks. */
      readonly isSameInterface?: true
    }
