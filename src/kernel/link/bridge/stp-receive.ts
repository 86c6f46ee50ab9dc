// Spanning tree messages that come in by a port. Linux: llc_rcv, br_stp_rcv, br_received_config_bpdu, br_received_tcn_bpdu.
import { cancel } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import { ETHERNET_HEADER_LENGTH, ethernetDestination } from '../../../wire/ethernet.ts'
import { type ConfigBpdu, isStpLlc, LLC_HEADER_LENGTH, parseBpdu, STP_GROUP_MAC } from '../../../wire/stp.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import type { World } from '../../world.ts'
import { bridgeIdOf, bridgeOfPort, bridgeState, formatBridgeId, isRootBridge } from './bridge-id.ts'
import type { BridgePort, BridgeState } from './bridge-state.ts'
import { checkSetting } from './checks.ts'
import { configurationUpdate, disablePort, isDesignatedPort, portStateSelection } from './port-state.ts'
import { startTimer, ticksToMs } from './stp-clock.ts'
import {
  detectTopologyChange,
  generateConfigs,
  setTopologyChange,
  startTcnTimer,
  topologyChangeAcknowledged,
  transmitConfig,
  transmitTcn,
} from './stp-send.ts'

/** Takes an 802.2 frame from the receive ladder: the model knows one protocol above it (llc_rcv). */
export function llcRcv(world: World, device: NetDevice, skb: Skb): void {
  if (!check(world, 'llc.is_spanning_tree', isStpLlc(skb.data, ETHERNET_HEADER_LENGTH))) {
    drop(world, 'llc.no_protocol', device, skb)
    return
  }
  stpRcv(world, device, skb)
}

/** br_stp_rcv. */
function stpRcv(world: World, device: NetDevice, skb: Skb): void {
  const parsed = parseBpdu(skb.data, ETHERNET_HEADER_LENGTH + LLC_HEADER_LENGTH)
  if (!check(world, 'stp.message_is_sound', parsed.ok) || !parsed.ok) {
    drop(world, 'stp.bad_message', device, skb)
    return
  }
  const { port } = device
  if (!check(world, 'stp.device_is_port', port !== undefined, () => device.name) || port === undefined) {
    drop(world, 'stp.not_a_port', device, skb)
    return
  }
  const bridge = bridgeOfPort(world, port)
  const state = bridgeState(bridge)
  const listens =
    checkSetting(world, 'stp.bridge_runs', state.stp && bridge.up, bridge, 'stp_state', state.stp ? 1 : 0) &&
    checkSetting(world, 'stp.port_enabled', port.state !== 'disabled', device, 'state', port.state) &&
    check(world, 'stp.sent_to_bridges', ethernetDestination(skb.data) === STP_GROUP_MAC)
  if (!listens) {
    drop(world, 'stp.not_running', device, skb)
    return
  }
  if (!checkSetting(world, 'stp.port_unguarded', !port.guard, device, 'guard', port.guard)) {
    decide(world, 'stp.guarded', device, skb, device.id)
    disablePort(world, device)
    return
  }
  const bpdu = parsed.value
  if (bpdu.kind === 'topology-change') receivedTcn(world, bridge, device, port, skb)
  else if (bpdu.messageAgeTicks > bpdu.maxAgeTicks) {
    check(world, 'stp.news_is_recent', false, () => `${bpdu.messageAgeTicks} of ${bpdu.maxAgeTicks} ticks`)
    drop(world, 'stp.message_too_old', device, skb)
  } else receivedConfig(world, bridge, device, port, skb, bpdu)
}

/** True when a message is better than, or news from, whoever spoke best for this segment so far (br_supersedes_port_info). */
function supersedes(state: BridgeState, port: BridgePort, bpdu: ConfigBpdu): boolean {
  const root = formatBridgeId(bpdu.root.priority, bpdu.root.address)
  if (root !== port.designatedRoot) return root < port.designatedRoot
  if (bpdu.rootPathCost !== port.designatedCost) return bpdu.rootPathCost < port.designatedCost
  const sender = formatBridgeId(bpdu.bridge.priority, bpdu.bridge.address)
  if (sender !== port.designatedBridge) return sender < port.designatedBridge
  return sender !== bridgeIdOf(state) || bpdu.port <= port.designatedPort
}

/** Remembers what a message says of its segment, for as long as it is fresh (br_record_config_information). */
function recordConfig(world: World, device: NetDevice, port: BridgePort, bpdu: ConfigBpdu): void {
  const ageNs = ticksToMs(bpdu.messageAgeTicks) * MILLISECOND_NS
  port.designatedRoot = formatBridgeId(bpdu.root.priority, bpdu.root.address)
  port.designatedCost = bpdu.rootPathCost
  port.designatedBridge = formatBridgeId(bpdu.bridge.priority, bpdu.bridge.address)
  port.designatedPort = bpdu.port
  port.designatedSince = world.now - ageNs
  const leftNs = ticksToMs(bpdu.maxAgeTicks) * MILLISECOND_NS - ageNs
  port.messageAgeTimer = startTimer(world, port.messageAgeTimer, device.id, 'message-age', leftNs)
}

/** br_received_config_bpdu. */
function receivedConfig(
  world: World,
  bridge: NetDevice,
  device: NetDevice,
  port: BridgePort,
  skb: Skb,
  bpdu: ConfigBpdu,
): void {
  const state = bridgeState(bridge)
  const wasRoot = isRootBridge(state)
  const sender = bpdu.bridge.address
  const root = (): string => formatBridgeId(bpdu.root.priority, bpdu.root.address)
  const known = `${port.designatedRoot} cost ${port.designatedCost}`
  if (check(world, 'stp.better_claim', supersedes(state, port, bpdu), root, () => known)) {
    decide(world, 'stp.config_accepted', device, skb, sender, bpdu.port)
    recordConfig(world, device, port, bpdu)
    configurationUpdate(world, state)
    portStateSelection(world, bridge)
    if (wasRoot && !isRootBridge(state)) yieldRoot(world, bridge, state)
    if (port.portNo !== state.rootPort) return
    // The times in force are the root's (br_record_config_timeout_values).
    state.maxAgeMs = ticksToMs(bpdu.maxAgeTicks)
    state.helloTimeMs = ticksToMs(bpdu.helloTimeTicks)
    state.forwardDelayMs = ticksToMs(bpdu.forwardDelayTicks)
    setTopologyChange(state, bpdu.topologyChange)
    generateConfigs(world, state)
    if (bpdu.topologyChangeAck) topologyChangeAcknowledged(world, state)
  } else if (check(world, 'stp.speaks_for_segment', isDesignatedPort(state, port))) {
    decide(world, 'stp.config_answered', device, skb, sender, bpdu.port)
    transmitConfig(world, device, port)
  } else decide(world, 'stp.config_ignored', device, skb, sender, bpdu.port)
}

/** Another bridge has the better claim to be the root. */
function yieldRoot(world: World, bridge: NetDevice, state: BridgeState): void {
  cancel(world.queue, state.helloTimer)
  state.helloTimer = 0
  if (!state.topologyChangeDetected) return
  cancel(world.queue, state.topologyChangeTimer)
  state.topologyChangeTimer = 0
  transmitTcn(world, state)
  startTcnTimer(world, bridge, state)
}

/** Somebody further from the root saw the topology change: confirm it, and pass the news on (br_received_tcn_bpdu). */
function receivedTcn(world: World, bridge: NetDevice, device: NetDevice, port: BridgePort, skb: Skb): void {
  if (!check(world, 'stp.speaks_for_segment', isDesignatedPort(bridgeState(bridge), port))) {
    decide(world, 'stp.tcn_ignored', device, skb, device.id)
    return
  }
  decide(world, 'stp.tcn_received', device, skb, device.id)
  detectTopologyChange(world, bridge)
  port.topologyChangeAck = true
  transmitConfig(world, device, port)
}
