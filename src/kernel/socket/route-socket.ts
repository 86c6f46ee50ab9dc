// The route that a socket's packet takes, with what the socket insists on. Linux: ip_route_output_flow as called by raw_sendmsg, udp_sendmsg.
import { ERRNO_CODES, type Errno } from '../../contract/errno.ts'
import { IPV4_ANY, type Ipv4Address } from '../../wire/address.ts'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ipv4.ts'
import { ipRouteOutput } from '../ipv4/route-output.ts'
import type { FlowTransport, RouteEntry } from '../ipv4/route.ts'
import { check, decideInNetns } from '../trace.ts'
import type { NetnsId } from '../system-call.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import type { RawSocket, UdpSocket } from './socket.ts'
import type { TcpSocket } from './tcp/state.ts'

export type SocketRoute =
  { readonly ok: true; readonly route: RouteEntry } | { readonly ok: false; readonly errno: Errno }

/**
 * Finds the way for connect (ip_route_connect): a socket without an address of its own looks a second time, as the address that the first look
 * gave it, and rules for that address count then.
 */
export function routeForConnect(
  world: World,
  socket: RawSocket | UdpSocket | TcpSocket,
  destination: Ipv4Address,
  port: number,
): SocketRoute {
  const first = routeForSocket(world, socket, destination, port)
  if (!first.ok || (socket.sourceAddress !== IPV4_ANY && destination !== IPV4_ANY)) return first
  const target = destination === IPV4_ANY ? first.route.nexthop : destination
  return routeForSocket(world, socket, target, port, first.route.source)
}

/** What rules may ask of a socket's packets (flowi4_init_output). */
function transportOf(socket: RawSocket | UdpSocket | TcpSocket, port: number): FlowTransport {
  if (socket.kind === 'raw') return { protocol: socket.protocol, sourcePort: 0, destinationPort: port }
  const protocol = socket.kind === 'udp' ? PROTOCOL_UDP : PROTOCOL_TCP
  return { protocol, sourcePort: socket.localPort, destinationPort: port }
}

/** Finds the way to a destination; a broadcast needs the socket's consent (SO_BROADCAST). */
export function routeForSocket(
  world: World,
  socket: RawSocket | UdpSocket | TcpSocket,
  destination: Ipv4Address,
  port: number,
  source = socket.sourceAddress,
): SocketRoute {
  const netns = netnsById(world, socket.netns)
  world.out.explain?.begin()
  const found = ipRouteOutput(world, netns, {
    destination,
    source,
    device: socket.boundDevice,
    tos: socket.tos,
    mark: 0,
    onLinkOnly: socket.dontRoute,
    transport: transportOf(socket, port),
  })
  const forbidden =
    found.ok &&
    found.route.type === 'broadcast' &&
    !check(world, 'socket.broadcast_permitted', socket.broadcast, () => 'SO_BROADCAST')
  if (found.ok && !forbidden) {
    if (socket.mtuDiscover !== 'probe') return found
    // What routers said of the path does not count (ip_sk_use_pmtu).
    return { ok: true, route: { ...found.route, mtuBytes: deviceById(world, found.route.device).mtuBytes } }
  }
  const errno = found.ok ? 'EACCES' : found.errno
  refuseOutput(world, netns.id, destination, errno, forbidden)
  return { ok: false, errno }
}

/** Notes that nothing was made of what a program wanted to send: no route, a forbidden broadcast, or a packet that is too long. */
function refuseOutput(world: World, netns: NetnsId, destination: Ipv4Address, errno: Errno, forbidden: boolean): void {
  const { cause } = world
  const operands = [destination, ERRNO_CODES.indexOf(errno), forbidden ? 1 : 0] as const
  decideInNetns(world, 'ip.output_refused', netns, undefined, ...operands)
  world.cause = cause
}

/** Whether a packet of so many bytes fits its way or may be cut on it (ip_local_error with EMSGSIZE). */
export function fitsPath(
  world: World,
  socket: RawSocket | UdpSocket,
  destination: Ipv4Address,
  lengthBytes: number,
  route: RouteEntry,
): boolean {
  if (socket.mtuDiscover === 'want' || socket.mtuDiscover === 'dont') return true
  const { mtuBytes } = route
  if (lengthBytes <= mtuBytes) return true
  check(
    world,
    'socket.fits_mtu',
    false,
    () => `${lengthBytes} bytes`,
    () => `mtu ${mtuBytes}`,
  )
  refuseOutput(world, socket.netns, destination, 'EMSGSIZE', false)
  return false
}

/** DF asks routers for news of the path's MTU, but not on what we cut ourselves (__ip_make_skb). */
export function asksNotToBeCut(socket: RawSocket | UdpSocket, route: RouteEntry, lengthBytes: number): boolean {
  const { mtuDiscover } = socket
  if (mtuDiscover === 'want') return lengthBytes <= route.mtuBytes && !route.mtuLocked
  return mtuDiscover !== 'dont'
}
