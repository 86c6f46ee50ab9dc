// Queues of a socket: what arrived and waits for the program.
import { IPV4_ANY } from '../../wire/address.ts'
import { drop, socketReceived } from '../trace.ts'
import type { Skb } from '../skb.ts'
import type { SocketMessage } from '../system-call.ts'
import { deviceById, type World } from '../world.ts'
import type { Socket } from './socket.ts'

/** Puts a message into a socket's queue and wakes whoever waits; a full queue drops (sock_queue_rcv_skb). */
export function queueMessage(world: World, socket: Socket, message: SocketMessage, skb: Skb): void {
  if (socket.receiveQueue.length >= world.limits.socketQueueLength) {
    socket.dropCount++
    drop(world, 'socket.buffer_full', deviceById(world, skb.device), skb)
    return
  }
  socket.receiveQueue.push(message)
  socketReceived(world, socket.netns, socket.id, skb.packet)
  world.out.notify?.({ kind: 'socket', socket: socket.id })
}

/** Puts an ICMP error into a socket's error queue and wakes whoever waits (sock_queue_err_skb). */
export function queueError(world: World, socket: Socket, message: SocketMessage, skb: Skb): void {
  if (socket.errorQueue.length >= world.limits.socketQueueLength) {
    socket.dropCount++
    return
  }
  socket.errorQueue.push(message)
  socketReceived(world, socket.netns, socket.id, skb.packet)
  world.out.notify?.({ kind: 'socket', socket: socket.id })
}

/** A message that the kernel itself writes, without bytes and from nobody; `about` says what it tells. */
export function kernelMessage(
  world: World,
  about: Partial<SocketMessage> & Pick<SocketMessage, 'kind'>,
): SocketMessage {
  return {
    at: world.now,
    from: IPV4_ANY,
    port: 0,
    bytes: new Uint8Array(0),
    icmpType: 0,
    icmpCode: 0,
    info: 0,
    local: true,
    ifindex: 0,
    packetType: 'host',
    errno: undefined,
    ...about,
  }
}
