// Draws lanes, folds, arrows and chips on a 2D canvas: everything that stays while only the cursor moves.
import { GLYPHS } from '../../../contract/protocol.ts'
import { indexOfSeq } from '../canvas/frames-at.ts'
import { bucketStart } from './feed.ts'
import { foldsBetween } from './fold-axis.ts'
import type { Fold } from './fold-axis.ts'
import { ROW_HEIGHT } from './lanes.ts'
import { BADGE_PX, CHIP_PX } from './palette.ts'
import { paintCoarseRuler, paintRuler } from './paint-ruler.ts'
import type { Palette } from './palette.ts'
import { chipX, laneY, RULER_PX, visibleRange } from './scene.ts'
import type { Scene } from './scene.ts'
import { viewX } from './view.ts'

type Context = CanvasRenderingContext2D

const DROP = GLYPHS.indexOf('drop')
/** With more in sight, arrows are a web that says nothing; the followed packet keeps its own. */
const MOST_ARROWS = 700
/** Narrower folds than this are not drawn one by one. */
const LEAST_FOLD_PX = 3
/** Chips of one kind nearer than this are one chip to the eye. */
const SPOT_PX = 1.5
/** The badge sits at a chip's lower right corner. */
const NAT_BADGE = { x: 1, y: 0 }
/** Arrows reach into the view from causes this far outside. */
const ARROW_MARGIN_PX = 1200

/** The whole picture. `context` is scaled to CSS pixels. */
export function paintTimeline(context: Context, scene: Scene, palette: Palette): void {
  const { state, heightPx } = scene
  const { axis, scale, offsetPx, widthPx } = state
  context.fillStyle = palette.surface
  context.fillRect(0, 0, widthPx, heightPx)
  const isFine = scale.foldPx >= LEAST_FOLD_PX
  const folds = isFine
    ? foldsBetween(axis, scale, offsetPx, offsetPx + widthPx).map((fold) => ({ ...fold, x: fold.x - offsetPx }))
    : []
  paintFolds(context, folds, palette, heightPx)
  paintLanes(context, scene, palette)
  context.save()
  context.beginPath()
  context.rect(0, RULER_PX, widthPx, heightPx - RULER_PX)
  context.clip()
  if (state.density !== undefined) paintDensity(context, scene, palette)
  else {
    paintArrows(context, scene, palette)
    paintChips(context, scene, palette)
  }
  context.restore()
  if (isFine) paintRuler(context, scene, folds, palette)
  else paintCoarseRuler(context, scene, palette)
}

function paintLanes(context: Context, scene: Scene, palette: Palette): void {
  const { scrollTop, heightPx } = scene
  const { widthPx, rows, rowOf } = scene.state
  const marked = rowOf.get(scene.selectedDevice)
  for (const [index, row] of rows.entries()) {
    const top = RULER_PX + row.y - scrollTop
    if (top + ROW_HEIGHT < RULER_PX || top > heightPx) continue
    if (index === marked) {
      context.fillStyle = palette.accentSoft
      context.fillRect(0, top, widthPx, ROW_HEIGHT)
    }
    if (row.isPinned) {
      context.fillStyle = palette.sunken
      context.fillRect(0, top, widthPx, ROW_HEIGHT)
    }
    context.fillStyle = palette.line
    context.fillRect(0, Math.round(top + ROW_HEIGHT / 2), widthPx, 1)
    const isEdge = row.group !== undefined || (row.isPinned && !(rows[index + 1]?.isPinned ?? false))
    if (!isEdge || index === 0) continue
    context.fillStyle = row.opensMachine ? palette.lineStrong : palette.line
    context.fillRect(0, Math.round(top), widthPx, 1)
  }
}

/** A fold is a hatched band: here is time in which nothing was seen. */
function paintFolds(context: Context, folds: readonly Fold[], palette: Palette, heightPx: number): void {
  context.fillStyle = palette.sunken
  for (const { x, width } of folds) context.fillRect(x, RULER_PX, width, heightPx)
  context.strokeStyle = palette.line
  context.lineWidth = 1
  context.beginPath()
  for (const { x, width } of folds) {
    if (width < 6) continue
    context.moveTo(Math.round(x) + 0.5, RULER_PX)
    context.lineTo(Math.round(x) + 0.5, heightPx)
    context.moveTo(Math.round(x + width) - 0.5, RULER_PX)
    context.lineTo(Math.round(x + width) - 0.5, heightPx)
  }
  context.stroke()
}

function paintDensity(context: Context, scene: Scene, palette: Palette): void {
  const { state } = scene
  for (const part of state.density ?? []) {
    for (const { device, counts, drops, glyph } of part.lanes) {
      const y = laneY(scene, device)
      if (y === undefined) continue
      for (let bucket = 0; bucket < part.bucketCount; bucket++) {
        const count = counts[bucket] ?? 0
        if (count === 0) continue
        const x = viewX(state, bucketStart(part, bucket))
        const width = Math.max(1, viewX(state, bucketStart(part, bucket + 1)) - x)
        if (x + width < 0 || x > state.widthPx) continue
        const height = Math.min(ROW_HEIGHT - 4, 3 + 2.2 * Math.log2(count + 1))
        context.fillStyle = palette.glyphs[glyph[bucket] ?? 0] ?? palette.muted
        context.fillRect(x, y - height / 2, width, height)
        if ((drops[bucket] ?? 0) === 0) continue
        context.fillStyle = palette.drop
        context.fillRect(x, y - ROW_HEIGHT / 2 + 1, Math.max(2, width), 4)
      }
    }
  }
}

function paintChips(context: Context, scene: Scene, palette: Palette): void {
  const { state, packet } = scene
  const { device, glyph, packet: packets, isTranslated } = state.sightings
  const [first, last] = visibleRange(scene, CHIP_PX)
  const half = CHIP_PX / 2
  // Of frames of one kind that lie on one spot only the first is drawn.
  const spots = new Float64Array(state.rows.length * GLYPHS.length).fill(-Infinity)
  for (let pass = 0; pass < 2; pass++) {
    // Drops come last, so that no other frame of the same moment hides one.
    for (let index = first; index < last; index++) {
      const code = glyph[index] ?? 0
      if ((code === DROP) !== (pass === 1)) continue
      const y = laneY(scene, device[index] ?? 0)
      const sprite = palette.sprites[code]
      if (y === undefined || sprite === undefined || y < 0 || y > scene.heightPx + half) continue
      const x = chipX(scene, index)
      const spot = (state.rowOf.get(device[index] ?? 0) ?? 0) * GLYPHS.length + code
      if (packet === 0 && Math.abs(x - (spots[spot] ?? -Infinity)) < SPOT_PX) continue
      spots[spot] = x
      context.globalAlpha = packet === 0 || packets[index] === packet ? 1 : 0.7
      context.drawImage(sprite, x - half, y - half, CHIP_PX, CHIP_PX)
      if (isTranslated[index] === 1)
        context.drawImage(palette.natSprite, x + NAT_BADGE.x, y + NAT_BADGE.y, BADGE_PX, BADGE_PX)
    }
  }
  context.globalAlpha = 1
}

function paintArrows(context: Context, scene: Scene, palette: Palette): void {
  const { state, packet } = scene
  const { causeSeq, samePacket, glyph, packet: packets, device } = state.sightings
  const [first, last] = visibleRange(scene, ARROW_MARGIN_PX)
  const [shownFirst, shownLast] = visibleRange(scene, 0)
  const isCrowded = shownLast - shownFirst > MOST_ARROWS
  for (let index = first; index < last; index++) {
    const isFollowed = packet !== 0 && packets[index] === packet
    if (isCrowded && !isFollowed) continue
    const cause = indexOfSeq(state.sightings, causeSeq[index] ?? 0)
    if (cause === undefined) continue
    const [fromY, toY] = [laneY(scene, device[cause] ?? 0), laneY(scene, device[index] ?? 0)]
    if (fromY === undefined || toY === undefined) continue
    const [fromX, toX] = [chipX(scene, cause), chipX(scene, index)]
    if (toX < -CHIP_PX || fromX > state.widthPx + CHIP_PX) continue
    const isSame = samePacket[index] === 1
    const ofCause = (glyph[index] ?? 0) === DROP ? (glyph[cause] ?? 0) : (glyph[index] ?? 0)
    context.globalAlpha = packet === 0 || isFollowed || packets[cause] === packet ? 0.9 : 0.35
    context.lineWidth = isFollowed ? 2 : 1.25
    context.strokeStyle = context.fillStyle = isSame ? (palette.glyphs[ofCause] ?? palette.muted) : palette.muted
    paintArrow(context, { fromX, fromY, toX, toY, isSame })
  }
  context.globalAlpha = 1
  context.setLineDash([])
}

interface Arrow {
  readonly fromX: number
  readonly fromY: number
  readonly toX: number
  readonly toY: number
  readonly isSame: boolean
}

const CLEAR_PX = 7
const HEAD_PX = 4.5
const DASHES = [3, 3]
const NO_DASHES: number[] = []

/** A line from chip to chip that stops short of both: straight for the same packet, a dashed arc for an effect. */
function paintArrow(context: Context, { fromX, fromY, toX, toY, isSame }: Arrow): void {
  const length = Math.hypot(toX - fromX, toY - fromY)
  if (length < 2 * CLEAR_PX + 2) return
  context.setLineDash(isSame ? NO_DASHES : DASHES)
  context.beginPath()
  // The direction of arrival; an arc within one lane bows above it and comes down on the chip.
  let [dirX, dirY] = [(toX - fromX) / length, (toY - fromY) / length]
  if (!isSame && Math.abs(fromY - toY) < 1) {
    const bow = Math.min(9, 4 + length / 20)
    context.moveTo(fromX + CLEAR_PX * 0.7, fromY - 5)
    context.quadraticCurveTo((fromX + toX) / 2, fromY - 5 - bow, toX - CLEAR_PX * 0.7, toY - 5)
    dirX = 0.8
    dirY = 0.6
  } else {
    context.moveTo(fromX + dirX * CLEAR_PX, fromY + dirY * CLEAR_PX)
    context.lineTo(toX - dirX * CLEAR_PX, toY - dirY * CLEAR_PX)
  }
  context.stroke()
  const isArc = !isSame && Math.abs(fromY - toY) < 1
  const tipX = isArc ? toX - CLEAR_PX * 0.6 : toX - dirX * (CLEAR_PX - 1)
  const tipY = isArc ? toY - 4.5 : toY - dirY * (CLEAR_PX - 1)
  const [backX, backY] = [tipX - dirX * HEAD_PX, tipY - dirY * HEAD_PX]
  context.beginPath()
  context.moveTo(tipX, tipY)
  context.lineTo(backX - dirY * HEAD_PX * 0.55, backY + dirX * HEAD_PX * 0.55)
  context.lineTo(backX + dirY * HEAD_PX * 0.55, backY - dirX * HEAD_PX * 0.55)
  context.closePath()
  context.fill()
}
