// What of the canvas a drag can catch on: frames beside frames, containers beside the others of their machine.
import type { LabSession } from '../../lab/session.ts'
import type { Guide } from '../../stores/building-store.ts'
import { around, overlap } from './geometry.ts'
import type { Box, Point } from './geometry.ts'
import type { CanvasLayout } from './layout.ts'
import { snapTo } from './snap.ts'
import { surfaceOf } from './surface.ts'
import type { Surface } from './surface.ts'

/** In pixels of the window. */
const REACH_PX = 6
const NO_GUIDES: readonly Guide[] = []

export interface SnappedMoves {
  readonly positions: ReadonlyMap<string, Point>
  readonly guides: readonly Guide[]
}

/** Positions under way, drawn to the lines of what stands beside; notes and mixtures go as they are. */
export function snapMoves(session: LabSession, positions: ReadonlyMap<string, Point>): SnappedMoves {
  const surface = surfaceOf(session)
  const ground = surface === undefined ? undefined : groundOf(surface.layout, positions)
  if (surface === undefined || ground === undefined) return { positions, guides: NO_GUIDES }
  const own = ground.boxes.flatMap(({ name, box }) => {
    const place = positions.get(name)
    return place === undefined ? [] : [{ ...box, ...place }]
  })
  const view = viewOf(surface, ground.origin)
  const others = ground.boxes.filter(({ name, box }) => !positions.has(name) && overlap(box, view))
  const { dx, dy, guides } = snapTo(
    around(own),
    others.map(({ box }) => box),
    REACH_PX / surface.flow.getZoom(),
  )
  return {
    positions: new Map([...positions].map(([name, { x, y }]) => [name, { x: x + dx, y: y + dy }])),
    guides: guides.map((guide) => shifted(guide, ground.origin)),
  }
}

interface Ground {
  readonly boxes: readonly { readonly name: string; readonly box: Box }[]
  /** Where the boxes' coordinates begin, on the canvas. */
  readonly origin: Point
}

/** Everything that stands beside what moves, and that itself. */
function groundOf({ machines }: CanvasLayout, moving: ReadonlyMap<string, Point>): Ground | undefined {
  const isOf = (names: readonly string[]): boolean => [...moving.keys()].every((name) => names.includes(name))
  if (isOf(machines.map(({ machine }) => machine.name))) {
    return { boxes: machines.map(({ machine: { name }, box }) => ({ name, box })), origin: { x: 0, y: 0 } }
  }
  for (const { box: origin, namespaces } of machines) {
    const boxes = namespaces.flatMap(({ placed: { name }, box, isRoot }) => (isRoot ? [] : [{ name, box }]))
    if (isOf(boxes.map(({ name }) => name))) return { boxes, origin }
  }
  return undefined
}

function viewOf({ flow, element }: Surface, origin: Point): Box {
  const { left, top, right, bottom } = element.getBoundingClientRect()
  const [start, end] = [
    flow.screenToFlowPosition({ x: left, y: top }, { snapToGrid: false }),
    flow.screenToFlowPosition({ x: right, y: bottom }, { snapToGrid: false }),
  ]
  return { x: start.x - origin.x, y: start.y - origin.y, width: end.x - start.x, height: end.y - start.y }
}

function shifted(guide: Guide, { x, y }: Point): Guide {
  const { axis, at, from, to } = guide
  const [along, across] = axis === 'x' ? [x, y] : [y, x]
  return { ...guide, at: at + along, from: from + across, to: to + across }
}
