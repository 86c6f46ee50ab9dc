// What of a picture stays while things are dragged about: who stands beside whom, the frames, and the edges that sockets sit on.
import { blocksOf, placeBlocks } from './blocks.ts'
import { TITLE_HEIGHT, onGrid, titleWidth } from './geometry.ts'
import type { Point } from './geometry.ts'
import { headingsBetween, headingsOf } from './headings.ts'
import type { StandingMachine } from './headings.ts'
import { frameMachine } from './layout-frames.ts'
import type { Frame, Positions } from './layout-frames.ts'
import { placeRows } from './layout-rows.ts'
import type { Neighbours } from './layout-rows.ts'
import { layoutNamespace } from './namespace-layout.ts'
import type { Heading, PlacedNamespace } from './namespace-layout.ts'
import { namespacesOf } from './topology.ts'
import type { MachineNode, NamespaceNode, Topology } from './topology.ts'

export interface LayoutPlan {
  /** The machines, in the order of their rows. */
  readonly order: readonly string[]
  readonly headingOf: (device: number) => Heading
  /** A machine's frame; the same object for as long as nothing in it was moved or folded. */
  readonly frameOf: (machine: MachineNode, isFolded: boolean, positions: Positions) => Frame
  /** Where machines of such frames stand that nobody has placed. */
  readonly cornersOf: (framed: ReadonlyMap<string, Frame>) => ReadonlyMap<string, Point>
}

const PLANS = new WeakMap<Topology, WeakMap<Positions, LayoutPlan>>()

/**
 * The plan for a topology and the positions that its text has. Sockets turn towards where their lines lead once a frame
 * that was moved has been let go, so that positions of a drag under way are no part of it.
 */
export function planOf(topology: Topology, positions: Positions): LayoutPlan {
  const plans = PLANS.get(topology) ?? new WeakMap<Positions, LayoutPlan>()
  PLANS.set(topology, plans)
  const known = plans.get(positions)
  if (known !== undefined) return known
  const plan = makePlan(topology, positions)
  plans.set(positions, plan)
  return plan
}

function makePlan(topology: Topology, positions: Positions): LayoutPlan {
  const blocks = blocksOf(topology)
  const neighbours = neighboursOf(topology)
  const cornersOf = (framed: ReadonlyMap<string, Frame>): ReadonlyMap<string, Point> => {
    const [only, ...others] = blocks
    const place = (rows: (typeof blocks)[number]): ReadonlyMap<string, Point> => placeRows(rows, neighbours, framed)
    return only !== undefined && others.length === 0 ? place(only) : placeBlocks(blocks, framed, place)
  }
  const ground = { order: blocks.flat(2), cornersOf }
  const rows = blocks.flat()
  const first = planBy(headingsOf(topology, rows), ground)
  const isLarge = blocks.length > 1
  if (!isLarge && topology.machines.every(({ name }) => !positions.has(name))) return first
  const isInRow = (name: string): boolean => !isLarge && !positions.has(name)
  return planBy(headingsBetween(topology, placedBy(first, topology, positions), { rows, isInRow }), ground)
}

function planBy(
  headings: ReadonlyMap<number, Heading>,
  { order, cornersOf }: Pick<LayoutPlan, 'order' | 'cornersOf'>,
): LayoutPlan {
  const headingOf = (device: number): Heading => headings.get(device) ?? { side: 'inner', order: 0 }
  const namespaces = new Map<string, PlacedNamespace>()
  const namespaceOf = (namespace: NamespaceNode, minWidth = 0): PlacedNamespace => {
    const key = `${namespace.netns} ${minWidth}`
    const known = namespaces.get(key)
    if (known !== undefined) return known
    const placed = layoutNamespace(namespace, headingOf, minWidth)
    namespaces.set(key, placed)
    return placed
  }
  const frames = new Map<string, { readonly key: string; readonly frame: Frame }>()
  const frameOf: LayoutPlan['frameOf'] = (machine, isFolded, positions) => {
    const moved = machine.nested.map(({ name }) => positions.get(name))
    const key = isFolded ? 'folded' : moved.map((point) => (point === undefined ? '' : `${point.x} ${point.y}`)).join()
    const known = frames.get(machine.name)
    if (known?.key === key) return known.frame
    const frame = isFolded ? foldedFrame(machine) : frameMachine(machine, namespaceOf, positions)
    frames.set(machine.name, { key, frame })
    return frame
  }
  let last: { readonly frames: readonly Frame[]; readonly corners: ReadonlyMap<string, Point> } | undefined
  const rememberedCorners: LayoutPlan['cornersOf'] = (framed) => {
    const now = [...framed.values()]
    if (last === undefined || isOther(last.frames, now)) last = { frames: now, corners: cornersOf(framed) }
    return last.corners
  }
  return { order, headingOf, frameOf, cornersOf: rememberedCorners }
}

function isOther(before: readonly Frame[], now: readonly Frame[]): boolean {
  return before.length !== now.length || before.some((frame, index) => frame !== now[index])
}

function placedBy(plan: LayoutPlan, { machines }: Topology, positions: Positions): readonly StandingMachine[] {
  const framed = new Map(machines.map((machine) => [machine.name, plan.frameOf(machine, false, positions)]))
  const corners = plan.cornersOf(framed)
  return machines.flatMap((machine): StandingMachine[] => {
    const frame = framed.get(machine.name)
    const corner = positions.get(machine.name) ?? corners.get(machine.name)
    if (frame === undefined || corner === undefined) return []
    return [{ machine, box: { x: corner.x, y: corner.y, ...frame.size }, namespaces: frame.namespaces }]
  })
}

function foldedFrame(machine: MachineNode): Frame {
  // Beside the name stands how much is inside.
  const size = { width: onGrid(titleWidth(machine.name) + 24), height: TITLE_HEIGHT }
  return { size, namespaces: [], overhang: { top: 0, bottom: 0, left: 0, right: 0 } }
}

function neighboursOf({ machines, wires, homeOf }: Topology): Neighbours {
  const neighbours = new Map<string, string[]>(machines.map(({ name }) => [name, []]))
  for (const { from, to } of wires) {
    const [a, b] = [homeOf.get(from)?.machine, homeOf.get(to)?.machine]
    if (a === undefined || b === undefined || a === b) continue
    neighbours.get(a)?.push(b)
    neighbours.get(b)?.push(a)
  }
  return neighbours
}

/** What a folded machine hides: its bridges and interfaces. */
export function hiddenIn(machine: MachineNode): readonly number[] {
  return namespacesOf(machine).flatMap(({ bridges, devices }) => [...bridges, ...devices].map(({ device }) => device))
}
