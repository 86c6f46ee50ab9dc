// Neighbour suppression: a bridge that knows the answer keeps ARP requests off ports that asked for quiet. Linux: net/bridge/br_arp_nd_proxy.c.
import { ARP_REPLY, ARP_REQUEST, type ArpPacket, emitArpFrame, parseArp } from '../../../wire/arp.ts'
import { type Ipv4Address, isLoopbackIpv4, isMulticastIpv4, type MacAddress } from '../../../wire/address.ts'
import { ETHERTYPE_ARP } from '../../../wire/ethernet.ts'
import { isValidState } from '../../neigh/neigh-entry.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { netifRx } from '../../netdev/receive.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import { allocSkb, NETWORK_HEADER, type Skb } from '../../skb.ts'
import { decide } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeState } from './bridge-id.ts'
import { checkEntry, checkSetting } from './checks.ts'
import { fdbFind } from './fdb.ts'

/** Notes whether some port of the bridge asks for quiet, after a port changed or left (br_recalculate_neigh_suppress_enabled). */
export function recalculateNeighSuppress(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  state.neighSuppressEnabled = state.ports.some((id) => deviceById(world, id).port?.neighSuppress === true)
}

/** Where the neighbours of a VLAN are kept: on the bridge, or on its VLAN device, without which nothing is known. */
function neighbourDevice(world: World, bridge: NetDevice, vlan: number): NetDevice | undefined {
  if (vlan === 0) return bridge
  return bridge.vlanChildren
    .map((id) => deviceById(world, id))
    .find(({ state }) => state.kind === 'vlan' && state.id === vlan)
}

/** True when an address is this machine's, on the device or on a VLAN device above it (br_is_local_ip). */
function isLocalIp(world: World, device: NetDevice, ip: Ipv4Address): boolean {
  const devices = [device, ...device.vlanChildren.map((id) => deviceById(world, id))]
  return devices.some(({ ipv4 }) => ipv4.addresses.some(({ local }) => local === ip))
}

/**
 * Answers in the name of the owner, out of the device that the request came by (br_arp_send). When this machine asked in a VLAN that is up to it;
 * without VLANs the bridge transmits the answer, which no port need bring back.
 */
function sendReply(
  world: World,
  bridge: NetDevice,
  from: NetDevice,
  request: ArpPacket,
  mac: MacAddress,
  vlan: number,
): void {
  const data = emitArpFrame({
    destination: request.senderMac,
    source: mac,
    operation: ARP_REPLY,
    senderMac: mac,
    senderIp: request.targetIp,
    targetMac: request.senderMac,
    targetIp: request.senderIp,
  })
  const reply = allocSkb(world, data, ETHERTYPE_ARP, from.id)
  if (vlan !== 0 && from.port?.vlans.pvid !== vlan) {
    reply.vlanProtocol = bridgeState(bridge).vlanProtocol
    reply.vlanTci = vlan
  }
  if (from.id === bridge.id && vlan !== 0) {
    reply.packetType = 'host'
    netifRx(world, bridge, reply)
  } else devQueueXmit(world, from, reply)
}

/**
 * Looks at an ARP frame that came in by `from`, a port or the bridge itself. True when ports with neigh_suppress shall not be flooded with it:
 * it is an announcement, it is about this machine, or its answer is known, which then is sent if the owner's port has neigh_suppress.
 * Linux: br_do_proxy_suppress_arp.
 */
export function suppressArp(world: World, bridge: NetDevice, from: NetDevice, skb: Skb, vlan: number): boolean {
  if (skb.protocol !== ETHERTYPE_ARP || !bridgeState(bridge).neighSuppressEnabled || bridge.noArp) return false
  const parsed = parseArp(skb.data, NETWORK_HEADER)
  if (!parsed.ok) return false
  const request = parsed.value
  const { senderIp, targetIp } = request
  if (
    (request.operation !== ARP_REQUEST && request.operation !== ARP_REPLY) ||
    isLoopbackIpv4(targetIp) ||
    isMulticastIpv4(targetIp)
  )
    return false
  if (from.port?.neighSuppress === true) return false
  // An announcement asks nothing that this bridge could answer. A probe does: whether somebody has the address.
  if (senderIp === targetIp) return true
  if (request.operation !== ARP_REQUEST) return false
  const device = neighbourDevice(world, bridge, vlan)
  if (device === undefined) return false
  if (isLocalIp(world, device, targetIp)) return true
  const neighbour = device.neigh.entries.get(targetIp)
  if (neighbour?.mac === undefined || !isValidState(neighbour.state)) return false
  const entry = fdbFind(bridgeState(bridge), neighbour.mac, vlan)
  if (entry === undefined) return false
  checkEntry(world, 'bridge.neighbour_known', true, bridge, neighbour.mac, 'is the neighbour asked for')
  const owner = deviceById(world, entry.device)
  const quiet = owner.port?.neighSuppress === true
  if (!checkSetting(world, 'bridge.neigh_suppress', quiet, owner, 'neigh_suppress', quiet)) return true
  // The owner itself is not told that its address is taken.
  if (neighbour.mac === request.senderMac) return true
  const { cause } = world
  decide(world, 'bridge.neigh_suppress_reply', from, skb, targetIp, neighbour.mac)
  sendReply(world, bridge, from, request, neighbour.mac, vlan)
  world.cause = cause
  return true
}
