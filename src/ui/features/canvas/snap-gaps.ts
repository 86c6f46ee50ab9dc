// Equal gaps: what is dragged catches where it stands as far from a neighbour as others of its row stand from each other. Pure functions.
import type { Guide } from '../../stores/building-store.ts'
import type { Box } from './geometry.ts'

/** Less than that between two frames is no gap that anybody means. */
const LEAST_GAP = 4
/** Half a pixel is no difference that anybody sees. */
const SAME = 0.5

/** In a row of many equal gaps a few tell it as well as all. */
const MOST_SHOWN = 6

type Axis = 'x' | 'y'

interface Gap {
  readonly from: number
  readonly to: number
  /** Where on the other axis both of its neighbours are. */
  readonly at: number
}

/** Every way in which a box gets a gap that is in its row already, or stands in the middle between its neighbours: how far it has to go. */
export function gapMoves(box: Box, others: readonly Box[], axis: Axis): readonly number[] {
  const row = rowOf(box, others, axis)
  const [start, end] = [startOf(box, axis), endOf(box, axis)]
  const middle = (start + end) / 2
  // By its middle, what reaches a little into a neighbour still is beside it.
  const before = row.filter((other) => middleOf(other, axis) < middle).map((other) => endOf(other, axis))
  const after = row.filter((other) => middleOf(other, axis) >= middle).map((other) => startOf(other, axis))
  const [left, right] = [Math.max(...before), Math.min(...after)]
  const sizes = gapsOf(row, axis).map(sizeOf)
  const isBetween = before.length > 0 && after.length > 0 && right - left - (end - start) >= 2 * LEAST_GAP
  return [
    ...(isBetween ? [(left + right) / 2 - middle] : []),
    ...(before.length > 0 ? sizes.map((size) => left + size - start) : []),
    ...(after.length > 0 ? sizes.map((size) => right - size - end) : []),
  ]
}

/** The gaps beside a box and the nearest of its row that are as wide; none where it has no such gap. */
export function gapGuides(box: Box, others: readonly Box[], axis: Axis): readonly Guide[] {
  const gaps = gapsOf([...rowOf(box, others, axis), box], axis)
  const [start, end] = [startOf(box, axis), endOf(box, axis)]
  const own = gaps.filter(({ from, to }) => from === end || to === start)
  const isEqual = (a: Gap) => (b: Gap) => Math.abs(sizeOf(a) - sizeOf(b)) <= SAME
  const shown = gaps.filter((gap) => own.some(isEqual(gap)) && gaps.filter(isEqual(gap)).length > 1)
  const distance = ({ from, to }: Gap): number => Math.abs((from + to) / 2 - (start + end) / 2)
  const nearest = new Set(shown.toSorted((a, b) => distance(a) - distance(b)).slice(0, MOST_SHOWN))
  // A gap is drawn from neighbour to neighbour, which is a line of the other axis.
  return shown
    .filter((gap) => nearest.has(gap))
    .map(({ from, to, at }) => ({ axis: axis === 'x' ? 'y' : 'x', at, from, to, isGap: true }))
}

/** What stands beside a box, in order. */
function rowOf(box: Box, others: readonly Box[], axis: Axis): readonly Box[] {
  const across = axis === 'x' ? 'y' : 'x'
  const isBeside = (other: Box): boolean =>
    startOf(other, across) < endOf(box, across) && startOf(box, across) < endOf(other, across)
  return others.filter(isBeside)
}

/** The gaps of a row, each between what is left and what is right of it. */
function gapsOf(row: readonly Box[], axis: Axis): readonly Gap[] {
  const across = axis === 'x' ? 'y' : 'x'
  const sorted = row.toSorted((a, b) => startOf(a, axis) - startOf(b, axis))
  const gaps: Gap[] = []
  let [last] = sorted
  for (const next of sorted.slice(1)) {
    if (last === undefined) break
    const [from, to] = [endOf(last, axis), startOf(next, axis)]
    const shared = [
      Math.max(startOf(last, across), startOf(next, across)),
      Math.min(endOf(last, across), endOf(next, across)),
    ]
    if (to - from >= LEAST_GAP) gaps.push({ from, to, at: ((shared[0] ?? 0) + (shared[1] ?? 0)) / 2 })
    if (endOf(next, axis) > endOf(last, axis)) last = next
  }
  return gaps
}

function sizeOf({ from, to }: Gap): number {
  return to - from
}

function startOf(box: Box, axis: Axis): number {
  return box[axis]
}

function endOf(box: Box, axis: Axis): number {
  return box[axis] + (axis === 'x' ? box.width : box.height)
}

function middleOf(box: Box, axis: Axis): number {
  return (startOf(box, axis) + endOf(box, axis)) / 2
}
