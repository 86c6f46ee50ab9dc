// A picture that was seen as a whole is seen as a whole when it grows.
import type { ReactFlowInstance } from '@xyflow/react'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { RefObject } from 'react'
import { boundsOf, fitPicture } from './fit.ts'
import type { CanvasNode } from './flow-nodes.ts'
import type { Box } from './geometry.ts'
import type { CanvasLayout } from './layout.ts'
import type { Note } from './notes.ts'
import type { Topology } from './topology.ts'

interface Picture {
  readonly topology: Topology
  readonly layout: CanvasLayout
  readonly notes: readonly Note[]
}

/**
 * Shows everything again where a change of the network has made the picture reach out of a view that showed all of it. Whoever has zoomed in,
 * or moves things out of the view, is left alone. `isUnplaced`: nothing stands where somebody has put it.
 */
export function useKeepInView(
  flow: ReactFlowInstance<CanvasNode> | undefined,
  element: RefObject<HTMLElement | null>,
  picture: Picture,
  isUnplaced: boolean,
): void {
  const { topology } = picture
  // Each move of a drag makes another; how far it reaches is reckoned only when the network has changed.
  const seen = useRef<Picture>(undefined)
  const keep = useEffectEvent(() => {
    const pane = element.current?.querySelector('.react-flow')
    const [before, bounds] = [seen.current, picture].map((each) => each && boundsOf(each.layout, each.notes))
    seen.current = picture
    if (flow === undefined || pane === null || pane === undefined || element.current === null) return
    if (bounds === undefined) return
    if (before === undefined) {
      // The first thing of all stands where it was dropped, or else in the middle.
      if (isUnplaced) fitPicture(flow, element.current, picture)
      return
    }
    const { x, y, zoom } = flow.getViewport()
    const isSeen = (box: Box): boolean =>
      box.x * zoom + x >= 0 &&
      box.y * zoom + y >= 0 &&
      (box.x + box.width) * zoom + x <= pane.clientWidth &&
      (box.y + box.height) * zoom + y <= pane.clientHeight
    if (isSeen(before) && !isSeen(bounds)) fitPicture(flow, element.current, picture)
  })
  useEffect(() => keep(), [topology])
  const note = useEffectEvent(() => {
    seen.current = picture
  })
  // What was moved by hand is what is there now.
  useEffect(() => note(), [picture.layout])
}
