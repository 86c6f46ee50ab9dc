// Two fingers on the timeline: they spread to zoom, and move it along.

/** Where two fingers are: their middle, within the element, and how far they are apart. */
export interface Pinch {
  readonly x: number
  readonly y: number
  readonly apartPx: number
}

interface Finger {
  readonly clientX: number
  readonly clientY: number
}

/** Closer than that, a pixel more or less would zoom in leaps. */
const LEAST_APART_PX = 24

/** Follows pairs of fingers: `begin` is told of the second one, and what it returns of each move of either. */
export function listenToPinch(
  element: HTMLElement,
  signal: AbortSignal,
  begin: (start: Pinch) => (now: Pinch) => void,
): void {
  const fingers = new Map<number, Finger>()
  let move: ((now: Pinch) => void) | undefined
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.pointerType !== 'touch') return
      fingers.set(event.pointerId, event)
      element.setPointerCapture(event.pointerId)
      const start = pinchOf(element, [...fingers.values()])
      move = start === undefined ? undefined : begin(start)
    },
    { signal },
  )
  element.addEventListener(
    'pointermove',
    (event) => {
      if (!fingers.has(event.pointerId)) return
      fingers.set(event.pointerId, event)
      const now = pinchOf(element, [...fingers.values()])
      if (now !== undefined) move?.(now)
    },
    { signal },
  )
  const stop = ({ pointerId }: PointerEvent): void => {
    if (fingers.delete(pointerId)) move = undefined
  }
  for (const end of ['pointerup', 'pointercancel'] as const) {
    element.addEventListener(end, stop, { signal })
  }
}

function pinchOf(element: HTMLElement, fingers: readonly Finger[]): Pinch | undefined {
  const [a, b, third] = fingers
  if (a === undefined || b === undefined || third !== undefined) return undefined
  const { left, top } = element.getBoundingClientRect()
  const apartPx = Math.max(LEAST_APART_PX, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY))
  return { x: (a.clientX + b.clientX) / 2 - left, y: (a.clientY + b.clientY) / 2 - top, apartPx }
}
