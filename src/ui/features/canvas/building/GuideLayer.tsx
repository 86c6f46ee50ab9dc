// The lines that what is dragged has caught on.
import { ViewportPortal } from '@xyflow/react'
import { useBuilding } from '../../../lab/context.tsx'

/** So far a line reaches beyond what it joins. */
const BEYOND = 8

export function GuideLayer() {
  const guides = useBuilding((state) => state.guides)
  // Whoever is about to put a frame into another one lines nothing up.
  const isRegrouping = useBuilding((state) => state.regroup !== undefined)
  if (guides.length === 0 || isRegrouping) return null
  return (
    <ViewportPortal>
      <svg className="drag-layer" width="1" height="1" aria-hidden="true">
        {guides.map(({ axis, at, from, to }) => {
          const [start, end] = [from - BEYOND, to + BEYOND]
          const line = axis === 'x' ? { x1: at, x2: at, y1: start, y2: end } : { x1: start, x2: end, y1: at, y2: at }
          return <line key={`${axis} ${at}`} className="drag-layer__guide" {...line} />
        })}
      </svg>
    </ViewportPortal>
  )
}
