// br_netfilter: IPv4 frames that cross a bridge pass the firewall too, as if the bridge were the interface. Linux: br_netfilter_hooks.c.
import type { DropReason } from '../../contract/drop-reasons.ts'
import { writeMac } from '../../wire/address.ts'
import { ETHERTYPE_IPV4 } from '../../wire/ethernet.ts'
import { ipv4Destination, ipv4HeaderValid, ipv4Source, ipv4Tos } from '../../wire/ipv4.ts'
import { ipRouteInput } from '../ipv4/route-input.ts'
import { isConnectedState } from '../neigh/neigh-entry.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { NETWORK_HEADER, writableData, type Skb } from '../skb.ts'
import { check, drop } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
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

/** The rules changed the frame's destination: it goes on to the machine that has it on this bridge, or up to be routed. */
function readdress(world: World, bridge: NetDevice, skb: Skb): boolean {
  const route = ipRouteInput(world, bridge, {
    destination: ipv4Destination(skb.data, NETWORK_HEADER),
    source: ipv4Source(skb.data, NETWORK_HEADER),
    tos: ipv4Tos(skb.data, NETWORK_HEADER),
    mark: skb.mark,
    isIpv4: true,
  })
  if (route.kind === 'refused' || route.kind === 'unreachable') {
    drop(world, route.reason, bridge, skb)
    return false
  }
  if (route.kind === 'forward' && route.route.device === bridge.id) {
    const entry = bridge.neigh.entries.get(route.route.nexthop)
    if (entry?.mac !== undefined && isConnectedState(entry.state)) {
      writeMac(writableData(world, skb), 0, entry.mac)
      return true
    }
    // Differs from Linux: without a known neighbour Linux asks for it and then sends the frame in its old sender's name. Here IP forwards it.
  }
  writeMac(writableData(world, skb), 0, bridge.mac)
  skb.packetType = 'host'
  return true
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
