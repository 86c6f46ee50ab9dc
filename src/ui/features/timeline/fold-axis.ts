// The time axis: active stretches at one scale, idle stretches folded to a mark of constant width. Time and pixels map to
// each other both ways; within a folded stretch time runs evenly across its mark, so nothing between the ends is unreachable.

/** A stretch of virtual time in nanoseconds. */
export interface Stretch {
  readonly fromNs: number
  readonly toNs: number
}

/** Active stretches in order, with the active time before each; between two of them lies one fold. */
export interface FoldAxis {
  readonly fromNs: number
  readonly toNs: number
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly activeBefore: Float64Array
  readonly activeNs: number
}

/** Pixels for a nanosecond of active time, and for a fold. */
export interface AxisScale {
  readonly pxPerNs: number
  readonly foldPx: number
}

/** A fold that lies in sight. */
export interface Fold extends Stretch {
  readonly x: number
  readonly width: number
}

/** Time that is left open on both sides of a fold, so that its mark stands clear of the frames beside it. */
const PADDING_NS = 3_000
const WIDEST_FOLD_PX = 44
/** Folds together take at most this share of what the active time takes. */
const FOLD_SHARE = 0.4
/** The closest look: a hop of two microseconds fills a good part of the panel. */
const MOST_PX_PER_NS = 0.25

/** An axis over a stretch with parts of it folded; folds are in order and apart. Folds too short to pay are left open. */
export function foldAxis({ fromNs, toNs }: Stretch, idle: readonly Stretch[]): FoldAxis {
  const end = Math.max(toNs, fromNs + 1)
  const starts: number[] = [fromNs]
  const ends: number[] = []
  for (const gap of idle) {
    const open = starts.at(-1) ?? fromNs
    const from = Math.max(gap.fromNs + PADDING_NS, open + PADDING_NS)
    const to = Math.min(gap.toNs, end) - PADDING_NS
    if (to - from < 4 * PADDING_NS) continue
    ends.push(from)
    starts.push(to)
  }
  ends.push(end)
  const activeBefore = new Float64Array(starts.length)
  for (let index = 1; index < starts.length; index++) {
    activeBefore[index] = (activeBefore[index - 1] ?? 0) + (ends[index - 1] ?? 0) - (starts[index - 1] ?? 0)
  }
  const last = starts.length - 1
  const activeNs = (activeBefore[last] ?? 0) + end - (starts[last] ?? 0)
  return { fromNs, toNs: end, starts: Float64Array.from(starts), ends: Float64Array.from(ends), activeBefore, activeNs }
}

/** The scale of an axis at so many pixels for a nanosecond: folds shrink when they would crowd out what happens. */
export function scaleOf(axis: FoldAxis, pxPerNs: number): AxisScale {
  const folds = axis.starts.length - 1
  if (folds === 0) return { pxPerNs, foldPx: WIDEST_FOLD_PX }
  return { pxPerNs, foldPx: Math.min(WIDEST_FOLD_PX, (pxPerNs * axis.activeNs * FOLD_SHARE) / folds) }
}

/** The scale at which the whole axis is just so wide. */
export function fitScale(axis: FoldAxis, widthPx: number): AxisScale {
  const folds = axis.starts.length - 1
  const withWideFolds = (widthPx - folds * WIDEST_FOLD_PX) / axis.activeNs
  const wide = scaleOf(axis, Math.max(withWideFolds, Number.MIN_VALUE))
  const fits = withWideFolds > 0 && (folds === 0 || wide.foldPx === WIDEST_FOLD_PX)
  const pxPerNs = fits ? withWideFolds : widthPx / (axis.activeNs * (1 + (folds === 0 ? 0 : FOLD_SHARE)))
  return scaleOf(axis, Math.min(pxPerNs, MOST_PX_PER_NS))
}

/** The next scale in a zoom, between the whole axis and the closest look. */
export function zoomedScale(axis: FoldAxis, scale: AxisScale, factor: number, widthPx: number): AxisScale {
  const least = fitScale(axis, widthPx).pxPerNs
  return scaleOf(axis, Math.min(Math.max(scale.pxPerNs * factor, least), Math.max(MOST_PX_PER_NS, least)))
}

/** The width of the whole axis. */
export function axisWidth(axis: FoldAxis, { pxPerNs, foldPx }: AxisScale): number {
  return axis.activeNs * pxPerNs + (axis.starts.length - 1) * foldPx
}

/** Where a moment lies, from the axis's beginning; moments outside lie at its ends. */
export function xOfTime(axis: FoldAxis, scale: AxisScale, moment: number): number {
  const clamped = Math.min(Math.max(moment, axis.fromNs), axis.toNs)
  const index = lastAtMost(axis.starts, axis.starts.length, clamped)
  const start = axis.starts[index] ?? 0
  const end = axis.ends[index] ?? 0
  const x = startX(axis, scale, index)
  if (clamped <= end) return x + (clamped - start) * scale.pxPerNs
  const next = axis.starts[index + 1] ?? end
  return x + (end - start) * scale.pxPerNs + ((clamped - end) / (next - end)) * scale.foldPx
}

/** The moment at a place on the axis; the inverse of `xOfTime`. */
export function timeOfX(axis: FoldAxis, scale: AxisScale, x: number): number {
  if (x <= 0) return axis.fromNs
  let [low, high] = [0, axis.starts.length]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (startX(axis, scale, middle) <= x) low = middle
    else high = middle
  }
  const start = axis.starts[low] ?? 0
  const end = axis.ends[low] ?? 0
  const inside = x - startX(axis, scale, low)
  const width = (end - start) * scale.pxPerNs
  if (inside <= width) return Math.min(start + inside / scale.pxPerNs, end)
  const next = axis.starts[low + 1]
  if (next === undefined) return axis.toNs
  return Math.min(end + ((inside - width) / scale.foldPx) * (next - end), next)
}

/** The folds between two places on the axis. */
export function foldsBetween(axis: FoldAxis, scale: AxisScale, fromX: number, toX: number): readonly Fold[] {
  const folds: Fold[] = []
  const first = Math.max(0, lastAtMost(axis.ends, axis.ends.length, timeOfX(axis, scale, fromX)))
  for (let index = first; index < axis.starts.length - 1; index++) {
    const fromNs = axis.ends[index] ?? 0
    const x = xOfTime(axis, scale, fromNs)
    if (x > toX) break
    if (x + scale.foldPx < fromX) continue
    folds.push({ fromNs, toNs: axis.starts[index + 1] ?? fromNs, x, width: scale.foldPx })
  }
  return folds
}

function startX({ activeBefore }: FoldAxis, { pxPerNs, foldPx }: AxisScale, index: number): number {
  return (activeBefore[index] ?? 0) * pxPerNs + index * foldPx
}

/** Index of the last of ascending values that is at most `value`; 0 when none is. */
function lastAtMost(values: Float64Array, count: number, value: number): number {
  let [low, high] = [0, count]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((values[middle] ?? Infinity) <= value) low = middle
    else high = middle
  }
  return low
}
