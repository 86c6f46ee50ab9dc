// ICMP errors about a connection: while it opens they end it, later they only say why it failed. Linux: tcp_v4_err, tcp_v4_mtu_reduced.
import type { Errno } from '../../../contract/errno.ts'
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HOST_UNREACH, ICMP_NET_UNREACH } from '../../../wire/icmp.ts'
import { tcpDestinationPort, tcpSequence, tcpSourcePort } from '../../../wire/tcp.ts'
import type { Ipv4Address } from '../../../wire/address.ts'
import type { Netns } from '../../netns.ts'
import type { Skb } from '../../skb.ts'
import { check, decide } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { destroySocket, tcpDone } from './lifecycle.ts'
import { findConnection } from './lookup.ts'
import { retransmitSmaller, routeOf, syncMss } from './output.ts'
import { seqAfter, seqBefore } from './sequence.ts'
import { revertBackoff } from './timers.ts'

/** What an ICMP message says of a segment that this machine sent. */
export interface SegmentError {
  readonly local: Ipv4Address
  readonly remote: Ipv4Address
  /** Where the quoted TCP header begins; at least its first eight bytes are there. */
  readonly at: number
  readonly type: number
  readonly code: number
  readonly errno: Errno
}

/** Hands an error to the connection that it is about, if the quoted byte is one that is under way. */
export function tcpError(world: World, netns: Netns, skb: Skb, error: SegmentError): void {
  const device = deviceById(world, skb.device)
  const remotePort = tcpDestinationPort(skb.data, error.at)
  const socket = findConnection(world, netns, {
    local: error.local,
    localPort: tcpSourcePort(skb.data, error.at),
    remote: error.remote,
    remotePort,
  })
  if (socket === undefined || socket.state === 'TIME-WAIT') return
  const sequence = tcpSequence(skb.data, error.at)
  const underWay = !seqBefore(sequence, socket.sendUnacked) && !seqAfter(sequence, socket.sendNext)
  if (!check(world, 'tcp.quoted_byte_under_way', underWay, () => String(sequence))) return
  decide(world, 'tcp.icmp_error', device, skb, error.remote, remotePort, error.type * 256 + error.code)
  if (error.type === ICMP_DEST_UNREACH && error.code === ICMP_FRAG_NEEDED) {
    const route = routeOf(world, socket)
    if (route === undefined) return
    const before = socket.mssBytes
    syncMss(socket, route.mtuBytes)
    if (socket.mssBytes < before) retransmitSmaller(world, socket)
    return
  }
  if (error.type === ICMP_DEST_UNREACH && (error.code === ICMP_NET_UNREACH || error.code === ICMP_HOST_UNREACH))
    revertBackoff(world, socket, sequence)
  if (socket.state === 'SYN-SENT') tcpDone(world, socket, error.errno)
  else if (socket.state === 'SYN-RECV' && socket.orphan) destroySocket(world, socket)
  else socket.softError = error.errno
}
