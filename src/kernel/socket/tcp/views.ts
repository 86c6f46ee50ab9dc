// What `ss` and the page read of a socket. Linux: tcp_diag, inet_diag.
import type { SocketView } from '../../../contract/read-models.ts'
import type { Netns } from '../../netns.ts'
import type { World } from '../../world.ts'
import type { Socket } from '../socket.ts'
import { SEND_BUFFER_BYTES, maySend, type TcpSocket } from './state.ts'

/** Internet sockets of a namespace in the order of opening. */
export function socketViews(world: World, netns: Netns): SocketView[] {
  return netns.sockets.flatMap((id) => {
    const socket = world.sockets.get(id)
    return socket === undefined ? [] : (socketView(socket) ?? [])
  })
}

/** One socket, or undefined for a packet or raw one. */
export function socketView(socket: Socket): SocketView | undefined {
  if (socket.kind === 'packet' || socket.kind === 'netlink' || socket.kind === 'raw') return undefined
  const ends = {
    socket: socket.id,
    localAddress: socket.boundAddress,
    localPort: socket.localPort,
    remoteAddress: socket.remoteAddress,
    remotePort: socket.remotePort,
    device: socket.boundDevice,
  }
  if (socket.kind === 'udp') {
    const receiveQueue = socket.receiveQueue.reduce((sum, { bytes }) => sum + bytes.length, 0)
    return { ...ends, kind: 'udp', state: socket.remotePort === 0 ? 'CLOSE' : 'ESTAB', receiveQueue, sendQueue: 0 }
  }
  const listening = socket.state === 'LISTEN'
  return {
    ...ends,
    kind: 'tcp',
    state: socket.state,
    receiveQueue: listening ? socket.acceptQueue.length : socket.receivedBytes,
    sendQueue: listening ? socket.backlog : socket.sendBuffer.length,
  }
}

/** True when a call on a stream socket has something to give at once: bytes, the end, an error, or a connection to accept. */
export function tcpReadable(socket: TcpSocket): boolean {
  if (socket.state === 'LISTEN') return socket.acceptQueue.length > 0
  return socket.receivedBytes > 0 || socket.receiveShutdown || socket.error !== undefined
}

/** True when writing would take at least a byte, or fail at once (tcp_poll's EPOLLOUT). */
export function tcpWritable(socket: TcpSocket): boolean {
  if (socket.state === 'LISTEN' || socket.state === 'SYN-SENT' || socket.state === 'SYN-RECV') return false
  return !maySend(socket.state) || socket.sendBuffer.length < SEND_BUFFER_BYTES
}
