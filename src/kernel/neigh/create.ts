// A new device's neighbour table and settings (neigh_parms_alloc).
import { defaultNeighParms } from '../sysctl/neigh-parms.ts'
import type { Netns } from '../netns.ts'
import type { World } from '../world.ts'
import type { NeighTable } from './neigh-table.ts'
import { drawReachableTime } from './reachable-time.ts'

export function createNeighTable(world: World, netns: Netns, deviceName: string): NeighTable {
  const parms = defaultNeighParms()
  return {
    entries: new Map(),
    proxies: new Set(),
    delayed: [],
    parms,
    reachableTimeNs: drawReachableTime(world, `${netns.name}/${deviceName}`, parms),
    reachableDrawnAt: world.now,
    managedTimer: 0,
  }
}
