// The two clocks: `now` is the live edge of the simulation, `cursor` is the moment that the page shows. Both in nanoseconds.
import { createStore } from 'zustand/vanilla'

/** Times the pace at which a hop takes about an eighth of a second: the slowest shows one hop in some ten. */
export const SPEEDS = [0.01, 0.05, 0.25, 0.5, 1, 2, 5, 10] as const
export type Speed = (typeof SPEEDS)[number]

export interface ClockState {
  readonly now: number
  readonly cursor: number
  readonly isPlaying: boolean
  readonly speed: Speed
  /** True while the cursor stays at the live edge by itself. */
  readonly isFollowing: boolean
}

export const createClockStore = () =>
  createStore<ClockState>(() => ({ now: 0, cursor: 0, isPlaying: false, speed: 1, isFollowing: true }))
export type ClockStore = ReturnType<typeof createClockStore>
