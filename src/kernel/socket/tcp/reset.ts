// A reset for a segment that belongs to no connection here. Linux: tcp_v4_send_reset. RFC 9293 3.10.7.1.
import { ipv4Tos, PROTOCOL_TCP } from '../../../wire/ipv4.ts'
import { emitTcp, TCP_ACK, TCP_RST } from '../../../wire/tcp.ts'
import { inetAddrType } from '../../ipv4/fib-addr-type.ts'
import { sendIpv4 } from '../../ipv4/ip-output.ts'
import { ipRouteOutput } from '../../ipv4/route-output.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { NETWORK_HEADER, type Skb } from '../../skb.ts'
import { check, decide } from '../../trace.ts'
import { netnsById, type World } from '../../world.ts'
import type { Segment } from './segment.ts'

/** Answers a segment with a reset: never another reset, and only for what was sent to an address of this machine. */
export function sendReset(world: World, device: NetDevice, skb: Skb, segment: Segment): void {
  const { cause } = world
  const netns = netnsById(world, device.netns)
  if (!check(world, 'tcp.reset_allowed', !segment.rst)) return
  if (!check(world, 'tcp.address_is_own', inetAddrType(world, netns, segment.local) === 'local')) return
  const tos = ipv4Tos(skb.data, NETWORK_HEADER)
  const found = ipRouteOutput(world, netns, {
    destination: segment.remote,
    source: segment.local,
    device: 0,
    tos,
    mark: 0,
    anySource: true,
    transport: {
      protocol: PROTOCOL_TCP,
      sourcePort: segment.localPort,
      destinationPort: segment.remotePort,
    },
  })
  if (!check(world, 'tcp.route_back', found.ok) || !found.ok) return
  decide(world, 'tcp.reset_sent', device, skb, segment.remote, segment.remotePort, segment.localPort)
  // "If the incoming segment has an ACK field, the reset takes its sequence number from the ACK field of the segment".
  const payload = emitTcp(
    {
      sourcePort: segment.localPort,
      destinationPort: segment.remotePort,
      sequence: segment.ack ? segment.acknowledgement : 0,
      acknowledgement: segment.ack ? 0 : segment.end,
      flags: segment.ack ? TCP_RST : TCP_RST | TCP_ACK,
      window: 0,
      urgent: 0,
      options: [],
    },
    new Uint8Array(0),
    { source: segment.local, destination: segment.remote },
  )
  sendIpv4(world, netns, found.route, {
    source: segment.local,
    destination: segment.remote,
    protocol: PROTOCOL_TCP,
    ttl: netns.ipv4.ip_default_ttl,
    tos,
    dontFragment: true,
    mark: 0,
    payload,
    origin: device,
  })
  world.cause = cause
}
