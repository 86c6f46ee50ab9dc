// From a press to a drag: waits until the pointer has moved, then loads what draws lines and drops things.
import type { DragSource } from '../../stores/building-store.ts'
import type { LabSession } from '../../lab/session.ts'
import type { Point } from './geometry.ts'

/** A hand is not quite steady: less than this is a click. */
const SLACK_PX = 4

/** What draws and drops is no part of the first picture. */
export const loadDrag = () => import('./building/drag-controller.ts')

interface Press {
  readonly client: Point
  /** Released where it was pressed. */
  readonly onClick?: () => void
}

/** Watches a press that has just begun; a drag begins when the pointer moves. */
export function watchPress(session: LabSession, source: DragSource, { client, onClick }: Press): void {
  const loading = loadDrag()
  const finish = new AbortController()
  const { signal } = finish
  let last = client
  let hasMoved = false
  let isOver = false
  window.addEventListener(
    'pointermove',
    (event) => {
      last = { x: event.clientX, y: event.clientY }
      if (hasMoved || Math.hypot(last.x - client.x, last.y - client.y) < SLACK_PX) return
      hasMoved = true
      void loading.then(({ beginDrag }) => {
        finish.abort()
        beginDrag(session, source, last)
        // Let go while the code was still on its way.
        if (isOver) window.dispatchEvent(new PointerEvent('pointerup', { clientX: last.x, clientY: last.y }))
      })
    },
    { signal },
  )
  window.addEventListener(
    'pointerup',
    () => {
      isOver = true
      if (hasMoved) return
      finish.abort()
      onClick?.()
    },
    { signal },
  )
  // Two fingers move the view, whatever is under the first.
  window.addEventListener('pointerdown', (event) => !event.isPrimary && finish.abort(), { signal })
  window.addEventListener('pointercancel', () => finish.abort(), { signal })
  // The pointer marks no text on its way.
  window.addEventListener('selectstart', (event) => event.preventDefault(), { signal })
}
