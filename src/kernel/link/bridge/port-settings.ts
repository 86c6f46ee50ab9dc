// Settings of a port: `bridge link set`, `ip link set … type bridge_slave`. Linux: net/bridge/br_netlink.c, br_setport; br_stp_if.c.
import type { PortState } from '../../../contract/read-models.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { KernelError, PortSettings } from '../../system-call.ts'
import { linkChanged } from '../../trace.ts'
import type { World } from '../../world.ts'
import { bridgeIdOf, bridgeOfPort, bridgeState, MAX_PORT_PRIORITY, portIdOf } from './bridge-id.ts'
import type { BridgePort } from './bridge-state.ts'
import { fdbDeleteByPort } from './fdb-local.ts'
import { recalculateNeighSuppress } from './neigh-suppress.ts'
import {
  becomeDesignatedPort,
  configurationUpdate,
  isDesignatedPort,
  isLinkUp,
  portStateSelection,
  setPortState,
} from './port-state.ts'

const MAX_PATH_COST = 65_535
/** Pause frames, which no port may pass on (BR_GROUPFWD_MACPAUSE). */
const FORBIDDEN_GROUP_BITS = 0x2

const FLAGS = [
  'hairpin',
  'guard',
  'rootBlock',
  'learning',
  'flood',
  'mcastFlood',
  'bcastFlood',
  'neighSuppress',
  'isolated',
  'locked',
] as const satisfies readonly (keyof PortSettings & keyof BridgePort)[]

/** br_stp_set_path_cost: ERANGE outside 1..65535. */
function setPathCost(world: World, bridge: NetDevice, port: BridgePort, cost: number): KernelError | undefined {
  if (cost < 1 || cost > MAX_PATH_COST) return { errno: 'ERANGE' }
  port.costSetByUser = true
  port.cost = cost
  configurationUpdate(world, bridgeState(bridge))
  portStateSelection(world, bridge)
  return undefined
}

/** br_stp_set_port_priority: ERANGE above 63. */
function setPriority(world: World, bridge: NetDevice, port: BridgePort, priority: number): KernelError | undefined {
  if (priority < 0 || priority > MAX_PORT_PRIORITY) return { errno: 'ERANGE' }
  const state = bridgeState(bridge)
  const wasDesignated = isDesignatedPort(state, port)
  port.priority = priority
  if (wasDesignated) port.designatedPort = portIdOf(port)
  else if (port.designatedBridge === bridgeIdOf(state) && portIdOf(port) < port.designatedPort) {
    becomeDesignatedPort(state, port)
    portStateSelection(world, bridge)
  }
  return undefined
}

/**
 * Sets a state by hand (br_set_port_state). EBUSY while the kernel's spanning tree decides, ENETDOWN without a link. With spanning tree off a
 * port that was set to blocking forwards again at once.
 */
function forceState(
  world: World,
  bridge: NetDevice,
  device: NetDevice,
  port: BridgePort,
  wanted: PortState,
): KernelError | undefined {
  if (bridgeState(bridge).stp) return { errno: 'EBUSY' }
  if (!device.up || (!isLinkUp(device) && wanted !== 'disabled')) return { errno: 'ENETDOWN' }
  setPortState(world, device, port, wanted)
  portStateSelection(world, bridge)
  return undefined
}

function applySettings(
  world: World,
  device: NetDevice,
  port: BridgePort,
  settings: PortSettings,
): KernelError | undefined {
  const bridge = bridgeOfPort(world, port)
  for (const flag of FLAGS) port[flag] = settings[flag] ?? port[flag]
  if (settings.neighSuppress !== undefined) recalculateNeighSuppress(world, bridge)
  const refused =
    (settings.cost === undefined ? undefined : setPathCost(world, bridge, port, settings.cost)) ??
    (settings.priority === undefined ? undefined : setPriority(world, bridge, port, settings.priority)) ??
    (settings.state === undefined ? undefined : forceState(world, bridge, device, port, settings.state))
  if (refused !== undefined) return refused
  if (settings.flushFdb === true) fdbDeleteByPort(world, bridge, device, 0, false)
  if (settings.groupFwdMask !== undefined) {
    if ((settings.groupFwdMask & FORBIDDEN_GROUP_BITS) !== 0) return { errno: 'EINVAL' }
    port.groupFwdMask = settings.groupFwdMask
  }
  return undefined
}

/**
 * Changes what a port was told. As in Linux a refusal leaves in force what came before it. Errors: EOPNOTSUPP for a device that is no port;
 * ERANGE, EBUSY, ENETDOWN, EINVAL by setting. Linux: br_setport.
 */
export function setPort(world: World, device: NetDevice, settings: PortSettings): KernelError | undefined {
  if (device.port === undefined) return { errno: 'EOPNOTSUPP' }
  const refused = applySettings(world, device, device.port, settings)
  linkChanged(world, device, 'changed')
  return refused
}
