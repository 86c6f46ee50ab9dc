// The bridge device: creation, removal, up and down, address and MTU. Linux: net/bridge/br_device.c, br_if.c, br_netlink.c.
import { ETHERTYPE_VLAN } from '../../../wire/ethernet.ts'
import type { LinkDetails } from '../../../contract/read-models.ts'
import { cancel } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import { isValidDeviceMac, ZERO_MAC } from '../../../wire/address.ts'
import { allocNetdev, registerNetdevice, unregisterNetdevice } from '../../netdev/lifecycle.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { deviceById, type World } from '../../world.ts'
import { validateAddress, type LinkKind } from '../link-kind.ts'
import { changeBridgeId } from './bridge-address.ts'
import { bridgeIdOf, bridgeState, formatBridgeId, portOf } from './bridge-id.ts'
import type { BridgeState } from './bridge-state.ts'
import { planFdbCleanup } from './fdb.ts'
import { fdbDeleteByPort } from './fdb-local.ts'
import { detachPort } from './port.ts'
import { disablePort, enablePort, isLinkUp } from './port-state.ts'
import { changeBridge } from './settings.ts'
import { setTopologyChange, startHelloTimer } from './stp-send.ts'
import { brDevXmit } from './transmit.ts'
import { bridgeSpanningTree } from './views.ts'
import { createVlanGroup } from './vlan-group.ts'

const DEFAULT_AGEING_TIME_MS = 300_000
const DEFAULT_FORWARD_DELAY_MS = 15_000
const DEFAULT_HELLO_TIME_MS = 2_000
const DEFAULT_MAX_AGE_MS = 20_000
const DEFAULT_PRIORITY = 0x8000
const DEFAULT_PVID = 1
/** How soon after a bridge goes up the ageing first runs. */
const FIRST_CLEANUP_NS = 100 * MILLISECOND_NS

/** A bridge as it is born (br_dev_setup). */
function createBridgeState(macSetByUser: boolean): BridgeState {
  return {
    kind: 'bridge',
    ports: [],
    fdb: new Map(),
    nextFdbSequence: 1,
    ageingTimeMs: DEFAULT_AGEING_TIME_MS,
    forwardDelayMs: DEFAULT_FORWARD_DELAY_MS,
    helloTimeMs: DEFAULT_HELLO_TIME_MS,
    maxAgeMs: DEFAULT_MAX_AGE_MS,
    ownAgeingTimeMs: DEFAULT_AGEING_TIME_MS,
    ownForwardDelayMs: DEFAULT_FORWARD_DELAY_MS,
    ownHelloTimeMs: DEFAULT_HELLO_TIME_MS,
    ownMaxAgeMs: DEFAULT_MAX_AGE_MS,
    priority: DEFAULT_PRIORITY,
    idMac: ZERO_MAC,
    stp: false,
    vlanFiltering: false,
    vlanProtocol: ETHERTYPE_VLAN,
    defaultPvid: DEFAULT_PVID,
    groupFwdMask: 0,
    mcastSnooping: true,
    neighSuppressEnabled: false,
    vlans: createVlanGroup(),
    macSetByUser,
    mtuSetByUser: false,
    designatedRoot: formatBridgeId(DEFAULT_PRIORITY, ZERO_MAC),
    rootPathCost: 0,
    rootPort: 0,
    topologyChange: false,
    topologyChangeDetected: false,
    helloTimer: 0,
    tcnTimer: 0,
    topologyChangeTimer: 0,
    gcTimer: 0,
  }
}

/** Takes all ports out and forgets everything (br_dev_delete). */
function dismantle(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  for (const id of state.ports) detachPort(world, bridge, deviceById(world, id))
  fdbDeleteByPort(world, bridge, bridge, 0, true)
  cancel(world.queue, state.gcTimer)
  state.gcTimer = 0
}

/**
 * Puts the ports with a link into service and starts the ageing (br_dev_open, br_stp_enable_bridge).
 * Differs from Linux: no IGMP reports that this machine listens to 224.0.0.106 (br_multicast_join_snoopers). Nobody here acts on them, and each
 * bridge of a lab would begin with two floods of them.
 */
function enableBridge(world: World, bridge: NetDevice): void {
  planFdbCleanup(world, bridge, FIRST_CLEANUP_NS)
  const state = bridgeState(bridge)
  if (state.stp) startHelloTimer(world, bridge, state, false)
  for (const id of state.ports) {
    const port = deviceById(world, id)
    if (isLinkUp(port)) enablePort(world, port)
  }
}

/** Takes all ports out of service: a bridge that is down forwards nothing (br_dev_stop, br_stp_disable_bridge). */
function disableBridge(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  for (const id of state.ports) {
    const port = deviceById(world, id)
    if (portOf(port).state !== 'disabled') disablePort(world, port)
  }
  setTopologyChange(state, false)
  state.topologyChangeDetected = false
  for (const timer of [state.helloTimer, state.topologyChangeTimer, state.tcnTimer, state.gcTimer])
    cancel(world.queue, timer)
  state.helloTimer = 0
  state.topologyChangeTimer = 0
  state.tcnTimer = 0
  state.gcTimer = 0
}

/** What `ip -d link` shows of a bridge; ids as `8000.aabbccddeeff` (br_fill_info). */
function describeBridge(world: World, state: BridgeState): LinkDetails {
  return {
    kind: 'bridge',
    forwardDelayMs: state.forwardDelayMs,
    helloTimeMs: state.helloTimeMs,
    maxAgeMs: state.maxAgeMs,
    ageingTimeMs: state.ageingTimeMs,
    stpState: state.stp,
    priority: state.priority,
    vlanFiltering: state.vlanFiltering,
    vlanProtocol: state.vlanProtocol === ETHERTYPE_VLAN ? '802.1Q' : '802.1ad',
    defaultPvid: state.defaultPvid,
    bridgeId: bridgeIdOf(state),
    designatedRoot: state.designatedRoot,
    rootPort: state.rootPort,
    rootPathCost: state.rootPathCost,
    topologyChange: state.topologyChange,
    groupFwdMask: state.groupFwdMask,
    mcastSnooping: state.mcastSnooping,
    spanningTree: bridgeSpanningTree(world, state),
  }
}

export const bridgeKind: LinkKind = {
  kind: 'bridge',
  validate: validateAddress,
  // Linux: br_dev_newlink.
  create(world, netns, spec) {
    const device = allocNetdev(world, netns, {
      namePattern: 'bridge%d',
      spec,
      state: createBridgeState(spec.mac !== undefined),
    })
    const clash = registerNetdevice(world, device)
    if (clash !== undefined) return clash
    // An address of the user's goes into the bridge id at once. That looks at the port states, so such a bridge has no carrier.
    if (spec.mac !== undefined) changeBridgeId(world, device, spec.mac)
    const refused = spec.data.kind === 'bridge' ? changeBridge(world, device, spec.data) : undefined
    if (refused === undefined) return device
    dismantle(world, device)
    unregisterNetdevice(world, device)
    return refused
  },
  change: (world, device, data) => (data.kind === 'bridge' ? changeBridge(world, device, data) : undefined),
  remove: dismantle,
  open(world, device) {
    enableBridge(world, device)
    return undefined
  },
  stop: disableBridge,
  transmit: brDevXmit,
  // Linux: br_set_mac_address. From now on the address no longer follows the ports.
  setMac(world, device, mac) {
    if (!isValidDeviceMac(mac)) return { errno: 'EADDRNOTAVAIL' }
    if (device.mac !== mac) changeBridgeId(world, device, mac)
    bridgeState(device).macSetByUser = true
    return undefined
  },
  // Linux: br_change_mtu. From now on the MTU no longer follows the ports.
  setMtu(_world, device) {
    bridgeState(device).mtuSetByUser = true
    return undefined
  },
  describe: (world, device) => describeBridge(world, bridgeState(device)),
}
