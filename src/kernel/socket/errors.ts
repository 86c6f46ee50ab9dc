// ICMP errors on their way to the socket whose packet they are about. Linux: icmp_socket_deliver, raw_icmp_error, __udp4_lib_err, ip_icmp_error.
import type { Errno } from '../../contract/errno.ts'
import { IPV4_ANY } from '../../wire/address.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_HEADER_LENGTH,
  ICMP_PARAMETERPROB,
  ICMP_TIME_EXCEEDED,
  icmpCode,
  icmpType,
} from '../../wire/icmp.ts'
import {
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../../wire/ipv4.ts'
import { udpDestinationPort, udpSourcePort } from '../../wire/udp.ts'
import type { Netns } from '../netns.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import type { SocketMessage } from '../system-call.ts'
import { deviceById, type World } from '../world.ts'
import { queueError } from './queue.ts'
import { rawMatches } from './raw.ts'
import { tcpError } from './tcp/errors.ts'

/** The error number for each code of destination unreachable (icmp_err_convert). */
const UNREACHABLE_ERRNO: readonly Errno[] = [
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENOPROTOOPT',
  'ECONNREFUSED',
  'EMSGSIZE',
  'EOPNOTSUPP',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENONET',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
]

/** What a program is told for an ICMP error. */
function errnoOf(type: number, code: number): Errno {
  if (type === ICMP_DEST_UNREACH) return UNREACHABLE_ERRNO[code] ?? 'EHOSTUNREACH'
  return type === ICMP_TIME_EXCEEDED ? 'EHOSTUNREACH' : 'ECONNREFUSED'
}

/** Codes of destination unreachable that no waiting can mend, so a socket that did not ask for errors hears of them too (icmp_err_convert). */
const FATAL_CODES: ReadonlySet<number> = new Set([2, 3, 4, 6, 7, 8, 9, 10, 13, 14, 15])

/** True for an error that ends a conversation, false for one that may pass (harderr in __udp4_lib_err). */
function isFatal(type: number, code: number): boolean {
  return type === ICMP_PARAMETERPROB || (type === ICMP_DEST_UNREACH && FATAL_CODES.has(code))
}

/**
 * Puts an ICMP error into the error queue of the sockets that sent the packet which it quotes. `at` is the ICMP header, `mtuBytes` the path MTU
 * that it tells of, or 0.
 */
export function deliverSocketErrors(world: World, netns: Netns, skb: Skb, at: number, mtuBytes: number): void {
  const inner = at + ICMP_HEADER_LENGTH
  const payload = inner + ipv4HeaderLength(skb.data, inner)
  const protocol = ipv4Protocol(skb.data, inner)
  const local = ipv4Source(skb.data, inner)
  const remote = ipv4Destination(skb.data, inner)
  const device = deviceById(world, skb.device)
  const type = icmpType(skb.data, at)
  const code = icmpCode(skb.data, at)
  const message: SocketMessage = {
    kind: 'error',
    at: world.now,
    from: ipv4Source(skb.data, NETWORK_HEADER),
    port: 0,
    bytes: skb.data.slice(payload),
    icmpType: type,
    icmpCode: code,
    info: mtuBytes,
    local: false,
    ifindex: device.ifindex,
    packetType: 'host',
    errno: errnoOf(type, code),
  }
  if (protocol === PROTOCOL_TCP && skb.data.length >= payload + 8)
    tcpError(world, netns, skb, { local, remote, at: payload, type, code, errno: errnoOf(type, code) })
  for (const id of [...netns.sockets]) {
    const socket = world.sockets.get(id)
    if (socket === undefined || socket.kind === 'packet' || socket.kind === 'netlink' || socket.kind === 'tcp') continue
    if (socket.kind === 'raw') {
      if (socket.receiveErrors && rawMatches(socket, protocol, local, remote, device))
        queueError(world, socket, message, skb)
      continue
    }
    if (protocol !== PROTOCOL_UDP || skb.data.length < payload + 8) continue
    const mine = socket.localPort === udpSourcePort(skb.data, payload)
    const theirs =
      socket.remoteAddress === IPV4_ANY ||
      (socket.remoteAddress === remote && socket.remotePort === udpDestinationPort(skb.data, payload))
    // Without IP_RECVERR only a connected socket hears of it, and only when nothing can mend it.
    const hears = socket.receiveErrors || (socket.remoteAddress !== IPV4_ANY && isFatal(type, code))
    if (mine && theirs && hears) queueError(world, socket, message, skb)
  }
}
