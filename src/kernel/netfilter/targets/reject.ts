// REJECT: drops a packet and tells its sender. Linux: ipt_REJECT.c, nf_send_unreach and nf_send_reset in nf_reject_ipv4.c.
import type { RejectWith } from '../../../contract/firewall.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_HOST_ANO,
  ICMP_HOST_UNREACH,
  ICMP_NET_ANO,
  ICMP_NET_UNREACH,
  ICMP_PKT_FILTERED,
  ICMP_PORT_UNREACH,
  ICMP_PROT_UNREACH,
} from '../../../wire/icmp.ts'
import { PROTOCOL_TCP } from '../../../wire/ipv4.ts'
import {
  emitTcp,
  TCP_ACK,
  TCP_FIN,
  TCP_RST,
  TCP_SYN,
  tcpAcknowledgement,
  tcpDestinationPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSequence,
  tcpSourcePort,
} from '../../../wire/tcp.ts'
import { isBroadcastAddress } from '../../ipv4/devinet.ts'
import { icmpSend } from '../../ipv4/icmp-error.ts'
import { sendIpv4 } from '../../ipv4/ip-output.ts'
import { ipRouteOutput } from '../../ipv4/route-output.ts'
import { drop } from '../../trace.ts'
import type { World } from '../../world.ts'
import { tcpSetClosing } from '../conntrack/tcp.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import { hasTransportHeader, packetHeader, placeDevice, type HookedPacket } from '../packet.ts'

const ICMP_CODE: Readonly<Record<Exclude<RejectWith, 'tcp-reset'>, number>> = {
  'icmp-net-unreachable': ICMP_NET_UNREACH,
  'icmp-host-unreachable': ICMP_HOST_UNREACH,
  'icmp-proto-unreachable': ICMP_PROT_UNREACH,
  'icmp-port-unreachable': ICMP_PORT_UNREACH,
  'icmp-net-prohibited': ICMP_NET_ANO,
  'icmp-host-prohibited': ICMP_HOST_ANO,
  'icmp-admin-prohibited': ICMP_PKT_FILTERED,
}

/** Drops the packet, then answers it: what comes of the answer is an effect of the drop's moment. */
export function rejectPacket(world: World, packet: HookedPacket, how: RejectWith): void {
  const device = placeDevice(packet)
  drop(world, 'netfilter.reject', device, packet.skb)
  if (how === 'tcp-reset') sendReset(world, packet)
  else if (packetHeader(packet.skb.data).fragmentOffset === 0)
    icmpSend(world, device, packet.skb, { type: ICMP_DEST_UNREACH, code: ICMP_CODE[how], rest: 0 })
}

/** Answers a TCP segment with a RST in the name of the machine that it was for; never a RST with a RST. */
function sendReset(world: World, packet: HookedPacket): void {
  const { netns, skb } = packet
  const bytes = skb.data
  const header = packetHeader(bytes)
  if (header.protocol !== PROTOCOL_TCP || !hasTransportHeader(bytes, header)) return
  const at = header.payloadAt
  const flags = tcpFlags(bytes, at)
  if ((flags & TCP_RST) !== 0 || isBroadcastAddress(world, netns, header.destination)) return
  const { cause } = world
  const endpoints = { source: header.destination, destination: header.source }
  // It is sent through the front door: routed and filtered like any packet of this machine, though the address may not be its own.
  const found = ipRouteOutput(world, netns, { ...endpoints, device: 0, tos: 0, mark: 0, anySource: true })
  if (!found.ok) return
  const flow = netfilterInfo(netns, skb)?.connection
  if (flow !== undefined) tcpSetClosing(world, netns, flow)
  const acked = (flags & TCP_ACK) !== 0
  const length = bytes.length - at - tcpHeaderLength(bytes, at)
  const spent = length + ((flags & TCP_SYN) !== 0 ? 1 : 0) + ((flags & TCP_FIN) !== 0 ? 1 : 0)
  const payload = emitTcp(
    {
      sourcePort: tcpDestinationPort(bytes, at),
      destinationPort: tcpSourcePort(bytes, at),
      sequence: acked ? tcpAcknowledgement(bytes, at) : 0,
      acknowledgement: acked ? 0 : (tcpSequence(bytes, at) + spent) >>> 0,
      flags: acked ? TCP_RST : TCP_RST + TCP_ACK,
      window: 0,
      urgent: 0,
      options: [],
    },
    new Uint8Array(0),
    endpoints,
  )
  sendIpv4(world, netns, found.route, {
    ...endpoints,
    protocol: PROTOCOL_TCP,
    ttl: netns.ipv4.ip_default_ttl,
    tos: 0,
    dontFragment: true,
    mark: 0,
    payload,
    origin: placeDevice(packet),
    about: skb,
  })
  world.cause = cause
}
