// Machines go to their new places where the eye can follow; at once where motion is not wished, or where they are too many.
import type { LabSession } from '../../../lab/session.ts'
import type { Point } from '../geometry.ts'

const GLIDE_MS = 180
/** More of them would not move smoothly. */
const MOST = 60

/** Moves machines on the canvas, without a word of it in the lab's text; resolves when they are there. */
export async function glide(
  { building, settings }: LabSession,
  from: ReadonlyMap<string, Point>,
  to: ReadonlyMap<string, Point>,
): Promise<void> {
  const isStill = settings.getState().motion === 'reduced' || matchMedia('(prefers-reduced-motion: reduce)').matches
  if (isStill || to.size > MOST) return
  const began = performance.now()
  for (let share = 0; share < 1;) {
    const now = await new Promise<number>(requestAnimationFrame)
    share = Math.min(1, Math.max(0, now - began) / GLIDE_MS)
    const eased = 1 - (1 - share) ** 3
    const places = [...to].map(([name, end]): [string, Point] => {
      const start = from.get(name) ?? end
      return [name, { x: start.x + (end.x - start.x) * eased, y: start.y + (end.y - start.y) * eased }]
    })
    building.setState({ gliding: new Map(places) })
  }
}
