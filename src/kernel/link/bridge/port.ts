// Ports: joining and leaving a bridge, their settings, and what happens to them. Linux: net/bridge/br_if.c, br.c, br_netlink.c.
import { isValidDeviceMac } from '../../../wire/address.ts'
import { setAllMulticast, setPromiscuity } from '../../netdev/lifecycle.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import type { DeviceEvent } from '../../netdev/notifier.ts'
import type { KernelError } from '../../system-call.ts'
import { linkChanged } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { adjustMtu, recalculateBridgeId } from './bridge-address.ts'
import { bridgeOfPort, bridgeState, portOf } from './bridge-id.ts'
import type { BridgePort, BridgeState } from './bridge-state.ts'
import { fdbAddLocal, fdbChangePortAddress, fdbDeleteByPort } from './fdb-local.ts'
import { recalculateNeighSuppress } from './neigh-suppress.ts'
import { pathCost } from './path-cost.ts'
import { becomeDesignatedPort, disablePort, enablePort, isLinkUp } from './port-state.ts'
import { addDefaultVlan, flushVlans } from './vlan.ts'
import { createVlanGroup } from './vlan-group.ts'

export { setPort } from './port-settings.ts'

/** One more than the highest port number (BR_MAX_PORTS). */
const MAX_PORTS = 1024
const DEFAULT_PRIORITY = 32

/** The lowest number from 1 that no port has, or undefined when all are taken (find_portno). */
function findPortNumber(world: World, state: BridgeState): number | undefined {
  const taken = new Set(state.ports.map((id) => portOf(deviceById(world, id)).portNo))
  for (let number = 1; number < MAX_PORTS; number++) if (!taken.has(number)) return number
  return undefined
}

/** A port with its defaults, out of service (new_nbp). */
function createPort(world: World, bridge: NetDevice, device: NetDevice, portNo: number): BridgePort {
  const port: BridgePort = {
    bridge: bridge.id,
    portNo,
    priority: DEFAULT_PRIORITY,
    cost: pathCost(world, device),
    costSetByUser: false,
    state: 'disabled',
    hairpin: false,
    learning: true,
    flood: true,
    mcastFlood: true,
    bcastFlood: true,
    isolated: false,
    locked: false,
    neighSuppress: false,
    guard: false,
    rootBlock: false,
    groupFwdMask: 0,
    vlans: createVlanGroup(),
    designatedRoot: '',
    designatedCost: 0,
    designatedBridge: '',
    designatedPort: 0,
    designatedSince: 0,
    topologyChangeAck: false,
    configPending: false,
    messageAgeTimer: 0,
    forwardDelayTimer: 0,
    holdTimer: 0,
  }
  becomeDesignatedPort(bridgeState(bridge), port)
  return port
}

/** The devices right below one: what it stands on, or a bridge's ports. */
function lowerDevices(device: NetDevice): readonly number[] {
  const { state } = device
  if (state.kind === 'vlan' || state.kind === 'macvlan' || state.kind === 'ipvlan') return [state.lower]
  return state.kind === 'bridge' ? state.ports : []
}

/** True when a device stands on another one, at any depth (__netdev_has_upper_dev). */
function standsOn(world: World, device: NetDevice, base: NetDevice): boolean {
  return lowerDevices(device).some((id) => id === base.id || standsOn(world, deviceById(world, id), base))
}

/** Why a device may not become a port, in the order in which Linux asks. */
function refusePort(world: World, bridge: NetDevice, device: NetDevice): KernelError | undefined {
  if (device.state.kind === 'lo' || !isValidDeviceMac(device.mac)) return { errno: 'EINVAL' }
  if (device.state.kind === 'bridge') return { errno: 'ELOOP', message: 'Can not enslave a bridge to a bridge' }
  if (device.master !== 0) return { errno: 'EBUSY' }
  // An ipvlan child allows no receive handler at all, other devices only one (netdev_rx_handler_register).
  if (device.state.kind === 'ipvlan') return { errno: 'EINVAL' }
  if (device.rxHandler !== undefined) return { errno: 'EBUSY' }
  return standsOn(world, device, bridge) ? { errno: 'EBUSY' } : undefined
}

/**
 * Makes a device a port of a bridge. A port of another bridge has to leave that first. Errors: EINVAL (loopback, ipvlan child, no valid address),
 * ELOOP (a bridge), EBUSY (has a master or another receive handler, or stands on this bridge). Linux: br_add_if.
 */
export function addPort(world: World, bridge: NetDevice, device: NetDevice): KernelError | undefined {
  const refused = refusePort(world, bridge, device)
  if (refused !== undefined) return refused
  const state = bridgeState(bridge)
  const portNo = findPortNumber(world, state)
  if (portNo === undefined) return { errno: 'ENOSPC' }
  device.port = createPort(world, bridge, device, portNo)
  setAllMulticast(world, device, 1)
  device.rxHandler = 'bridge'
  device.master = bridge.id
  state.ports.unshift(device.id)
  // Differs from Linux: a port never leaves promiscuous mode while VLANs are filtered, not even where its device could filter by itself.
  setPromiscuity(world, device, 1)
  fdbAddLocal(world, bridge, device, device.mac, 0)
  addDefaultVlan(world, bridge, device)
  recalculateBridgeId(world, bridge)
  if (isLinkUp(device) && bridge.up) enablePort(world, device)
  adjustMtu(world, bridge)
  linkChanged(world, device, 'changed')
  return undefined
}

/** Undoes what made a device a port, without a look at the bridge's address and MTU (del_nbp). */
export function detachPort(world: World, bridge: NetDevice, device: NetDevice): void {
  const state = bridgeState(bridge)
  setAllMulticast(world, device, -1)
  setPromiscuity(world, device, -1)
  disablePort(world, device)
  state.ports = state.ports.filter((id) => id !== device.id)
  flushVlans(bridge, device)
  fdbDeleteByPort(world, bridge, device, 0, true)
  device.master = 0
  device.rxHandler = undefined
  device.port = undefined
  recalculateNeighSuppress(world, bridge)
}

/** Takes a port out of its bridge; EINVAL for a device that is none (br_del_if). */
export function removePort(world: World, device: NetDevice): KernelError | undefined {
  if (device.port === undefined) return { errno: 'EINVAL' }
  const bridge = bridgeOfPort(world, device.port)
  detachPort(world, bridge, device)
  adjustMtu(world, bridge)
  recalculateBridgeId(world, bridge)
  linkChanged(world, device, 'changed')
  return undefined
}

/** Puts a port in or out of service after its link changed (br_port_carrier_check). */
function carrierCheck(world: World, bridge: NetDevice, device: NetDevice, port: BridgePort): void {
  const linkUp = isLinkUp(device)
  if (linkUp && !port.costSetByUser) port.cost = pathCost(world, device)
  if (!bridge.up) return
  if (linkUp && port.state === 'disabled') enablePort(world, device)
  else if (!linkUp && port.state !== 'disabled') disablePort(world, device)
}

/** Lets a bridge follow what happens to its ports, and a new bridge get its first entries. Linux: br_device_event, br_vlan_bridge_event. */
export function bridgeDeviceEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  if (device.state.kind === 'bridge') {
    if (event === 'register') {
      fdbAddLocal(world, device, device, device.mac, 0)
      addDefaultVlan(world, device, device)
    }
    return
  }
  const { port } = device
  if (port === undefined) return
  const bridge = bridgeOfPort(world, port)
  switch (event) {
    case 'mtu':
      adjustMtu(world, bridge)
      break
    case 'mac':
      fdbChangePortAddress(world, bridge, device)
      recalculateBridgeId(world, bridge)
      break
    case 'carrier':
      carrierCheck(world, bridge, device, port)
      break
    case 'down':
      // While the bridge is down its ports are out of service anyway.
      if (bridge.up) disablePort(world, device)
      break
    case 'up':
      if (bridge.up && isLinkUp(device)) enablePort(world, device)
      break
    case 'unregister':
      removePort(world, device)
      break
    case 'register':
    case 'dismantle':
    case 'noarp':
    case 'name':
    case 'netns':
      break
  }
}
