// Lining things up: pure functions from boxes to the corners that they get.
import { around } from './geometry.ts'
import type { Box, Point } from './geometry.ts'

/** Six ways to line up at an edge or a middle, two ways to space out evenly. */
export const ALIGNMENTS = ['left', 'centre', 'right', 'top', 'middle', 'bottom', 'columns', 'rows'] as const
export type Alignment = (typeof ALIGNMENTS)[number]

/** Spacing out says something of three things and more. */
export const isSpacing = (alignment: Alignment): boolean => alignment === 'columns' || alignment === 'rows'

/** A thing by name, with the box that it takes. */
export interface Aligning {
  readonly name: string
  readonly box: Box
}

const MIN_GAP = 24

/** Where boxes stand when they are lined up within the box around all of them. */
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
  return new Map(boxes.map(({ name, box }) => [name, cornerOf(box)]))
}

/** Equal gaps between the first and the last, in their order; wider apart where they would overlap. */
function spaced(boxes: readonly Aligning[], isAcross: boolean): ReadonlyMap<string, Point> {
  const [axis, extent] = isAcross ? (['x', 'width'] as const) : (['y', 'height'] as const)
  const sorted = boxes.toSorted((a, b) => a.box[axis] - b.box[axis])
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return new Map()
  const taken = sorted.reduce((sum, { box }) => sum + box[extent], 0)
  const span = last.box[axis] + last.box[extent] - first.box[axis]
  const gap = Math.max(MIN_GAP, (span - taken) / (sorted.length - 1))
  let next = first.box[axis]
  return new Map(
    sorted.map(({ name, box }) => {
      const place = { x: box.x, y: box.y, [axis]: Math.round(next) }
      next += box[extent] + gap
      return [name, place]
    }),
  )
}
