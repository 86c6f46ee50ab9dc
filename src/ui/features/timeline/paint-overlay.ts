// Draws what moves over the timeline: the cursor, the pointed-at frame, the selected one; and the overview strip.
import { indexOfSeq } from '../canvas/frames-at.ts'
import type { DensityPart } from './density.ts'
import { bucketStart } from './feed.ts'
import { axisWidth, fitScale, xOfTime } from './fold-axis.ts'
import type { Palette } from './palette.ts'
import { chipX, laneY, RULER_PX } from './scene.ts'
import type { Scene } from './scene.ts'
import type { TimelineState } from './timeline-store.ts'
import { viewStretch, viewX } from './view.ts'

type Context = CanvasRenderingContext2D

/** The cursor's line with its handle on the ruler, and rings around frames. */
export function paintOverlay(context: Context, scene: Scene, palette: Palette, cursor: number): void {
  const { state, heightPx, selectedSeq } = scene
  context.clearRect(0, 0, state.widthPx, heightPx)
  const x = Math.round(viewX(state, cursor))
  if (x >= -6 && x <= state.widthPx + 6) {
    context.fillStyle = palette.accent
    context.fillRect(x, RULER_PX - 6, 1.5, heightPx)
    context.beginPath()
    context.moveTo(x - 5, 2)
    context.lineTo(x + 6.5, 2)
    context.lineTo(x + 6.5, 9)
    context.lineTo(x + 0.75, RULER_PX - 5)
    context.lineTo(x - 5, 9)
    context.closePath()
    context.fill()
  }
  ring(context, scene, state.hover?.seq ?? 0, palette.lineStrong)
  ring(context, scene, selectedSeq, palette.accent)
}

function ring(context: Context, scene: Scene, seq: number, colour: string): void {
  const { sightings } = scene.state
  const index = indexOfSeq(sightings, seq)
  if (index === undefined) return
  const y = laneY(scene, sightings.device[index] ?? 0)
  if (y === undefined || y < RULER_PX) return
  context.strokeStyle = colour
  context.lineWidth = 2
  context.beginPath()
  context.roundRect(chipX(scene, index) - 8.5, y - 8.5, 17, 17, 4)
  context.stroke()
}

export const OVERVIEW_PX = 20

/** The whole trace in one strip: how much was seen and where frames died. Changes only with the trace and the filters. */
export function paintOverview(context: Context, state: TimelineState, palette: Palette): void {
  const { axis, widthPx, overview } = state
  context.fillStyle = palette.sunken
  context.fillRect(0, 0, widthPx, OVERVIEW_PX)
  const scale = fitScale(axis, widthPx)
  for (const part of overview) {
    for (let bucket = 0; bucket < part.bucketCount; bucket++) {
      const { count, drops, glyph } = totalOf(part, bucket)
      if (count === 0) continue
      const x = xOfTime(axis, scale, bucketStart(part, bucket))
      const width = Math.max(1.5, xOfTime(axis, scale, bucketStart(part, bucket + 1)) - x)
      const height = Math.min(OVERVIEW_PX - 7, 3 + 2.5 * Math.log2(count + 1))
      context.fillStyle = palette.glyphs[glyph] ?? palette.muted
      context.globalAlpha = 0.7
      context.fillRect(x, OVERVIEW_PX - height, width, height)
      context.globalAlpha = 1
      if (drops === 0) continue
      context.fillStyle = palette.drop
      context.fillRect(x, 0, 2, OVERVIEW_PX)
    }
  }
}

/** All lanes of one slice together, with the kind of frame of the busiest. */
function totalOf({ lanes }: DensityPart, bucket: number): { count: number; drops: number; glyph: number } {
  const total = { count: 0, drops: 0, glyph: 0 }
  let most = 0
  for (const lane of lanes) {
    const here = lane.counts[bucket] ?? 0
    total.count += here
    total.drops += lane.drops[bucket] ?? 0
    if (here > most) [most, total.glyph] = [here, lane.glyph[bucket] ?? 0]
  }
  return total
}

/** What moves over the strip: the part that is in sight, and the cursor. */
export function paintOverviewMarks(context: Context, state: TimelineState, palette: Palette, cursor: number): void {
  paintFrameOfView(context, state, palette)
  context.fillStyle = palette.accent
  context.fillRect(xOfTime(state.axis, fitScale(state.axis, state.widthPx), cursor), 0, 1.5, OVERVIEW_PX)
}

function paintFrameOfView(context: Context, state: TimelineState, palette: Palette): void {
  const { fromX, toX } = overviewSpan(state)
  context.fillStyle = palette.surface
  context.globalAlpha = 0.6
  context.fillRect(0, 0, fromX, OVERVIEW_PX)
  context.fillRect(toX, 0, state.widthPx - toX, OVERVIEW_PX)
  context.globalAlpha = 1
  context.strokeStyle = palette.lineStrong
  context.lineWidth = 1
  context.strokeRect(Math.round(fromX) + 0.5, 0.5, Math.max(3, Math.round(toX - fromX) - 1), OVERVIEW_PX - 1)
}

/** The part of the overview strip that stands for the view. */
export function overviewSpan(state: TimelineState): { readonly fromX: number; readonly toX: number } {
  const scale = fitScale(state.axis, state.widthPx)
  const { fromNs, toNs } = viewStretch(state)
  return { fromX: xOfTime(state.axis, scale, fromNs), toX: xOfTime(state.axis, scale, toNs) }
}

/** How many pixels the view moves for one pixel on the overview strip. */
export function overviewRatio(state: TimelineState): number {
  return axisWidth(state.axis, state.scale) / Math.max(1, axisWidth(state.axis, fitScale(state.axis, state.widthPx)))
}
