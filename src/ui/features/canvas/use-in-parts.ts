// A large picture comes into the page in parts, one a frame: in one go it would hold the page up for a second.
import { useEffect, useState } from 'react'

/** As many are shown at once; fewer things come in one go. */
const FIRST = 160

/** The first of some things, more with each frame until all are there; from the beginning again for another `generation`. */
export function useInParts<T>(all: T[], generation: number, partSize: number): T[]
export function useInParts<T>(all: readonly T[], generation: number, partSize: number): readonly T[]
export function useInParts<T>(all: readonly T[], generation: number, partSize: number): readonly T[] {
  const [grown, setGrown] = useState({ generation, count: FIRST })
  const count = grown.generation === generation ? grown.count : FIRST
  const isWhole = count >= all.length
  useEffect(() => {
    if (isWhole) return undefined
    const handle = requestAnimationFrame(() => {
      const next = count + partSize
      setGrown({ generation, count: next >= all.length ? Infinity : next })
    })
    return () => cancelAnimationFrame(handle)
  }, [isWhole, count, all.length, generation, partSize])
  return isWhole ? all : all.slice(0, count)
}
