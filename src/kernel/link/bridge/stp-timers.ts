// What happens when one of spanning tree's timers fires. Linux: net/bridge/br_stp_timer.c.
import type { NetDevice } from '../../netdev/net-device.ts'
import { decide } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeIdOf, bridgeOfPort, bridgeState, isRootBridge, portOf } from './bridge-id.ts'
import {
  becomeDesignatedPort,
  becomeRootBridge,
  configurationUpdate,
  forwardDelayExpired,
  portStateSelection,
} from './port-state.ts'
import type { StpTimer } from './stp-clock.ts'
import {
  detectTopologyChange,
  generateConfigs,
  setTopologyChange,
  startHelloTimer,
  startTcnTimer,
  transmitConfig,
  transmitTcn,
} from './stp-send.ts'

/** Carries out a timer of a bridge or of a port; one that is neither any more is left alone. */
export function stpTimer(world: World, device: NetDevice, timer: StpTimer): void {
  if (device.state.kind === 'bridge') bridgeTimer(world, device, timer)
  else if (device.port !== undefined) portTimer(world, device, timer)
}

function bridgeTimer(world: World, bridge: NetDevice, timer: StpTimer): void {
  const state = bridgeState(bridge)
  switch (timer) {
    case 'hello':
      state.helloTimer = 0
      if (!bridge.up) return
      generateConfigs(world, state)
      if (state.stp) startHelloTimer(world, bridge, state, true)
      return
    case 'tcn':
      state.tcnTimer = 0
      if (isRootBridge(state) || !bridge.up) return
      transmitTcn(world, state)
      startTcnTimer(world, bridge, state)
      return
    case 'topology-change':
      state.topologyChangeTimer = 0
      state.topologyChangeDetected = false
      setTopologyChange(state, false)
      return
    default:
      return
  }
}

function portTimer(world: World, device: NetDevice, timer: StpTimer): void {
  const port = portOf(device)
  switch (timer) {
    case 'hold':
      port.holdTimer = 0
      if (port.configPending) transmitConfig(world, device, port)
      return
    case 'message-age':
      port.messageAgeTimer = 0
      if (port.state !== 'disabled') neighbourLost(world, device)
      return
    case 'forward-delay':
      if (forwardDelayExpired(world, device) && speaksForSomeSegment(world, device))
        detectTopologyChange(world, bridgeOfPort(world, port))
      return
    default:
      return
  }
}

/** br_is_designated_for_some_port. */
function speaksForSomeSegment(world: World, device: NetDevice): boolean {
  const state = bridgeState(bridgeOfPort(world, portOf(device)))
  return state.ports
    .map((id) => portOf(deviceById(world, id)))
    .some((port) => port.state !== 'disabled' && port.designatedBridge === bridgeIdOf(state))
}

/** Whoever spoke for a segment has been silent for too long: this bridge speaks for it (br_message_age_timer_expired). */
function neighbourLost(world: World, device: NetDevice): void {
  const port = portOf(device)
  const bridge = bridgeOfPort(world, port)
  const state = bridgeState(bridge)
  const wasRoot = isRootBridge(state)
  decide(world, 'stp.neighbour_lost', device, undefined, device.id)
  becomeDesignatedPort(state, port)
  configurationUpdate(world, state)
  portStateSelection(world, bridge)
  if (isRootBridge(state) && !wasRoot) becomeRootBridge(world, bridge)
}
