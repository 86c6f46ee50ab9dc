// A drag from its first move to its drop: follows the pointer, says what a drop would do, and does it.
import { refusalSentence, t } from '../../../../i18n/i18n.ts'
import type { BuildState } from '../../../../lab/build/plan.ts'
import { performGesture } from '../../../lab/editing.ts'
import type { LabSession } from '../../../lab/session.ts'
import type { Drag, DragSource, DropTarget, DropVerdict } from '../../../stores/building-store.ts'
import type { Point } from '../geometry.ts'
import { targetAt } from '../hit.ts'
import { selectBand } from '../select-things.ts'
import { surfaceOf } from '../surface.ts'
import type { Surface } from '../surface.ts'
import { dropOf, refusalOf } from './drop.ts'
import type { Drop } from './drop.ts'

/** What is dropped stands on the canvas's grid. */
const SNAP = 4

/** Follows the pointer until it is let go or Escape is pressed. */
export function beginDrag(session: LabSession, source: DragSource, client: Point): void {
  const finish = new AbortController()
  const { signal } = finish
  const { building } = session
  const stop = (): void => {
    finish.abort()
    building.setState({ drag: undefined })
  }
  const verdicts = new Map<string, DropVerdict>()
  // Alt turns the drawing of a line from an interface into moving it. Each of the two is one object for the whole drag.
  const moved: DragSource = source.kind === 'device' ? { ...source, isMove: true } : source
  const drawn: DragSource = source.kind === 'device' ? { ...source, isMove: false } : source
  let last = client
  const follow = (isMove: boolean): void => {
    building.setState({ drag: dragAt(session, isMove ? moved : drawn, last, verdicts) })
  }
  const move = (event: PointerEvent): void => {
    last = { x: event.clientX, y: event.clientY }
    follow(event.altKey)
  }
  building.setState({ menu: undefined })
  follow(source.kind === 'device' && source.isMove)
  window.addEventListener('pointermove', move, { signal })
  window.addEventListener('keyup', (event) => event.key === 'Alt' && follow(false), { signal })
  window.addEventListener(
    'pointerup',
    (event) => {
      move(event)
      const { drag } = building.getState()
      stop()
      swallowClick()
      releaseFocus()
      if (drag !== undefined) void finishDrag(session, drag)
    },
    { signal },
  )
  window.addEventListener('pointercancel', stop, { signal })
  window.addEventListener('selectstart', (event) => event.preventDefault(), { signal })
  window.addEventListener('blur', stop, { signal })
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Alt') {
        event.preventDefault()
        follow(true)
      }
      if (event.key !== 'Escape') return
      event.preventDefault()
      event.stopPropagation()
      stop()
    },
    { signal, capture: true },
  )
}

/** What planning is done against. */
export function buildStateOf({ network, lab }: LabSession): BuildState {
  return { network: network.getState().view ?? { at: 0, namespaces: [] }, machines: lab.getState().machines }
}

function dragAt(
  session: LabSession,
  source: DragSource,
  client: Point,
  verdicts: Map<string, DropVerdict>,
): Drag | undefined {
  const surface = surfaceOf(session)
  if (surface === undefined) return undefined
  const at = onSnap(surface.flow.screenToFlowPosition(client))
  const isInside = isOver(surface, client)
  if (!isInside) return { source, at, client, target: undefined, verdict: { kind: 'idle' } }
  const target = targetAt(surface.layout, surface.topology, at)
  const key = JSON.stringify([target, source.kind === 'device' && source.isMove])
  // A target's verdict does not depend on where in it the pointer is.
  const verdict = verdicts.get(key) ?? verdictOn(session, source, target, surface)
  verdicts.set(key, verdict)
  return { source, at, client, target, verdict }
}

/** Whether a drop on a target would do anything, and why not. */
export function verdictOn(
  session: LabSession,
  source: DragSource,
  target: DropTarget,
  { topology }: Pick<Surface, 'topology'>,
): DropVerdict {
  const drop = dropOf(source, target, { x: 0, y: 0 }, topology)
  if (drop.kind === 'nothing') return { kind: 'idle' }
  if (drop.kind === 'flaw') return { kind: 'illegal', linux: '', reason: t(`building.flaw_${drop.flaw}`) }
  const refusal = refusalOf(drop, buildStateOf(session))
  return refusal === undefined
    ? { kind: 'legal' }
    : { kind: 'illegal', linux: refusal.linux, reason: refusalSentence(refusal) }
}

async function finishDrag(session: LabSession, { source, at, target, verdict }: Drag): Promise<void> {
  const surface = surfaceOf(session)
  if (surface === undefined || target === undefined) return
  if (source.kind === 'band') {
    selectBand(session, surface, source.from, at)
    return
  }
  await carryOut(session, dropOf(source, target, at, surface.topology), verdict)
}

/** Does what a drop means; why it can't be is told as a message too. */
export async function carryOut(session: LabSession, drop: Drop, verdict: DropVerdict): Promise<void> {
  if (drop.kind === 'flaw') {
    session.messages.getState().show({ severity: 'warning', title: t(`building.flaw_${drop.flaw}`) })
  } else if (drop.kind === 'ask' && verdict.kind === 'illegal') {
    const details = verdict.linux === '' ? [] : [verdict.linux]
    session.messages.getState().show({ severity: 'warning', title: verdict.reason, details })
  } else if (drop.kind === 'ask') session.building.setState({ asking: drop.asking })
  // A gesture that Linux refuses is told of by whoever performs it.
  else if (drop.kind === 'gesture') await performGesture(session, drop.gesture)
}

function isOver({ element }: Surface, { x, y }: Point): boolean {
  // The strip of commands lies below the canvas, not on it.
  const box = (element.querySelector('.react-flow') ?? element).getBoundingClientRect()
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
}

function onSnap({ x, y }: Point): Point {
  return { x: Math.round(x / SNAP) * SNAP, y: Math.round(y / SNAP) * SNAP }
}

/** The next key is meant for what the drag made, which is selected, and not for what had the focus before. */
function releaseFocus(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}

/** The browser makes a click of press and release; after a drag it would select what lies there. */
function swallowClick(): void {
  const finish = new AbortController()
  window.addEventListener(
    'click',
    (event) => {
      event.stopPropagation()
      event.preventDefault()
    },
    { capture: true, once: true, signal: finish.signal },
  )
  setTimeout(() => finish.abort(), 0)
}
