// Counts instead of chips, for a view too wide for single frames. The engine counts in slices of equal time and the axis folds,
// so a view is asked for in parts: one for each active stretch while they are few, else for runs of them of equal width.
import type { LaneSummary } from '../../../contract/protocol.ts'
import { xOfTime } from './fold-axis.ts'
import type { AxisScale, FoldAxis, Stretch } from './fold-axis.ts'

/** A stretch of time in `bucketCount` equal slices, counted lane by lane. */
export interface DensityPart extends Stretch {
  readonly bucketCount: number
  readonly lanes: readonly LaneSummary[]
}

/** A part before it is counted. */
export type PartPlan = Omit<DensityPart, 'lanes'>

const MOST_PARTS = 12
const BUCKET_PX = 3

/** How to cut a stretch of the axis into parts, so that slices are about three pixels wide. */
export function planParts(axis: FoldAxis, scale: AxisScale, { fromNs, toNs }: Stretch): readonly PartPlan[] {
  const actives: Stretch[] = []
  for (let index = 0; index < axis.starts.length; index++) {
    const from = Math.max(axis.starts[index] ?? 0, fromNs)
    const to = Math.min(axis.ends[index] ?? 0, toNs)
    if (from <= to) actives.push({ fromNs: from, toNs: to })
  }
  const leastPx = (xOfTime(axis, scale, toNs) - xOfTime(axis, scale, fromNs)) / MOST_PARTS
  const runs: Stretch[] = []
  for (const active of actives) {
    const run = runs.at(-1)
    const isWide = run === undefined || widthOf(axis, scale, run) >= leastPx
    if (actives.length <= MOST_PARTS || isWide) runs.push(active)
    else runs[runs.length - 1] = { fromNs: run.fromNs, toNs: active.toNs }
  }
  return runs.map((run) => {
    const widthPx = widthOf(axis, scale, run)
    return { ...run, bucketCount: Math.max(1, Math.min(1024, Math.ceil(widthPx / BUCKET_PX))) }
  })
}

/** How many sightings lie in a stretch, at most: whole slices count. */
export function countWithin(parts: readonly DensityPart[], { fromNs, toNs }: Stretch): number {
  let count = 0
  for (const part of parts) {
    if (part.toNs < fromNs || part.fromNs > toNs) continue
    const width = bucketNs(part)
    const first = Math.max(0, Math.floor((fromNs - part.fromNs) / width))
    const last = Math.min(part.bucketCount - 1, Math.floor((toNs - part.fromNs) / width))
    for (const { counts } of part.lanes) for (let at = first; at <= last; at++) count += counts[at] ?? 0
  }
  return count
}

/** The length of a slice, in nanoseconds: as the engine divides. */
export function bucketNs({ fromNs, toNs, bucketCount }: PartPlan): number {
  return Math.max(1, (toNs - fromNs) / bucketCount)
}

function widthOf(axis: FoldAxis, scale: AxisScale, { fromNs, toNs }: Stretch): number {
  return xOfTime(axis, scale, toNs) - xOfTime(axis, scale, fromNs)
}
