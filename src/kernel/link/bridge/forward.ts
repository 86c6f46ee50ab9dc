// Sending a frame out of ports: to one, or to all that should have it. Linux: net/bridge/br_forward.c.
import type { DropReason } from '../../../contract/drop-reasons.ts'
import { ETHERNET_HEADER_LENGTH, ethernetDestination } from '../../../wire/ethernet.ts'
import { VLAN_TAG_LENGTH } from '../../../wire/vlan.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import { cloneSkb, type Skb } from '../../skb.ts'
import { decide, drop } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeState, portOf } from './bridge-id.ts'
import type { BridgePort, BridgeState } from './bridge-state.ts'
import { checkSetting, checkVlan } from './checks.ts'
import { allowedEgress, handleVlan } from './vlan-filter.ts'

/** To whom a frame is addressed, which decides who is flooded with it (enum br_pkt_type). */
export type FloodKind = 'unicast' | 'multicast' | 'broadcast'

/** True when a frame came in by an isolated port (BR_INPUT_SKB_CB src_port_isolated). */
function isFromIsolatedPort(from: NetDevice): boolean {
  return from.port?.isolated === true
}

/** Why a port should not get a frame, or undefined when it should (should_deliver). */
function refusal(
  world: World,
  state: BridgeState,
  from: NetDevice,
  to: NetDevice,
  port: BridgePort,
  skb: Skb,
): DropReason | undefined {
  const back = to.id === from.id
  if (back && !checkSetting(world, 'bridge.not_back', port.hairpin, to, 'hairpin', port.hairpin))
    return 'bridge.same_port'
  const member = allowedEgress(state, port.vlans, skb)
  if (state.vlanFiltering && !checkVlan(world, 'bridge.vlan_egress', member, to, skb.vlanTci & 0xfff))
    return 'bridge.egress_refused'
  const forwarding = port.state === 'forwarding'
  if (!checkSetting(world, 'bridge.egress_state', forwarding, to, 'state', port.state)) return 'bridge.egress_refused'
  // Isolation is between two isolated ports, and a port is no exception to itself: hairpin sends nothing back by one (br_skb_isolated).
  if (
    isFromIsolatedPort(from) &&
    !checkSetting(world, 'bridge.not_isolated', !port.isolated, to, 'isolated', port.isolated)
  ) {
    return 'bridge.egress_refused'
  }
  return undefined
}

/** Whether a port's flags let it be flooded with this kind of frame. Frames of this machine pass the group flags (br_flood). */
function takesFlood(
  world: World,
  bridge: NetDevice,
  from: NetDevice,
  to: NetDevice,
  port: BridgePort,
  kind: FloodKind,
): boolean {
  const isOurs = from.id === bridge.id
  switch (kind) {
    case 'unicast':
      return checkSetting(world, 'bridge.flood_flag', port.flood, to, 'flood', port.flood)
    case 'multicast':
      return isOurs || checkSetting(world, 'bridge.flood_flag', port.mcastFlood, to, 'mcast_flood', port.mcastFlood)
    case 'broadcast':
      return isOurs || checkSetting(world, 'bridge.flood_flag', port.bcastFlood, to, 'bcast_flood', port.bcastFlood)
  }
}

/** Hands a frame to a port's device (__br_forward, br_dev_queue_push_xmit). What the device cannot take dies without a word. */
function transmitByPort(world: World, state: BridgeState, to: NetDevice, port: BridgePort, skb: Skb): void {
  handleVlan(state, port.vlans, skb)
  if (world.bridgeFiltering && skb.bridgePort !== 0) {
    const bridge = deviceById(world, to.master)
    if (!world.modules.netfilter.bridgeForward(world, bridge, to, skb)) return
  }
  const limitBytes = to.mtuBytes + ETHERNET_HEADER_LENGTH + VLAN_TAG_LENGTH
  if (
    !checkSetting(world, 'bridge.egress_mtu', skb.gsoBytes > 0 || skb.data.length <= limitBytes, to, 'mtu', to.mtuBytes)
  ) {
    drop(world, 'bridge.too_long', to, skb)
    return
  }
  skb.bridgePort = 0
  devQueueXmit(world, to, skb)
}

/**
 * Sends a frame to the one port that its address is behind (br_forward). `from` is the port where it came in, or the bridge for frames of this
 * machine. The frame is moved; only when a local copy is to come is it cloned.
 */
export function brForward(
  world: World,
  bridge: NetDevice,
  from: NetDevice,
  to: NetDevice,
  skb: Skb,
  localCopy: boolean,
): void {
  const state = bridgeState(bridge)
  const port = portOf(to)
  const reason = refusal(world, state, from, to, port, skb)
  if (reason !== undefined) {
    if (!localCopy) drop(world, reason, from, skb)
    return
  }
  const { cause } = world
  const destination = ethernetDestination(skb.data)
  if (from.id === bridge.id) decide(world, 'bridge.transmit', bridge, skb, destination, 1)
  else decide(world, 'bridge.forward', from, skb, destination, to.id)
  transmitByPort(world, state, to, port, localCopy ? cloneSkb(skb) : skb)
  world.cause = cause
}

/**
 * Sends a frame to every port that should have it, newest port first (br_flood). The last one gets the frame itself, the others clones; when a
 * local copy is to come, all get clones. A request that the bridge knows the answer to (`arpAnswered`) spares ports with neigh_suppress.
 */
export function brFlood(
  world: World,
  bridge: NetDevice,
  from: NetDevice,
  kind: FloodKind,
  skb: Skb,
  localCopy: boolean,
  arpAnswered: boolean,
): void {
  const state = bridgeState(bridge)
  const targets: NetDevice[] = []
  for (const id of state.ports) {
    const to = deviceById(world, id)
    const port = portOf(to)
    if (arpAnswered && port.neighSuppress) continue
    if (takesFlood(world, bridge, from, to, port, kind) && refusal(world, state, from, to, port, skb) === undefined)
      targets.push(to)
  }
  if (targets.length === 0) {
    if (!localCopy) drop(world, 'bridge.no_target', from, skb)
    return
  }
  const { cause } = world
  const destination = ethernetDestination(skb.data)
  const decision = decide(
    world,
    from.id === bridge.id ? 'bridge.transmit' : 'bridge.flood',
    from,
    skb,
    destination,
    targets.length,
  )
  const last = targets.length - 1
  for (let at = 0; at <= last; at++) {
    const to = targets[at]!
    // Siblings are effects of the decision, not of each other.
    world.cause = decision
    transmitByPort(world, state, to, portOf(to), at === last && !localCopy ? skb : cloneSkb(skb))
  }
  world.cause = cause
}
