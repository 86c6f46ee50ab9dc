// What happens when a connection's time is up. Linux: net/ipv4/tcp_timer.c.
import { MILLISECOND_NS } from '../../../sim/time.ts'
import type { World } from '../../world.ts'
import { netnsById } from '../../world.ts'
import { check, decideInNetns } from '../../trace.ts'
import { enterLoss } from './acknowledge.ts'
import { ackDelayExpired } from './delayed-ack.ts'
import { destroySocket, rearmRetransmit, retransmitWaitNs, tcpDone } from './lifecycle.ts'
import { planWindowProbe, retransmitFirst, sendAck, sendWindowProbe } from './output.ts'
import {
  DATA_RETRIES,
  ORPHAN_RETRIES,
  SYN_ACK_RETRIES,
  type SentSegment,
  type TcpSocket,
  type TcpTimer,
} from './state.ts'
import { writePending } from './write.ts'

/** When a segment that a device here refused is tried again (TCP_RESOURCE_PROBE_INTERVAL). */
const RESOURCE_PROBE_NS = 500 * MILLISECOND_NS

/** Carries out one of a socket's timers. */
export function tcpTimer(world: World, socket: TcpSocket, timer: TcpTimer): void {
  switch (timer) {
    case 'retransmit':
      socket.retransmitTimer = 0
      retransmitExpired(world, socket)
      return
    case 'delayed-ack':
      if (ackDelayExpired(socket)) sendAck(world, socket)
      return
    case 'window-probe':
      socket.windowProbeTimer = 0
      windowProbeExpired(world, socket)
      return
    case 'time-wait':
      // In FIN-WAIT-2 this is the minute that a connection without a program is kept (tcp_fin_timeout).
      socket.timeWaitTimer = 0
      destroySocket(world, socket)
  }
}

/** How often the first segment may go again before the connection is given up (tcp_write_timeout). */
function retryLimit(world: World, socket: TcpSocket): number {
  if (socket.state === 'SYN-SENT') return netnsById(world, socket.netns).ipv4.tcp_syn_retries
  if (socket.state === 'SYN-RECV') return SYN_ACK_RETRIES
  return socket.orphan && socket.listener === 0 ? ORPHAN_RETRIES : DATA_RETRIES
}

/** No acknowledgement in time (tcp_retransmit_timer): the first segment goes again and the wait doubles. */
function retransmitExpired(world: World, socket: TcpSocket): void {
  const first = socket.sentSegments[0]
  if (first === undefined) return
  const handshake = socket.state === 'SYN-SENT' || socket.state === 'SYN-RECV'
  if (!handshake && !socket.lossProbed && socket.sackOk && socket.backoff === 0) {
    // A tail that was lost shows by no other sign, so it is tried once before the slow way (tcp_send_loss_probe).
    socket.lossProbed = true
    retransmitFirst(world, socket, 'probe')
    rearmRetransmit(world, socket)
    return
  }
  waitAgain(world, socket, first)
}

/** Sends the first segment again and waits twice as long, or gives the connection up. */
function waitAgain(world: World, socket: TcpSocket, first: SentSegment): void {
  const handshake = socket.state === 'SYN-SENT' || socket.state === 'SYN-RECV'
  const limit = retryLimit(world, socket)
  const left = check(world, 'tcp.retries_left', socket.backoff < limit, () => `${socket.backoff} of ${limit}`)
  if (!left) {
    world.cause = first.event
    decideInNetns(world, 'tcp.gave_up', socket.netns, undefined, socket.remoteAddress, socket.remotePort, limit)
    if (socket.state === 'SYN-RECV' && socket.orphan) destroySocket(world, socket)
    else tcpDone(world, socket, socket.softError ?? 'ETIMEDOUT')
    return
  }
  if (!handshake) {
    if (socket.backoff === 0) enterLoss(socket)
    socket.congestionWindow = 1
  }
  if (!retransmitFirst(world, socket, 'timeout') && socket.state !== 'SYN-RECV') {
    // Nothing left this machine, so the network is not to blame: again soon, and the wait is not doubled.
    rearmRetransmit(world, socket, RESOURCE_PROBE_NS)
    return
  }
  socket.backoff++
  rearmRetransmit(world, socket)
}

/**
 * A router says that the way is gone, not that it is crowded: the last doubling of the wait is taken back, and when that wait is over already the
 * segment goes at once (tcp_ld_RTO_revert, RFC 6069). `sequence` is that of the quoted segment.
 */
export function revertBackoff(world: World, socket: TcpSocket, sequence: number): void {
  const first = socket.sentSegments[0]
  if (first === undefined || sequence !== socket.sendUnacked || socket.backoff === 0) return
  socket.backoff--
  const remainingNs = first.sentAt + retransmitWaitNs(socket) - world.now
  if (remainingNs > 0) rearmRetransmit(world, socket, remainingNs)
  else waitAgain(world, socket, first)
}

/** The other side's window is closed: ask whether it has opened (tcp_probe_timer). */
function windowProbeExpired(world: World, socket: TcpSocket): void {
  if (socket.sentSegments.length > 0 || socket.sendBuffer.length === 0) return
  if (socket.sendWindow > 0) {
    writePending(world, socket)
    return
  }
  if (socket.backoff >= DATA_RETRIES) {
    tcpDone(world, socket, socket.softError ?? 'ETIMEDOUT')
    return
  }
  socket.backoff++
  sendWindowProbe(world, socket)
  planWindowProbe(world, socket)
}
