// Sockets as the kernel keeps them: raw ICMP, packet, UDP and TCP.
import { IPV4_ANY, type Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { MtuDiscover, NetnsId, SocketId, SocketMessage } from '../system-call.ts'
import type { DeviceId, World } from '../world.ts'
import type { TcpSocket } from './tcp/state.ts'

/** What every kind has. */
export interface SocketBase {
  readonly id: SocketId
  readonly netns: NetnsId
  receiveQueue: SocketMessage[]
  errorQueue: SocketMessage[]
  /** Messages that found the queue full. */
  dropCount: number
}

/** What every kind but packet sockets has. */
export interface InetSocket extends SocketBase {
  /** What it receives for (inet_rcv_saddr). */
  boundAddress: Ipv4Address
  /** What its packets name as their source (inet_saddr): none while it is bound to a group or a broadcast address. */
  sourceAddress: Ipv4Address
  boundDevice: DeviceId
  remoteAddress: Ipv4Address
  broadcast: boolean
  ttl: number
  multicastTtl: number
  dontRoute: boolean
  tos: number
  mtuDiscover: MtuDiscover
  receiveErrors: boolean
  /** SO_REUSEPORT */
  reusePort: boolean
}

export interface RawSocket extends InetSocket {
  readonly kind: 'raw'
  readonly protocol: number
  icmpFilter: readonly number[]
}

export interface UdpSocket extends InetSocket {
  readonly kind: 'udp'
  localPort: number
  remotePort: number
  /** The program itself chose the address, or the port (SOCK_BINDADDR_LOCK, SOCK_BINDPORT_LOCK). */
  addressChosen: boolean
  portChosen: boolean
}

export interface PacketSocket extends SocketBase {
  readonly kind: 'packet'
  readonly device: DeviceId
  readonly protocol: number
  readonly promisc: boolean
}

/** Hears of changes of its namespace's tables. */
export interface NetlinkSocket extends SocketBase {
  readonly kind: 'netlink'
  readonly protocol: 'route' | 'conntrack'
}

export type Socket = RawSocket | UdpSocket | PacketSocket | NetlinkSocket | TcpSocket

/** What a new socket of any kind begins with. */
export function freshSocket(world: World, netns: Netns): SocketBase {
  return { id: world.nextSocket++, netns: netns.id, receiveQueue: [], errorQueue: [], dropCount: 0 }
}

/**
 * What a new Internet socket begins with (inet_create): its namespace's TTL, and whether it asks routers for the path MTU at all. A kind assigns
 * its own members to it; spread into a new literal, each socket would get a layout of its own, which is slow to read.
 */
export function freshInetSocket(world: World, netns: Netns): InetSocket {
  return {
    id: world.nextSocket++,
    netns: netns.id,
    receiveQueue: [],
    errorQueue: [],
    dropCount: 0,
    boundAddress: IPV4_ANY,
    sourceAddress: IPV4_ANY,
    boundDevice: 0,
    remoteAddress: IPV4_ANY,
    broadcast: false,
    ttl: netns.ipv4.ip_default_ttl,
    multicastTtl: 1,
    dontRoute: false,
    tos: 0,
    mtuDiscover: netns.ipv4.ip_no_pmtu_disc === 0 ? 'want' : 'dont',
    receiveErrors: false,
    reusePort: false,
  }
}
