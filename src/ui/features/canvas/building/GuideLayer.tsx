// The lines and gaps that what is dragged has caught on.
import { ViewportPortal } from '@xyflow/react'
import { useBuilding } from '../../../lab/context.tsx'
import type { Guide } from '../../../stores/building-store.ts'

/** So far a line reaches beyond what it joins. */
const BEYOND = 8

/** Half the length of the strokes at the ends of a gap. */
const STROKE = 5

function linePath({ axis, at, from, to }: Guide): string {
  const [start, end] = [from - BEYOND, to + BEYOND]
  return axis === 'x' ? `M${at} ${start}V${end}` : `M${start} ${at}H${end}`
}

function gapPath({ axis, at, from, to }: Guide): string {
  const [low, high] = [at - STROKE, at + STROKE]
  return axis === 'x'
    ? `M${low} ${from}H${high}M${at} ${from}V${to}M${low} ${to}H${high}`
    : `M${from} ${low}V${high}M${from} ${at}H${to}M${to} ${low}V${high}`
}

export function GuideLayer() {
  const guides = useBuilding((state) => state.guides)
  // Whoever is about to put a frame into another one lines nothing up.
  const isRegrouping = useBuilding((state) => state.regroup !== undefined)
  if (guides.length === 0 || isRegrouping) return null
  return (
    <ViewportPortal>
      <svg className="drag-layer" width="1" height="1" aria-hidden="true">
        {guides.map((guide) => (
          <path
            key={`${guide.axis} ${guide.at} ${guide.from}`}
            className={guide.isGap === true ? 'drag-layer__guide drag-layer__guide--gap' : 'drag-layer__guide'}
            d={guide.isGap === true ? gapPath(guide) : linePath(guide)}
          />
        ))}
      </svg>
    </ViewportPortal>
  )
}
