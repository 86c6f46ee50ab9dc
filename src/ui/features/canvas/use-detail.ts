// How much of a socket is drawn: from afar nobody can read what is written in it, and a large lab is drawn many times faster without.
import { useCallback, useEffect, useState } from 'react'

/** Sockets and titles change in so many parts, one a frame: hundreds at once would hold the page up. */
export const DETAIL_PARTS = 8
const FAR_ZOOM = 0.38

export interface Detail {
  /** Classes of the canvas that hide the insides of sockets, part by part. */
  readonly className: string
  readonly onZoom: (zoom: number) => void
}

/** The part that a title belongs to. */
export function titlePart(name: string): number {
  let sum = 0
  for (const char of name) sum += char.codePointAt(0) ?? 0
  return sum % DETAIL_PARTS
}

/** Follows the zoom. */
export function useDetail(): Detail {
  const [isFar, setIsFar] = useState(false)
  const [hiddenParts, setHiddenParts] = useState(0)
  const onZoom = useCallback((zoom: number) => setIsFar(zoom < FAR_ZOOM), [])
  const wanted = isFar ? DETAIL_PARTS : 0
  useEffect(() => {
    if (hiddenParts === wanted) return undefined
    const handle = requestAnimationFrame(() => setHiddenParts(hiddenParts + Math.sign(wanted - hiddenParts)))
    return () => cancelAnimationFrame(handle)
  }, [hiddenParts, wanted])
  const parts = Array.from({ length: hiddenParts }, (_, part) => ` canvas--far-${part}`)
  return {
    className: `canvas${hiddenParts > 0 ? ' canvas--far' : ''}${parts.join('')}`,
    onZoom,
  }
}
