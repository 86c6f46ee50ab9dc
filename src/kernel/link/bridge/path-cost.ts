// What a port's segment costs on the way to the root, from the speed that its device reports. Linux: net/bridge/br_if.c, port_cost.
import type { NetDevice } from '../../netdev/net-device.ts'
import { deviceById, type World } from '../../world.ts'

/** 10 Gbit/s, the speed that a veth reports. */
const COST_10G = 2
/** A device that reports no speed. */
const COST_UNKNOWN = 100

/** A port's default cost. VLAN and macvlan children report their lower device's speed, a bridge the highest of its working ports. */
export function pathCost(world: World, device: NetDevice): number {
  const { state } = device
  switch (state.kind) {
    case 'veth':
      return COST_10G
    case 'vlan':
    case 'macvlan':
      return pathCost(world, deviceById(world, state.lower))
    case 'bridge':
      return state.ports
        .map((id) => deviceById(world, id))
        .filter((port) => port.up && port.carrier)
        .reduce((least, port) => Math.min(least, pathCost(world, port)), COST_UNKNOWN)
    case 'lo':
    case 'dummy':
    case 'ipvlan':
      return COST_UNKNOWN
  }
}
