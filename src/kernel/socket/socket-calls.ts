// Opening, binding, connecting, setting and reading sockets.
import type { SocketOptions, SocketSpec, SystemResult } from '../system-call.ts'
import { DONE, refuse } from '../system-call.ts'
import { IPV4_ANY, IPV4_BROADCAST, isMulticastIpv4, type Ipv4Address } from '../../wire/address.ts'
import { isBroadcastAddress, isOwnAddress } from '../ipv4/devinet.ts'
import { setPromiscuity } from '../netdev/lifecycle.ts'
import type { Netns } from '../netns.ts'
import { deviceByIndex, deviceByName, netnsById, type World } from '../world.ts'
import { sharesPort } from './shared-port.ts'
import { freshInetSocket, freshSocket, type PacketSocket, type Socket } from './socket.ts'
import { rawSend } from './raw.ts'
import { routeForConnect } from './route-socket.ts'
import { packetSend } from './packet.ts'
import { tcpBind, tcpClose, tcpConnect, tcpReceive, tcpSend, tcpTakeError } from './tcp/calls.ts'
import { destroySocket } from './tcp/lifecycle.ts'
import { freshTcpSocket } from './tcp/state.ts'
import { autobind, udpSend } from './udp.ts'

/** socket(2): returns the socket's number. */
export function socketOpen(world: World, netns: Netns, spec: SocketSpec): SystemResult {
  let socket: Socket
  switch (spec.kind) {
    case 'raw':
      socket = Object.assign(freshInetSocket(world, netns), {
        kind: 'raw' as const,
        protocol: spec.protocol,
        icmpFilter: [],
      })
      break
    case 'udp':
      socket = Object.assign(freshInetSocket(world, netns), {
        kind: 'udp' as const,
        localPort: 0,
        remotePort: 0,
        addressChosen: false,
        portChosen: false,
      })
      break
    case 'tcp':
      socket = freshTcpSocket(freshInetSocket(world, netns))
      break
    case 'netlink':
      socket = { ...freshSocket(world, netns), kind: 'netlink', protocol: spec.protocol ?? 'route' }
      break
    case 'packet': {
      const device = spec.ifindex === 0 ? undefined : deviceByIndex(world, netns, spec.ifindex)
      if (spec.ifindex !== 0 && device === undefined) return refuse('ENODEV')
      const packet: PacketSocket = Object.assign(freshSocket(world, netns), {
        kind: 'packet' as const,
        device: device?.id ?? 0,
        protocol: spec.protocol,
        promisc: spec.promisc,
      })
      socket = packet
      const devices =
        device === undefined ? [...netns.deviceByIndex.values()].flatMap((id) => world.devices[id] ?? []) : [device]
      for (const tapped of devices) {
        tapped.taps.push(socket.id)
        if (spec.promisc && device !== undefined) setPromiscuity(world, tapped, 1)
      }
    }
  }
  world.sockets.set(socket.id, socket)
  netns.sockets.push(socket.id)
  return { ok: true, value: socket.id }
}

/** close(2). */
export function socketClose(world: World, socket: Socket): SystemResult {
  if (socket.kind === 'tcp') {
    tcpClose(world, socket)
    return DONE
  }
  world.sockets.delete(socket.id)
  const netns = netnsById(world, socket.netns)
  netns.sockets = netns.sockets.filter((id) => id !== socket.id)
  if (socket.kind === 'packet') {
    for (const device of world.devices) {
      if (device?.taps.includes(socket.id) !== true) continue
      device.taps = device.taps.filter((id) => id !== socket.id)
      if (socket.promisc && socket.device === device.id) setPromiscuity(world, device, -1)
    }
  }
  return DONE
}

/** Ends a socket at once because its namespace goes: nobody is told. */
export function socketDestroy(world: World, socket: Socket): void {
  if (socket.kind === 'tcp') destroySocket(world, socket)
  else socketClose(world, socket)
}

/** setsockopt(2). */
export function socketSet(world: World, socket: Socket, options: SocketOptions): SystemResult {
  if (socket.kind === 'packet' || socket.kind === 'netlink') return refuse('ENOPROTOOPT')
  if (options.bindToDevice !== undefined) {
    const device = deviceByName(world, netnsById(world, socket.netns), options.bindToDevice)
    if (device === undefined) return refuse('ENODEV')
    socket.boundDevice = device.id
  }
  if (options.broadcast !== undefined) socket.broadcast = options.broadcast
  if (options.ttl !== undefined) socket.ttl = options.ttl
  if (options.tos !== undefined) socket.tos = options.tos
  if (options.multicastTtl !== undefined) socket.multicastTtl = options.multicastTtl
  if (options.dontRoute !== undefined) socket.dontRoute = options.dontRoute
  if (options.mtuDiscover !== undefined) socket.mtuDiscover = options.mtuDiscover
  if (options.receiveErrors !== undefined) socket.receiveErrors = options.receiveErrors
  if (options.reusePort !== undefined) socket.reusePort = options.reusePort
  if (options.reuseAddress !== undefined && socket.kind === 'tcp') socket.reuseAddress = options.reuseAddress
  if (options.icmpFilter !== undefined && socket.kind === 'raw') socket.icmpFilter = options.icmpFilter
  return DONE
}

/** bind(2): the address must be one of this machine's, a broadcast or a group. */
export function socketBind(world: World, socket: Socket, address: Ipv4Address, port: number): SystemResult {
  if (socket.kind === 'packet' || socket.kind === 'netlink') return refuse('EINVAL')
  const netns = netnsById(world, socket.netns)
  const isGroup = isMulticastIpv4(address) || address === IPV4_BROADCAST || isBroadcastAddress(world, netns, address)
  const allowed = address === IPV4_ANY || isOwnAddress(world, netns, address) || isGroup
  if (!allowed && netns.ipv4.ip_nonlocal_bind === 0) return refuse('EADDRNOTAVAIL')
  if (socket.kind === 'tcp') return tcpBind(world, socket, address, port)
  if (socket.kind === 'udp' && port !== 0) {
    const clash = netns.sockets.some((id) => {
      const other = world.sockets.get(id)
      return (
        other?.kind === 'udp' &&
        other.id !== socket.id &&
        other.localPort === port &&
        !sharesPort(other, socket) &&
        (other.boundAddress === address || other.boundAddress === IPV4_ANY || address === IPV4_ANY)
      )
    })
    if (clash) return refuse('EADDRINUSE')
    socket.localPort = port
    socket.portChosen = true
  }
  if (socket.kind === 'udp') socket.addressChosen = address !== IPV4_ANY
  socket.boundAddress = address
  // To a group or a broadcast address one listens; what one sends comes from the device (__inet_bind, raw_bind).
  socket.sourceAddress = isGroup ? IPV4_ANY : address
  return DONE
}

/** connect(2): of a datagram socket it fixes the other end and the source, of a stream it begins the handshake. Returns the source address that was chosen. */
export function socketConnect(world: World, socket: Socket, address: Ipv4Address, port: number): SystemResult {
  if (socket.kind === 'packet' || socket.kind === 'netlink') return refuse('EOPNOTSUPP')
  if (socket.kind === 'tcp') return tcpConnect(world, socket, address, port)
  const found = routeForConnect(world, socket, address, port)
  if (!found.ok) return refuse(found.errno)
  socket.remoteAddress = address
  if (socket.sourceAddress === IPV4_ANY) socket.sourceAddress = found.route.source
  if (socket.boundAddress === IPV4_ANY) socket.boundAddress = found.route.source
  if (socket.kind === 'udp') {
    socket.remotePort = port
    if (!autobind(world, socket)) return refuse('EAGAIN')
  }
  return { ok: true, value: socket.sourceAddress }
}

/** sendto(2). */
export function socketSend(
  world: World,
  socket: Socket,
  to: Ipv4Address,
  port: number,
  bytes: Uint8Array,
): SystemResult {
  switch (socket.kind) {
    case 'raw':
      return rawSend(world, socket, to, bytes)
    case 'udp':
      return udpSend(world, socket, to, port, bytes)
    case 'tcp':
      return tcpSend(world, socket, bytes)
    case 'packet':
      return packetSend(world, socket, bytes)
    case 'netlink':
      return refuse('EOPNOTSUPP')
  }
}

/** recvmsg(2) without waiting: errors first, as a program that reads its error queue does. EAGAIN when there is nothing. */
export function socketReceive(world: World, socket: Socket, maxBytes = Number.MAX_SAFE_INTEGER): SystemResult {
  if (socket.kind === 'tcp') return tcpReceive(world, socket, maxBytes)
  const message = socket.errorQueue.shift() ?? socket.receiveQueue.shift()
  if (message === undefined) return refuse('EAGAIN')
  return { ok: true, value: message.bytes.length, message }
}

/** getsockopt(SO_ERROR): refuses with the error that waits, which is then forgotten. */
export function socketError(socket: Socket): SystemResult {
  if (socket.kind === 'tcp') return tcpTakeError(socket)
  const errno = socket.errorQueue.shift()?.errno
  return errno === undefined ? DONE : refuse(errno)
}
