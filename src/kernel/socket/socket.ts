// Sockets as the kernel keeps them: raw ICMP, packet, UDP and TCP.
import type { Ipv4Address } from '../../wire/address.ts'
import type { NetnsId, SocketId, SocketMessage } from '../system-call.ts'
import type { DeviceId } from '../world.ts'
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

export interface InetSocketState {
  boundAddress: Ipv4Address
  boundDevice: DeviceId
  remoteAddress: Ipv4Address
  broadcast: boolean
  ttl: number
  tos: number
  mtuDiscover: 'do' | 'want' | 'dont'
  receiveErrors: boolean
}

export interface RawSocket extends SocketBase, InetSocketState {
  readonly kind: 'raw'
  readonly protocol: number
  icmpFilter: readonly number[]
}

export interface UdpSocket extends SocketBase, InetSocketState {
  readonly kind: 'udp'
  localPort: number
  remotePort: number
}

export interface PacketSocket extends SocketBase {
  readonly kind: 'packet'
  readonly device: DeviceId
  readonly protocol: number
  readonly promisc: boolean
}

export type Socket = RawSocket | UdpSocket | PacketSocket | TcpSocket
