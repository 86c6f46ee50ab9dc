// Frames that come in by a port: the bridge's receive handler. Linux: net/bridge/br_input.c.
import { type MacAddress, isBroadcastMac, isGroupMac, isValidDeviceMac } from '../../../wire/address.ts'
import { ETHERTYPE_VLAN, ethernetDestination, ethernetSource } from '../../../wire/ethernet.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { netifReceiveSkb } from '../../netdev/receive.ts'
import type { Skb } from '../../skb.ts'
import { decide, drop } from '../../trace.ts'
import { deviceById, type DeviceId, type World } from '../../world.ts'
import type { RxVerdict } from '../link-kind.ts'
import { bridgeOfPort, bridgeState, portOf } from './bridge-id.ts'
import type { BridgePort, BridgeState, FdbEntry } from './bridge-state.ts'
import { checkEntry, checkMac, checkSetting, checkVlan } from './checks.ts'
import { fdbFind, fdbUpdate } from './fdb.ts'
import { brFlood, brForward, type FloodKind } from './forward.ts'
import { suppressArp } from './neigh-suppress.ts'
import { allowedEgress, allowedIngress, handleVlan, learningVlan, NOT_ALLOWED } from './vlan-filter.ts'

/** 01:80:c2:00:00:00, the first of the sixteen addresses that a bridge must not forward (IEEE 802.1D, table 7-10). */
const LINK_LOCAL_BASE = 0x0180c2000000
const LINK_LOCAL_COUNT = 16
const BPDU_ADDRESS = 0
const PAUSE_ADDRESS = 1

type LinkLocalVerdict = 'forward' | 'pass' | 'drop'

/** True while a device wants all frames, because of `promisc on` or a capture (IFF_PROMISC). */
function isPromiscuous(device: NetDevice): boolean {
  return device.promiscuityCount > 0
}

/** The link-local addresses that are for customers' bridges, so that a provider's passes them on (BR_GROUPFWD_8021AD). */
const PROVIDER_MASK = 0xb801

/** What a bridge passes on whatever its masks say (br_recalculate_fwd_mask). */
function requiredMask(state: BridgeState): number {
  return state.vlanFiltering && state.vlanProtocol !== ETHERTYPE_VLAN ? PROVIDER_MASK : 0
}

/** What becomes of a link-local frame: `address` is the last digit of its destination. */
function linkLocalVerdict(
  world: World,
  bridge: NetDevice,
  state: BridgeState,
  device: NetDevice,
  port: BridgePort,
  address: number,
): LinkLocalVerdict {
  // The bridge-wide mask does not reach the addresses of spanning tree, pause frames and link aggregation; a port's reaches all but pause.
  const portMask = requiredMask(state) | port.groupFwdMask
  const isOpened = ((portMask | (address === BPDU_ADDRESS ? 0 : state.groupFwdMask)) >> address) % 2 === 1
  switch (address) {
    case BPDU_ADDRESS: {
      // With spanning tree off BPDUs are passed on, so that the loop detection of others works through this bridge.
      if (checkSetting(world, 'bridge.stp_off', !state.stp, bridge, 'stp_state', state.stp ? 1 : 0)) return 'forward'
      break
    }
    case PAUSE_ADDRESS:
      return 'drop'
  }
  return checkSetting(
    world,
    'bridge.group_fwd_mask',
    isOpened,
    device,
    'group_fwd_mask',
    port.groupFwdMask | state.groupFwdMask,
  )
    ? 'forward'
    : 'pass'
}

/** Learns the source of a frame that stays on its port (__br_handle_local_finish). */
function learnFromLocalFrame(world: World, bridge: NetDevice, device: NetDevice, port: BridgePort, skb: Skb): void {
  if (port.state !== 'learning' && port.state !== 'forwarding') return
  const vlan = learningVlan(bridgeState(bridge), port.vlans, skb)
  if (vlan !== NOT_ALLOWED) fdbUpdate(world, bridge, device, ethernetSource(skb.data), vlan)
}

/**
 * Takes a frame off a port. `pass` leaves it to the port's own protocols, which happens only to link-local frames. Linux: br_handle_frame.
 */
export function brHandleFrame(world: World, device: NetDevice, skb: Skb): RxVerdict {
  if (skb.packetType === 'loopback') return 'pass'
  const source = ethernetSource(skb.data)
  if (!checkMac(world, 'bridge.source_mac_valid', isValidDeviceMac(source), source, 'source address of the frame')) {
    drop(world, 'bridge.source_mac_invalid', device, skb)
    return 'consumed'
  }
  const port = portOf(device)
  const bridge = bridgeOfPort(world, port)
  const state = bridgeState(bridge)
  const destination = ethernetDestination(skb.data)
  const linkLocal = destination - LINK_LOCAL_BASE
  if (linkLocal >= 0 && linkLocal < LINK_LOCAL_COUNT) {
    const verdict = linkLocalVerdict(world, bridge, state, device, port, linkLocal)
    if (verdict === 'drop') {
      checkMac(world, 'bridge.not_pause', false, destination, 'destination address of the frame')
      drop(world, 'bridge.pause_frame', device, skb)
      return 'consumed'
    }
    if (verdict === 'pass') {
      learnFromLocalFrame(world, bridge, device, port, skb)
      decide(world, 'bridge.pass_to_port', device, skb, destination)
      return 'pass'
    }
  }
  const open = port.state === 'forwarding' || port.state === 'learning'
  if (!checkSetting(world, 'bridge.port_state', open, device, 'state', port.state)) {
    drop(world, 'bridge.port_not_forwarding', device, skb)
    return 'consumed'
  }
  if (destination === bridge.mac) skb.packetType = 'host'
  skb.bridgePort = device.id
  if (world.bridgeFiltering && !world.modules.netfilter.bridgePreRouting(world, bridge, device, skb)) return 'consumed'
  brHandleFrameFinish(world, bridge, device, port, skb)
  return 'consumed'
}

/** Takes up a frame again that waited for the neighbour to whom NAT sent it, as if its port had received it now. */
export function brHandleReaddressed(world: World, bridge: NetDevice, deviceId: DeviceId, skb: Skb): void {
  const device = world.devices[deviceId]
  const port = device?.port
  if (device === undefined || port === undefined || port.bridge !== bridge.id || port.state === 'disabled') {
    drop(world, 'bridge.port_not_forwarding', bridge, skb)
    return
  }
  skb.device = deviceId
  skb.bridgePort = deviceId
  brHandleFrameFinish(world, bridge, device, port, skb)
}

/** A locked port takes frames only of sources that are in the table on this port, put there by hand. */
function isSourceUnlocked(
  world: World,
  bridge: NetDevice,
  device: NetDevice,
  source: MacAddress,
  vlan: number,
): boolean {
  const entry = fdbFind(bridgeState(bridge), source, vlan)
  const known = entry !== undefined && entry.device === device.id && !entry.local
  return checkEntry(
    world,
    'bridge.locked_source_known',
    known,
    bridge,
    source,
    known ? 'is known on this port' : 'is not known on this port',
  )
}

function floodKindOf(destination: MacAddress): FloodKind {
  if (!isGroupMac(destination)) return 'unicast'
  return isBroadcastMac(destination) ? 'broadcast' : 'multicast'
}

/** Filters, learns and decides where a frame goes (br_handle_frame_finish). */
function brHandleFrameFinish(world: World, bridge: NetDevice, device: NetDevice, port: BridgePort, skb: Skb): void {
  // NAT may have sent the frame to another machine.
  const destination = ethernetDestination(skb.data)
  const source = ethernetSource(skb.data)
  const state = bridgeState(bridge)
  const vlan = allowedIngress(world, state, device, port.vlans, skb)
  if (vlan === NOT_ALLOWED) {
    drop(world, 'bridge.vlan_ingress', device, skb)
    return
  }
  if (port.locked && !isSourceUnlocked(world, bridge, device, source, vlan)) {
    drop(world, 'bridge.port_locked', device, skb)
    return
  }
  // Learning comes after filtering, so that nobody enters the table with a frame that may not enter the bridge.
  fdbUpdate(world, bridge, device, source, vlan)
  if (!checkSetting(world, 'bridge.port_forwards', port.state !== 'learning', device, 'state', port.state)) {
    drop(world, 'bridge.learning_only', device, skb)
    return
  }
  const arpAnswered = suppressArp(world, bridge, device, skb, vlan)
  const kind = floodKindOf(destination)
  if (kind === 'unicast') {
    const entry = fdbFind(state, destination, vlan)
    if (entry !== undefined) {
      forwardToEntry(world, bridge, device, skb, destination, entry)
      return
    }
    checkEntry(world, 'bridge.destination_known', false, bridge, destination, 'is unknown')
  }
  // Without a multicast querier on the network, which this bridge never is, group frames go to everyone and up.
  const localCopy =
    kind !== 'unicast' ||
    checkSetting(world, 'bridge.promisc', isPromiscuous(bridge), bridge, 'promiscuity', bridge.promiscuityCount)
  brFlood(world, bridge, device, kind, skb, localCopy, arpAnswered)
  if (localCopy) brPassFrameUp(world, bridge, device, skb, destination)
}

/** Sends a frame where the table says: up to this machine for a local entry, else to the entry's port. */
function forwardToEntry(
  world: World,
  bridge: NetDevice,
  device: NetDevice,
  skb: Skb,
  destination: MacAddress,
  entry: FdbEntry,
): void {
  if (entry.local) {
    checkEntry(world, 'bridge.destination_local', true, bridge, destination, 'is local')
    brPassFrameUp(world, bridge, device, skb, destination)
    return
  }
  checkEntry(world, 'bridge.destination_known', true, bridge, destination, 'is behind a port')
  entry.usedAt = world.now
  const localCopy = isPromiscuous(bridge)
  brForward(world, bridge, device, deviceById(world, entry.device), skb, localCopy)
  if (localCopy) {
    checkSetting(world, 'bridge.promisc', true, bridge, 'promiscuity', bridge.promiscuityCount)
    brPassFrameUp(world, bridge, device, skb, destination)
  }
}

/** Passes a frame up to this machine: the bridge device receives it, with the packet type that it had (br_pass_frame_up). */
function brPassFrameUp(world: World, bridge: NetDevice, device: NetDevice, skb: Skb, destination: MacAddress): void {
  const state = bridgeState(bridge)
  // The bridge is like a port of its own here; a capture on it sees the frames of all VLANs.
  const allowed = isPromiscuous(bridge) || allowedEgress(state, state.vlans, skb)
  if (state.vlanFiltering && !checkVlan(world, 'bridge.vlan_of_bridge', allowed, bridge, skb.vlanTci & 0xfff)) {
    drop(world, 'bridge.egress_refused', bridge, skb)
    return
  }
  const { cause } = world
  decide(world, 'bridge.deliver_up', device, skb, destination)
  handleVlan(state, state.vlans, skb)
  skb.bridgePort = 0
  netifReceiveSkb(world, bridge, skb)
  world.cause = cause
}
