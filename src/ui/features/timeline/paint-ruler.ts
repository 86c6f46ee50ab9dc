// Draws the ruler above the lanes: moments, ticks, and how long each fold lasted.
import type { Fold } from './fold-axis.ts'
import type { Palette } from './palette.ts'
import { RULER_PX } from './scene.ts'
import type { Scene } from './scene.ts'
import { durationText, momentText, roughMomentText, tickStepNs } from './time-text.ts'
import { viewTime } from './view.ts'

type Context = CanvasRenderingContext2D

/** Between two ticks, and between two moments where there are too many stretches to label each. */
const TICK_PX = 64
const MOMENT_PX = 96

/** Ticks in each active stretch between the folds in sight. */
export function paintRuler(context: Context, scene: Scene, folds: readonly Fold[], palette: Palette): void {
  const { widthPx, axis, scale, offsetPx } = scene.state
  paintGround(context, widthPx, palette)
  context.fillStyle = palette.surface
  for (const { x, width } of folds) context.fillRect(x + 1, 0, width - 2, RULER_PX - 1)
  const runs = [{ x: -offsetPx, at: axis.fromNs, end: folds[0]?.x ?? widthPx }]
  for (const [index, fold] of folds.entries()) {
    runs.push({ x: fold.x + fold.width, at: fold.toNs, end: folds[index + 1]?.x ?? widthPx })
  }
  const digitPx = context.measureText('0').width
  const step = tickStepNs(scale.pxPerNs, TICK_PX)
  let free = -Infinity
  for (const { x, at, end } of runs) {
    const run = {
      x,
      at,
      end: Math.min(end, widthPx),
      step,
      pxPerNs: scale.pxPerNs,
      foldPx: scale.foldPx,
      digitPx,
      free,
    }
    free = paintTicks(context, run, palette)
  }
  paintFoldLabels(context, folds, palette, digitPx)
}

/** Moments at equal distances, for a view with more folds than pixels. */
export function paintCoarseRuler(context: Context, { state }: Scene, palette: Palette): void {
  paintGround(context, state.widthPx, palette)
  const digitPx = context.measureText('0').width
  const shift = state.offsetPx % MOMENT_PX
  for (let x = MOMENT_PX / 2 - shift; x < state.widthPx; x += MOMENT_PX) {
    if (x < 0) continue
    context.fillStyle = palette.lineStrong
    context.fillRect(Math.round(x), RULER_PX - 5, 1, 4)
    const text = momentText(viewTime(state, x), 1e6)
    if (x + text.length * digitPx > state.widthPx) continue
    context.fillStyle = palette.muted
    context.fillText(text, x + 2, RULER_PX / 2 - 1)
  }
}

function paintGround(context: Context, widthPx: number, palette: Palette): void {
  context.fillStyle = palette.sunken
  context.fillRect(0, 0, widthPx, RULER_PX)
  context.fillStyle = palette.line
  context.fillRect(0, RULER_PX - 1, widthPx, 1)
  context.font = `10.5px ${palette.fontMono}`
  context.textBaseline = 'middle'
}

interface TickRun {
  readonly x: number
  readonly at: number
  readonly end: number
  readonly step: number
  readonly pxPerNs: number
  readonly foldPx: number
  /** The font has one width for all. */
  readonly digitPx: number
  /** Where the last label ended. */
  readonly free: number
}

/** Ticks of one active stretch: the first one in sight says the moment, those after it how much later they are. */
function paintTicks(context: Context, run: TickRun, palette: Palette): number {
  const { step, pxPerNs, digitPx } = run
  let { free } = run
  const hidden = Math.max(0, Math.floor(-run.x / (step * pxPerNs)))
  const origin = Math.ceil(run.at / 1000) * 1000
  let isFirst = true
  for (let index = hidden; ; index++) {
    const x = run.x + (origin - run.at + index * step) * pxPerNs
    if (x > run.end) return free
    if (x < -2) continue
    context.fillStyle = palette.lineStrong
    context.fillRect(Math.round(x), RULER_PX - 5, 1, 4)
    if (x < free + 8) continue
    const texts = isFirst ? momentTexts(origin + index * step, step) : [`+${durationText(index * step)}`]
    const text = texts.find((each) => each.length * digitPx < run.end - x - 4) ?? overlong(run, x, texts)
    if (text === undefined) continue
    context.fillStyle = isFirst ? palette.text : palette.muted
    context.fillText(text, x + 2, RULER_PX / 2 - 1)
    free = x + 2 + text.length * digitPx
    isFirst = false
  }
}

/** Where stretches and folds are all too narrow for a label, one now and then may stand over several. */
function overlong(run: TickRun, x: number, texts: readonly string[]): string | undefined {
  return run.foldPx < 30 && x > run.free + MOMENT_PX ? texts.at(-2) : undefined
}

/** A moment as finely as ticks need, or as coarsely as a narrow place allows. */
function momentTexts(moment: number, step: number): readonly string[] {
  return [momentText(moment, step), momentText(moment, 1e6), roughMomentText(moment)]
}

/** How long a fold lasted: in the ruler where there is room, else upright in its band, where no chip ever lies. */
function paintFoldLabels(context: Context, folds: readonly Fold[], palette: Palette, digitPx: number): void {
  context.fillStyle = palette.muted
  context.strokeStyle = palette.sunken
  context.lineWidth = 4
  context.lineJoin = 'round'
  for (const { x, width, fromNs, toNs } of folds) {
    if (width < 11) continue
    const text = durationText(toNs - fromNs)
    const length = text.length * digitPx
    if (length <= width - 4) {
      context.fillText(text, x + (width - length) / 2, RULER_PX / 2 - 1)
      continue
    }
    context.save()
    context.translate(x + width / 2 + 0.5, RULER_PX + 6)
    context.rotate(Math.PI / 2)
    // Arrows may cross the band; a rim in its colour keeps the words apart from them.
    context.strokeText(text, 0, 0)
    context.fillText(text, 0, 0)
    context.restore()
  }
}
