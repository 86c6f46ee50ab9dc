// Spanning tree messages on the way out, and what a change of the topology sets going. Linux: br_transmit_config, br_transmit_tcn,
// br_topology_change_detection in net/bridge/br_stp.c; br_send_bpdu in br_stp_bpdu.c. IEEE 802.1D-1998, clause 8.
import { cancel } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS, SECOND_NS } from '../../../sim/time.ts'
import { mac } from '../../../wire/address.ts'
import {
  BPDU_FLAG_TOPOLOGY_CHANGE,
  BPDU_FLAG_TOPOLOGY_CHANGE_ACK,
  type Bpdu,
  type BridgeId,
  emitBpduFrame,
} from '../../../wire/stp.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { ETHERTYPE_802_2 } from '../../netdev/receive.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import { allocSkb } from '../../skb.ts'
import { check, decide } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeIdOf, bridgeOfPort, bridgeState, isRootBridge, portIdOf, portOf } from './bridge-id.ts'
import type { BridgePort, BridgeState } from './bridge-state.ts'
import { msToTicks, roundedDelayNs, startTimer } from './stp-clock.ts'

/** Two messages on one port are at least this far apart (BR_HOLD_TIME). */
const HOLD_TIME_NS = SECOND_NS
/** What each bridge adds to a message's age (MESSAGE_AGE_INCR: one tick of the clock). */
const MESSAGE_AGE_STEP_MS = 4

/** `8000.aabbccddeeff` as number and address. */
function parseBridgeId(text: string): BridgeId {
  const digits = text.slice(5)
  return { priority: Number.parseInt(text.slice(0, 4), 16), address: mac((digits.match(/../g) ?? []).join(':')) }
}

/** Sends a message by a port as the bridge's own frame, past its forwarding (br_send_bpdu). */
function sendBpdu(world: World, device: NetDevice, bpdu: Bpdu): void {
  const { cause } = world
  const flags =
    bpdu.kind === 'config'
      ? (bpdu.topologyChange ? BPDU_FLAG_TOPOLOGY_CHANGE : 0) +
        (bpdu.topologyChangeAck ? BPDU_FLAG_TOPOLOGY_CHANGE_ACK : 0)
      : 0
  decide(world, bpdu.kind === 'config' ? 'stp.config_sent' : 'stp.tcn_sent', device, undefined, device.id, flags)
  devQueueXmit(world, device, allocSkb(world, emitBpduFrame(device.mac, bpdu), ETHERTYPE_802_2, device.id))
  world.cause = cause
}

/** How old the root's news is when this bridge passes it on, in milliseconds. */
function messageAgeMs(world: World, state: BridgeState): number {
  if (isRootBridge(state)) return 0
  const root = state.ports.map((id) => portOf(deviceById(world, id))).find((port) => port.portNo === state.rootPort)
  const sinceMs = root === undefined ? 0 : Math.floor((world.now - root.designatedSince) / MILLISECOND_NS)
  return sinceMs + MESSAGE_AGE_STEP_MS
}

/** Sends this bridge's claim by a port, or notes that it is due while the last one is too recent (br_transmit_config). */
export function transmitConfig(world: World, device: NetDevice, port: BridgePort): void {
  const state = bridgeState(bridgeOfPort(world, port))
  if (!check(world, 'stp.hold_time_over', port.holdTimer === 0)) {
    port.configPending = true
    return
  }
  const ageMs = messageAgeMs(world, state)
  if (!check(world, 'stp.news_is_recent', ageMs < state.maxAgeMs, () => `${ageMs} of ${state.maxAgeMs} ms`)) return
  if (state.stp) {
    sendBpdu(world, device, {
      kind: 'config',
      topologyChange: state.topologyChange,
      topologyChangeAck: port.topologyChangeAck,
      root: parseBridgeId(state.designatedRoot),
      rootPathCost: state.rootPathCost,
      bridge: parseBridgeId(bridgeIdOf(state)),
      port: portIdOf(port),
      messageAgeTicks: msToTicks(ageMs),
      maxAgeTicks: msToTicks(state.maxAgeMs),
      helloTimeTicks: msToTicks(state.helloTimeMs),
      forwardDelayTicks: msToTicks(state.forwardDelayMs),
    })
  }
  port.topologyChangeAck = false
  port.configPending = false
  if (state.stp)
    port.holdTimer = startTimer(world, port.holdTimer, device.id, 'hold', roundedDelayNs(world, HOLD_TIME_NS))
}

/** Sends the claim by every port whose segment this bridge speaks for (br_config_bpdu_generation). */
export function generateConfigs(world: World, state: BridgeState): void {
  const ownId = bridgeIdOf(state)
  for (const id of state.ports) {
    const device = deviceById(world, id)
    const port = portOf(device)
    const designated = port.designatedBridge === ownId && port.designatedPort === portIdOf(port)
    if (port.state !== 'disabled' && designated) transmitConfig(world, device, port)
  }
}

/** Tells the bridge on the way to the root that the topology has changed (br_transmit_tcn). */
export function transmitTcn(world: World, state: BridgeState): void {
  for (const id of state.ports) {
    const device = deviceById(world, id)
    if (portOf(device).portNo === state.rootPort && state.stp) sendBpdu(world, device, { kind: 'topology-change' })
  }
}

/** Sets or ends the time in which what was learned is forgotten soon (__br_set_topology_change). */
export function setTopologyChange(state: BridgeState, on: boolean): void {
  if (state.stp && state.topologyChange !== on)
    state.ageingTimeMs = on ? 2 * state.forwardDelayMs : state.ownAgeingTimeMs
  state.topologyChange = on
}

/** A port began or ceased to forward: the root tells everybody, other bridges tell the root (br_topology_change_detection). */
export function detectTopologyChange(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  if (!state.stp) return
  const { cause } = world
  const isRoot = check(world, 'stp.is_root', isRootBridge(state), () => state.designatedRoot)
  if (isRoot) {
    setTopologyChange(state, true)
    const lastsNs = (state.ownForwardDelayMs + state.ownMaxAgeMs) * MILLISECOND_NS
    state.topologyChangeTimer = startTimer(world, state.topologyChangeTimer, bridge.id, 'topology-change', lastsNs)
    decide(world, 'stp.topology_change', bridge, undefined, 1)
  } else if (!state.topologyChangeDetected) {
    decide(world, 'stp.topology_change', bridge, undefined, 0)
    transmitTcn(world, state)
    startTcnTimer(world, bridge, state)
  }
  state.topologyChangeDetected = true
  world.cause = cause
}

/** The news goes again each hello time until the root's side confirms it. */
export function startTcnTimer(world: World, bridge: NetDevice, state: BridgeState): void {
  state.tcnTimer = startTimer(world, state.tcnTimer, bridge.id, 'tcn', state.ownHelloTimeMs * MILLISECOND_NS)
}

/** The root's side has heard of the change (br_topology_change_acknowledged). */
export function topologyChangeAcknowledged(world: World, state: BridgeState): void {
  state.topologyChangeDetected = false
  cancel(world.queue, state.tcnTimer)
  state.tcnTimer = 0
}

/** Starts the hello timer: the root, and who takes itself for it, speaks once each hello time. */
export function startHelloTimer(world: World, bridge: NetDevice, state: BridgeState, rounded: boolean): void {
  const helloNs = state.helloTimeMs * MILLISECOND_NS
  const delayNs = rounded ? roundedDelayNs(world, helloNs) : helloNs
  state.helloTimer = startTimer(world, state.helloTimer, bridge.id, 'hello', delayNs)
}
