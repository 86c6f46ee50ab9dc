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

/** The nearest lines of others, or gaps like theirs, within reach, one each way. Ends meet ends and beginnings, middles meet middles. */
export function snapTo(box: Box, others: readonly Box[], reach: number): Snapped {
  const dx = nearest(box, others, 'x', reach)
  const dy = nearest(box, others, 'y', reach)
  const moved = { ...box, x: box.x + (dx ?? 0), y: box.y + (dy ?? 0) }
  const guides = [
    ...(dx === undefined ? [] : [...guidesOf(moved, others, 'x'), ...gapGuides(moved, others, 'x')]),
    ...(dy === undefined ? [] : [...guidesOf(moved, others, 'y'), ...gapGuides(moved, others, 'y')]),
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

/** Every way in which two spans can share a line: how far the first has to go, and where the line is then. */
function meetings(a: Span, b: Span): readonly { readonly by: number; readonly at: number }[] {
  const ends = [a.start, a.end].flatMap((from) => [b.start, b.end].map((at) => ({ by: at - from, at })))
  return [...ends, { by: b.middle - a.middle, at: b.middle }]
}

function nearest(box: Box, others: readonly Box[], axis: 'x' | 'y', reach: number): number | undefined {
  const span = spanOf(box, axis)
  const lines = others.flatMap((other) => meetings(span, spanOf(other, axis)).map(({ by }) => by))
  // Where a line and a gap are as near, the line comes first.
  const ways = [...lines, ...gapMoves(box, others, axis)].filter((by) => Math.abs(by) <= reach)
  return ways.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0]
}

/** Half a pixel is no difference that anybody sees. */
const SAME = 0.5

function guidesOf(box: Box, others: readonly Box[], axis: 'x' | 'y'): readonly Guide[] {
  const across = axis === 'x' ? 'y' : 'x'
  const own = spanOf(box, axis)
  const lines = new Map<number, Box[]>()
  for (const other of others) {
    for (const { by, at } of meetings(own, spanOf(other, axis))) {
      if (Math.abs(by) > SAME) continue
      lines.set(at, [...(lines.get(at) ?? [box]), other])
    }
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
