// States of ports: who becomes root and designated port, when a port forwards, and what that does to the bridge's carrier.
// Linux: net/bridge/br_stp.c and br_stp_if.c; with spanning tree off a port that is enabled forwards at once.
//
// | from       | to         | cause                                                  |
// | disabled   | blocking   | link and bridge up (br_init_port), then at once onward |
// | blocking   | forwarding | spanning tree off, or no forward delay                 |
// | blocking   | listening  | spanning tree on, root or designated port              |
// | listening  | learning   | forward delay over                                     |
// | learning   | forwarding | forward delay over                                     |
// | not disabled | blocking | neither root nor designated port                       |
// | any        | disabled   | link lost, port down, bridge down, port removed        |
import type { PortState } from '../../../contract/read-models.ts'
import { cancel } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import { setCarrier } from '../../netdev/link-watch.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { linkChanged } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeIdOf, bridgeOfPort, bridgeState, isRootBridge, portIdOf, portOf } from './bridge-id.ts'
import type { BridgePort, BridgeState } from './bridge-state.ts'
import { fdbDeleteByPort } from './fdb-local.ts'
import { startTimer } from './stp-clock.ts'
import { detectTopologyChange, generateConfigs, startHelloTimer } from './stp-send.ts'

/** True when a device is up and its link works (netif_running and netif_oper_up). */
export function isLinkUp(device: NetDevice): boolean {
  return device.up && (device.operState === 'UP' || device.operState === 'UNKNOWN')
}

/** Sets a port's state (br_set_state). */
export function setPortState(world: World, device: NetDevice, port: BridgePort, state: PortState): void {
  if (port.state === state) return
  port.state = state
  linkChanged(world, device, 'changed')
}

/** True when the port is the best of its segment as far as it knows (br_is_designated_port). */
export function isDesignatedPort(state: BridgeState, port: BridgePort): boolean {
  return port.designatedBridge === bridgeIdOf(state) && port.designatedPort === portIdOf(port)
}

/** Takes the bridge's own claim as the best one on the port's segment (br_become_designated_port). */
export function becomeDesignatedPort(state: BridgeState, port: BridgePort): void {
  port.designatedRoot = state.designatedRoot
  port.designatedCost = state.rootPathCost
  port.designatedBridge = bridgeIdOf(state)
  port.designatedPort = portIdOf(port)
}

/** Negative when the first is the better way to the root: root, cost, bridge, port there, port here (br_should_become_root_port). */
function compareWays(a: BridgePort, b: BridgePort): number {
  if (a.designatedRoot !== b.designatedRoot) return a.designatedRoot < b.designatedRoot ? -1 : 1
  const cost = a.designatedCost + a.cost - (b.designatedCost + b.cost)
  if (cost !== 0) return cost
  if (a.designatedBridge !== b.designatedBridge) return a.designatedBridge < b.designatedBridge ? -1 : 1
  const there = a.designatedPort - b.designatedPort
  return there === 0 ? portIdOf(a) - portIdOf(b) : there
}

function portsOf(world: World, state: BridgeState): NetDevice[] {
  return state.ports.map((id) => deviceById(world, id))
}

/** Starts the forward delay of a port anew; nothing keeps running for it. */
function startForwardDelay(world: World, device: NetDevice, port: BridgePort, state: BridgeState): void {
  if (state.forwardDelayMs === 0) return
  const delayNs = state.forwardDelayMs * MILLISECOND_NS
  port.forwardDelayTimer = startTimer(world, port.forwardDelayTimer, device.id, 'forward-delay', delayNs)
}

/** Chooses the port towards the root, if another bridge is the root (br_root_selection). */
function selectRoot(world: World, state: BridgeState): void {
  const ownId = bridgeIdOf(state)
  let root: BridgePort | undefined
  for (const device of portsOf(world, state)) {
    const port = portOf(device)
    if (port.state === 'disabled' || isDesignatedPort(state, port) || ownId <= port.designatedRoot) continue
    if (root !== undefined && compareWays(port, root) >= 0) continue
    if (port.rootBlock) {
      // A port that must not lead to the root listens until the better claim goes away (br_root_port_block).
      setPortState(world, device, port, 'listening')
      startForwardDelay(world, device, port, state)
    } else root = port
  }
  state.rootPort = root?.portNo ?? 0
  state.designatedRoot = root?.designatedRoot ?? ownId
  state.rootPathCost = root === undefined ? 0 : root.designatedCost + root.cost
}

function shouldBecomeDesignated(state: BridgeState, port: BridgePort): boolean {
  if (isDesignatedPort(state, port) || port.designatedRoot !== state.designatedRoot) return true
  if (state.rootPathCost !== port.designatedCost) return state.rootPathCost < port.designatedCost
  const ownId = bridgeIdOf(state)
  if (ownId !== port.designatedBridge) return ownId < port.designatedBridge
  return portIdOf(port) < port.designatedPort
}

/** Works out root port and designated ports from what the ports know (br_configuration_update). */
export function configurationUpdate(world: World, state: BridgeState): void {
  selectRoot(world, state)
  for (const device of portsOf(world, state)) {
    const port = portOf(device)
    if (port.state !== 'disabled' && shouldBecomeDesignated(state, port)) becomeDesignatedPort(state, port)
  }
}

/** Takes over the times set on this bridge and begins to speak, as the new root does (br_become_root_bridge). */
export function becomeRootBridge(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  state.maxAgeMs = state.ownMaxAgeMs
  state.helloTimeMs = state.ownHelloTimeMs
  state.forwardDelayMs = state.ownForwardDelayMs
  detectTopologyChange(world, bridge)
  cancel(world.queue, state.tcnTimer)
  state.tcnTimer = 0
  if (!bridge.up || !state.stp) return
  generateConfigs(world, state)
  startHelloTimer(world, bridge, state, false)
}

/** br_make_forwarding: from blocking towards forwarding. A port in another state goes on as it is. */
function makeForwarding(world: World, device: NetDevice, port: BridgePort, state: BridgeState): void {
  if (port.state !== 'blocking') return
  const atOnce = !state.stp || state.forwardDelayMs === 0
  setPortState(world, device, port, atOnce ? 'forwarding' : 'listening')
  if (atOnce) detectTopologyChange(world, bridgeOfPort(world, port))
  // Linux starts this timer with spanning tree off too, where it runs out without effect; `ip -d link` shows it.
  startForwardDelay(world, device, port, state)
}

/** br_make_blocking. */
function makeBlocking(world: World, device: NetDevice, port: BridgePort): void {
  if (port.state === 'disabled' || port.state === 'blocking') return
  if (port.state === 'forwarding' || port.state === 'learning') detectTopologyChange(world, bridgeOfPort(world, port))
  setPortState(world, device, port, 'blocking')
  cancel(world.queue, port.forwardDelayTimer)
  port.forwardDelayTimer = 0
}

/**
 * Moves every enabled port to the state that its role asks for, and sets the bridge's carrier: on when at least one port forwards. Only here is
 * the carrier looked at, so a bridge that never had a port keeps the one it was born with. Linux: br_port_state_selection.
 */
export function portStateSelection(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  let live = false
  for (const device of portsOf(world, state)) {
    const port = portOf(device)
    if (port.state === 'disabled') continue
    const isRootPort = port.portNo === state.rootPort
    const isDesignated = isDesignatedPort(state, port)
    if (isRootPort || !isDesignated) {
      port.configPending = false
      port.topologyChangeAck = false
    } else {
      cancel(world.queue, port.messageAgeTimer)
      port.messageAgeTimer = 0
    }
    if (isRootPort || isDesignated) makeForwarding(world, device, port, state)
    else makeBlocking(world, device, port)
    if (port.state === 'forwarding') live = true
  }
  setCarrier(world, bridge, live)
}

/** Takes a port into service; its link and the bridge are up (br_stp_enable_port). */
export function enablePort(world: World, device: NetDevice): void {
  const port = portOf(device)
  const bridge = bridgeOfPort(world, port)
  becomeDesignatedPort(bridgeState(bridge), port)
  port.state = 'blocking'
  port.topologyChangeAck = false
  port.configPending = false
  portStateSelection(world, bridge)
}

/** Takes a port out of service: its timers stop and all that was learned there is forgotten (br_stp_disable_port). */
export function disablePort(world: World, device: NetDevice): void {
  const port = portOf(device)
  const bridge = bridgeOfPort(world, port)
  const state = bridgeState(bridge)
  const wasRoot = isRootBridge(state)
  becomeDesignatedPort(state, port)
  setPortState(world, device, port, 'disabled')
  port.topologyChangeAck = false
  port.configPending = false
  for (const timer of [port.messageAgeTimer, port.forwardDelayTimer, port.holdTimer]) cancel(world.queue, timer)
  port.messageAgeTimer = 0
  port.forwardDelayTimer = 0
  port.holdTimer = 0
  fdbDeleteByPort(world, bridge, device, 0, false)
  configurationUpdate(world, state)
  portStateSelection(world, bridge)
  if (isRootBridge(state) && !wasRoot) becomeRootBridge(world, bridge)
}

/** A port's forward delay is over: it learns, or at last forwards. True when it began to forward (br_forward_delay_timer_expired). */
export function forwardDelayExpired(world: World, device: NetDevice): boolean {
  const port = portOf(device)
  port.forwardDelayTimer = 0
  const bridge = bridgeOfPort(world, port)
  if (port.state === 'listening') {
    setPortState(world, device, port, 'learning')
    startForwardDelay(world, device, port, bridgeState(bridge))
  } else if (port.state === 'learning') {
    setPortState(world, device, port, 'forwarding')
    setCarrier(world, bridge, true)
    return true
  }
  return false
}
