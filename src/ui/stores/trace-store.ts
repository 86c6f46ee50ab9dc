// The frame sightings around the cursor, and the pace at which the page plays them.
import { createStore } from 'zustand/vanilla'
import type { SightingColumns } from '../../contract/protocol.ts'
import { EMPTY_SCORE } from './playback-score.ts'
import type { PlaybackScore } from './playback-score.ts'

export interface TraceState {
  readonly columns: SightingColumns
  /** The stretch of time that `columns` covers completely. */
  readonly fromNs: number
  readonly toNs: number
  readonly score: PlaybackScore
  /** The last event that the engine has written. */
  readonly lastSeq: number
}

export const NO_SIGHTINGS: SightingColumns = {
  count: 0,
  seq: new Uint32Array(0),
  at: new Float64Array(0),
  device: new Uint32Array(0),
  packet: new Uint32Array(0),
  glyph: new Uint8Array(0),
  direction: new Uint8Array(0),
  causeSeq: new Uint32Array(0),
  samePacket: new Uint8Array(0),
  isTranslated: new Uint8Array(0),
}

export const EMPTY_TRACE: TraceState = { columns: NO_SIGHTINGS, fromNs: 0, toNs: 0, score: EMPTY_SCORE, lastSeq: 0 }

export const createTraceStore = () => createStore<TraceState>(() => EMPTY_TRACE)
export type TraceStore = ReturnType<typeof createTraceStore>

/** The index of the first sighting at or after a moment. */
export function lowerBound(at: Float64Array, moment: number): number {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] ?? Infinity) < moment) low = middle + 1
    else high = middle
  }
  return low
}
