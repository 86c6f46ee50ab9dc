// What pointer, wheel and keys mean on the timeline.
import type { LabSession } from '../../lab/session.ts'
import { rowAt } from './lanes.ts'
import { showFrame, showMoment, stepFrame } from './navigate.ts'
import { listenToPinch } from './pinch.ts'
import type { Pinch } from './pinch.ts'
import { overviewRatio, overviewSpan } from './paint-overlay.ts'
import { RULER_PX, seqAt } from './scene.ts'
import type { Stage, StageElements } from './stage.ts'
import { timelineOf } from './timeline-store.ts'
import { fitted, panned, viewTime, zoomed } from './view.ts'

/** A press that moves less than this is a click. */
const DRAG_PX = 4
const ZOOM_STEP = 1.5
const PAN_STEP = 0.2

/** Listens on the stage's elements; returns what stops it. */
export function listenToGestures(session: LabSession, stage: Stage, elements: StageElements): () => void {
  const abort = new AbortController()
  const { signal } = abort
  const { stage: ground, overview, scroller } = elements
  ground.addEventListener('pointerdown', (event) => pressOnLanes(session, stage, elements, event), { signal })
  listenToPinch(ground, signal, (start) => beginPinch(session, stage, scroller, start))
  ground.addEventListener('pointermove', (event) => hoverOverLanes(session, stage, ground, event), { signal })
  ground.addEventListener('pointerleave', () => timelineOf(session).setState({ hover: undefined }), { signal })
  ground.addEventListener('wheel', (event) => turnWheel(session, stage, scroller, event), { signal, passive: false })
  overview.addEventListener('pointerdown', (event) => pressOnOverview(session, stage, overview, event), { signal })
  scroller.addEventListener('keydown', (event) => pressKey(session, stage, event), { signal })
  return () => abort.abort()
}

/** Zooms around the middle of the view. */
export function zoomBy(session: LabSession, factor: number): void {
  const store = timelineOf(session)
  const state = store.getState()
  store.setState(zoomed(state, factor, state.widthPx / 2))
}

/** Shows the whole trace. */
export function fitAll(session: LabSession): void {
  const store = timelineOf(session)
  store.setState(fitted(store.getState()))
}

/** What was between the fingers stays between them; up and down they scroll the lanes. */
function beginPinch(session: LabSession, stage: Stage, scroller: HTMLElement, start: Pinch): (now: Pinch) => void {
  const store = timelineOf(session)
  const before = store.getState()
  const { scrollTop } = scroller
  stage.holdView()
  return ({ x, y, apartPx }) => {
    const closer = zoomed(before, apartPx / start.apartPx, start.x)
    store.setState({ ...panned(closer, start.x - x), hover: undefined })
    scroller.scrollTop = scrollTop + start.y - y
  }
}

function pressOnLanes(
  session: LabSession,
  stage: Stage,
  { stage: ground, scroller }: StageElements,
  event: PointerEvent,
): void {
  if (event.button !== 0) return
  const { scrollTop } = scroller
  const store = timelineOf(session)
  const { left, top } = ground.getBoundingClientRect()
  const [startX, startY] = [event.clientX - left, event.clientY - top]
  const isScrub = startY < RULER_PX
  const before = store.getState()
  let hasMoved = false
  if (isScrub) showMoment(session, viewTime(before, startX))
  drag(ground, event, {
    onMove: ({ clientX, clientY }) => {
      const x = clientX - left
      hasMoved ||= Math.hypot(x - startX, clientY - top - startY) > DRAG_PX
      if (isScrub) showMoment(session, viewTime(store.getState(), x))
      else if (hasMoved) {
        stage.holdView()
        store.setState({ ...panned(before, startX - x), hover: undefined })
        // A mouse has its wheel for that.
        if (event.pointerType === 'touch') scroller.scrollTop = scrollTop + startY - (clientY - top)
      }
    },
    onEnd: () => {
      if (isScrub || hasMoved) return
      const scene = stage.scene()
      const row = rowAt(scene.state.rows, startY - RULER_PX + scene.scrollTop)
      store.setState({ laneDevice: row?.devices[0] ?? 0 })
      const seq = seqAt(scene, startX, startY)
      if (seq === 0) showMoment(session, viewTime(scene.state, startX))
      else void showFrame(session, seq)
    },
  })
}

function hoverOverLanes(session: LabSession, stage: Stage, ground: HTMLElement, event: PointerEvent): void {
  if (event.buttons !== 0) return
  const store = timelineOf(session)
  const { left, top } = ground.getBoundingClientRect()
  const [x, y] = [event.clientX - left, event.clientY - top]
  const seq = seqAt(stage.scene(), x, y)
  ground.style.cursor = seq !== 0 ? 'pointer' : y < RULER_PX ? 'ew-resize' : 'default'
  if (seq === (store.getState().hover?.seq ?? 0)) return
  store.setState({ hover: seq === 0 ? undefined : { seq, x, y } })
}

/** With Ctrl it zooms, sideways or with Shift it pans; up and down it scrolls the lanes while there are more than fit. */
function turnWheel(session: LabSession, stage: Stage, scroller: HTMLElement, event: WheelEvent): void {
  const store = timelineOf(session)
  const state = store.getState()
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault()
    stage.holdView()
    store.setState({ ...zoomed(state, Math.exp(-event.deltaY / 250), event.offsetX), hover: undefined })
    return
  }
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
  const canScroll = scroller.scrollHeight > scroller.clientHeight + 1
  if (!isSideways && canScroll) return
  event.preventDefault()
  stage.holdView()
  const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY
  store.setState({ ...panned(state, delta), hover: undefined })
}

function pressOnOverview(session: LabSession, stage: Stage, overview: HTMLElement, event: PointerEvent): void {
  if (event.button !== 0) return
  const store = timelineOf(session)
  const { left } = overview.getBoundingClientRect()
  const startX = event.clientX - left
  const { fromX, toX } = overviewSpan(store.getState())
  const isOutside = startX < fromX || startX > toX
  const state = store.getState()
  if (isOutside) store.setState(panned(state, (startX - (fromX + toX) / 2) * overviewRatio(state)))
  const before = store.getState()
  stage.holdView()
  drag(overview, event, {
    onMove: ({ clientX }) => store.setState(panned(before, (clientX - left - startX) * overviewRatio(before))),
    onEnd: () => undefined,
  })
}

interface Drag {
  readonly onMove: (event: PointerEvent) => void
  readonly onEnd: () => void
}

/** Follows one pointer until it is let go, or until a second finger makes it something else. */
function drag(element: HTMLElement, press: PointerEvent, { onMove, onEnd }: Drag): void {
  const abort = new AbortController()
  const { signal } = abort
  const isOurs = (event: PointerEvent): boolean => event.pointerId === press.pointerId
  element.setPointerCapture(press.pointerId)
  element.addEventListener('pointermove', (event) => isOurs(event) && onMove(event), { signal })
  element.addEventListener('pointercancel', () => abort.abort(), { signal })
  element.addEventListener('pointerdown', (event) => !isOurs(event) && abort.abort(), { signal })
  element.addEventListener(
    'pointerup',
    (event) => {
      if (!isOurs(event)) return
      abort.abort()
      onEnd()
    },
    { signal },
  )
}

function pressKey(session: LabSession, stage: Stage, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target instanceof HTMLElement && event.target.closest('input, select') !== null) return
  const run = keyMeaning(session, event)
  if (run === undefined) return
  event.preventDefault()
  if (/^[wasd+=-]$/i.test(event.key)) stage.holdView()
  run()
}

function keyMeaning(session: LabSession, { key, shiftKey }: KeyboardEvent): (() => unknown) | undefined {
  const store = timelineOf(session)
  const state = store.getState()
  const inLane = state.laneDevice === 0 ? {} : { device: state.laneDevice }
  const pan = (direction: 1 | -1) => () => store.setState(panned(state, direction * PAN_STEP * state.widthPx))
  const dropsOnly = shiftKey
  switch (key.toLowerCase()) {
    case 'arrowright':
      return () => stepFrame(session, { direction: 1, dropsOnly })
    case 'arrowleft':
      return () => stepFrame(session, { direction: -1, dropsOnly })
    case 'arrowdown':
      return () => moveLane(session, 1)
    case 'arrowup':
      return () => moveLane(session, -1)
    case '.':
      return () => stepFrame(session, { direction: 1, ...inLane })
    case ',':
      return () => stepFrame(session, { direction: -1, ...inLane })
    case 'w':
    case '+':
    case '=':
      return () => zoomBy(session, ZOOM_STEP)
    case 's':
    case '-':
      return () => zoomBy(session, 1 / ZOOM_STEP)
    case 'a':
      return pan(-1)
    case 'd':
      return pan(1)
    case 'f':
      return () => fitAll(session)
    default:
      return undefined
  }
}

function moveLane(session: LabSession, direction: 1 | -1): void {
  const store = timelineOf(session)
  const { rows, rowOf, laneDevice } = store.getState()
  const index = rowOf.get(laneDevice)
  const next = index === undefined ? (direction === 1 ? 0 : rows.length - 1) : index + direction
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)]
  if (row !== undefined) store.setState({ laneDevice: row.devices[0] ?? 0 })
}
