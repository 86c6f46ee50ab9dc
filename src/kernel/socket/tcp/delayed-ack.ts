// When an acknowledgement is sent: at once while a transfer begins, later together with an answer. Linux: tcp_event_data_recv,
// __tcp_ack_snd_check, tcp_send_delayed_ack, tcp_event_ack_sent.
import { cancel } from '../../../sim/event-queue.ts'
import type { World } from '../../world.ts'
import { JIFFY_NS } from '../../neigh/timer-wheel.ts'
import { planTimer } from './lifecycle.ts'
import { seqDiff } from './sequence.ts'
import { DELAYED_ACK_MAX_NS, DELAYED_ACK_MIN_NS, QUICK_ACK_COUNT, type AckState, type TcpSocket } from './state.ts'

/** The longest delay while the two sides do not talk in turn. */
const DELAYED_ACK_LIMIT_NS = 500_000_000

/** Acknowledges the next segments at once (tcp_incr_quickack). */
export function moreQuickAcks(socket: TcpSocket): void {
  const { ack } = socket
  const half = Math.floor(socket.receiveWindow / (2 * ack.segmentBytes))
  ack.quick = Math.max(ack.quick, Math.min(half === 0 ? 2 : half, QUICK_ACK_COUNT))
}

/** Notes that data came: owes an acknowledgement and learns the pace (tcp_event_data_recv). */
export function dataArrived(world: World, socket: TcpSocket, length: number): void {
  const { ack } = socket
  ack.scheduled = true
  if (length >= ack.segmentBytes) ack.segmentBytes = Math.min(length, socket.mssBytes)
  const sinceLastNs = world.now - ack.lastDataAt
  if (ack.delayNs === 0) {
    moreQuickAcks(socket)
    ack.delayNs = DELAYED_ACK_MIN_NS
  } else if (sinceLastNs <= DELAYED_ACK_MIN_NS / 2) ack.delayNs = ack.delayNs / 2 + DELAYED_ACK_MIN_NS / 2
  else if (sinceLastNs < ack.delayNs) ack.delayNs = Math.min(ack.delayNs / 2 + sinceLastNs, socket.rtoNs)
  else if (sinceLastNs > socket.rtoNs) moreQuickAcks(socket)
  ack.lastDataAt = world.now
}

/** Whether the acknowledgement that is owed must go now (__tcp_ack_snd_check). */
export function mustAckNow(socket: TcpSocket): boolean {
  const { ack } = socket
  const unacknowledged = seqDiff(socket.receiveNext, socket.windowUpdate)
  return unacknowledged > ack.segmentBytes || (ack.quick > 0 && !ack.interactive) || socket.early.length > 0
}

/** Plans the acknowledgement for later (tcp_send_delayed_ack). True when the planned time is so near that it should go now. */
export function delayAck(world: World, socket: TcpSocket): boolean {
  const { ack } = socket
  let delayNs = Math.max(ack.delayNs, JIFFY_NS)
  if (delayNs > DELAYED_ACK_MIN_NS) {
    let limitNs = ack.interactive ? DELAYED_ACK_MAX_NS : DELAYED_ACK_LIMIT_NS
    if (socket.smoothedRttNs > 0) limitNs = Math.min(limitNs, Math.max(socket.smoothedRttNs, DELAYED_ACK_MIN_NS))
    delayNs = Math.min(delayNs, limitNs)
  }
  let timeoutAt = world.now + Math.min(delayNs, DELAYED_ACK_MAX_NS)
  if (ack.timer !== 0) {
    if (ack.timeoutAt <= world.now + delayNs / 4) return true
    timeoutAt = Math.min(timeoutAt, ack.timeoutAt)
  }
  stopAckTimer(world, ack)
  ack.timeoutAt = timeoutAt
  ack.timer = planTimer(world, socket, 'delayed-ack', timeoutAt - world.now)
  return false
}

function stopAckTimer(world: World, ack: AckState): void {
  cancel(world.queue, ack.timer)
  ack.timer = 0
}

/** An acknowledgement has gone, alone or on data (tcp_event_ack_sent). */
export function ackSent(world: World, socket: TcpSocket): void {
  const { ack } = socket
  if (ack.quick > 0) {
    ack.quick--
    if (ack.quick === 0) ack.delayNs = DELAYED_ACK_MIN_NS
  }
  ack.scheduled = false
  stopAckTimer(world, ack)
}

/** The delay is over (tcp_delack_timer_handler). True when an acknowledgement is still owed. */
export function ackDelayExpired(socket: TcpSocket): boolean {
  const { ack } = socket
  ack.timer = 0
  if (!ack.scheduled) return false
  if (ack.interactive) {
    ack.interactive = false
    ack.delayNs = DELAYED_ACK_MIN_NS
  } else ack.delayNs = Math.min(ack.delayNs * 2, socket.rtoNs)
  return true
}
