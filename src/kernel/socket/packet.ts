// Packet sockets: a program's own frames on the way out, and what becomes of them when devices come and go.
// Linux: packet_sendmsg, packet_notifier.
import { ETHERNET_HEADER_LENGTH, ethernetType } from '../../wire/ethernet.ts'
import { setPromiscuity } from '../netdev/lifecycle.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { DeviceEvent } from '../netdev/notifier.ts'
import { devQueueXmit } from '../netdev/transmit.ts'
import { allocSkb } from '../skb.ts'
import { DONE, refuse, type SystemResult } from '../system-call.ts'
import { netnsById, type World } from '../world.ts'
import { kernelMessage } from './queue.ts'
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

/** A socket for all devices hears a new one; a socket bound to one learns that it is gone (packet_notifier). */
export function packetSocketsDeviceEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  if (event === 'register') {
    for (const id of netnsById(world, device.netns).sockets) {
      const socket = world.sockets.get(id)
      if (socket?.kind === 'packet' && socket.device === 0 && !device.taps.includes(id)) device.taps.push(id)
    }
  }
  if (event !== 'unregister') return
  for (const id of device.taps) {
    const socket = world.sockets.get(id)
    if (socket?.kind !== 'packet' || socket.device !== device.id) continue
    if (socket.promisc) setPromiscuity(world, device, -1)
    // Behind what arrived before.
    socket.receiveQueue.push(kernelMessage(world, { kind: 'error', ifindex: device.ifindex, errno: 'ENETDOWN' }))
    world.out.notify?.({ kind: 'socket', socket: id })
  }
  device.taps = []
}
