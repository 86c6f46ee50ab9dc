// At which pace virtual time is shown: a hop takes microseconds and a retry a second, so each gap is played by its order of magnitude.

/** Moments of virtual time (ns, ascending, distinct), each with its place in playing time (ms). */
export interface PlaybackScore {
  readonly at: Float64Array
  readonly playMs: Float64Array
}

export const EMPTY_SCORE: PlaybackScore = { at: new Float64Array(0), playMs: new Float64Array(0) }

const BASE_MS = 90
const PER_DECADE_MS = 55
const LONGEST_MS = 480

/** How long a gap of virtual time plays at speed 1. */
export function playedGapMs(gapNs: number): number {
  if (gapNs <= 0) return 0
  return Math.min(LONGEST_MS, BASE_MS + PER_DECADE_MS * Math.log10(1 + gapNs / 1000))
}

/** The score of a stretch of time with the moments at which something happens in it (ascending; equal ones may repeat). */
export function scoreOf(moments: ArrayLike<number>, fromNs: number, toNs: number): PlaybackScore {
  const at: number[] = [fromNs]
  for (let index = 0; index < moments.length; index++) {
    const moment = moments[index] ?? fromNs
    if (moment > (at.at(-1) ?? fromNs) && moment < toNs) at.push(moment)
  }
  if (toNs > (at.at(-1) ?? fromNs)) at.push(toNs)
  const playMs = new Float64Array(at.length)
  for (let index = 1; index < at.length; index++) {
    playMs[index] = (playMs[index - 1] ?? 0) + playedGapMs((at[index] ?? 0) - (at[index - 1] ?? 0))
  }
  return { at: Float64Array.from(at), playMs }
}

/** Where a moment lies in playing time; before and after the score time stands still. */
export function playMsAt(score: PlaybackScore, moment: number): number {
  return interpolate(score.at, score.playMs, moment)
}

/** The moment that is shown at a place in playing time. */
export function momentAt(score: PlaybackScore, playMs: number): number {
  return interpolate(score.playMs, score.at, playMs)
}

/** The next moment after (direction 1) or before (-1) a cursor at which something happens; undefined at the ends. */
export function stepFrom({ at }: PlaybackScore, cursor: number, direction: 1 | -1): number | undefined {
  if (direction === 1) return at.find((moment) => moment > cursor)
  return at.findLast((moment) => moment < cursor)
}

function interpolate(from: Float64Array, to: Float64Array, value: number): number {
  const last = from.length - 1
  if (last < 0) return value
  if (value <= (from[0] ?? 0)) return to[0] ?? 0
  if (value >= (from[last] ?? 0)) return to[last] ?? 0
  let [low, high] = [0, last]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((from[middle] ?? 0) <= value) low = middle
    else high = middle
  }
  const [a, b] = [from[low] ?? 0, from[high] ?? 0]
  const share = b > a ? (value - a) / (b - a) : 0
  return (to[low] ?? 0) + share * ((to[high] ?? 0) - (to[low] ?? 0))
}
