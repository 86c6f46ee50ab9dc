// Which socket a segment is for: a connection between exactly these ends, else the most particular listener. Linux: __inet_lookup.
import { IPV4_ANY, type Ipv4Address } from '../../../wire/address.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Netns } from '../../netns.ts'
import type { World } from '../../world.ts'
import { selectShared, sharesPort } from '../shared-port.ts'
import type { TcpSocket } from './state.ts'

/** Both ends of a connection as this machine sees them. */
export interface ConnectionEnds {
  readonly local: Ipv4Address
  readonly localPort: number
  readonly remote: Ipv4Address
  readonly remotePort: number
}

function* tcpSockets(world: World, netns: Netns): Generator<TcpSocket> {
  for (const id of netns.sockets) {
    const socket = world.sockets.get(id)
    if (socket?.kind === 'tcp') yield socket
  }
}

/** The connection between these ends (__inet_lookup_established). */
export function findConnection(world: World, netns: Netns, ends: ConnectionEnds): TcpSocket | undefined {
  for (const socket of tcpSockets(world, netns)) {
    if (socket.state === 'CLOSE' || socket.state === 'LISTEN') continue
    if (
      socket.localPort === ends.localPort &&
      socket.remotePort === ends.remotePort &&
      socket.boundAddress === ends.local &&
      socket.remoteAddress === ends.remote
    )
      return socket
  }
  return undefined
}

/** The listener for an address and port, seen from the device that the segment came in by (inet_lookup_listener). */
export function findListener(
  world: World,
  netns: Netns,
  device: NetDevice,
  ends: ConnectionEnds,
): TcpSocket | undefined {
  let best: TcpSocket[] = []
  let bestScore = -1
  for (const socket of tcpSockets(world, netns)) {
    if (socket.state !== 'LISTEN' || socket.localPort !== ends.localPort) continue
    if (socket.boundAddress !== IPV4_ANY && socket.boundAddress !== ends.local) continue
    if (socket.boundDevice !== 0 && socket.boundDevice !== device.id) continue
    const score = (socket.boundAddress !== IPV4_ANY ? 2 : 0) + (socket.boundDevice !== 0 ? 1 : 0)
    if (score > bestScore) {
      best = [socket]
      bestScore = score
    } else if (score === bestScore) best.push(socket)
  }
  return selectShared(world, netns, best, ends)
}

/** True when a port cannot be had at an address: a listener is there, or somebody who does not share (inet_csk_bind_conflict). */
export function portConflicts(
  world: World,
  netns: Netns,
  socket: TcpSocket,
  address: Ipv4Address,
  port: number,
): boolean {
  for (const other of tcpSockets(world, netns)) {
    if (other.id === socket.id || other.localPort !== port) continue
    const overlap = other.boundAddress === IPV4_ANY || address === IPV4_ANY || other.boundAddress === address
    if (
      overlap &&
      !sharesPort(other, socket) &&
      (other.state === 'LISTEN' || !other.reuseAddress || !socket.reuseAddress)
    )
      return true
  }
  return false
}

/** True when a port is free for a new connection to a certain end (__inet_check_established). */
export function connectionIsFree(world: World, netns: Netns, ends: ConnectionEnds): boolean {
  for (const other of tcpSockets(world, netns)) {
    if (other.localPort !== ends.localPort) continue
    if (other.state === 'LISTEN' || other.state === 'CLOSE') return false
    if (
      other.remoteAddress === ends.remote &&
      other.remotePort === ends.remotePort &&
      other.boundAddress === ends.local
    )
      return false
  }
  return true
}
