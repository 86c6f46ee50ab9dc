// What of a picture stays while things are dragged about: who stands beside whom, the frames, and the edges that sockets sit on.
import { blocksOf, placeBlocks } from './blocks.ts'
import type { Point } from './geometry.ts'
import { headingsBetween, headingsOf } from './headings.ts'
import type { StandingMachine } from './headings.ts'
import { foldedFrame, frameMachine } from './layout-frames.ts'
import type { Frame, FrameOf, Positions } from './layout-frames.ts'
import { placeRows } from './layout-rows.ts'
import type { Neighbours } from './layout-rows.ts'
import { layoutNamespace } from './namespace-layout.ts'
import type { Heading, PlacedNamespace } from './namespace-layout.ts'
import { namespacesOf } from './topology.ts'
import type { MachineNode, Topology } from './topology.ts'

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
  let last: { readonly frames: readonly Frame[]; readonly corners: ReadonlyMap<string, Point> } | undefined
  const rememberedCorners: LayoutPlan['cornersOf'] = (framed) => {
    const now = [...framed.values()]
    if (last === undefined || isOther(last.frames, now)) last = { frames: now, corners: cornersOf(framed) }
    return last.corners
  }
  const frames = new Map<MachineNode, { readonly isFolded: boolean; readonly frame: Frame }>()
  const frameOf: LayoutPlan['frameOf'] = (machine, isFolded, positions) => {
    // Asked for every machine with each move of a drag; only what is nested in one can be moved by itself.
    const known = machine.nested.length === 0 ? frames.get(machine) : undefined
    if (known?.isFolded === isFolded) return known.frame
    const frame = keptFrame(machine, { headingOf, isFolded, positions })
    frames.set(machine, { isFolded, frame })
    return frame
  }
  return { order, headingOf, frameOf, cornersOf: rememberedCorners }
}

/** The frames that a machine had last, by what they follow from. */
const FRAMES = new WeakMap<MachineNode, Map<string, Frame>>()
/** A plan tries two. */
const KEPT_FRAMES = 4

interface FrameInputs {
  readonly headingOf: LayoutPlan['headingOf']
  readonly isFolded: boolean
  readonly positions: Positions
}

/** The machine's frame, the same as before while its sockets keep their places and nothing in it is moved. */
function keptFrame(machine: MachineNode, { headingOf, isFolded, positions }: FrameInputs): Frame {
  const moved = machine.nested.map(({ name }) => positions.get(name))
  const ranked = rankedHeadings(machine, headingOf)
  const key = JSON.stringify([isFolded, moved, [...ranked]])
  const kept = FRAMES.get(machine) ?? new Map<string, Frame>()
  FRAMES.set(machine, kept)
  const known = kept.get(key)
  if (known !== undefined) return known
  const rankOf = (device: number): Heading => ranked.get(device) ?? headingOf(device)
  const frame = isFolded ? foldedFrame(machine) : frameMachine(machine, namespaceFrames(rankOf), positions)
  for (const oldest of kept.keys()) if (kept.size >= KEPT_FRAMES) kept.delete(oldest)
  kept.set(key, frame)
  return frame
}

/** Which sockets are on which edge, by rank instead of by coordinate: a neighbour that moves a little changes no frame. */
function rankedHeadings(machine: MachineNode, headingOf: LayoutPlan['headingOf']): ReadonlyMap<number, Heading> {
  const headings = namespacesOf(machine).flatMap(({ devices }) =>
    devices.map(({ device }) => ({ device, ...headingOf(device) })),
  )
  const orders = [...new Set(headings.map(({ order }) => order))].sort((a, b) => a - b)
  const rankOf = new Map(orders.map((order, rank) => [order, rank]))
  return new Map(headings.map(({ device, side, order }) => [device, { side, order: rankOf.get(order) ?? 0 }]))
}

function namespaceFrames(headingOf: LayoutPlan['headingOf']): FrameOf {
  const known = new Map<string, PlacedNamespace>()
  return (namespace, minWidth = 0) => {
    const key = `${namespace.netns} ${minWidth}`
    const placed = known.get(key) ?? layoutNamespace(namespace, headingOf, minWidth)
    known.set(key, placed)
    return placed
  }
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
