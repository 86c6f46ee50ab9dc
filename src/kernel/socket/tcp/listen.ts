// Listeners: a SYN makes a socket of its own, which joins the queue of its listener when the handshake is done. Linux: tcp_conn_request,
// tcp_check_req, inet_csk_complete_hashdance, inet_csk_accept.
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import { netnsById, type World } from '../../world.ts'
import { freshInetSocket } from '../socket.ts'
import { tcpAck } from './acknowledge.ts'
import { adoptPeer, prepareHandshake } from './handshake.ts'
import { destroySocket, wake } from './lifecycle.ts'
import { routeOf, sendActiveReset, sendSyn } from './output.ts'
import type { Segment } from './segment.ts'
import { freshTcpSocket, TIMESTAMP_OPTION_LENGTH, type TcpSocket } from './state.ts'

/** A SYN for a listener (tcp_conn_request): answered while the queue of connections that wait has room. */
export function connectionRequest(
  world: World,
  listener: TcpSocket,
  device: NetDevice,
  skb: Skb,
  segment: Segment,
): void {
  const hasRoom = listener.acceptQueue.length <= listener.backlog
  if (
    !check(
      world,
      'tcp.accept_queue_has_room',
      hasRoom,
      () => `${listener.acceptQueue.length} wait`,
      () => `backlog ${listener.backlog}`,
    )
  ) {
    drop(world, 'tcp.accept_queue_full', device, skb)
    return
  }
  const { cause } = world
  const socket = Object.assign(freshTcpSocket(freshInetSocket(world, netnsById(world, listener.netns))), {
    boundAddress: segment.local,
    sourceAddress: segment.local,
    boundDevice: listener.boundDevice,
    remoteAddress: segment.remote,
    ttl: listener.ttl,
    tos: listener.tos,
    mtuDiscover: listener.mtuDiscover,
    state: 'SYN-RECV' as const,
    localPort: segment.localPort,
    remotePort: segment.remotePort,
    reuseAddress: listener.reuseAddress,
    reusePort: listener.reusePort,
    orphan: true,
    listener: listener.id,
  })
  // Nobody is remembered who cannot be answered (inet_csk_route_req).
  if (routeOf(world, socket) === undefined) {
    drop(world, 'ip.output_no_route', device, skb)
    world.cause = cause
    return
  }
  world.sockets.set(socket.id, socket)
  netnsById(world, socket.netns).sockets.push(socket.id)
  listener.requests.push(socket.id)
  prepareHandshake(world, socket, segment.timestamps === undefined ? 0 : TIMESTAMP_OPTION_LENGTH)
  adoptPeer(world, socket, segment)
  decide(world, 'tcp.syn_accepted', device, skb, segment.remote, segment.remotePort, segment.localPort)
  sendSyn(world, socket)
  world.cause = cause
}

/**
 * The handshake is done: the connection is open and waits for its program. False when the listener has gone or its queue is full; then the
 * SYN-ACK goes again later (tcp_check_req).
 */
export function handshakeDone(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): boolean {
  // What the request sent is not the connection's (tcp_create_openreq_child).
  Object.assign(socket.counters, { segmentsOut: 0, segmentsIn: 2, uncountedBytes: 1 })
  const listener = world.sockets.get(socket.listener)
  if (listener?.kind === 'tcp') {
    const hasRoom = listener.acceptQueue.length <= listener.backlog
    if (!check(world, 'tcp.accept_queue_has_room', hasRoom, () => `backlog ${listener.backlog}`)) {
      drop(world, 'tcp.accept_queue_full', device, skb)
      return false
    }
    listener.requests = listener.requests.filter((id) => id !== socket.id)
    listener.acceptQueue.push(socket.id)
  }
  decide(world, 'tcp.established', device, skb, segment.remote, segment.remotePort, segment.localPort)
  tcpAck(world, socket, device, skb, segment)
  // tcp_init_metrics: a connection that opens confirms the neighbour with its first segment.
  socket.confirmNeighbour = true
  socket.state = 'ESTAB'
  socket.ack.lastDataAt = world.now
  wake(world, socket)
  if (listener?.kind === 'tcp') wake(world, listener)
  return true
}

/** A listener ends: connections that nobody accepted are reset, unfinished handshakes forgotten (inet_csk_listen_stop). */
export function stopListening(world: World, listener: TcpSocket): void {
  for (const id of [...listener.acceptQueue, ...listener.requests]) {
    const waiting = world.sockets.get(id)
    if (waiting?.kind !== 'tcp') continue
    if (waiting.state !== 'SYN-RECV' && waiting.state !== 'CLOSE' && waiting.state !== 'TIME-WAIT')
      sendActiveReset(world, waiting)
    destroySocket(world, waiting)
  }
  listener.acceptQueue = []
  listener.requests = []
}
