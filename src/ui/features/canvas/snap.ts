// Guides: what is dragged catches on the edges and middles of what stands around it, and on gaps like theirs. Pure functions.
import type { Guide } from '../../stores/building-store.ts'
import type { Box } from './geometry.ts'
import { gapGuides, gapMoves } from './snap-gaps.ts'

export interface Snapped {
  /** How far the box has to go to stand in line. */
  readonly dx: number
  readonly dy: number
  readonly guides: readonly Guide[]
}

/** With more than that in sight a gap is a few pixels wide, and to look for its like holds the hand up. */
const MANY = 60
const NONE: readonly Box[] = []

interface Neighbours {
  readonly others: readonly Box[]
  /** Those between which gaps count. */
  readonly inGaps: readonly Box[]
}

/** The nearest lines of others, or gaps like theirs, within reach, one each way. Ends meet ends and beginnings, middles meet middles. */
export function snapTo(box: Box, others: readonly Box[], reach: number): Snapped {
  const inGaps = others.length <= MANY ? others : NONE
  const dx = nearest(box, { others, inGaps }, { axis: 'x', reach })
  const dy = nearest(box, { others, inGaps }, { axis: 'y', reach })
  const moved = { ...box, x: box.x + (dx ?? 0), y: box.y + (dy ?? 0) }
  const guides = [
    ...(dx === undefined ? [] : [...guidesOf(moved, others, 'x'), ...gapGuides(moved, inGaps, 'x')]),
    ...(dy === undefined ? [] : [...guidesOf(moved, others, 'y'), ...gapGuides(moved, inGaps, 'y')]),
  ]
  return { dx: dx ?? 0, dy: dy ?? 0, guides }
}

interface Span {
  readonly start: number
  readonly middle: number
  readonly end: number
}

function spanOf({ x, y, width, height }: Box, axis: 'x' | 'y'): Span {
  const [start, extent] = axis === 'x' ? [x, width] : [y, height]
  return { start, middle: start + extent / 2, end: start + extent }
}

/** Every way in which two spans can share a line: how far the first has to go. Asked with each move for all that is in sight. */
function meetings(a: Span, b: Span): readonly number[] {
  return [b.start - a.start, b.end - a.start, b.start - a.end, b.end - a.end, b.middle - a.middle]
}

function nearest(
  box: Box,
  { others, inGaps }: Neighbours,
  { axis, reach }: { readonly axis: 'x' | 'y'; readonly reach: number },
): number | undefined {
  const span = spanOf(box, axis)
  let best: number | undefined
  const take = (by: number): void => {
    if (Math.abs(by) <= reach && (best === undefined || Math.abs(by) < Math.abs(best))) best = by
  }
  for (const other of others) for (const by of meetings(span, spanOf(other, axis))) take(by)
  // Where a line and a gap are as near, the line comes first.
  for (const by of gapMoves(box, inGaps, axis)) take(by)
  return best
}

/** Half a pixel is no difference that anybody sees. */
const SAME = 0.5

function guidesOf(box: Box, others: readonly Box[], axis: 'x' | 'y'): readonly Guide[] {
  const across = axis === 'x' ? 'y' : 'x'
  const own = spanOf(box, axis)
  const lines = new Map<number, Box[]>()
  for (const other of others) {
    const { start, middle, end } = spanOf(other, axis)
    const ways = meetings(own, { start, middle, end })
    if (ways.every((by) => Math.abs(by) > SAME)) continue
    for (const [k, at] of [start, end, start, end, middle].entries())
      if (Math.abs(ways[k] ?? Infinity) <= SAME) lines.set(at, [...(lines.get(at) ?? [box]), other])
  }
  return [...lines].map(([at, boxes]) => {
    const spans = boxes.map((each) => spanOf(each, across))
    return {
      axis,
      at,
      from: Math.min(...spans.map(({ start }) => start)),
      to: Math.max(...spans.map(({ end }) => end)),
    }
  })
}
