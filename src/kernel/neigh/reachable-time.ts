// How long a neighbour's confirmation lasts: a random time between half and one and a half times the base (neigh_rand_reach_time).
import { keyedRandom } from '../../base/keyed-random.ts'
import { MILLISECOND_NS } from '../../sim/time.ts'
import type { World } from '../world.ts'
import type { NeighParms } from './neigh-table.ts'

/** Draws a reachable time in nanoseconds for the owner of a table; the value depends on the owner and on how often it drew before. */
export function drawReachableTime(world: World, owner: string, parms: NeighParms): number {
  const key = `reachable ${owner}`
  const drawn = world.draws.get(key) ?? 0
  world.draws.set(key, drawn + 1)
  const base = parms.base_reachable_time_ms * MILLISECOND_NS
  return Math.floor(base / 2 + keyedRandom(world.seed, 'reachable', owner, drawn) * base)
}
