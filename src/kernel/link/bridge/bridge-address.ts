// The bridge's MAC address and MTU, which follow its ports until the user sets them. Linux: br_stp_recalculate_bridge_id, br_mtu_auto_adjust.
import { type MacAddress, ZERO_MAC } from '../../../wire/address.ts'
import { changeMtu } from '../../netdev/lifecycle.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { notifyDevice } from '../../netdev/notifier.ts'
import { linkChanged } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { bridgeState, formatBridgeId, isRootBridge, portOf } from './bridge-id.ts'
import { fdbChangeBridgeAddress } from './fdb-local.ts'
import { becomeRootBridge, configurationUpdate, portStateSelection } from './port-state.ts'

/** MTU of a bridge without ports (ETH_DATA_LEN). */
const DEFAULT_MTU_BYTES = 1500

/** A bridge id with its address exchanged, if it is the old one. */
function withAddress(id: string, old: MacAddress, mac: MacAddress): string {
  const priority = Number.parseInt(id.slice(0, 4), 16)
  return id === formatBridgeId(priority, old) ? formatBridgeId(priority, mac) : id
}

/**
 * Gives the bridge another address in its id, in its table and in what its ports announce, and looks at the port states anew, which also sets the
 * carrier. The device's own address is the caller's to store. Linux: br_stp_change_bridge_id.
 */
export function changeBridgeId(world: World, bridge: NetDevice, mac: MacAddress): void {
  const state = bridgeState(bridge)
  const wasRoot = isRootBridge(state)
  fdbChangeBridgeAddress(world, bridge, mac)
  const old = state.idMac
  state.idMac = mac
  for (const id of state.ports) {
    const port = portOf(deviceById(world, id))
    port.designatedBridge = withAddress(port.designatedBridge, old, mac)
    port.designatedRoot = withAddress(port.designatedRoot, old, mac)
  }
  configurationUpdate(world, state)
  portStateSelection(world, bridge)
  if (isRootBridge(state) && !wasRoot) becomeRootBridge(world, bridge)
}

/** The lowest address among the ports, zero without ports. */
function lowestPortMac(world: World, bridge: NetDevice): MacAddress {
  let lowest: MacAddress | undefined
  for (const id of bridgeState(bridge).ports) {
    const { mac } = deviceById(world, id)
    if (lowest === undefined || mac < lowest) lowest = mac
  }
  return lowest ?? ZERO_MAC
}

/** Takes the lowest address of the ports, unless the user chose one (br_stp_recalculate_bridge_id). Everyone is told of a change. */
export function recalculateBridgeId(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  if (state.macSetByUser) return
  const mac = lowestPortMac(world, bridge)
  if (state.idMac === mac) return
  changeBridgeId(world, bridge, mac)
  bridge.mac = mac
  notifyDevice(world, bridge, 'mac')
  linkChanged(world, bridge, 'changed')
}

/** Takes the smallest MTU of the ports, unless the user set one (br_mtu_auto_adjust). */
export function adjustMtu(world: World, bridge: NetDevice): void {
  const state = bridgeState(bridge)
  if (state.mtuSetByUser) return
  let smallest = 0
  for (const id of state.ports) {
    const { mtuBytes } = deviceById(world, id)
    if (smallest === 0 || mtuBytes < smallest) smallest = mtuBytes
  }
  changeMtu(world, bridge, smallest === 0 ? DEFAULT_MTU_BYTES : smallest)
  // Changing the MTU marks it as the user's; this change was not.
  state.mtuSetByUser = false
}
