// A large picture comes into the page in parts, one a frame: in one go it would hold the page up for a second.
import { useEffect, useState } from 'react'

/** As many things come in one go. */
export const FEW = 240
/** Before anything is drawn, a frame in which other parts of the page can show the lab. */
const PAUSE = 1

/**
 * How many of so many things are in the page: all of a few a frame later, else more with each frame until it is all (infinity), and
 * from none again for another `generation`.
 */
export function useInParts(total: number, generation: number, partSize: number): number {
  const [grown, setGrown] = useState({ generation, frames: 0 })
  // Once all are there, it stays at that, whatever is added.
  const frames = grown.generation === generation ? grown.frames : 0
  const isWhole = frames === Infinity
  useEffect(() => {
    if (isWhole) return undefined
    const handle = requestAnimationFrame(() => {
      const next = frames + 1
      const isLast = total <= FEW ? next >= PAUSE : countAt(next, partSize) >= total
      setGrown({ generation, frames: isLast ? Infinity : next })
    })
    return () => cancelAnimationFrame(handle)
  }, [isWhole, frames, total, generation, partSize])
  return countAt(frames, partSize)
}

function countAt(frames: number, partSize: number): number {
  return Math.max(0, frames - PAUSE) * partSize
}
