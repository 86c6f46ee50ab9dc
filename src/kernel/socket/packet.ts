// Packet sockets on the way out: a program's own frame. Linux: packet_sendmsg.
import { ETHERNET_HEADER_LENGTH, ethernetType } from '../../wire/ethernet.ts'
import { devQueueXmit } from '../netdev/transmit.ts'
import { allocSkb } from '../skb.ts'
import { DONE, refuse, type SystemResult } from '../system-call.ts'
import type { World } from '../world.ts'
import type { PacketSocket } from './socket.ts'

/** Sends a whole frame by the socket's device. */
export function packetSend(world: World, socket: PacketSocket, bytes: Uint8Array): SystemResult {
  const device = socket.device === 0 ? undefined : world.devices[socket.device]
  if (device === undefined) return refuse('ENODEV')
  if (!device.up) return refuse('ENETDOWN')
  if (bytes.length < ETHERNET_HEADER_LENGTH) return refuse('EINVAL')
  if (bytes.length > device.mtuBytes + ETHERNET_HEADER_LENGTH) return refuse('EMSGSIZE')
  const result = devQueueXmit(world, device, allocSkb(world, bytes.slice(), ethernetType(bytes), device.id))
  return result === 'dropped' ? refuse('ENOBUFS') : DONE
}
