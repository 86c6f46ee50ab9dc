// What `ss` and the page read of a socket. Linux: tcp_diag, inet_diag.
import type { SocketTimerView, SocketView, TcpInfoView } from '../../../contract/read-models.ts'
import { dueAt } from '../../../sim/event-queue.ts'
import type { Netns } from '../../netns.ts'
import type { World } from '../../world.ts'
import type { Socket } from '../socket.ts'
import { routeOf } from './output.ts'
import { seqDiff } from './sequence.ts'
import { SEND_BUFFER_BYTES, maySend, type TcpSocket } from './state.ts'

/** Internet sockets of a namespace in the order of opening. */
export function socketViews(world: World, netns: Netns): SocketView[] {
  return netns.sockets.flatMap((id) => {
    const socket = world.sockets.get(id)
    return socket === undefined ? [] : (socketView(world, socket) ?? [])
  })
}

/** One socket, or undefined for a packet or raw one. */
export function socketView(world: World, socket: Socket): SocketView | undefined {
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
  const timer = timerView(world, socket)
  return {
    ...ends,
    kind: 'tcp',
    state: socket.state,
    receiveQueue: listening ? socket.acceptQueue.length : socket.receivedBytes,
    // A request has no queue of its own yet.
    sendQueue:
      socket.state === 'SYN-RECV'
        ? 0
        : listening
          ? socket.backlog
          : socket.sendBuffer.length + (isFlagUnderWay(socket) ? 1 : 0),
    ...(listening || socket.state === 'TIME-WAIT' ? {} : { info: infoView(world, socket) }),
    ...(timer === undefined ? {} : { timer }),
  }
}

/** SYN and FIN count as a byte each. */
const isFlagUnderWay = ({ sentSegments }: TcpSocket): boolean => sentSegments.some(({ syn, fin }) => syn || fin)

/** The timer that counts (inet_csk_diag_fill). */
function timerView(world: World, socket: TcpSocket): SocketTimerView | undefined {
  const due = (kind: SocketTimerView['kind'], handle: number, retransmits: number): SocketTimerView | undefined => {
    const at = handle === 0 ? undefined : dueAt(world.queue, handle)
    return at === undefined ? undefined : { kind, at, retransmits }
  }
  return (
    due('timewait', socket.timeWaitTimer, 0) ??
    due('on', socket.retransmitTimer, socket.sentSegments[0]?.retransmits ?? 0) ??
    due('persist', socket.windowProbeTimer, socket.backoff)
  )
}

/** tcp_get_info. */
function infoView(world: World, socket: TcpSocket): TcpInfoView {
  const { counters } = socket
  const threshold = socket.slowStartThreshold
  return {
    windowScales: socket.scaleOk ? { send: socket.sendScale, receive: socket.receiveScale } : undefined,
    hasTimestamps: socket.timestampsOk,
    hasSack: socket.sackOk,
    rtoNs: socket.rtoNs,
    rttNs: socket.smoothedRttNs,
    rttVariationNs: socket.rttVariationNs,
    leastRttNs: counters.leastRttNs,
    delayedAckNs: socket.ack.delayNs,
    mssBytes: socket.mssBytes,
    pathMtuBytes: routeOf(world, socket)?.mtuBytes ?? 0,
    peerSegmentBytes: socket.ack.segmentBytes,
    congestionWindow: Math.floor(socket.congestionWindow),
    slowStartThreshold: threshold === Number.MAX_SAFE_INTEGER ? undefined : threshold,
    bytesSent: counters.bytesSent,
    bytesAgain: counters.bytesAgain,
    bytesAcked: Math.max(0, seqDiff(socket.sendUnacked, socket.initialSend) - counters.uncountedBytes),
    bytesReceived: Math.max(0, seqDiff(socket.receiveNext, socket.initialReceive) - 1 - (socket.finReceived ? 1 : 0)),
    segmentsOut: counters.segmentsOut,
    segmentsIn: counters.segmentsIn,
    dataOut: counters.dataOut,
    dataIn: counters.dataIn,
    retransmits: counters.retransmits,
    unacked: socket.sentSegments.length,
    lastDataSentAt: counters.lastDataSentAt,
    lastDataReceivedAt: counters.lastDataReceivedAt,
    lastAckAt: counters.lastAckAt,
    sendWindow: socket.sendWindow,
    windowLimit: socket.windowLimit,
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
