// Lining things up: pure functions from boxes to the corners that they get.
import { around, overlap } from './geometry.ts'
import type { Box, Point } from './geometry.ts'

/** Six ways to line up at an edge or a middle, two ways to space out evenly. */
export const ALIGNMENTS = ['left', 'centre', 'right', 'top', 'middle', 'bottom', 'columns', 'rows'] as const
export type Alignment = (typeof ALIGNMENTS)[number]

/** Spacing out says something of three things and more. */
export const isSpacing = (alignment: Alignment): boolean => alignment === 'columns' || alignment === 'rows'

/** A thing by name, with the box that it takes. */
export interface Aligning {
  readonly name: string
  /** Its frame, whose edges and middle stand in line. */
  readonly box: Box
  /** The frame with the sockets on its edges; missing: there are none. */
  readonly outer?: Box
}

/** Between frames. */
const MIN_GAP = 24
/** Between their sockets. */
const ROOM = 12

/** Where boxes stand when they are lined up within the box around all of them; what would lie on another stands beside it. */
export function aligned(boxes: readonly Aligning[], alignment: Alignment): ReadonlyMap<string, Point> {
  if (isSpacing(alignment)) return spaced(boxes, alignment === 'columns')
  const { x: left, y: top, ...whole } = around(boxes.map(({ box }) => box))
  const [right, bottom] = [left + whole.width, top + whole.height]
  const cornerOf = ({ x, y, width, height }: Box): Point => {
    if (alignment === 'left') return { x: left, y }
    if (alignment === 'centre') return { x: Math.round((left + right - width) / 2), y }
    if (alignment === 'right') return { x: right - width, y }
    if (alignment === 'top') return { x, y: top }
    if (alignment === 'middle') return { x, y: Math.round((top + bottom - height) / 2) }
    return { x, y: bottom - height }
  }
  const lined = boxes.map((each) => movedTo(each, cornerOf(each.box)))
  return apart(lined, alignment === 'left' || alignment === 'centre' || alignment === 'right' ? 'y' : 'x')
}

/** Moves along an axis, away from the first, what lies on something before it; in their order. */
function apart(boxes: readonly Aligning[], axis: 'x' | 'y'): ReadonlyMap<string, Point> {
  const placed: Aligning[] = []
  for (const next of boxes.toSorted((a, b) => a.box[axis] - b.box[axis])) {
    const isCovered = placed.some((other) => overlap(outerOf(other), outerOf(next)))
    const start = Math.max(...placed.map((other) => endOf(other.box, axis) + leastGap(other, next, axis)))
    placed.push(isCovered ? movedTo(next, { ...next.box, [axis]: start }) : next)
  }
  const places = new Map(placed.map(({ name, box: { x, y } }) => [name, { x, y }]))
  return new Map(boxes.map(({ name, box }) => [name, places.get(name) ?? box]))
}

function outerOf({ box, outer = box }: Aligning): Box {
  return outer
}

function movedTo(thing: Aligning, { x, y }: Point): Aligning {
  const { name, box } = thing
  const outer = outerOf(thing)
  return { name, box: { ...box, x, y }, outer: { ...outer, x: outer.x + x - box.x, y: outer.y + y - box.y } }
}

function endOf(box: Box, axis: 'x' | 'y'): number {
  return box[axis] + (axis === 'x' ? box.width : box.height)
}

/** Between the frames of two things, one behind the other, with the sockets that reach into the gap. */
function leastGap(before: Aligning, after: Aligning, axis: 'x' | 'y'): number {
  const reach = endOf(outerOf(before), axis) - endOf(before.box, axis) + after.box[axis] - outerOf(after)[axis]
  return Math.max(MIN_GAP, reach === 0 ? 0 : Math.ceil(reach) + ROOM)
}

/** Equal gaps between the first and the last, in their order; wider apart where they would overlap. */
function spaced(boxes: readonly Aligning[], isAcross: boolean): ReadonlyMap<string, Point> {
  const [axis, extent] = isAcross ? (['x', 'width'] as const) : (['y', 'height'] as const)
  const sorted = boxes.toSorted((a, b) => a.box[axis] - b.box[axis])
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return new Map()
  const taken = sorted.reduce((sum, { box }) => sum + box[extent], 0)
  const span = last.box[axis] + last.box[extent] - first.box[axis]
  const least = sorted.slice(1).map((after, index) => leastGap(sorted[index] ?? after, after, axis))
  const gap = Math.max(...least, (span - taken) / (sorted.length - 1))
  let next = first.box[axis]
  return new Map(
    sorted.map(({ name, box }) => {
      const place = { x: box.x, y: box.y, [axis]: Math.round(next) }
      next += box[extent] + gap
      return [name, place]
    }),
  )
}
