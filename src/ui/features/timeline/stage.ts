// The stage: two canvases for the lanes and one for the overview, painted when something changes and never otherwise.
import type { LabSession } from '../../lab/session.ts'
import { indexOfSeq } from '../canvas/frames-at.ts'
import { readPalette } from './palette.ts'
import type { Palette } from './palette.ts'
import { OVERVIEW_PX, paintOverlay, paintOverview, paintOverviewMarks } from './paint-overlay.ts'
import { paintTimeline } from './paint.ts'
import type { Scene } from './scene.ts'
import { timelineOf } from './timeline-store.ts'
import type { TimelineState, TimelineStore } from './timeline-store.ts'
import { clamped, panned, revealed, viewX } from './view.ts'

export interface StageElements {
  readonly scroller: HTMLElement
  readonly stage: HTMLElement
  readonly base: HTMLCanvasElement
  readonly overlay: HTMLCanvasElement
  readonly overview: HTMLCanvasElement
}

/** While it plays, the cursor stays left of this share of the view. */
const FOLLOW_SHARE = 0.8

export class Stage {
  readonly #session: LabSession
  readonly #store: TimelineStore
  readonly #elements: StageElements
  readonly #stops: (() => void)[] = []
  #palette: Palette
  #handle: number | undefined
  #isBaseDirty = true
  readonly #strip = document.createElement('canvas')
  #stripOf: readonly unknown[] = []
  #heightPx = 0
  /** Set when the reader moves the view while it plays: then it is the reader's until something is played or stepped anew. */
  #isViewHeld = false

  constructor(session: LabSession, elements: StageElements) {
    this.#session = session
    this.#store = timelineOf(session)
    this.#elements = elements
    this.#palette = readPalette(elements.stage, devicePixelRatio)
    this.#watchSize()
    this.#watchTheme()
    this.#watchStores()
  }

  dispose(): void {
    for (const stop of this.#stops) stop()
    if (this.#handle !== undefined) cancelAnimationFrame(this.#handle)
  }

  /** The reader has taken the view: it no longer follows the cursor. */
  holdView(): void {
    this.#isViewHeld = this.#session.clock.getState().isPlaying
  }

  scene(): Scene {
    const state = this.#store.getState()
    const { frameSeq, selected } = this.#session.selection.getState()
    const index = indexOfSeq(state.sightings, frameSeq)
    return {
      state,
      scrollTop: this.#elements.scroller.scrollTop,
      heightPx: this.#heightPx,
      packet: index === undefined ? 0 : (state.sightings.packet[index] ?? 0),
      selectedSeq: frameSeq,
      selectedDevice: state.laneDevice !== 0 ? state.laneDevice : selected?.kind === 'device' ? selected.device : 0,
    }
  }

  #watchSize(): void {
    const { stage, scroller } = this.#elements
    const observer = new ResizeObserver(() => {
      const widthPx = Math.floor(stage.clientWidth)
      this.#heightPx = scroller.clientHeight
      stage.style.height = `${this.#heightPx}px`
      const state = this.#store.getState()
      if (widthPx !== state.widthPx) this.#store.setState(clamped({ ...state, widthPx }))
      this.#resizeCanvases()
      // At once and not in the next frame, because resizing a canvas clears it.
      this.#paint()
    })
    observer.observe(scroller)
    observer.observe(stage)
    const onScroll = (): void => this.#invalidate()
    scroller.addEventListener('scroll', onScroll, { passive: true })
    this.#stops.push(
      () => observer.disconnect(),
      () => scroller.removeEventListener('scroll', onScroll),
    )
  }

  #resizeCanvases(): void {
    const { base, overlay, overview } = this.#elements
    const { widthPx } = this.#store.getState()
    const ratio = devicePixelRatio
    if (ratio !== this.#palette.pixelRatio) this.#palette = readPalette(this.#elements.stage, ratio)
    for (const canvas of [base, overlay]) {
      canvas.width = Math.max(1, Math.round(widthPx * ratio))
      canvas.height = Math.max(1, Math.round(this.#heightPx * ratio))
    }
    overview.width = Math.max(1, Math.round(widthPx * ratio))
    overview.height = Math.round(OVERVIEW_PX * ratio)
    this.#isBaseDirty = true
  }

  #watchTheme(): void {
    const observer = new MutationObserver(() => {
      this.#palette = readPalette(this.#elements.stage, devicePixelRatio)
      this.#invalidate()
    })
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    this.#stops.push(() => observer.disconnect())
    // Text on a canvas does not wait for its font by itself.
    void document.fonts.ready.then(() => this.#invalidate())
  }

  #watchStores(): void {
    const { clock, selection } = this.#session
    this.#stops.push(
      this.#store.subscribe((state, before) => {
        // What the pointer is on is drawn on the overlay alone.
        if (state.hover !== before.hover) this.#schedule()
        else this.#invalidate()
      }),
      selection.subscribe((state, before) => {
        if (state.frameSeq !== before.frameSeq || state.selected !== before.selected) this.#invalidate()
      }),
      clock.subscribe((state, before) => {
        if (state.isPlaying && !before.isPlaying) this.#isViewHeld = false
        if (state.cursor !== before.cursor) this.#followCursor(state.cursor, state.isPlaying)
        this.#schedule()
      }),
    )
  }

  #followCursor(cursor: number, isPlaying: boolean): void {
    const state = this.#store.getState()
    if (this.#isViewHeld && isPlaying) return
    const x = viewX(state, cursor)
    const limit = state.widthPx * FOLLOW_SHARE
    if (!isPlaying) {
      const view = revealed(state, cursor, 24)
      if (view !== state) this.#store.setState(view)
    } else if (x > limit && x < 2 * state.widthPx && !this.#isMotionReduced()) {
      this.#store.setState(panned(state, x - limit))
    } else if (x < 0 || x > state.widthPx * 0.96) {
      // A page at a time for those who want no motion, and for leaps.
      this.#store.setState(panned(state, x - state.widthPx * 0.1))
    }
  }

  #isMotionReduced(): boolean {
    if (this.#session.settings.getState().motion === 'reduced') return true
    return matchMedia('(prefers-reduced-motion: reduce)').matches
  }

  #invalidate(): void {
    this.#isBaseDirty = true
    this.#schedule()
  }

  #schedule(): void {
    this.#handle ??= requestAnimationFrame(() => this.#paint())
  }

  #paint(): void {
    if (this.#handle !== undefined) cancelAnimationFrame(this.#handle)
    this.#handle = undefined
    const { base, overlay, overview } = this.#elements
    const scene = this.scene()
    const { cursor } = this.#session.clock.getState()
    const ratio = this.#palette.pixelRatio
    if (this.#isBaseDirty) withContext(base, ratio, (context) => paintTimeline(context, scene, this.#palette))
    this.#isBaseDirty = false
    withContext(overlay, ratio, (context) => paintOverlay(context, scene, this.#palette, cursor))
    this.#renewStrip(scene.state, overview)
    withContext(overview, ratio, (context) => {
      context.drawImage(this.#strip, 0, 0, overview.width / ratio, overview.height / ratio)
      paintOverviewMarks(context, scene.state, this.#palette, cursor)
    })
  }

  /** Draws the overview's bars anew when they have changed; most pictures only move what lies over them. */
  #renewStrip(state: TimelineState, { width, height }: HTMLCanvasElement): void {
    const shown = [state.overview, state.axis, state.widthPx, width, height, this.#palette]
    if (shown.every((each, index) => each === this.#stripOf[index])) return
    this.#stripOf = shown
    this.#strip.width = width
    this.#strip.height = height
    withContext(this.#strip, this.#palette.pixelRatio, (context) => paintOverview(context, state, this.#palette))
  }
}

function withContext(
  canvas: HTMLCanvasElement,
  ratio: number,
  paint: (context: CanvasRenderingContext2D) => void,
): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  paint(context)
}
