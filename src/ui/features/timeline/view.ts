// The part of the axis that is in sight: zoom, pan, fit. Pure functions from one view to the next.
import { axisWidth, fitScale, scaleOf, timeOfX, xOfTime, zoomedScale } from './fold-axis.ts'
import type { FoldAxis, Stretch } from './fold-axis.ts'
import type { TimelineState } from './timeline-store.ts'

export type View = Pick<TimelineState, 'axis' | 'scale' | 'offsetPx' | 'widthPx'>

/** Room beside the first and the last frame, so that no chip is cut. */
export const EDGE_PX = 16

/** The place of a moment in the view, in pixels from its left edge. */
export function viewX({ axis, scale, offsetPx }: View, moment: number): number {
  return xOfTime(axis, scale, moment) - offsetPx
}

/** The moment at a place in the view. */
export function viewTime({ axis, scale, offsetPx }: View, x: number): number {
  return timeOfX(axis, scale, x + offsetPx)
}

/** The stretch of time in sight, `marginPx` wider on both sides. */
export function viewStretch(view: View, marginPx = 0): Stretch {
  return { fromNs: viewTime(view, -marginPx), toNs: viewTime(view, view.widthPx + marginPx) }
}

/** The whole axis in sight. */
export function fitted(view: View): View {
  const scale = fitScale(view.axis, innerWidth(view))
  return clamped({ ...view, scale, offsetPx: -EDGE_PX })
}

/** A stretch of time as wide as the view, or as wide as the closest look allows. */
export function fittedTo(view: View, { fromNs, toNs }: Stretch): View {
  const widthPx = innerWidth(view)
  const extent = (pxPerNs: number): number => {
    const scale = scaleOf(view.axis, pxPerNs)
    return xOfTime(view.axis, scale, toNs) - xOfTime(view.axis, scale, fromNs)
  }
  // The width grows with the scale, so halving finds it; forty halvings of a ratio are far below a pixel.
  let low = fitScale(view.axis, widthPx).pxPerNs
  let high = zoomedScale(view.axis, scaleOf(view.axis, low), Infinity, widthPx).pxPerNs
  for (let round = 0; round < 40 && high / low > 1.0001; round++) {
    const middle = Math.sqrt(low * high)
    if (extent(middle) < widthPx) low = middle
    else high = middle
  }
  const scale = scaleOf(view.axis, low)
  return clamped({ ...view, scale, offsetPx: xOfTime(view.axis, scale, fromNs) - EDGE_PX })
}

/** Closer (factor above 1) or wider, with the moment under `x` staying where it is. */
export function zoomed(view: View, factor: number, x: number): View {
  const moment = viewTime(view, x)
  const scale = zoomedScale(view.axis, view.scale, factor, innerWidth(view))
  return clamped({ ...view, scale, offsetPx: xOfTime(view.axis, scale, moment) - x })
}

/** Moved by so many pixels; positive shows later moments. */
export function panned(view: View, deltaPx: number): View {
  return clamped({ ...view, offsetPx: view.offsetPx + deltaPx })
}

/** Moved so that a moment lies within the view, by no more than needed, or to its middle when it was far away. */
export function revealed(view: View, moment: number, marginPx = 48): View {
  const x = viewX(view, moment)
  if (x >= marginPx && x <= view.widthPx - marginPx) return view
  if (x < -view.widthPx || x > 2 * view.widthPx) return panned(view, x - view.widthPx / 2)
  return panned(view, x < marginPx ? x - marginPx : x - view.widthPx + marginPx)
}

/** The same moment at the left edge on another axis (folds came or went, the trace grew). */
export function onAxis(view: View, axis: FoldAxis): View {
  const moment = viewTime(view, EDGE_PX)
  const scale = scaleOf(axis, Math.max(view.scale.pxPerNs, fitScale(axis, innerWidth(view)).pxPerNs))
  return clamped({ ...view, axis, scale, offsetPx: xOfTime(axis, scale, moment) - EDGE_PX })
}

/** No view shows more than the edges' room beside the axis. */
export function clamped(view: View): View {
  const most = axisWidth(view.axis, view.scale) + EDGE_PX - view.widthPx
  return { ...view, offsetPx: Math.max(-EDGE_PX, Math.min(view.offsetPx, most)) }
}

function innerWidth({ widthPx }: View): number {
  return Math.max(widthPx - 2 * EDGE_PX, 1)
}
