// Whether a segment of a running connection may be believed: time stamps, window, reset, SYN. Linux: tcp_validate_incoming. RFC 5961, RFC 7323.
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import type { World } from '../../world.ts'
import { destroySocket, tcpDone } from './lifecycle.ts'
import { answerInvalid, receiveWindowLeft } from './output.ts'
import type { Segment } from './segment.ts'
import { seqAdd, seqAfter, seqBefore, seqDiff } from './sequence.ts'
import type { TcpSocket } from './state.ts'

/** False when the segment's way ends here; the trace says why. */
export function validateSegment(
  world: World,
  socket: TcpSocket,
  device: NetDevice,
  skb: Skb,
  segment: Segment,
): boolean {
  const { timestamps } = segment
  if (socket.timestampsOk && timestamps !== undefined && !segment.rst) {
    const fresh = seqDiff(timestamps.value, socket.recentTimestamp) >= 0
    if (!check(world, 'tcp.timestamp_fresh', fresh, () => String(timestamps.value))) {
      drop(world, 'tcp.old_timestamp', device, skb)
      answerInvalid(world, socket, segment)
      return false
    }
  }
  if (!inWindow(world, socket, segment)) {
    drop(world, 'tcp.out_of_window', device, skb)
    if (!segment.rst) answerInvalid(world, socket, segment)
    return false
  }
  if (segment.rst) {
    takeReset(world, socket, device, skb, segment)
    return false
  }
  if (!check(world, 'tcp.is_no_syn', !segment.syn)) {
    challenge(world, socket, device, skb, segment)
    return false
  }
  // The clock of the segment that fills the next gap is the one to echo (tcp_replace_ts_recent).
  if (socket.timestampsOk && timestamps !== undefined && !seqAfter(segment.sequence, socket.lastAckSent))
    socket.recentTimestamp = timestamps.value
  return true
}

/** Some byte of the segment, or for an empty one its place, is in the window (tcp_sequence). */
function inWindow(world: World, socket: TcpSocket, segment: Segment): boolean {
  const right = seqAdd(socket.receiveNext, receiveWindowLeft(socket))
  const ok = !seqBefore(segment.end, socket.windowUpdate) && !seqAfter(segment.sequence, right)
  const relative = (sequence: number): number => seqDiff(sequence, socket.initialReceive)
  return check(
    world,
    'tcp.in_window',
    ok,
    () => `${relative(segment.sequence)}:${relative(segment.end)}`,
    () => `${relative(socket.receiveNext)}:${relative(right)}`,
  )
}

/** A reset counts only at the very byte that is expected next; others may be forged (RFC 5961 3.2). */
function takeReset(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  if (!check(world, 'tcp.reset_at_expected_byte', segment.sequence === socket.receiveNext)) {
    challenge(world, socket, device, skb, segment)
    return
  }
  decide(world, 'tcp.reset_received', device, skb, segment.remote, segment.remotePort)
  if (socket.state === 'SYN-RECV' && socket.orphan) destroySocket(world, socket)
  else tcpDone(world, socket, socket.state === 'CLOSE-WAIT' ? 'EPIPE' : 'ECONNRESET')
}

function challenge(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  const { cause } = world
  decide(world, 'tcp.challenge_ack', device, skb, segment.remote, segment.remotePort)
  answerInvalid(world, socket, segment)
  world.cause = cause
}
