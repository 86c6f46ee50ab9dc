// What both ends agree on when a connection opens: first sequence numbers, clocks, segment size, scale of the window. Linux: tcp_connect_init,
// tcp_openreq_init, secure_tcp_seq, tcp_select_initial_window.
import { keyedInteger } from '../../../base/keyed-random.ts'
import { formatIpv4 } from '../../../wire/address.ts'
import { netnsById, type World } from '../../world.ts'
import { routeOf, syncMss } from './output.ts'
import type { Segment } from './segment.ts'
import { seqAdd } from './sequence.ts'
import { MAX_WINDOW_SCALE, MIN_MSS, RECEIVE_SPACE_BYTES, WINDOW_SCALE, type TcpSocket } from './state.ts'

/** Sequence numbers of new connections follow a clock of 64 ns. */
const SEQUENCE_CLOCK_NS = 64
const U32_MAX = 0xffff_ffff

/**
 * Readies a socket for its handshake: first sequence number, clock, what it offers. The numbers are keyed by both ends, so another connection
 * changes none of them (secure_tcp_seq, secure_tcp_ts_off). `overheadBytes` are options that every segment will carry.
 */
export function prepareHandshake(world: World, socket: TcpSocket, overheadBytes: number): void {
  const ends = [
    netnsById(world, socket.netns).name,
    formatIpv4(socket.boundAddress),
    socket.localPort,
    formatIpv4(socket.remoteAddress),
    socket.remotePort,
  ]
  const base = keyedInteger(0, U32_MAX, world.seed, 'tcp.sequence', ...ends)
  socket.initialSend = seqAdd(base, Math.floor(world.now / SEQUENCE_CLOCK_NS))
  socket.sendUnacked = socket.initialSend
  socket.sendNext = socket.initialSend
  socket.timestampOffset = keyedInteger(0, U32_MAX, world.seed, 'tcp.timestamp', ...ends)
  socket.timestampsOk = true
  socket.sackOk = true
  socket.scaleOk = true
  socket.receiveScale = WINDOW_SCALE
  const segmentBytes = Math.max(MIN_MSS, (routeOf(world, socket)?.mtuBytes ?? 1500) - 40 - overheadBytes)
  // The window begins as whole segments.
  socket.receiveWindow = Math.floor((RECEIVE_SPACE_BYTES - 1) / segmentBytes) * segmentBytes
  socket.windowLimit = socket.receiveWindow
}

/** Takes over what the other side's SYN says: its first number, its segment size, and which options both know. */
export function adoptPeer(world: World, socket: TcpSocket, segment: Segment): void {
  const { counters } = socket
  counters.lastDataSentAt = world.now
  counters.lastDataReceivedAt = world.now
  counters.lastAckAt = world.now
  socket.initialReceive = segment.sequence
  socket.receiveNext = seqAdd(segment.sequence, 1)
  socket.windowUpdate = socket.receiveNext
  socket.sendWindow = segment.window
  socket.maxWindow = segment.window
  socket.windowSequence = segment.sequence
  socket.timestampsOk = socket.timestampsOk && segment.timestamps !== undefined
  socket.sackOk = socket.sackOk && segment.sackPermitted
  socket.scaleOk = socket.scaleOk && segment.windowScale !== undefined
  socket.sendScale = socket.scaleOk ? Math.min(segment.windowScale ?? 0, MAX_WINDOW_SCALE) : 0
  if (!socket.scaleOk) socket.receiveScale = 0
  if (segment.timestamps !== undefined) socket.recentTimestamp = segment.timestamps.value
  if (segment.mss !== undefined) socket.peerMssBytes = Math.max(segment.mss, MIN_MSS)
  const route = routeOf(world, socket)
  if (route !== undefined) syncMss(socket, route.mtuBytes)
  socket.ack.segmentBytes = Math.max(1, Math.min(socket.ack.segmentBytes, socket.mssBytes))
}
