// System calls of stream sockets. Linux: tcp_v4_connect, inet_csk_listen_start, inet_csk_accept, tcp_sendmsg, tcp_recvmsg, tcp_shutdown,
// tcp_close. Nothing waits here: a call that would wait says EAGAIN, and a notice tells when to try again.
import type { SocketMessage, SystemResult } from '../../system-call.ts'
import { DONE, refuse } from '../../system-call.ts'
import { IPV4_ANY, type Ipv4Address } from '../../../wire/address.ts'
import { netnsById, type World } from '../../world.ts'
import { connectPort, listenPort } from '../ephemeral-port.ts'
import { routeForConnect } from '../route-socket.ts'
import { sharesPort } from '../shared-port.ts'
import { prepareHandshake } from './handshake.ts'
import { destroySocket, restartTimeWait, tcpDone, wake } from './lifecycle.ts'
import { stopListening } from './listen.ts'
import { connectionIsFree, portConflicts } from './lookup.ts'
import { receiveWindowLeft, sendAck, sendActiveReset, sendSyn } from './output.ts'
import { maySend, RECEIVE_SPACE_BYTES, SEND_BUFFER_BYTES, type TcpSocket } from './state.ts'
import { writeFromProcess, writePending } from './write.ts'

/** The largest queue of a listener (net.core.somaxconn). */
const MAX_BACKLOG = 4096

/** bind(2): EADDRINUSE when somebody else has the port there. */
export function tcpBind(world: World, socket: TcpSocket, address: Ipv4Address, port: number): SystemResult {
  if (socket.state !== 'CLOSE' || socket.localPort !== 0) return refuse('EINVAL')
  const netns = netnsById(world, socket.netns)
  if (port !== 0 && portConflicts(world, netns, socket, address, port)) return refuse('EADDRINUSE')
  socket.localPort = port
  socket.boundAddress = address
  socket.sourceAddress = address
  return DONE
}

/** listen(2). A socket without a port gets one. */
export function tcpListen(world: World, socket: TcpSocket, backlog: number): SystemResult {
  if (socket.state !== 'CLOSE' && socket.state !== 'LISTEN') return refuse('EINVAL')
  if (socket.localPort === 0 && !choosePort(world, socket)) return refuse('EADDRINUSE')
  const netns = netnsById(world, socket.netns)
  const taken = netns.sockets.some((id) => {
    const other = world.sockets.get(id)
    return (
      other?.kind === 'tcp' &&
      other.id !== socket.id &&
      other.state === 'LISTEN' &&
      other.localPort === socket.localPort &&
      !sharesPort(other, socket) &&
      (other.boundAddress === IPV4_ANY ||
        socket.boundAddress === IPV4_ANY ||
        other.boundAddress === socket.boundAddress)
    )
  })
  if (taken) return refuse('EADDRINUSE')
  socket.state = 'LISTEN'
  socket.backlog = Math.min(Math.max(0, backlog), MAX_BACKLOG)
  return DONE
}

/** accept(2): the number of the oldest connection that waits, or EAGAIN. */
export function tcpAccept(world: World, listener: TcpSocket): SystemResult {
  if (listener.state !== 'LISTEN') return refuse('EINVAL')
  const id = listener.acceptQueue.shift()
  const socket = id === undefined ? undefined : world.sockets.get(id)
  if (id === undefined || socket?.kind !== 'tcp') return refuse('EAGAIN')
  socket.orphan = false
  socket.listener = 0
  return { ok: true, value: id }
}

/** Gives a socket without a port one: a listener any, a connection one that is free towards its remote end. */
function choosePort(world: World, socket: TcpSocket): boolean {
  const netns = netnsById(world, socket.netns)
  const { boundAddress: local, remoteAddress: remote, remotePort } = socket
  const port =
    remotePort === 0
      ? listenPort(world, netns, (localPort) => !portConflicts(world, netns, socket, local, localPort))
      : connectPort(world, netns, { local, remote, remotePort }, (localPort) =>
          connectionIsFree(world, netns, { local, localPort, remote, remotePort }),
        )
  if (port === undefined) return false
  socket.localPort = port
  return true
}

/**
 * connect(2) without waiting: sends the SYN and returns the source address that was chosen. A notice comes when the connection is open or has
 * failed; `socket.error` then tells which. Errors: those of routing, EADDRNOTAVAIL without a free port, EISCONN.
 */
export function tcpConnect(world: World, socket: TcpSocket, address: Ipv4Address, port: number): SystemResult {
  if (socket.state === 'SYN-SENT') return refuse('EALREADY')
  if (socket.state !== 'CLOSE' || socket.remotePort !== 0) return refuse('EISCONN')
  const found = routeForConnect(world, socket, address, port)
  if (!found.ok) return refuse(found.errno)
  const { route } = found
  if (route.type === 'broadcast' || route.type === 'multicast') return refuse('ENETUNREACH')
  socket.remoteAddress = address === IPV4_ANY ? route.nexthop : address
  socket.remotePort = port
  if (socket.boundAddress === IPV4_ANY) {
    socket.boundAddress = route.source
    socket.sourceAddress = route.source
  }
  if (socket.localPort === 0 && !choosePort(world, socket)) return refuse('EADDRNOTAVAIL')
  prepareHandshake(world, socket, 0)
  socket.state = 'SYN-SENT'
  const { cause } = world
  sendSyn(world, socket)
  world.cause = cause
  return { ok: true, value: socket.boundAddress }
}

/** send(2): how many bytes were taken; EAGAIN while the buffer is full, EPIPE when nothing can be sent any more. */
export function tcpSend(world: World, socket: TcpSocket, bytes: Uint8Array): SystemResult {
  const failed = takeError(socket)
  if (failed !== undefined) return failed
  if (socket.state === 'SYN-SENT' || socket.state === 'SYN-RECV') return refuse('EAGAIN')
  if (socket.state === 'LISTEN' || (socket.state === 'CLOSE' && socket.remotePort === 0)) return refuse('ENOTCONN')
  if (socket.sendShutdown || !maySend(socket.state)) return refuse('EPIPE')
  const taken = bytes.subarray(0, Math.max(0, SEND_BUFFER_BYTES - socket.sendBuffer.length))
  if (taken.length === 0 && bytes.length > 0) return refuse('EAGAIN')
  const joined = new Uint8Array(socket.sendBuffer.length + taken.length)
  joined.set(socket.sendBuffer)
  joined.set(taken, socket.sendBuffer.length)
  socket.sendBuffer = joined
  writeFromProcess(world, socket)
  return { ok: true, value: taken.length }
}

/** The error that waits for the program's next call, once. */
function takeError(socket: TcpSocket): ReturnType<typeof refuse> | undefined {
  const { error } = socket
  if (error === undefined) return undefined
  socket.error = undefined
  return refuse(error)
}

/** getsockopt(SO_ERROR): DONE when there is none. */
export function tcpTakeError(socket: TcpSocket): SystemResult {
  return takeError(socket) ?? DONE
}

/** recv(2): up to `maxBytes`; none at all at the end of the stream; EAGAIN while nothing is there. */
export function tcpReceive(world: World, socket: TcpSocket, maxBytes: number): SystemResult {
  const first = socket.received[0]
  if (first === undefined) {
    const failed = takeError(socket)
    if (failed !== undefined) return failed
    if (socket.receiveShutdown) return received(world, socket, new Uint8Array(0))
    return refuse(socket.state === 'CLOSE' || socket.state === 'LISTEN' ? 'ENOTCONN' : 'EAGAIN')
  }
  const bytes = new Uint8Array(Math.min(maxBytes, socket.receivedBytes))
  let at = 0
  while (at < bytes.length) {
    const chunk = socket.received[0]
    if (chunk === undefined) break
    const part = chunk.subarray(0, bytes.length - at)
    bytes.set(part, at)
    at += part.length
    if (part.length === chunk.length) socket.received.shift()
    else socket.received[0] = chunk.slice(part.length)
  }
  socket.receivedBytes -= at
  afterRead(world, socket, at)
  return received(world, socket, bytes)
}

/** A program that has read everything has an acknowledgement sent that is owed, and an opened window told (tcp_cleanup_rbuf). */
function afterRead(world: World, socket: TcpSocket, readBytes: number): void {
  if (socket.state === 'CLOSE' || socket.state === 'TIME-WAIT') return
  const owed = socket.ack.scheduled && !socket.ack.interactive && socket.receivedBytes === 0
  const free = Math.min(RECEIVE_SPACE_BYTES - socket.receivedBytes, socket.windowLimit)
  const left = receiveWindowLeft(socket)
  const opened = readBytes > 0 && !socket.receiveShutdown && 2 * left <= socket.windowLimit && free >= 2 * left
  if (owed || opened) sendAck(world, socket)
}

function received(world: World, socket: TcpSocket, bytes: Uint8Array): SystemResult {
  const message: SocketMessage = {
    kind: 'data',
    at: world.now,
    from: socket.remoteAddress,
    port: socket.remotePort,
    bytes,
    icmpType: 0,
    icmpCode: 0,
    info: 0,
    local: false,
    ifindex: 0,
    packetType: 'host',
    errno: undefined,
  }
  return { ok: true, value: bytes.length, message }
}

/** shutdown(2): `write` ends our stream behind what was written, `read` takes no more. ENOTCONN without a connection. */
export function tcpShutdown(world: World, socket: TcpSocket, how: 'read' | 'write' | 'both'): SystemResult {
  if (socket.state === 'CLOSE' || socket.state === 'LISTEN' || socket.state === 'SYN-SENT') return refuse('ENOTCONN')
  if (how !== 'write') socket.receiveShutdown = true
  if (how !== 'read') endStream(world, socket)
  wake(world, socket)
  return DONE
}

/** No more will be written: a FIN follows the last byte (tcp_close_state, tcp_send_fin). */
function endStream(world: World, socket: TcpSocket): void {
  if (socket.sendShutdown) return
  if (socket.state === 'ESTAB' || socket.state === 'SYN-RECV') socket.state = 'FIN-WAIT-1'
  else if (socket.state === 'CLOSE-WAIT') socket.state = 'LAST-ACK'
  else return
  socket.sendShutdown = true
  writePending(world, socket)
}

/** close(2): what was not read is answered with a reset, otherwise the stream ends and the kernel sees to the rest (tcp_close). */
export function tcpClose(world: World, socket: TcpSocket): void {
  const { cause } = world
  socket.orphan = true
  switch (socket.state) {
    case 'LISTEN':
      stopListening(world, socket)
      destroySocket(world, socket)
      break
    case 'CLOSE':
    case 'SYN-SENT':
      destroySocket(world, socket)
      break
    case 'TIME-WAIT':
      break
    default:
      closeConnection(world, socket)
  }
  world.cause = cause
}

/** Ends a connection from outside: the other end gets a reset where it knows of the connection (tcp_abort). */
export function tcpAbort(world: World, socket: TcpSocket): SystemResult {
  if (socket.state === 'CLOSE') return refuse('ENOENT')
  if (socket.state === 'LISTEN') {
    stopListening(world, socket)
    tcpDone(world, socket, 'ECONNABORTED')
    return DONE
  }
  if (socket.state === 'TIME-WAIT') {
    destroySocket(world, socket)
    return DONE
  }
  if (NEEDS_RESET.has(socket.state)) sendActiveReset(world, socket)
  tcpDone(world, socket, 'ECONNABORTED')
  return DONE
}

/** States in which the other end must be told (tcp_need_reset). */
const NEEDS_RESET: ReadonlySet<TcpSocket['state']> = new Set([
  'ESTAB',
  'CLOSE-WAIT',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'SYN-RECV',
])

function closeConnection(world: World, socket: TcpSocket): void {
  if (socket.receivedBytes > 0) {
    sendActiveReset(world, socket)
    tcpDone(world, socket)
    return
  }
  socket.receiveShutdown = true
  endStream(world, socket)
  if (socket.state === 'FIN-WAIT-2') restartTimeWait(world, socket)
}
