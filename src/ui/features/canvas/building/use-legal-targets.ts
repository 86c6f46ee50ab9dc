// Which targets would take a line or a thing: found a few at a time, so that neither pointer nor dialog waits.
import { useEffect, useState } from 'react'
import { useSession } from '../../../lab/context.tsx'
import type { DragSource, DropTarget } from '../../../stores/building-store.ts'
import type { Surface } from '../surface.ts'
import { verdictOn } from './drag-controller.ts'

/** A picture's share of work for this. */
const SHARE_MS = 4

/** The legal ones among targets, more of them with each picture. `targets` and `source` must stay the same objects. */
export function useLegalTargets(
  source: DragSource,
  targets: readonly DropTarget[],
  surface: Surface,
): readonly DropTarget[] {
  const session = useSession()
  const [found, setFound] = useState<{ readonly source: DragSource; readonly legal: readonly DropTarget[] }>()
  useEffect(() => {
    let at = 0
    let legal: readonly DropTarget[] = []
    let handle = 0
    const look = (): void => {
      const end = performance.now() + SHARE_MS
      const more: DropTarget[] = []
      for (; at < targets.length && performance.now() < end; at++) {
        const target = targets[at]
        if (target !== undefined && verdictOn(session, source, target, surface).kind === 'legal') more.push(target)
      }
      legal = [...legal, ...more]
      if (more.length > 0) setFound({ source, legal })
      if (at < targets.length) handle = requestAnimationFrame(look)
    }
    handle = requestAnimationFrame(look)
    return () => cancelAnimationFrame(handle)
  }, [session, source, targets, surface])
  return found?.source === source ? found.legal : NONE
}

const NONE: readonly DropTarget[] = []
