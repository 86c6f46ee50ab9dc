// The page's panels come one after the other, each in a frame of its own: all at once they would hold the page up for a quarter of a second.
import { useEffect, useState } from 'react'

interface InTurnProps {
  /** So many frames after the first picture. */
  readonly turn: number
  readonly children: React.ReactNode
}

/** Shows what is inside of it when it is its turn. */
export function InTurn({ turn, children }: InTurnProps) {
  const [passed, setPassed] = useState(0)
  const isShown = passed >= turn
  useEffect(() => {
    if (isShown) return undefined
    const handle = requestAnimationFrame(() => setPassed(passed + 1))
    return () => cancelAnimationFrame(handle)
  }, [isShown, passed])
  return isShown ? children : null
}
