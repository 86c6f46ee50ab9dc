// Bridge ids and port ids as text and number: struct bridge_id, port_id.
import { formatMac, type MacAddress } from '../../../wire/address.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { linkState } from '../../netdev/net-device.ts'
import { deviceById, type World } from '../../world.ts'
import type { BridgePort, BridgeState } from './bridge-state.ts'

/** Bits of a port id that hold the port's number (BR_PORT_BITS); the priority is above them. */
const PORT_NUMBER_BITS = 10

/** The highest port priority (BR_MAX_PORT_PRIORITY). */
export const MAX_PORT_PRIORITY = 0xffff >> PORT_NUMBER_BITS

/** Priority and address as `8000.aabbccddeeff`: comparing two texts compares the eight bytes. */
export function formatBridgeId(priority: number, mac: MacAddress): string {
  return `${priority.toString(16).padStart(4, '0')}.${formatMac(mac).replaceAll(':', '')}`
}

/** The id of this bridge. */
export function bridgeIdOf(state: BridgeState): string {
  return formatBridgeId(state.priority, state.idMac)
}

/** A port's id: its priority above its number (br_make_port_id). */
export function portIdOf(port: BridgePort): number {
  return (port.priority << PORT_NUMBER_BITS) | port.portNo
}

/** True while no other bridge has a better claim (br_is_root_bridge). */
export function isRootBridge(state: BridgeState): boolean {
  return state.designatedRoot === bridgeIdOf(state)
}

/** What a device keeps as a port; asserts that it is one (br_port_get_rtnl). */
export function portOf(device: NetDevice): BridgePort {
  if (device.port === undefined) throw new Error(`${device.name} is no bridge port`)
  return device.port
}

/** The bridge that a port belongs to. */
export function bridgeOfPort(world: World, port: BridgePort): NetDevice {
  return deviceById(world, port.bridge)
}

/** What a device keeps as a bridge; asserts that it is one. */
export function bridgeState(device: NetDevice): BridgeState {
  return linkState(device, 'bridge')
}
