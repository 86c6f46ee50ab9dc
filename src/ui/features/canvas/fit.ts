// The view that shows everything.
import { getViewportForBounds } from '@xyflow/react'
import type { FitViewOptions, ReactFlowInstance } from '@xyflow/react'
import type { CanvasNode } from './flow-nodes.ts'
import type { Box } from './geometry.ts'
import type { CanvasLayout } from './layout.ts'
import type { Note } from './notes.ts'
import { noteSize } from './notes.ts'

/** A hundred machines are no more than coloured patches from there. */
export const LEAST_ZOOM = 0.05

/** Leaves room for the controls above and the key below. */
export const FIT = {
  padding: { top: '28px', bottom: '44px', left: '24px', right: '24px' },
  maxZoom: 1.25,
  minZoom: LEAST_ZOOM,
} as const satisfies FitViewOptions

/** Shows everything of a picture, whether its nodes are in the page yet or not. */
export function fitPicture(
  flow: ReactFlowInstance<CanvasNode>,
  element: HTMLElement,
  { layout, notes }: { readonly layout: CanvasLayout; readonly notes: readonly Note[] },
): void {
  const { clientWidth, clientHeight } = element.querySelector('.react-flow') ?? element
  const bounds = boundsOf(layout, notes)
  // Without anything to fit, what is dropped first stays where it is dropped.
  const viewport =
    bounds === undefined || clientWidth === 0
      ? { x: 0, y: 0, zoom: 1 }
      : getViewportForBounds(bounds, clientWidth, clientHeight, FIT.minZoom, FIT.maxZoom, FIT.padding)
  void flow.setViewport(viewport)
}

/** The box around all of a picture; undefined where there is nothing. */
export function boundsOf({ machines, deviceBox }: CanvasLayout, notes: readonly Note[]): Box | undefined {
  const boxes: readonly Box[] = [
    ...machines.map(({ box }) => box),
    ...[...deviceBox.values()].map(({ box }) => box),
    ...notes.map(({ x, y, text }) => ({ x, y, ...noteSize(text) })),
  ]
  if (boxes.length === 0) return undefined
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}
