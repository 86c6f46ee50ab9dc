// A finger that rests asks for the menu, as a mouse does with its other button. Not every browser tells of that by itself.

const HOLD_MS = 550
/** A finger is less steady than a mouse. */
const SLACK_PX = 10

/** Watches a finger that has just come down; a move, a second finger or letting go ends the wait. */
export function watchLongPress({ pointerId, clientX, clientY }: React.PointerEvent, onHold: () => void): void {
  const finish = new AbortController()
  const { signal } = finish
  const timer = setTimeout(() => {
    finish.abort()
    onHold()
  }, HOLD_MS)
  const stop = (): void => {
    clearTimeout(timer)
    finish.abort()
  }
  window.addEventListener(
    'pointermove',
    (event) => {
      if (Math.hypot(event.clientX - clientX, event.clientY - clientY) > SLACK_PX) stop()
    },
    { signal },
  )
  window.addEventListener('pointerdown', (event) => event.pointerId !== pointerId && stop(), { signal })
  // What hears the touch first may keep it to itself.
  for (const kind of ['pointerup', 'pointercancel'] as const)
    window.addEventListener(kind, stop, { signal, capture: true })
}
