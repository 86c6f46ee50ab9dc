// What an acknowledgement does: frees what was sent, measures the round trip, opens the windows. Linux: tcp_ack, tcp_clean_rtx_queue,
// tcp_ack_update_window, tcp_rtt_estimator, and the congestion control of RFC 5681 in its plain form.
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import type { World } from '../../world.ts'
import { cancel } from '../../../sim/event-queue.ts'
import { rearmRetransmit, wake } from './lifecycle.ts'
import { answerInvalid, retransmitFirst } from './output.ts'
import type { Segment } from './segment.ts'
import { seqAdd, seqAfter, seqBefore, seqDiff } from './sequence.ts'
import { DUPLICATE_ACK_LIMIT, INITIAL_CWND, RTO_MAX_NS, RTO_MIN_NS, type TcpSocket, segmentCount } from './state.ts'

/**
 * Takes the acknowledgement of a segment. `refused` ends the work on the segment, which is dropped. The neighbour counts as confirmed by an
 * acknowledgement that moves on or repeats itself, not by data alone: the other side has just received what we sent.
 */
export function tcpAck(
  world: World,
  socket: TcpSocket,
  device: NetDevice,
  skb: Skb,
  segment: Segment,
): 'taken' | 'refused' {
  const { acknowledgement } = segment
  const relative = (): string => String(seqDiff(acknowledgement, socket.initialSend))
  const notAhead = !seqAfter(acknowledgement, socket.sendNext)
  if (
    !check(world, 'tcp.ack_not_ahead', notAhead, relative, () => `sent ${seqDiff(socket.sendNext, socket.initialSend)}`)
  ) {
    drop(world, 'tcp.ack_of_unsent_data', device, skb)
    if (socket.state !== 'ESTAB') answerInvalid(world, socket, segment)
    return 'refused'
  }
  const oldest = seqAdd(socket.sendUnacked, -socket.maxWindow)
  if (!check(world, 'tcp.ack_recent', !seqBefore(acknowledgement, oldest), relative)) {
    drop(world, 'tcp.old_ack', device, skb)
    answerInvalid(world, socket, segment)
    return 'refused'
  }
  if (seqBefore(acknowledgement, socket.sendUnacked)) {
    if (segment.payload.length === 0 && !segment.fin)
      decide(world, 'tcp.ack_repeated', device, skb, segment.remote, seqDiff(acknowledgement, socket.initialSend))
    return 'taken'
  }
  const windowBefore = socket.sendWindow
  updateWindow(world, socket, segment)
  const acked = seqDiff(acknowledgement, socket.sendUnacked)
  if (acked > 0) {
    // The end of the handshake has a decision of its own.
    if (socket.state !== 'SYN-SENT' && socket.state !== 'SYN-RECV')
      decide(
        world,
        'tcp.acknowledged',
        device,
        skb,
        segment.remote,
        seqDiff(acknowledgement, socket.initialSend),
        acked,
      )
    freeAcknowledged(world, socket, acknowledgement)
    socket.confirmNeighbour = true
  } else if (segment.payload.length === 0 && !segment.syn && !segment.fin) {
    decide(world, 'tcp.ack_repeated', device, skb, segment.remote, seqDiff(acknowledgement, socket.initialSend))
    if (socket.sentSegments.length > 0 && windowBefore === socket.sendWindow) {
      duplicateAck(world, socket)
      socket.confirmNeighbour = true
    }
  }
  return 'taken'
}

/** tcp_ack_update_window: only news sets the window. */
function updateWindow(world: World, socket: TcpSocket, segment: Segment): void {
  const offered = segment.syn ? segment.window : segment.window * 2 ** socket.sendScale
  const isNews =
    seqAfter(segment.acknowledgement, socket.sendUnacked) ||
    seqAfter(segment.sequence, socket.windowSequence) ||
    (segment.sequence === socket.windowSequence && offered > socket.sendWindow)
  if (!isNews) return
  socket.windowSequence = segment.sequence
  socket.sendWindow = offered
  socket.maxWindow = Math.max(socket.maxWindow, offered)
  if (offered > 0 && socket.windowProbeTimer !== 0) {
    cancel(world.queue, socket.windowProbeTimer)
    socket.windowProbeTimer = 0
    socket.backoff = 0
  }
}

/** Forgets what has arrived over there, and learns from how long that took (tcp_clean_rtx_queue). */
function freeAcknowledged(world: World, socket: TcpSocket, acknowledgement: number): void {
  let payloadAcked = seqDiff(acknowledgement, socket.sendUnacked)
  let sampleNs: number | undefined
  let wholeSegments = 0
  for (;;) {
    const sent = socket.sentSegments[0]
    if (sent === undefined) break
    const covered = seqDiff(acknowledgement, sent.sequence)
    if (covered < sent.length) {
      if (covered > 0) socket.sentSegments[0] = { ...sent, sequence: acknowledgement, length: sent.length - covered }
      break
    }
    socket.sentSegments.shift()
    if (!sent.syn) wholeSegments += segmentCount(socket, sent)
    if (sent.retransmits === 0) sampleNs = world.now - sent.sentAt
    if (sent.syn || sent.fin) payloadAcked--
  }
  socket.sendUnacked = acknowledgement
  if (payloadAcked > 0) socket.sendBuffer = socket.sendBuffer.slice(payloadAcked)
  if (sampleNs !== undefined) measureRoundTrip(socket, sampleNs)
  socket.backoff = 0
  socket.lossProbed = false
  socket.duplicateAcks = 0
  openCongestionWindow(world, socket, wholeSegments)
  rearmRetransmit(world, socket)
  wake(world, socket)
}

/** RFC 6298 with the kernel's floor under the variation (tcp_rtt_estimator, tcp_set_rto). */
function measureRoundTrip(socket: TcpSocket, sampleNs: number): void {
  const { counters } = socket
  counters.leastRttNs = counters.leastRttNs === 0 ? Math.max(1, sampleNs) : Math.min(counters.leastRttNs, sampleNs)
  if (socket.smoothedRttNs === 0) {
    socket.smoothedRttNs = Math.max(1, sampleNs)
    socket.rttVariationNs = sampleNs / 2
  } else {
    socket.rttVariationNs += (Math.abs(sampleNs - socket.smoothedRttNs) - socket.rttVariationNs) / 4
    socket.smoothedRttNs += (sampleNs - socket.smoothedRttNs) / 8
  }
  const variationNs = Math.max(4 * socket.rttVariationNs, RTO_MIN_NS)
  socket.rtoNs = Math.min(RTO_MAX_NS, Math.round(socket.smoothedRttNs + variationNs))
}

/** Slow start and congestion avoidance; a partial acknowledgement during recovery sends the next hole (RFC 6582). */
function openCongestionWindow(world: World, socket: TcpSocket, segments: number): void {
  if (socket.recoverUntil !== undefined) {
    if (seqBefore(socket.sendUnacked, socket.recoverUntil)) {
      retransmitFirst(world, socket, 'duplicates')
      return
    }
    socket.recoverUntil = undefined
    socket.congestionWindow = Math.max(socket.slowStartThreshold, 2)
    return
  }
  socket.congestionWindow +=
    socket.congestionWindow < socket.slowStartThreshold ? segments : segments / socket.congestionWindow
}

/** The third acknowledgement of the same byte: a segment was lost, send it now (fast retransmit). */
function duplicateAck(world: World, socket: TcpSocket): void {
  socket.duplicateAcks++
  if (socket.duplicateAcks !== DUPLICATE_ACK_LIMIT || socket.recoverUntil !== undefined) return
  enterLoss(socket)
  socket.congestionWindow = socket.slowStartThreshold
  retransmitFirst(world, socket, 'duplicates')
}

/** Halves the share of the way that this connection takes. */
export function enterLoss(socket: TcpSocket): void {
  socket.slowStartThreshold = Math.max(Math.floor(Math.min(socket.congestionWindow, INITIAL_CWND * 100) / 2), 2)
  socket.recoverUntil = socket.sendNext
}
