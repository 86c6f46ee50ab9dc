// What may be sent now, and in what bundles: segments leave together as one packet that nothing in the lab cuts. Linux: tcp_write_xmit,
// tcp_mss_split_point, tcp_cwnd_test, tcp_push.
import { queueWork } from '../../../sim/event-queue.ts'
import type { World } from '../../world.ts'
import { planWindowProbe, queueSegment } from './output.ts'
import { seqDiff } from './sequence.ts'
import { payloadOf, segmentCount, type TcpSocket } from './state.ts'

/** Behind the bundles of a write: the answers to them have come, and count from now on. */
const WRITE_IS_DONE = 0

/** What is on its way, as a write reckons with it: acknowledgements that come meanwhile count only when it is done. */
interface OnItsWay {
  bytes: number
  segments: number
  hasSmall: boolean
}

function onItsWay(socket: TcpSocket): OnItsWay {
  return {
    bytes: seqDiff(socket.sendNext, socket.sendUnacked),
    segments: socket.sentSegments.reduce((sum, sent) => sum + segmentCount(socket, sent), 0),
    hasSmall: socket.sentSegments.some((sent) => sent.length > 0 && payloadOf(sent) % socket.mssBytes !== 0),
  }
}

/**
 * How many bytes go next: of half the congestion window at most, so that acknowledgements keep coming, and none of a last small piece while
 * another is under way (Nagle). 0 when nothing may go.
 */
function nextLength(socket: TcpSocket, { bytes, segments, hasSmall }: OnItsWay, mayEnd: boolean): number {
  const { mssBytes, congestionWindow } = socket
  const unsent = socket.sendBuffer.length - bytes
  const half = Math.max(1, Math.floor(congestionWindow / 2))
  const quota = Math.min(half, Math.floor(congestionWindow) - segments)
  const wanted = Math.min(unsent, socket.sendWindow - bytes)
  if (quota <= 0 || wanted <= 0) return 0
  const most = quota * mssBytes
  if (most <= wanted) return most
  const small = wanted % mssBytes
  return small !== 0 && hasSmall && !(mayEnd && wanted === unsent) ? wanted - small : wanted
}

/** Sends everything that windows and Nagle's rule allow, at last the FIN (tcp_write_xmit). */
export function writePending(world: World, socket: TcpSocket): void {
  // A program's write is still under way; what it leaves is sent behind it.
  if (socket.bundles.length > 0) return
  let sentData = false
  for (;;) {
    const way = onItsWay(socket)
    const unsent = socket.sendBuffer.length - way.bytes
    const finDue = socket.sendShutdown && !socket.finSent
    if (unsent <= 0) {
      if (finDue) queueSegment(world, socket, 0, true)
      break
    }
    const length = nextLength(socket, way, finDue)
    if (length <= 0) {
      const isClosed = socket.sendWindow <= way.bytes && socket.sentSegments.length === 0
      if (isClosed && socket.windowProbeTimer === 0) planWindowProbe(world, socket)
      break
    }
    queueSegment(world, socket, length, finDue && length === unsent)
    sentData = true
  }
  if (sentData) talksInTurn(world, socket)
}

/** Who answers soon after data came talks in turn with the other side (tcp_event_data_sent). */
function talksInTurn(world: World, socket: TcpSocket): void {
  if (world.now - socket.ack.lastDataAt < socket.ack.delayNs) socket.ack.interactive = true
}

/**
 * Sends what a program has just written. Between two bundles the frames of the first are received and answered (the softirq at the end of
 * dev_queue_xmit), but the answers wait for the write to be done, so what goes is settled at its beginning (tcp_push, release_sock).
 */
export function writeFromProcess(world: World, socket: TcpSocket): void {
  if (socket.bundles.length > 0) return
  const way = onItsWay(socket)
  const lengths: number[] = []
  for (let length = nextLength(socket, way, false); length > 0; length = nextLength(socket, way, false)) {
    lengths.push(length)
    way.bytes += length
    way.segments += Math.ceil(length / socket.mssBytes)
    way.hasSmall ||= length % socket.mssBytes !== 0
  }
  if (lengths.length <= 1) {
    writePending(world, socket)
    return
  }
  socket.bundles = [...lengths, WRITE_IS_DONE]
  talksInTurn(world, socket)
  nextBundle(world, socket)
}

/** Sends the next bundle of a write; behind the last one goes what the answers have made room for. */
export function nextBundle(world: World, socket: TcpSocket): void {
  const [length, ...rest] = socket.bundles
  if (length === undefined) return
  if (length === WRITE_IS_DONE) {
    socket.bundles = []
    writePending(world, socket)
    return
  }
  const unsent = socket.sendBuffer.length - seqDiff(socket.sendNext, socket.sendUnacked)
  if (unsent > 0) queueSegment(world, socket, Math.min(length, unsent), false)
  socket.bundles = rest
  queueWork(world.queue, world.now, { kind: 'tcp.write', socket: socket.id })
}
