// UDP sockets. Linux: net/ipv4/udp.c. RFC 768.
import { IPV4_ANY, isMulticastIpv4, type Ipv4Address } from '../../wire/address.ts'
import { ICMP_DEST_UNREACH, ICMP_PORT_UNREACH } from '../../wire/icmp.ts'
import { IPV4_HEADER_LENGTH, ipv4Destination, ipv4HeaderLength, ipv4Source, PROTOCOL_UDP } from '../../wire/ipv4.ts'
import {
  UDP_HEADER_LENGTH,
  udpChecksumValid,
  udpDestinationPort,
  udpLength,
  udpSourcePort,
  emitUdp,
} from '../../wire/udp.ts'
import { inetIif } from '../ipv4/fib-addr-type.ts'
import { icmpSend } from '../ipv4/icmp-error.ts'
import { sendIpv4 } from '../ipv4/ip-output.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { DONE, refuse, type SocketMessage, type SystemResult } from '../system-call.ts'
import { check, decide, drop } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { datagramPort } from './ephemeral-port.ts'
import { selectShared } from './shared-port.ts'
import { kernelMessage, queueMessage } from './queue.ts'
import { IPV4_MAX_BYTES } from './raw.ts'
import { asksNotToBeCut, fitsPath, routeForSocket } from './route-socket.ts'
import type { UdpSocket } from './socket.ts'

/** How well a socket fits a datagram, or undefined when it is not for it (compute_score). */
function fit(socket: UdpSocket, device: NetDevice, skb: Skb, at: number): number | undefined {
  const { data } = skb
  if (socket.localPort === 0 || socket.localPort !== udpDestinationPort(data, at)) return undefined
  if (socket.boundAddress !== IPV4_ANY && socket.boundAddress !== ipv4Destination(data, NETWORK_HEADER))
    return undefined
  const connected = socket.remoteAddress !== IPV4_ANY
  if (connected && socket.remoteAddress !== ipv4Source(data, NETWORK_HEADER)) return undefined
  if (connected && socket.remotePort !== udpSourcePort(data, at)) return undefined
  if (socket.boundDevice !== 0 && socket.boundDevice !== device.id) return undefined
  return (socket.boundAddress !== IPV4_ANY ? 1 : 0) + (connected ? 1 : 0) + (socket.boundDevice !== 0 ? 1 : 0)
}

/** The sockets that a datagram is for: the one that fits best (udp4_lib_lookup), or all of them when it went to a group (__udp4_lib_mcast_deliver). */
function lookup(
  world: World,
  netns: Netns,
  device: NetDevice,
  skb: Skb,
  at: number,
  toGroup: boolean,
): readonly UdpSocket[] {
  const fitting: { readonly socket: UdpSocket; readonly score: number }[] = []
  for (const id of netns.sockets) {
    const socket = world.sockets.get(id)
    const score = socket?.kind === 'udp' ? fit(socket, device, skb, at) : undefined
    if (socket?.kind === 'udp' && score !== undefined) fitting.push({ socket, score })
  }
  if (toGroup) return fitting.map(({ socket }) => socket)
  const most = fitting.reduce((highest, { score }) => Math.max(highest, score), -1)
  const best = fitting.filter(({ score }) => score === most).map(({ socket }) => socket)
  const chosen = selectShared(world, netns, best, {
    local: ipv4Destination(skb.data, NETWORK_HEADER),
    localPort: udpDestinationPort(skb.data, at),
    remote: ipv4Source(skb.data, NETWORK_HEADER),
    remotePort: udpSourcePort(skb.data, at),
  })
  return chosen === undefined ? [] : [chosen]
}

/** Takes a UDP packet that is for this machine (udp_rcv). */
export function udpRcv(world: World, device: NetDevice, skb: Skb, kind: 'local' | 'broadcast' | 'multicast'): void {
  const bytes = skb.data
  const at = NETWORK_HEADER + ipv4HeaderLength(bytes, NETWORK_HEADER)
  const room = bytes.length - at
  const length = room >= UDP_HEADER_LENGTH ? udpLength(bytes, at) : 0
  const fits = length >= UDP_HEADER_LENGTH && length <= room
  const endpoints = { source: ipv4Source(bytes, NETWORK_HEADER), destination: ipv4Destination(bytes, NETWORK_HEADER) }
  const sound = fits && udpChecksumValid(bytes, at, at + length, endpoints)
  if (!check(world, 'udp.datagram_is_sound', sound, () => (fits ? 'wrong checksum' : `length ${length} of ${room}`))) {
    drop(world, 'udp.bad_checksum', device, skb)
    return
  }
  const netns = netnsById(world, device.netns)
  const arrivedOn = inetIif(world, device, endpoints.destination)
  const sockets = lookup(world, netns, arrivedOn, skb, at, kind !== 'local')
  const port = udpDestinationPort(bytes, at)
  if (!check(world, 'udp.port_is_open', sockets.length > 0, () => String(port))) {
    drop(world, 'udp.no_socket', device, skb)
    if (kind === 'local') icmpSend(world, device, skb, { type: ICMP_DEST_UNREACH, code: ICMP_PORT_UNREACH, rest: 0 })
    return
  }
  decide(world, 'socket.delivered', device, skb, port)
  for (const socket of sockets) queueMessage(world, socket, datagram(world, device, skb, at), skb)
}

function datagram(world: World, device: NetDevice, skb: Skb, at: number): SocketMessage {
  return {
    kind: 'data',
    at: world.now,
    from: ipv4Source(skb.data, NETWORK_HEADER),
    port: udpSourcePort(skb.data, at),
    bytes: skb.data.slice(at + UDP_HEADER_LENGTH, at + udpLength(skb.data, at)),
    icmpType: 0,
    icmpCode: 0,
    info: 0,
    local: false,
    ifindex: device.ifindex,
    packetType: 'host',
    errno: undefined,
  }
}

/** Gives a socket a local port if it has none; EAGAIN is what a program hears when all are taken (inet_autobind). */
export function autobind(world: World, socket: UdpSocket): boolean {
  if (socket.localPort !== 0) return true
  const netns = netnsById(world, socket.netns)
  const port = datagramPort(world, netns, (candidate) => !isTaken(world, netns, candidate))
  if (port === undefined) return false
  socket.localPort = port
  return true
}

function isTaken(world: World, netns: Netns, port: number): boolean {
  return netns.sockets.some((id) => {
    const other = world.sockets.get(id)
    return other?.kind === 'udp' && other.localPort === port
  })
}

/**
 * Ends a socket from outside: its program hears of it, and nothing is left but what the program itself chose of its own end (udp_abort,
 * __udp_disconnect).
 */
export function udpAbort(world: World, socket: UdpSocket): SystemResult {
  socket.errorQueue.push(kernelMessage(world, { kind: 'error', errno: 'ECONNABORTED' }))
  socket.remoteAddress = IPV4_ANY
  socket.remotePort = 0
  socket.boundDevice = 0
  if (!socket.addressChosen) socket.boundAddress = socket.sourceAddress = IPV4_ANY
  if (!socket.portChosen) socket.localPort = 0
  world.out.notify?.({ kind: 'socket', socket: socket.id })
  return DONE
}

/** Sends a datagram (udp_sendmsg). */
export function udpSend(
  world: World,
  socket: UdpSocket,
  to: Ipv4Address,
  port: number,
  bytes: Uint8Array,
): SystemResult {
  // An error that came for a connected socket is told by the next call (sock_error).
  const failed = socket.receiveErrors ? undefined : socket.errorQueue.shift()?.errno
  if (failed !== undefined) return refuse(failed)
  const connected = to === IPV4_ANY && socket.remoteAddress !== IPV4_ANY
  const destination = connected ? socket.remoteAddress : to
  if (IPV4_HEADER_LENGTH + UDP_HEADER_LENGTH + bytes.length > IPV4_MAX_BYTES) return refuse('EMSGSIZE')
  const found = routeForSocket(world, socket, destination, connected ? socket.remotePort : port)
  if (!found.ok) return refuse(found.errno)
  if (!autobind(world, socket)) return refuse('EAGAIN')
  const { route } = found
  const source = socket.sourceAddress === IPV4_ANY ? route.source : socket.sourceAddress
  const payload = emitUdp(
    { sourcePort: socket.localPort, destinationPort: connected ? socket.remotePort : port },
    bytes,
    { source, destination },
  )
  const lengthBytes = IPV4_HEADER_LENGTH + payload.length
  if (!fitsPath(world, socket, destination, lengthBytes, route)) return refuse('EMSGSIZE')
  const result = sendIpv4(world, netnsById(world, socket.netns), route, {
    source,
    destination,
    protocol: PROTOCOL_UDP,
    ttl: isMulticastIpv4(destination) ? socket.multicastTtl : socket.ttl,
    tos: socket.tos,
    dontFragment: asksNotToBeCut(socket, route, lengthBytes),
    mark: 0,
    byProcess: true,
    payload,
  })
  if (result === 'filtered') return refuse('EPERM')
  // Only who asks to hear of errors hears of it (udp_send_skb).
  return result === 'dropped' && socket.receiveErrors ? refuse('ENOBUFS') : DONE
}
