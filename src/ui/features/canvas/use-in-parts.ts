// A large picture comes into the page in parts, one a frame: in one go it would hold the page up for a second.
import { useCallback, useEffect, useState } from 'react'

/** As many things come in one go. */
export const FEW = 240
/** Before anything is drawn, a frame in which other parts of the page can show the lab. */
const PAUSE = 1
/** A part that took less is followed by a larger one. */
const SHORT_MS = 28
/** A part that took longer is followed by a smaller one: the page answers between two of them. */
const LONG_MS = 42
const LEAST_PART = 24
const LARGEST_PART = 96

export interface Parts {
  /** How many things are in the page; infinity: all, whatever is added. */
  readonly count: number
  /** No more come until somebody wants the rest. */
  readonly isHeld: boolean
  readonly hold: (isHeld: boolean) => void
}

interface Grown {
  readonly generation: number
  readonly frames: number
  readonly count: number
  readonly partSize: number
  /** When the last part came. */
  readonly atMs: number
}

/**
 * How many of so many things are in the page: all of a few a frame later, else more with each frame until it is all, and from none
 * again for another `generation`. Parts begin with `firstPart` and become as large as the machine draws without holding the page up.
 */
export function useInParts(total: number, generation: number, firstPart: number): Parts {
  const none: Grown = { generation, frames: 0, count: 0, partSize: firstPart, atMs: 0 }
  const [last, setGrown] = useState(none)
  const [held, setHeld] = useState<number>()
  const isSame = last.generation === generation
  // Once all are there, it stays at that, whatever is added.
  const { frames, count, partSize, atMs } = isSame ? last : none
  const isWhole = count === Infinity
  const isHeld = held === generation && !isWhole
  const hold = useCallback((isWanted: boolean) => setHeld(isWanted ? generation : undefined), [generation])
  useEffect(() => {
    if (isWhole || isHeld) return undefined
    const handle = requestAnimationFrame((nowMs) => {
      const next = nextPartSize(partSize, frames > PAUSE ? nowMs - atMs : undefined)
      const grown = total <= FEW ? Infinity : frames < PAUSE ? 0 : count + next
      setGrown({
        generation,
        frames: frames + 1,
        count: grown >= total ? Infinity : grown,
        partSize: next,
        atMs: nowMs,
      })
    })
    return () => cancelAnimationFrame(handle)
  }, [isWhole, isHeld, frames, count, partSize, atMs, total, generation])
  return { count, isHeld, hold }
}

/** How large the next part is after one that took so long. */
export function nextPartSize(partSize: number, tookMs: number | undefined): number {
  if (tookMs === undefined) return partSize
  if (tookMs > LONG_MS) return Math.max(LEAST_PART, Math.floor(partSize * 0.7))
  return tookMs < SHORT_MS ? Math.min(LARGEST_PART, Math.ceil(partSize * 1.2)) : partSize
}
