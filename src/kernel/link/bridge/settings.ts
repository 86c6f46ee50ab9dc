// Settings of a bridge: `ip link set br0 type bridge …`. Linux: net/bridge/br_netlink.c, br_changelink; br_stp.c, br_stp_if.c.
import { ETHERTYPE_QINQ, ETHERTYPE_VLAN } from '../../../wire/ethernet.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { BridgeSettings, KernelError } from '../../system-call.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeIdOf, bridgeState, isRootBridge, portOf } from './bridge-id.ts'
import type { BridgeState } from './bridge-state.ts'
import { planFdbCleanup } from './fdb.ts'
import { fdbFlushLearned } from './fdb-user.ts'
import { becomeRootBridge, configurationUpdate, isDesignatedPort, portStateSelection } from './port-state.ts'
import { wholeJiffiesMs } from './stp-clock.ts'
import { startHelloTimer } from './stp-send.ts'
import { setDefaultPvid } from './vlan.ts'

const FORWARD_DELAY_MIN_MS = 2_000
const FORWARD_DELAY_MAX_MS = 30_000
const HELLO_TIME_MIN_MS = 1_000
const HELLO_TIME_MAX_MS = 10_000
const MAX_AGE_MIN_MS = 6_000
const MAX_AGE_MAX_MS = 40_000
const MAX_PRIORITY = 0xffff
/** Spanning tree, pause frames and link aggregation, which the mask of a bridge may not open (BR_GROUPFWD_RESTRICTED). */
const FORBIDDEN_GROUP_BITS = 0x7

const OUT_OF_RANGE: KernelError = { errno: 'ERANGE' }

/** Stores the delay, and lets it work while this bridge is the root (__br_set_forward_delay). */
function storeForwardDelay(state: BridgeState, delayMs: number): void {
  state.ownForwardDelayMs = wholeJiffiesMs(delayMs)
  if (isRootBridge(state)) state.forwardDelayMs = state.ownForwardDelayMs
}

/** br_set_forward_delay, br_set_hello_time, br_set_max_age: the limits of the first hold only while spanning tree is on. */
function setTimes(state: BridgeState, settings: BridgeSettings): KernelError | undefined {
  const { forwardDelayMs, helloTimeMs, maxAgeMs } = settings
  if (forwardDelayMs !== undefined) {
    if (state.stp && (forwardDelayMs < FORWARD_DELAY_MIN_MS || forwardDelayMs > FORWARD_DELAY_MAX_MS))
      return OUT_OF_RANGE
    storeForwardDelay(state, forwardDelayMs)
  }
  if (helloTimeMs !== undefined) {
    if (helloTimeMs < HELLO_TIME_MIN_MS || helloTimeMs > HELLO_TIME_MAX_MS) return OUT_OF_RANGE
    state.ownHelloTimeMs = wholeJiffiesMs(helloTimeMs)
    if (isRootBridge(state)) state.helloTimeMs = state.ownHelloTimeMs
  }
  if (maxAgeMs !== undefined) {
    if (maxAgeMs < MAX_AGE_MIN_MS || maxAgeMs > MAX_AGE_MAX_MS) return OUT_OF_RANGE
    state.ownMaxAgeMs = wholeJiffiesMs(maxAgeMs)
    if (isRootBridge(state)) state.maxAgeMs = state.ownMaxAgeMs
  }
  return undefined
}

/** Sets how long entries live; the ageing runs at once (br_set_ageing_time). */
function setAgeingTime(world: World, bridge: NetDevice, ageingTimeMs: number): void {
  const state = bridgeState(bridge)
  state.ownAgeingTimeMs = ageingTimeMs
  state.ageingTimeMs = ageingTimeMs
  planFdbCleanup(world, bridge, 0)
}

/** Switches spanning tree (br_stp_start, br_stp_stop). Ports that forward go on forwarding; off leaves blocked ports blocked. */
function setStp(world: World, bridge: NetDevice, on: boolean): void {
  const state = bridgeState(bridge)
  if (state.stp === on) return
  state.stp = on
  if (!on) return
  storeForwardDelay(state, Math.min(FORWARD_DELAY_MAX_MS, Math.max(FORWARD_DELAY_MIN_MS, state.ownForwardDelayMs)))
  if (bridge.up) startHelloTimer(world, bridge, state, false)
  portStateSelection(world, bridge)
}

/** Sets the part of the bridge id that comes before the address (br_stp_set_bridge_priority). */
function setPriority(world: World, bridge: NetDevice, priority: number): KernelError | undefined {
  if (priority < 0 || priority > MAX_PRIORITY) return OUT_OF_RANGE
  const state = bridgeState(bridge)
  const wasRoot = isRootBridge(state)
  const designated = state.ports
    .map((id) => portOf(deviceById(world, id)))
    .filter((port) => port.state !== 'disabled' && isDesignatedPort(state, port))
  state.priority = priority
  for (const port of designated) port.designatedBridge = bridgeIdOf(state)
  configurationUpdate(world, state)
  portStateSelection(world, bridge)
  if (isRootBridge(state) && !wasRoot) becomeRootBridge(world, bridge)
  return undefined
}

/** Changes what a bridge was told, in the order in which Linux does; a refusal leaves in force what came before it. Linux: br_changelink. */
export function changeBridge(world: World, bridge: NetDevice, settings: BridgeSettings): KernelError | undefined {
  const state = bridgeState(bridge)
  const badTime = setTimes(state, settings)
  if (badTime !== undefined) return badTime
  if (settings.ageingTimeMs !== undefined) setAgeingTime(world, bridge, settings.ageingTimeMs)
  if (settings.stpState !== undefined) setStp(world, bridge, settings.stpState)
  if (settings.priority !== undefined) {
    const badPriority = setPriority(world, bridge, settings.priority)
    if (badPriority !== undefined) return badPriority
  }
  if (settings.vlanFiltering !== undefined) state.vlanFiltering = settings.vlanFiltering
  if (settings.vlanProtocol !== undefined)
    state.vlanProtocol = settings.vlanProtocol === '802.1Q' ? ETHERTYPE_VLAN : ETHERTYPE_QINQ
  if (settings.defaultPvid !== undefined) {
    const badPvid = setDefaultPvid(world, bridge, settings.defaultPvid)
    if (badPvid !== undefined) return badPvid
  }
  if (settings.groupFwdMask !== undefined) {
    if ((settings.groupFwdMask & FORBIDDEN_GROUP_BITS) !== 0) return { errno: 'EINVAL' }
    state.groupFwdMask = settings.groupFwdMask
  }
  if (settings.flushFdb === true) fdbFlushLearned(world, bridge)
  if (settings.mcastSnooping !== undefined) state.mcastSnooping = settings.mcastSnooping
  return undefined
}
