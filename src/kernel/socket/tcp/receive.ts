// The TCP state machine: what a segment does to a connection. Linux: tcp_v4_rcv, tcp_rcv_state_process, tcp_rcv_synsent_state_process,
// tcp_timewait_state_process. RFC 9293 3.10.7.
//
// | from         | event                             | to           | does                                          |
// | ------------ | --------------------------------- | ------------ | --------------------------------------------- |
// | CLOSE        | listen                            | LISTEN       |                                               |
// | CLOSE        | connect                           | SYN-SENT     | SYN                                           |
// | LISTEN       | SYN                               | SYN-RECV     | in a socket of its own: SYN-ACK               |
// | SYN-SENT     | SYN-ACK of our SYN                | ESTAB        | ACK, wakes the program                        |
// | SYN-SENT     | SYN alone                         | SYN-RECV     | SYN-ACK (both sides connected at once)        |
// | SYN-SENT     | RST of our SYN                    | CLOSE        | ECONNREFUSED                                  |
// | SYN-SENT     | ICMP error                        | CLOSE        | the error that goes with it                   |
// | SYN-SENT     | tcp_syn_retries SYNs unanswered   | CLOSE        | ETIMEDOUT                                     |
// | SYN-RECV     | ACK of our SYN                    | ESTAB        | joins the queue of the listener               |
// | SYN-RECV     | RST, or 5 SYN-ACKs unanswered     | CLOSE        | forgotten                                     |
// | ESTAB        | shutdown, close                   | FIN-WAIT-1   | FIN behind the last byte                      |
// | ESTAB        | FIN                               | CLOSE-WAIT   | ACK, delayed: the program may answer          |
// | CLOSE-WAIT   | shutdown, close                   | LAST-ACK     | FIN                                           |
// | LAST-ACK     | ACK of our FIN                    | CLOSE        |                                               |
// | FIN-WAIT-1   | ACK of our FIN                    | FIN-WAIT-2   | a minute at most without a program            |
// | FIN-WAIT-1   | FIN, ours not acknowledged        | CLOSING      | ACK                                           |
// | FIN-WAIT-1   | FIN that acknowledges ours        | TIME-WAIT    | ACK                                           |
// | FIN-WAIT-2   | FIN                               | TIME-WAIT    | ACK                                           |
// | FIN-WAIT-1/2 | data for a program that has gone  | CLOSE        | RST                                           |
// | CLOSING      | ACK of our FIN                    | TIME-WAIT    |                                               |
// | TIME-WAIT    | FIN again                         | TIME-WAIT    | ACK again, another minute                     |
// | TIME-WAIT    | a minute over, or RST             | CLOSE        | forgotten                                     |
// | TIME-WAIT    | new SYN                           | SYN-RECV     | for the listener, in a socket of its own      |
// | synchronized | RST at the expected byte          | CLOSE        | ECONNRESET                                    |
// | synchronized | SYN, or RST elsewhere in window   | the same     | challenge ACK                                 |
// | synchronized | segment outside the window        | the same     | ACK of what is expected                       |
import type { NetDevice } from '../../netdev/net-device.ts'
import { inetIif } from '../../ipv4/fib-addr-type.ts'
import type { Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import { netnsById, type World } from '../../world.ts'
import { tcpAck } from './acknowledge.ts'
import { adoptPeer } from './handshake.ts'
import { connectionRequest, handshakeDone } from './listen.ts'
import { destroySocket, enterTimeWait, restartTimeWait, tcpDone, wake } from './lifecycle.ts'
import { findConnection, findListener } from './lookup.ts'
import { answerInvalid, sendAck, sendSyn } from './output.ts'
import { acknowledgeData, queueData } from './receive-data.ts'
import { sendReset } from './reset.ts'
import { readSegment, type Segment } from './segment.ts'
import { seqAfter, seqBefore, seqDiff } from './sequence.ts'
import type { TcpSocket } from './state.ts'
import { validateSegment } from './validate.ts'
import { writePending } from './write.ts'

/** Takes a TCP packet that is for this machine (tcp_v4_rcv). */
export function tcpRcv(world: World, device: NetDevice, skb: Skb, kind: 'local' | 'broadcast' | 'multicast'): void {
  const forUsAlone = skb.packetType === 'host' && kind === 'local'
  if (!check(world, 'tcp.sent_to_us_alone', forUsAlone, () => (kind === 'local' ? skb.packetType : kind))) {
    drop(world, 'tcp.not_unicast', device, skb)
    return
  }
  const segment = readSegment(skb)
  if (typeof segment === 'string') {
    check(world, 'tcp.segment_is_sound', false, () => segment)
    drop(world, segment === 'truncated' ? 'tcp.truncated' : 'tcp.bad_checksum', device, skb)
    return
  }
  const netns = netnsById(world, device.netns)
  const connection = findConnection(world, netns, segment)
  if (check(world, 'tcp.connection_exists', connection !== undefined, () => connection?.state ?? '') && connection) {
    toConnection(world, connection, device, skb, segment)
    return
  }
  toListener(world, device, skb, segment)
}

/** A segment that belongs to no connection: a listener takes a SYN, everything else is reset. */
function toListener(world: World, device: NetDevice, skb: Skb, segment: Segment): void {
  const netns = netnsById(world, device.netns)
  const arrivedOn = inetIif(world, device, segment.local)
  const listener = findListener(world, netns, arrivedOn, segment)
  const open = check(world, 'tcp.port_is_open', listener !== undefined, () => String(segment.localPort))
  if (!open || listener === undefined) {
    drop(world, 'tcp.no_socket', device, skb)
    sendReset(world, device, skb, segment)
    return
  }
  if (!check(world, 'tcp.is_no_reset', !segment.rst)) {
    drop(world, 'tcp.reset_for_listener', device, skb)
    return
  }
  // An acknowledgement of something that was never sent.
  if (!check(world, 'tcp.is_no_answer', !segment.ack)) {
    drop(world, 'tcp.answer_for_listener', device, skb)
    sendReset(world, device, skb, segment)
    return
  }
  if (!check(world, 'tcp.asks_to_connect', segment.syn && !segment.fin)) {
    drop(world, 'tcp.flags', device, skb)
    return
  }
  connectionRequest(world, listener, device, skb, segment)
}

/** A segment between the ends of a connection that is known, in whatever state. */
function toConnection(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  const { counters } = socket
  counters.segmentsIn++
  if (segment.payload.length > 0) {
    counters.dataIn++
    counters.lastDataReceivedAt = world.now
  }
  if (segment.ack) counters.lastAckAt = world.now
  switch (socket.state) {
    case 'SYN-SENT':
      inSynSent(world, socket, device, skb, segment)
      return
    case 'TIME-WAIT':
      inTimeWait(world, socket, device, skb, segment)
      return
    case 'CLOSE':
    case 'LISTEN':
      return
    default:
      inSynchronized(world, socket, device, skb, segment)
  }
}

/** tcp_rcv_synsent_state_process. */
function inSynSent(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  if (segment.ack) {
    const acceptable =
      seqAfter(segment.acknowledgement, socket.initialSend) && !seqAfter(segment.acknowledgement, socket.sendNext)
    if (!check(world, 'tcp.acks_our_syn', acceptable, () => String(segment.acknowledgement))) {
      drop(world, 'tcp.ack_of_unsent_data', device, skb)
      sendReset(world, device, skb, segment)
      return
    }
    if (!check(world, 'tcp.is_no_reset', !segment.rst)) {
      decide(world, 'tcp.connection_refused', device, skb, segment.remote, segment.remotePort)
      tcpDone(world, socket, 'ECONNREFUSED')
      return
    }
  }
  if (segment.rst || !check(world, 'tcp.asks_to_connect', segment.syn)) {
    drop(world, 'tcp.flags', device, skb)
    return
  }
  adoptPeer(world, socket, segment)
  if (!segment.ack) {
    // Both sides connect to each other at the same moment (RFC 9293 3.5): their SYN is answered, and ours goes again as a SYN-ACK.
    socket.state = 'SYN-RECV'
    decide(world, 'tcp.syn_accepted', device, skb, segment.remote, segment.remotePort, segment.localPort)
    socket.sentSegments = []
    sendSyn(world, socket)
    return
  }
  decide(world, 'tcp.established', device, skb, segment.remote, segment.remotePort, segment.localPort)
  tcpAck(world, socket, device, skb, segment)
  socket.state = 'ESTAB'
  socket.ack.lastDataAt = world.now
  sendAck(world, socket)
  wake(world, socket)
}

/** Every state in which both first numbers are agreed: validity, reset, acknowledgement, data, FIN, in this order (RFC 9293 3.10.7.4). */
function inSynchronized(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  // An answer that was lost: the SYN comes again while its SYN-ACK is under way.
  if (socket.state === 'SYN-RECV' && segment.syn && !segment.ack && segment.sequence === socket.initialReceive) {
    decide(world, 'tcp.syn_repeated', device, skb, segment.remote, segment.remotePort, segment.localPort)
    const sent = socket.sentSegments[0]
    socket.sentSegments = []
    if (sent !== undefined) sendSyn(world, socket)
    return
  }
  if (!validateSegment(world, socket, device, skb, segment)) return
  if (!check(world, 'tcp.carries_ack', segment.ack)) {
    drop(world, 'tcp.flags', device, skb)
    return
  }
  if (socket.state === 'SYN-RECV') {
    const acksOurs =
      seqAfter(segment.acknowledgement, socket.sendUnacked) && !seqAfter(segment.acknowledgement, socket.sendNext)
    if (!check(world, 'tcp.acks_our_syn', acksOurs)) {
      drop(world, 'tcp.ack_of_unsent_data', device, skb)
      sendReset(world, device, skb, segment)
      return
    }
    if (!handshakeDone(world, socket, device, skb, segment)) return
  } else if (tcpAck(world, socket, device, skb, segment) === 'refused') return
  if (!afterAck(world, socket, device, skb, segment)) return
  takePayload(world, socket, device, skb, segment)
}

/** What an acknowledgement of our FIN changes. False when the work on this segment is over. */
function afterAck(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): boolean {
  const finAcked = socket.finSent && socket.sendUnacked === socket.sendNext
  switch (socket.state) {
    case 'FIN-WAIT-1':
      if (finAcked) {
        socket.state = 'FIN-WAIT-2'
        wake(world, socket)
        if (socket.orphan) {
          if (refuseLateData(world, socket, device, skb, segment)) return false
          restartTimeWait(world, socket)
        }
      }
      return true
    case 'CLOSING':
      if (!finAcked) return true
      decide(world, 'tcp.closed', device, skb, segment.remote, segment.remotePort)
      enterTimeWait(world, socket)
      return false
    case 'LAST-ACK':
      if (!finAcked) return true
      decide(world, 'tcp.closed', device, skb, segment.remote, segment.remotePort)
      tcpDone(world, socket)
      return false
    default:
      return true
  }
}

/** Data for a program that has gone is answered with a reset (TCPABORTONDATA). */
function refuseLateData(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): boolean {
  const late = segment.payload.length > 0 && seqAfter(segment.end, socket.receiveNext)
  if (check(world, 'tcp.program_still_reads', !(late && socket.orphan))) return false
  drop(world, 'tcp.data_after_close', device, skb)
  sendReset(world, device, skb, segment)
  tcpDone(world, socket)
  return true
}

function takePayload(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  if (segment.payload.length > 0 || segment.fin) {
    const stillReceives = socket.state === 'ESTAB' || socket.state === 'FIN-WAIT-1' || socket.state === 'FIN-WAIT-2'
    if (socket.state !== 'ESTAB' && stillReceives && refuseLateData(world, socket, device, skb, segment)) return
    // Once the other side has ended its stream only old bytes can come again.
    const expected = stillReceives || seqBefore(segment.sequence, socket.receiveNext)
    if (check(world, 'tcp.stream_not_ended', expected)) queueData(world, socket, device, skb, segment)
    else drop(world, 'tcp.data_after_fin', device, skb)
  }
  if (socket.state === 'CLOSE' || socket.state === 'TIME-WAIT') return
  writePending(world, socket)
  acknowledgeData(world, socket)
}

/** tcp_timewait_state_process. */
function inTimeWait(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  const newerBy = segment.timestamps === undefined ? 0 : seqDiff(segment.timestamps.value, socket.recentTimestamp)
  const fresh = check(world, 'tcp.timestamp_fresh', newerBy >= 0, () => String(segment.timestamps?.value ?? 0))
  const exact = fresh && segment.sequence === socket.receiveNext
  if (segment.rst) {
    if (!check(world, 'tcp.reset_at_expected_byte', exact)) {
      drop(world, 'tcp.out_of_window', device, skb)
      return
    }
    decide(world, 'tcp.reset_received', device, skb, segment.remote, segment.remotePort)
    destroySocket(world, socket)
    return
  }
  if (exact && segment.sequence === segment.end) {
    decide(world, 'tcp.time_wait', device, skb, segment.remote, segment.remotePort)
    restartTimeWait(world, socket)
    return
  }
  if (segment.syn && !segment.ack && fresh && (newerBy > 0 || seqAfter(segment.sequence, socket.receiveNext))) {
    // The same two ends begin anew: the old connection makes room for the listener (TCP_TW_SYN).
    destroySocket(world, socket)
    toListener(world, device, skb, segment)
    return
  }
  decide(world, 'tcp.time_wait_answer', device, skb, segment.remote, segment.remotePort)
  if (segment.ack || !fresh) restartTimeWait(world, socket)
  answerInvalid(world, socket, segment)
}
