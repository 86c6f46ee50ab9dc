// br_netfilter: IPv4 frames that cross a bridge pass the firewall too, as if the bridge were the interface. Linux: br_netfilter_hooks.c.
import type { DropReason } from '../../contract/drop-reasons.ts'
import { writeMac, type Ipv4Address } from '../../wire/address.ts'
import { ETHERTYPE_IPV4, ethernetSource } from '../../wire/ethernet.ts'
import { ipv4Destination, ipv4HeaderValid, ipv4Source, ipv4Tos } from '../../wire/ipv4.ts'
import { ipRouteInput } from '../ipv4/route-input.ts'
import { isConnectedState } from '../neigh/neigh-entry.ts'
import { neighOutput } from '../neigh/neigh-output.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { NETWORK_HEADER, writableData, type Skb } from '../skb.ts'
import { check, drop } from '../trace.ts'
import { netnsById, type DeviceId, type World } from '../world.ts'
import { nfHook } from './hooks.ts'
import { netfilterInfo } from './conntrack/track.ts'
import { emptyNetfilter } from './skb-netfilter.ts'

function callsIptables(world: World, bridge: NetDevice, skb: Skb): boolean {
  if (skb.protocol !== ETHERTYPE_IPV4 || skb.vlanProtocol !== 0) return false
  const { bridgeNf } = netnsById(world, bridge.netns)
  return (
    bridgeNf !== undefined &&
    check(
      world,
      'netfilter.bridge_calls_iptables',
      bridgeNf.callIptables !== 0,
      () => `net.bridge.bridge-nf-call-iptables = ${bridgeNf.callIptables}`,
    )
  )
}

/** While the rules look at a frame that is for another machine it counts as for this one, so that it may be rejected (BRNF_PKT_TYPE). */
function asHost(skb: Skb, look: () => boolean): boolean {
  const { packetType } = skb
  if (packetType !== 'otherhost') return look()
  skb.packetType = 'host'
  const goesOn = look()
  skb.packetType = packetType
  return goesOn
}

/** PREROUTING for a frame that came in by a port. False when it went no further (br_nf_pre_routing, br_nf_pre_routing_finish). */
export function bridgePreRouting(world: World, bridge: NetDevice, port: NetDevice, skb: Skb): boolean {
  if (!callsIptables(world, bridge, skb)) return true
  const netns = netnsById(world, bridge.netns)
  const verdict = ipv4HeaderValid(skb.data, NETWORK_HEADER, skb.data.length)
  if (!check(world, 'ip.header_is_sound', verdict === 'ok', () => verdict)) {
    const reason: DropReason = verdict === 'bad-checksum' ? 'ip.checksum' : 'ip.header'
    drop(world, reason, port, skb)
    return false
  }
  skb.nf = { ...emptyNetfilter(netns.id), physIn: port.id }
  const destination = ipv4Destination(skb.data, NETWORK_HEADER)
  if (!asHost(skb, () => nfHook(world, netns, 'prerouting', { in: bridge, out: undefined, route: undefined }, skb)))
    return false
  if (ipv4Destination(skb.data, NETWORK_HEADER) === destination) return true
  return readdress(world, bridge, skb)
}

/**
 * The rules changed the frame's destination: it goes on to the machine that has it on this bridge, or up to be routed. False when it goes on
 * only once its neighbour is known, or not at all.
 */
function readdress(world: World, bridge: NetDevice, skb: Skb): boolean {
  const route = ipRouteInput(world, bridge, {
    destination: ipv4Destination(skb.data, NETWORK_HEADER),
    source: ipv4Source(skb.data, NETWORK_HEADER),
    tos: ipv4Tos(skb.data, NETWORK_HEADER),
    mark: skb.mark,
    isIpv4: true,
  })
  // Where there is no way on IP says so. A blackhole is none either, while a martian is refused at once.
  if (route.kind === 'refused' && route.reason !== 'ip.route_blackhole') {
    drop(world, route.reason, bridge, skb)
    return false
  }
  if (route.kind === 'forward' && route.route.device === bridge.id)
    return toNeighbour(world, bridge, route.route.nexthop, skb)
  writeMac(writableData(world, skb), 0, bridge.mac)
  skb.packetType = 'host'
  return true
}

/**
 * Readdresses a frame to a neighbour on the bridge (br_nf_pre_routing_finish_bridge). When the neighbour is known and was sent to before, the
 * frame just goes on. Otherwise the bridge's own machine sends it, so that a capture on the bridge shows it in that machine's name, after
 * asking for the neighbour if need be; the bridge gives it its sender back.
 */
function toNeighbour(world: World, bridge: NetDevice, nexthop: Ipv4Address, skb: Skb): boolean {
  const entry = bridge.neigh.entries.get(nexthop)
  if (entry?.mac !== undefined && entry.headerReady && isConnectedState(entry.state)) {
    writeMac(writableData(world, skb), 0, entry.mac)
    return true
  }
  const known = netfilterInfo(netnsById(world, bridge.netns), skb) ?? emptyNetfilter(bridge.netns)
  skb.nf = { ...known, bridgedFrom: ethernetSource(skb.data) }
  neighOutput(world, bridge, nexthop, skb)
  return false
}

/**
 * The port by which a frame came that the bridge's machine sends on for it, with its sender's name on it again; undefined for any other frame
 * that leaves by the bridge (br_nf_dev_xmit, br_nf_pre_routing_finish_bridge_slow).
 */
export function bridgeReaddressed(world: World, skb: Skb): DeviceId | undefined {
  const { nf } = skb
  if (nf?.bridgedFrom === undefined) return undefined
  writeMac(writableData(world, skb), 6, nf.bridgedFrom)
  skb.nf = { ...nf, bridgedFrom: undefined, physOut: 0 }
  return nf.physIn
}

/** FORWARD and POSTROUTING for a frame that leaves by a port after coming in by one. False when it was dropped (br_nf_forward_ip, br_nf_post_routing). */
export function bridgeForward(world: World, bridge: NetDevice, port: NetDevice, skb: Skb): boolean {
  if (!callsIptables(world, bridge, skb)) return true
  const netns = netnsById(world, bridge.netns)
  skb.nf = { ...(netfilterInfo(netns, skb) ?? emptyNetfilter(netns.id)), physIn: skb.bridgePort, physOut: port.id }
  const place = { in: bridge, out: bridge, route: undefined }
  return asHost(
    skb,
    () =>
      nfHook(world, netns, 'forward', place, skb) &&
      nfHook(world, netns, 'postrouting', { ...place, in: undefined }, skb),
  )
}

/** True for a packet that passed PREROUTING on its way into the bridge: once is enough (ip_sabotage_in). */
export function passedPreRouting(device: NetDevice, skb: Skb): boolean {
  const { nf } = skb
  return nf !== undefined && nf.netns === device.netns && nf.physIn !== 0 && device.state.kind === 'bridge'
}
