// Packet sockets on a device: the taps of ptype_all and the sockets bound to one protocol.
import { insertVlanTag } from '../../wire/vlan.ts'
import { hasVlanTag, type Skb } from '../skb.ts'
import { queueMessage } from '../socket/queue.ts'
import type { SocketMessage } from '../system-call.ts'
import type { World } from '../world.ts'
import type { NetDevice } from './net-device.ts'
import type { DeviceEvent } from './notifier.ts'

/** ETH_P_ALL: a packet socket that sees everything, both ways. */
const ETH_P_ALL = 3

/** What a packet socket reads: the frame with its tag. The message shares the frame's bytes. */
function message(world: World, device: NetDevice, skb: Skb, packetType: SocketMessage['packetType']): SocketMessage {
  skb.dataShared = true
  return {
    kind: 'data',
    at: world.now,
    from: 0 as SocketMessage['from'],
    port: 0,
    bytes: hasVlanTag(skb) ? insertVlanTag(skb.data, skb.vlanProtocol, skb.vlanTci) : skb.data,
    icmpType: 0,
    icmpCode: 0,
    info: 0,
    local: false,
    ifindex: device.ifindex,
    packetType,
    errno: undefined,
    ...(hasVlanTag(skb) ? { tagBeside: true } : {}),
  }
}

/**
 * Packet sockets hear late that their device is up: what ARP sends when it hears of it they do not see, though it is on the wire
 * (packet_notifier, which is called after inetdev_event).
 */
export function packetDeviceEvent(_world: World, device: NetDevice, event: DeviceEvent): void {
  if (event === 'up') device.tapsRunning = true
  else if (event === 'down') device.tapsRunning = false
}

/** Copies a frame to the sockets that see everything on a device (dev_queue_xmit_nit and the head of the receive ladder). */
export function deliverToTaps(
  world: World,
  device: NetDevice,
  skb: Skb,
  packetType: SocketMessage['packetType'],
): void {
  for (const id of device.taps) {
    const socket = world.sockets.get(id)
    if (socket?.kind === 'packet' && socket.protocol === ETH_P_ALL)
      queueMessage(world, socket, message(world, device, skb, packetType), skb)
  }
}

/** Copies a frame to the packet sockets bound to its EtherType, beside the protocol's own handler. True when one took it. */
export function deliverToProtocolSockets(world: World, device: NetDevice, skb: Skb): boolean {
  let taken = false
  for (const id of device.taps) {
    const socket = world.sockets.get(id)
    if (socket?.kind !== 'packet' || socket.protocol !== skb.protocol || skb.packetType === 'loopback') continue
    queueMessage(world, socket, message(world, device, skb, skb.packetType), skb)
    taken = true
  }
  return taken
}
