// A large picture comes into the page in parts, one a frame: in one go it would hold the page up for a second.
import { useEffect, useState } from 'react'

/** As many things come in one go. */
const FEW = 240
/** Before anything is drawn, frames in which other parts of the page can show the lab. */
const PAUSE = 1

/**
 * How many of so many things are in the page: all of a few, else more with each frame until it is all (infinity), and
 * from none again for another `generation`.
 */
export function useInParts(total: number, generation: number, partSize: number): number {
  const [grown, setGrown] = useState({ generation, frames: 0 })
  const frames = grown.generation === generation ? grown.frames : 0
  const count = Math.max(0, frames - PAUSE) * partSize
  const isWhole = total <= FEW || count >= total
  useEffect(() => {
    if (isWhole) return undefined
    const handle = requestAnimationFrame(() => setGrown({ generation, frames: frames + 1 }))
    return () => cancelAnimationFrame(handle)
  }, [isWhole, frames, generation])
  return isWhole ? Infinity : count
}
