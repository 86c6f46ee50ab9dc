// Raw sockets: what ping uses. They get a copy of every packet of their protocol. Linux: net/ipv4/raw.c.
import { IPV4_ANY, isMulticastIpv4, type Ipv4Address } from '../../wire/address.ts'
import { ICMP_HEADER_LENGTH, icmpType } from '../../wire/icmp.ts'
import {
  IPV4_HEADER_LENGTH,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  PROTOCOL_ICMP,
} from '../../wire/ipv4.ts'
import { inetIif } from '../ipv4/fib-addr-type.ts'
import { sendIpv4 } from '../ipv4/ip-output.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { DONE, refuse, type SocketMessage, type SystemResult } from '../system-call.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import { queueMessage } from './queue.ts'
import { asksNotToBeCut, fitsPath, routeForSocket } from './route-socket.ts'
import type { RawSocket } from './socket.ts'

/** The longest packet that IPv4's length field can say. */
export const IPV4_MAX_BYTES = 65_535

/** True when a raw socket takes a packet between these addresses that came in by a device (raw_v4_match). */
export function rawMatches(
  socket: RawSocket,
  protocol: number,
  local: Ipv4Address,
  remote: Ipv4Address,
  device: NetDevice,
): boolean {
  return (
    socket.protocol === protocol &&
    (socket.boundAddress === IPV4_ANY || socket.boundAddress === local) &&
    (socket.remoteAddress === IPV4_ANY || socket.remoteAddress === remote) &&
    (socket.boundDevice === 0 || socket.boundDevice === device.id)
  )
}

/** Gives every matching raw socket its copy (raw_local_deliver). True when one took it. */
export function rawLocalDeliver(world: World, device: NetDevice, skb: Skb): boolean {
  const netns = netnsById(world, device.netns)
  if (netns.sockets.length === 0) return false
  const protocol = ipv4Protocol(skb.data, NETWORK_HEADER)
  const local = ipv4Destination(skb.data, NETWORK_HEADER)
  const remote = ipv4Source(skb.data, NETWORK_HEADER)
  const seenOn = inetIif(world, device, local)
  let taken = false
  for (const id of netns.sockets) {
    const socket = world.sockets.get(id)
    if (socket?.kind !== 'raw') continue
    if (!rawMatches(socket, protocol, local, remote, seenOn)) continue
    if (protocol === PROTOCOL_ICMP && filtered(socket, skb)) continue
    queueMessage(world, socket, dataMessage(world, device, skb), skb)
    taken = true
  }
  return taken
}

/** ICMP_FILTER: the types that a program does not want to see. */
function filtered(socket: RawSocket, skb: Skb): boolean {
  const at = NETWORK_HEADER + ipv4HeaderLength(skb.data, NETWORK_HEADER)
  return skb.data.length < at + ICMP_HEADER_LENGTH || socket.icmpFilter.includes(icmpType(skb.data, at))
}

/** What a raw socket reads: the packet with its IP header. The message shares the packet's bytes. */
function dataMessage(world: World, device: NetDevice, skb: Skb): SocketMessage {
  skb.dataShared = true
  return {
    kind: 'data',
    at: world.now,
    from: ipv4Source(skb.data, NETWORK_HEADER),
    port: 0,
    bytes: skb.data.subarray(NETWORK_HEADER),
    icmpType: 0,
    icmpCode: 0,
    info: 0,
    local: false,
    ifindex: device.ifindex,
    packetType: skb.packetType === 'loopback' ? 'host' : skb.packetType,
    errno: undefined,
  }
}

/** Rules find the type and code of ICMP where other protocols have their destination port (raw_probe_proto_opt). */
function icmpInPlaceOfPort(socket: RawSocket, bytes: Uint8Array): number {
  return socket.protocol === PROTOCOL_ICMP ? (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0) : 0
}

/** Sends a payload by a raw socket (raw_sendmsg). */
export function rawSend(world: World, socket: RawSocket, to: Ipv4Address, bytes: Uint8Array): SystemResult {
  const destination = to === IPV4_ANY && socket.remoteAddress !== IPV4_ANY ? socket.remoteAddress : to
  const found = routeForSocket(world, socket, destination, icmpInPlaceOfPort(socket, bytes))
  if (!found.ok) return refuse(found.errno)
  const { route } = found
  // To 0.0.0.0 means to oneself.
  const target = destination === IPV4_ANY ? route.nexthop : destination
  const lengthBytes = IPV4_HEADER_LENGTH + bytes.length
  if (lengthBytes > IPV4_MAX_BYTES) return refuse('EMSGSIZE', `mtu=${route.mtuBytes}`)
  if (!fitsPath(world, socket, target, lengthBytes, route)) return refuse('EMSGSIZE', `mtu=${route.mtuBytes}`)
  const result = sendIpv4(world, netnsById(world, socket.netns), route, {
    source: socket.sourceAddress === IPV4_ANY ? route.source : socket.sourceAddress,
    destination: target,
    protocol: socket.protocol,
    ttl: isMulticastIpv4(target) ? socket.multicastTtl : socket.ttl,
    tos: socket.tos,
    dontFragment: asksNotToBeCut(socket, route, lengthBytes),
    mark: 0,
    byProcess: true,
    payload: bytes,
  })
  if (result === 'filtered') return refuse('EPERM')
  return result === 'dropped' && deviceById(world, route.device).state.kind !== 'lo' ? refuse('ENOBUFS') : DONE
}
