// Frames on the canvas, driven by the cursor: they travel the lines that they travelled in the trace; a drop stays where it died.
import { memo, useEffect, useState } from 'react'
import { FrameGlyphShape, GLYPH_COLOUR } from '../../components/frame-glyph.tsx'
import { ConnectionLostError, RefusedError } from '../../../client/lab-client.ts'
import { useClock, useSession, useTrace } from '../../lab/context.tsx'
import { framePath } from './frame-paths.ts'
import { framesAt, seenAt } from './frames-at.ts'
import type { MovingFrame, SeenFrame } from './frames-at.ts'
import type { CanvasLayout } from './layout.ts'
import type { Topology } from './topology.ts'

interface FrameLayerProps {
  readonly layout: CanvasLayout
  readonly topology: Topology
  /** Lines light up instead of frames travelling. */
  readonly isReduced: boolean
}

/** An SVG in canvas coordinates above everything else. The live region says the same in words. */
export function FrameLayer({ layout, topology, isReduced }: FrameLayerProps) {
  const cursor = useClock((state) => state.cursor)
  const columns = useTrace((state) => state.columns)
  const score = useTrace((state) => state.score)
  const moving = framesAt(cursor, columns)
  const underWay = new Set(moving.map(({ to }) => to))
  const seen = seenAt(cursor, columns, score).filter(({ device, glyph }) => glyph === 'drop' || !underWay.has(device))
  return (
    <svg className="frame-layer" width="1" height="1" aria-hidden="true">
      {seen.map((frame) => (
        <SeenMark key={frame.seq} frame={frame} layout={layout} />
      ))}
      {moving.map((frame) =>
        isReduced ? (
          <EdgeHighlight key={frame.seq} frame={frame} layout={layout} topology={topology} />
        ) : (
          <TravellingFrame key={frame.seq} frame={frame} layout={layout} topology={topology} />
        ),
      )}
    </svg>
  )
}

interface MovingProps {
  readonly frame: MovingFrame
  readonly layout: CanvasLayout
  readonly topology: Topology
}

function TravellingFrame({ frame, layout, topology }: MovingProps) {
  const point = framePath(layout, topology, frame.from, frame.to)?.(frame.t)
  if (point === undefined) return null
  return (
    <g transform={`translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`}>
      <circle r="12" className="frame-layer__halo" />
      <FrameGlyphShape glyph={frame.glyph} />
    </g>
  )
}

const HIGHLIGHT_STEPS = 12

function EdgeHighlight({ frame, layout, topology }: MovingProps) {
  const path = framePath(layout, topology, frame.from, frame.to)
  if (path === undefined) return null
  const points = Array.from({ length: HIGHLIGHT_STEPS + 1 }, (_, index) => path(index / HIGHLIGHT_STEPS))
  const middle = path(0.5)
  return (
    <g style={{ color: GLYPH_COLOUR[frame.glyph] }}>
      <polyline className="frame-layer__trail" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      <g transform={`translate(${middle.x} ${middle.y})`}>
        <circle r="12" className="frame-layer__halo" />
        <FrameGlyphShape glyph={frame.glyph} />
      </g>
    </g>
  )
}

const SeenMark = memo(function SeenMark({
  frame,
  layout,
}: {
  readonly frame: SeenFrame
  readonly layout: CanvasLayout
}) {
  const placed = layout.deviceBox.get(frame.device)
  if (placed === undefined) return null
  const { x, y, width, height } = placed.box
  const isDrop = frame.glyph === 'drop'
  return (
    <g style={{ color: GLYPH_COLOUR[frame.glyph], opacity: Math.min(1, frame.strength * 2) }}>
      <rect className="frame-layer__ring" x={x - 3} y={y - 3} width={width + 6} height={height + 6} rx="7" />
      {isDrop && (
        <g transform={`translate(${x + width / 2} ${y + height + 12})`}>
          <circle r="10" className="frame-layer__halo" />
          <FrameGlyphShape glyph="drop" />
          <DropReason seq={frame.seq} />
        </g>
      )}
      {!isDrop && (
        <g transform={`translate(${x + width - 2} ${y - 2})`}>
          <circle r="11" className="frame-layer__halo" />
          <FrameGlyphShape glyph={frame.glyph} />
        </g>
      )}
    </g>
  )
})

/** The reason stays beside the cross; it comes from the engine once per drop. */
function DropReason({ seq }: { readonly seq: number }) {
  const { client } = useSession()
  const [reason, setReason] = useState('')
  useEffect(() => {
    let isWanted = true
    client.ask('frame', { seq }).then(
      ({ drop }) => isWanted && setReason(drop ?? ''),
      (error: unknown) => {
        if (!(error instanceof ConnectionLostError) && !(error instanceof RefusedError)) throw error
      },
    )
    return () => {
      isWanted = false
    }
  }, [client, seq])
  if (reason === '') return null
  return (
    <text x="14" y="4" className="frame-layer__reason">
      {reason}
    </text>
  )
}
