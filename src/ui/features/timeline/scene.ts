// What a picture of the timeline is made of, and where a sighting lies in it. Shared by the painter and by hit tests.
import type { SightingColumns } from '../../../contract/protocol.ts'
import { lowerBound } from '../../stores/trace-store.ts'
import { ROW_HEIGHT } from './lanes.ts'
import type { TimelineState } from './timeline-store.ts'
import { viewTime, viewX } from './view.ts'

export const RULER_PX = 22

export interface Scene {
  readonly state: TimelineState
  readonly scrollTop: number
  readonly heightPx: number
  /** The packet that is followed, by its number; 0 for none. */
  readonly packet: number
  readonly selectedSeq: number
  readonly selectedDevice: number
}

/** The vertical middle of a device's lane in the picture, or undefined when it has none. */
export function laneY({ state: { rows, rowOf }, scrollTop }: Scene, device: number): number | undefined {
  const row = rows[rowOf.get(device) ?? -1]
  return row === undefined ? undefined : RULER_PX + row.y - scrollTop + ROW_HEIGHT / 2
}

/** The indexes [first, last) of the loaded sightings in sight, with a margin in pixels. */
export function visibleRange({ state }: Scene, marginPx: number): readonly [number, number] {
  const { at } = state.sightings
  return [lowerBound(at, viewTime(state, -marginPx)), lowerBound(at, viewTime(state, state.widthPx + marginPx) + 1)]
}

/** Chips of one interface at one moment stand beside each other, so many pixels apart. */
const BESIDE_PX = 11
const MOST_BESIDE = 8

const placesOf = new WeakMap<SightingColumns, Uint8Array>()

/** How many sightings stand before each at the same moment on the same interface. */
function placesBeside(columns: SightingColumns): Uint8Array {
  let places = placesOf.get(columns)
  if (places !== undefined) return places
  places = new Uint8Array(columns.count)
  const { at, device } = columns
  for (let index = 1; index < columns.count; index++) {
    for (let before = index - 1; before >= 0 && at[before] === at[index]; before--) {
      if (device[before] !== device[index]) continue
      places[index] = Math.min((places[before] ?? 0) + 1, MOST_BESIDE)
      break
    }
  }
  placesOf.set(columns, places)
  return places
}

/** The place of a sighting's chip in the view, in pixels from its left edge. */
export function chipX({ state }: Pick<Scene, 'state'>, index: number): number {
  const { sightings } = state
  return viewX(state, sightings.at[index] ?? 0) + (placesBeside(sightings)[index] ?? 0) * BESIDE_PX
}

const REACH_PX = 9

/** The sighting under a point, the nearest of several; 0 for none. */
export function seqAt(scene: Scene, x: number, y: number): number {
  const { state } = scene
  const { rows, rowOf } = state
  const row = y < RULER_PX ? undefined : rows[Math.floor((y - RULER_PX + scene.scrollTop) / ROW_HEIGHT)]
  if (row === undefined) return 0
  const { at, device, seq } = state.sightings
  const end = viewTime(state, x + REACH_PX) + 1
  const reachLeft = REACH_PX + MOST_BESIDE * BESIDE_PX
  let best = 0
  let bestPx = REACH_PX
  for (let index = lowerBound(at, viewTime(state, x - reachLeft)); index < at.length; index++) {
    const moment = at[index] ?? 0
    if (moment > end) break
    if (rows[rowOf.get(device[index] ?? 0) ?? -1] !== row) continue
    const distance = Math.abs(chipX(scene, index) - x)
    if (distance >= bestPx) continue
    bestPx = distance
    best = seq[index] ?? 0
  }
  return best
}
