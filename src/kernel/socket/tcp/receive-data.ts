// The bytes of a stream: in order they reach the program, ahead of a gap they wait, twice they are dropped. The FIN ends the stream.
// Linux: tcp_data_queue, tcp_data_queue_ofo, tcp_fin, tcp_ack_snd_check.
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Skb } from '../../skb.ts'
import { check, decide, drop, socketReceived } from '../../trace.ts'
import type { World } from '../../world.ts'
import { dataArrived, delayAck, moreQuickAcks, mustAckNow } from './delayed-ack.ts'
import { enterTimeWait, wake } from './lifecycle.ts'
import { receiveWindowLeft, sendAck } from './output.ts'
import type { Segment } from './segment.ts'
import { seqAdd, seqAfter, seqBefore, seqDiff } from './sequence.ts'
import type { TcpSocket } from './state.ts'

/** Puts what a segment carries where it belongs. */
export function queueData(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  const end = seqAdd(segment.sequence, segment.payload.length + (segment.fin ? 1 : 0))
  const relative = (): string => String(seqDiff(segment.sequence, socket.initialReceive))
  if (!check(world, 'tcp.data_is_new', seqAfter(end, socket.receiveNext), relative)) {
    moreQuickAcks(socket)
    socket.ack.scheduled = true
    drop(world, 'tcp.old_data', device, skb)
    return
  }
  if (segment.payload.length > 0 && !check(world, 'tcp.window_open', receiveWindowLeft(socket) > 0)) {
    moreQuickAcks(socket)
    socket.ack.scheduled = true
    drop(world, 'tcp.window_closed', device, skb)
    return
  }
  if (!check(world, 'tcp.data_in_order', !seqAfter(segment.sequence, socket.receiveNext), relative)) {
    waitForGap(world, socket, device, skb, segment)
    return
  }
  // Bytes that came before are cut off.
  const known = seqDiff(socket.receiveNext, segment.sequence)
  const fresh = segment.payload.subarray(known).slice()
  if (fresh.length > 0) {
    const stream = seqDiff(socket.receiveNext, socket.initialReceive)
    decide(world, 'tcp.data_received', device, skb, segment.remote, stream, fresh.length)
    deliver(socket, fresh)
    dataArrived(world, socket, fresh.length)
    socketReceived(world, socket.netns, socket.id, skb.packet)
  }
  if (segment.fin) takeFin(world, socket, device, skb, segment)
  else fillFromEarly(world, socket, device, skb, segment)
  wake(world, socket)
}

function deliver(socket: TcpSocket, bytes: Uint8Array): void {
  socket.receiveNext = seqAdd(socket.receiveNext, bytes.length)
  // A program that reads no more does not let its buffer fill.
  if (socket.receiveShutdown) return
  socket.received.push(bytes)
  socket.receivedBytes += bytes.length
}

/** Keeps what came ahead of a gap, in the order of the stream (tcp_data_queue_ofo). */
function waitForGap(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  socket.ack.scheduled = true
  const gap = seqDiff(segment.sequence, socket.receiveNext)
  if (!socket.early.some(({ sequence }) => sequence === segment.sequence)) {
    socket.early.push({ sequence: segment.sequence, bytes: segment.payload, fin: segment.fin })
    socket.early.sort((a, b) => seqDiff(a.sequence, b.sequence))
  }
  decide(world, 'tcp.out_of_order', device, skb, segment.remote, gap, segment.payload.length)
}

/** A gap was filled: what waited behind it follows (tcp_ofo_queue). */
function fillFromEarly(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  for (;;) {
    const next = socket.early[0]
    if (next === undefined || seqAfter(next.sequence, socket.receiveNext)) return
    socket.early.shift()
    const known = seqDiff(socket.receiveNext, next.sequence)
    if (known < next.bytes.length) deliver(socket, next.bytes.slice(known))
    if (next.fin && !seqBefore(seqAdd(next.sequence, next.bytes.length), socket.receiveNext)) {
      takeFin(world, socket, device, skb, segment)
      return
    }
  }
}

/** The other side has sent its last byte (tcp_fin). */
function takeFin(world: World, socket: TcpSocket, device: NetDevice, skb: Skb, segment: Segment): void {
  socket.receiveNext = seqAdd(socket.receiveNext, 1)
  socket.receiveShutdown = true
  socket.finReceived = true
  socket.ack.scheduled = true
  socket.early = []
  decide(world, 'tcp.fin_received', device, skb, segment.remote, segment.remotePort, segment.localPort)
  switch (socket.state) {
    case 'ESTAB':
      socket.state = 'CLOSE-WAIT'
      // The program will probably close too, and then its FIN carries the acknowledgement.
      socket.ack.interactive = true
      return
    case 'FIN-WAIT-1':
      sendAck(world, socket)
      socket.state = 'CLOSING'
      return
    case 'FIN-WAIT-2':
      sendAck(world, socket)
      enterTimeWait(world, socket)
      return
    default:
      return
  }
}

/** Sends the acknowledgement that is owed, or plans it (tcp_ack_snd_check). */
export function acknowledgeData(world: World, socket: TcpSocket): void {
  if (!socket.ack.scheduled) return
  if (mustAckNow(socket) || delayAck(world, socket)) sendAck(world, socket)
}
