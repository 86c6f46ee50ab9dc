// ICMP on the way in: echo, errors about what this machine sent, redirects. Linux: icmp_rcv, icmp_echo, icmp_unreach, icmp_redirect.
import { copyBytes } from '../../base/slab.ts'
import { formatIpv4, IPV4_ANY } from '../../wire/address.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HEADER_LENGTH,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  icmpChecksumValid,
  icmpCode,
  icmpGateway,
  icmpId,
  icmpMtu,
  icmpSequence,
  icmpType,
  setIcmpType,
  updateIcmpChecksum,
} from '../../wire/icmp.ts'
import {
  IPV4_HEADER_LENGTH,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
} from '../../wire/ipv4.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { deliverSocketErrors } from '../socket/errors.ts'
import { check, decide, drop } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { redirectReceived } from './icmp-redirect.ts'
import { sendIpv4 } from './ip-output.ts'
import { rememberPathMtu } from './route-exceptions.ts'
import { ipRouteOutput } from './route-output.ts'
import type { FlowTransport } from './route.ts'

/** An answer says no more of itself to rules than its protocol (icmp_reply). */
const ICMP: FlowTransport = { protocol: PROTOCOL_ICMP, sourcePort: 0, destinationPort: 0 }

/** Takes an ICMP message that is for this machine; `taken` tells that a raw socket has its copy (icmp_rcv). */
export function icmpRcv(
  world: World,
  device: NetDevice,
  skb: Skb,
  kind: 'local' | 'broadcast' | 'multicast',
  taken: boolean,
): void {
  const at = NETWORK_HEADER + ipv4HeaderLength(skb.data, NETWORK_HEADER)
  if (skb.data.length < at + ICMP_HEADER_LENGTH || !icmpChecksumValid(skb.data, at, skb.data.length)) {
    check(world, 'icmp.checksum', false)
    drop(world, 'icmp.bad_checksum', device, skb)
    return
  }
  const netns = netnsById(world, device.netns)
  switch (icmpType(skb.data, at)) {
    case ICMP_ECHO: {
      const ignoreGroup = kind !== 'local' && netns.ipv4.icmp_echo_ignore_broadcasts !== 0
      const answers = netns.ipv4.icmp_echo_ignore_all === 0 && !ignoreGroup
      if (
        !check(world, 'icmp.echo_is_answered', answers, () =>
          ignoreGroup
            ? 'net.ipv4.icmp_echo_ignore_broadcasts = 1'
            : `net.ipv4.icmp_echo_ignore_all = ${netns.ipv4.icmp_echo_ignore_all}`,
        )
      ) {
        drop(world, 'icmp.echo_ignored', device, skb)
        return
      }
      icmpEcho(world, device, skb, at, kind)
      return
    }
    case ICMP_ECHOREPLY:
      if (taken)
        decide(
          world,
          'icmp.reply_matched',
          device,
          skb,
          ipv4Source(skb.data, NETWORK_HEADER),
          icmpId(skb.data, at),
          icmpSequence(skb.data, at),
        )
      else drop(world, 'socket.none', device, skb)
      return
    case ICMP_DEST_UNREACH:
    case ICMP_TIME_EXCEEDED:
    case ICMP_SOURCE_QUENCH:
    case ICMP_PARAMETERPROB:
      icmpUnreach(world, device, skb, at)
      return
    case ICMP_REDIRECT:
      icmpRedirect(world, device, skb, at)
      return
    default:
      if (!taken) drop(world, 'icmp.bad_type', device, skb)
  }
}

/** Answers an echo request (icmp_echo, icmp_reply): same payload, routed like any packet, which may be another way. */
function icmpEcho(
  world: World,
  device: NetDevice,
  skb: Skb,
  at: number,
  kind: 'local' | 'broadcast' | 'multicast',
): void {
  const netns = netnsById(world, device.netns)
  const asker = ipv4Source(skb.data, NETWORK_HEADER)
  // A group address cannot be a source, so the route back chooses one.
  const source = kind === 'local' ? ipv4Destination(skb.data, NETWORK_HEADER) : IPV4_ANY
  const tos = ipv4Tos(skb.data, NETWORK_HEADER)
  const found = ipRouteOutput(world, netns, { destination: asker, source, device: 0, tos, mark: 0, transport: ICMP })
  if (
    !check(
      world,
      'icmp.route_back',
      found.ok,
      () => (found.ok ? formatIpv4(found.route.nexthop) : found.errno),
      () => formatIpv4(asker),
    ) ||
    !found.ok
  ) {
    drop(world, 'icmp.no_route_for_reply', device, skb)
    return
  }
  decide(world, 'icmp.echo_reply', device, skb, asker, source === IPV4_ANY ? found.route.source : source)
  const payload = copyBytes(world.slab, skb.data.subarray(at))
  setIcmpType(payload, 0, ICMP_ECHOREPLY)
  updateIcmpChecksum(payload, 0, payload.length)
  sendIpv4(world, netns, found.route, {
    source: source === IPV4_ANY ? found.route.source : source,
    destination: asker,
    protocol: PROTOCOL_ICMP,
    ttl: netns.ipv4.ip_default_ttl,
    tos,
    dontFragment: false,
    mark: 0,
    payload,
    origin: device,
  })
}

/**
 * The path MTU that a router tells of, as far as ip_no_pmtu_disc lets it count (icmp_unreach): 0 believes it, 1 hears of the packet but of no
 * MTU, 2 hears nothing, 3 believes it of protocols that check what an error quotes, which is TCP. Undefined when nothing is to be heard.
 */
function believedMtu(netns: Netns, skb: Skb, at: number): number | undefined {
  const mode = netns.ipv4.ip_no_pmtu_disc
  const strict = ipv4Protocol(skb.data, at + ICMP_HEADER_LENGTH) === PROTOCOL_TCP
  if (mode === 2 || (mode === 3 && !strict)) return undefined
  return mode === 0 || mode === 3 ? icmpMtu(skb.data, at) : 0
}

/** An error about a packet that this machine sent: path MTU is remembered, the socket hears of it (icmp_unreach). */
function icmpUnreach(world: World, device: NetDevice, skb: Skb, at: number): void {
  const inner = at + ICMP_HEADER_LENGTH
  if (skb.data.length < inner + IPV4_HEADER_LENGTH) {
    drop(world, 'icmp.bad_type', device, skb)
    return
  }
  const netns = netnsById(world, device.netns)
  const type = icmpType(skb.data, at)
  const code = icmpCode(skb.data, at)
  let mtuBytes = 0
  if (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED) {
    const believed = believedMtu(netns, skb, at)
    if (believed === undefined) return
    mtuBytes = believed
    const destination = ipv4Destination(skb.data, inner)
    const found = ipRouteOutput(world, netns, {
      destination,
      source: ipv4Source(skb.data, inner),
      device: 0,
      tos: 0,
      mark: 0,
    })
    if (found.ok && !found.route.mtuLocked)
      rememberPathMtu(world, netns, destination, found.route.device, mtuBytes, found.route.mtuBytes)
  }
  deliverSocketErrors(world, netns, skb, at, mtuBytes)
}

/** A router says that there is a better way (icmp_redirect). */
function icmpRedirect(world: World, device: NetDevice, skb: Skb, at: number): void {
  const inner = at + ICMP_HEADER_LENGTH
  if (skb.data.length < inner + IPV4_HEADER_LENGTH) {
    drop(world, 'icmp.bad_type', device, skb)
    return
  }
  const destination = ipv4Destination(skb.data, inner)
  const gateway = icmpGateway(skb.data, at)
  const accepted = redirectReceived(world, device, { from: ipv4Source(skb.data, NETWORK_HEADER), destination, gateway })
  decide(world, accepted ? 'icmp.redirect_accepted' : 'icmp.redirect_ignored', device, skb, destination, gateway)
}
