// UDP sockets. Linux: net/ipv4/udp.c. RFC 768.
import { IPV4_ANY, type Ipv4Address } from '../../wire/address.ts'
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
import { DONE, refuse, type SystemResult } from '../system-call.ts'
import { check, decide, drop } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { queueMessage } from './queue.ts'
import { IPV4_MAX_BYTES } from './raw.ts'
import { fitsPath, routeForSocket } from './route-socket.ts'
import type { UdpSocket } from './socket.ts'

/** The socket that a datagram is for: the most particular match wins (udp4_lib_lookup). */
function lookup(world: World, netns: Netns, device: NetDevice, skb: Skb, at: number): UdpSocket | undefined {
  const local = ipv4Destination(skb.data, NETWORK_HEADER)
  const remote = ipv4Source(skb.data, NETWORK_HEADER)
  let best: UdpSocket | undefined
  let bestScore = -1
  for (const id of netns.sockets) {
    const socket = world.sockets.get(id)
    if (socket?.kind !== 'udp' || socket.localPort !== udpDestinationPort(skb.data, at) || socket.localPort === 0)
      continue
    if (socket.boundAddress !== IPV4_ANY && socket.boundAddress !== local) continue
    if (
      socket.remoteAddress !== IPV4_ANY &&
      (socket.remoteAddress !== remote || socket.remotePort !== udpSourcePort(skb.data, at))
    )
      continue
    if (socket.boundDevice !== 0 && socket.boundDevice !== device.id) continue
    const score =
      (socket.boundAddress !== IPV4_ANY ? 4 : 0) +
      (socket.remoteAddress !== IPV4_ANY ? 4 : 0) +
      (socket.boundDevice !== 0 ? 4 : 0)
    if (score > bestScore) {
      best = socket
      bestScore = score
    }
  }
  return best
}

/** Takes a UDP packet that is for this machine (udp_rcv). */
export function udpRcv(world: World, device: NetDevice, skb: Skb, kind: 'local' | 'broadcast' | 'multicast'): void {
  const bytes = skb.data
  const at = NETWORK_HEADER + ipv4HeaderLength(bytes, NETWORK_HEADER)
  const length = bytes.length - at
  const sound =
    length >= UDP_HEADER_LENGTH && udpLength(bytes, at) <= length && udpLength(bytes, at) >= UDP_HEADER_LENGTH
  const endpoints = { source: ipv4Source(bytes, NETWORK_HEADER), destination: ipv4Destination(bytes, NETWORK_HEADER) }
  if (!sound || !udpChecksumValid(bytes, at, bytes.length, endpoints)) {
    drop(world, 'udp.bad_checksum', device, skb)
    return
  }
  const netns = netnsById(world, device.netns)
  const arrivedOn = inetIif(world, device, ipv4Destination(bytes, NETWORK_HEADER))
  const socket = lookup(world, netns, arrivedOn, skb, at)
  if (
    check(world, 'udp.port_is_open', socket !== undefined, () => String(udpDestinationPort(bytes, at))) &&
    socket !== undefined
  ) {
    decide(world, 'socket.delivered', device, skb, udpDestinationPort(bytes, at))
    queueMessage(
      world,
      socket,
      {
        kind: 'data',
        at: world.now,
        from: ipv4Source(bytes, NETWORK_HEADER),
        port: udpSourcePort(bytes, at),
        bytes: bytes.slice(at + UDP_HEADER_LENGTH, at + udpLength(bytes, at)),
        icmpType: 0,
        icmpCode: 0,
        info: 0,
        local: false,
        ifindex: device.ifindex,
        packetType: 'host',
        errno: undefined,
      },
      skb,
    )
    return
  }
  drop(world, 'udp.no_socket', device, skb)
  if (kind === 'local') icmpSend(world, device, skb, { type: ICMP_DEST_UNREACH, code: ICMP_PORT_UNREACH, rest: 0 })
}

/** Gives a socket a local port if it has none: the next free one of the range (inet_autobind). */
export function autobind(world: World, socket: UdpSocket): void {
  if (socket.localPort !== 0) return
  const netns = netnsById(world, socket.netns)
  const { ip_local_port_low: low, ip_local_port_high: high } = netns.ipv4
  for (let tries = 0; tries <= high - low; tries++) {
    const port = netns.nextEphemeralPort < low || netns.nextEphemeralPort > high ? low : netns.nextEphemeralPort
    netns.nextEphemeralPort = port + 1
    if (!isTaken(world, netns, port)) {
      socket.localPort = port
      return
    }
  }
}

function isTaken(world: World, netns: Netns, port: number): boolean {
  return netns.sockets.some((id) => {
    const other = world.sockets.get(id)
    return other?.kind === 'udp' && other.localPort === port
  })
}

/** Sends a datagram (udp_sendmsg). */
export function udpSend(
  world: World,
  socket: UdpSocket,
  to: Ipv4Address,
  port: number,
  bytes: Uint8Array,
): SystemResult {
  const connected = to === IPV4_ANY && socket.remoteAddress !== IPV4_ANY
  const destination = connected ? socket.remoteAddress : to
  if (IPV4_HEADER_LENGTH + UDP_HEADER_LENGTH + bytes.length > IPV4_MAX_BYTES) return refuse('EMSGSIZE')
  const found = routeForSocket(world, socket, destination)
  if (!found.ok) return refuse(found.errno)
  autobind(world, socket)
  const { route } = found
  const source = socket.boundAddress === IPV4_ANY ? route.source : socket.boundAddress
  const payload = emitUdp(
    { sourcePort: socket.localPort, destinationPort: connected ? socket.remotePort : port },
    bytes,
    { source, destination },
  )
  const lengthBytes = IPV4_HEADER_LENGTH + payload.length
  const tooLong = lengthBytes > route.mtuBytes
  if (socket.mtuDiscover === 'do' && !fitsPath(world, socket, destination, lengthBytes, route.mtuBytes))
    return refuse('EMSGSIZE')
  const result = sendIpv4(world, netnsById(world, socket.netns), route, {
    source,
    destination,
    protocol: PROTOCOL_UDP,
    ttl: socket.ttl,
    tos: socket.tos,
    dontFragment: socket.mtuDiscover === 'do' || (socket.mtuDiscover === 'want' && !tooLong),
    mark: 0,
    payload,
  })
  if (result === 'filtered') return refuse('EPERM')
  return result === 'dropped' ? refuse('ENOBUFS') : DONE
}
