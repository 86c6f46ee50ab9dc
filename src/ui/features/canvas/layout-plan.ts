// What of a picture stays while things are dragged about: who stands beside whom, the frames, and the edges that sockets sit on.
import { blocksOf, placeBlocks } from './blocks.ts'
import type { Point } from './geometry.ts'
import { headingsBetween, headingsOf } from './headings.ts'
import type { StandingMachine } from './headings.ts'
import { foldedFrame, frameMachine } from './layout-frames.ts'
import type { Frame, FrameOf, Positions } from './layout-frames.ts'
import { placeRows, withRoom } from './layout-rows.ts'
import type { Neighbours } from './layout-rows.ts'
import type { Rows } from './rows.ts'
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
  /** Where machines stand that nobody has placed. */
  readonly cornersOf: (folded: ReadonlySet<string>, positions: Positions) => ReadonlyMap<string, Point>
}

const PLANS = new WeakMap<Topology, WeakMap<Positions, LayoutPlan>>()
const NO_POSITIONS: Positions = new Map()
const NONE: ReadonlySet<string> = new Set()

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

const UNMOVED = new WeakMap<Topology, LayoutPlan>()

function makePlan(topology: Topology, positions: Positions): LayoutPlan {
  const blocks = blocksOf(topology)
  const unmoved = UNMOVED.get(topology) ?? unmovedPlan(topology, blocks)
  UNMOVED.set(topology, unmoved)
  if (topology.machines.every(({ name }) => !positions.has(name))) return unmoved
  const isPlaced = (name: string): boolean => positions.has(name)
  const standing = { rows: blocks.flat(), isByRows: blocks.length === 1, isPlaced }
  const turned = planBy(headingsBetween(topology, placedBy(unmoved, topology, positions), standing), blocks)
  // What nobody has moved stays where it is, but for sockets that have turned and need room.
  const cornersOf: LayoutPlan['cornersOf'] = (folded, moved) => {
    const [corners, framed] = [unmoved.cornersOf(folded, moved), framesOf(turned, topology, folded, moved)]
    return new Map(blocks.flatMap((block) => [...withRoom(block, corners, framed, positions)]))
  }
  return { ...turned, cornersOf }
}

/** The plan as long as nobody has placed a machine. */
function unmovedPlan(topology: Topology, blocks: readonly Rows[]): LayoutPlan {
  const neighbours = neighboursOf(topology)
  const corners = (framed: ReadonlyMap<string, Frame>): ReadonlyMap<string, Point> => {
    const [only, ...others] = blocks
    const place = (rows: Rows): ReadonlyMap<string, Point> => placeRows(rows, neighbours, framed)
    return only !== undefined && others.length === 0 ? place(only) : placeBlocks(blocks, framed, place)
  }
  const standing = (plan: Frames): LayoutPlan => {
    const kept = rememberedCorners(corners)
    return { ...plan, cornersOf: (folded, moved) => kept(framesOf(plan, topology, folded, moved)) }
  }
  const rows = blocks.flat()
  const byRows = standing(planBy(headingsOf(topology, rows), blocks))
  if (blocks.length === 1) return byRows
  const byNobody = { rows, isByRows: false, isPlaced: () => false }
  const headings = headingsBetween(topology, placedBy(byRows, topology, NO_POSITIONS), byNobody)
  return standing(planBy(headings, blocks))
}

/** A plan without the places. */
type Frames = Omit<LayoutPlan, 'cornersOf'>

function planBy(headings: ReadonlyMap<number, Heading>, blocks: readonly Rows[]): Frames {
  const headingOf = (device: number): Heading => headings.get(device) ?? { side: 'inner', order: 0 }
  const frames = new Map<MachineNode, { readonly isFolded: boolean; readonly frame: Frame }>()
  const frameOf: LayoutPlan['frameOf'] = (machine, isFolded, positions) => {
    // Asked for every machine with each move of a drag; only what is nested in one can be moved by itself.
    const known = machine.nested.length === 0 ? frames.get(machine) : undefined
    if (known?.isFolded === isFolded) return known.frame
    const frame = keptFrame(machine, { headingOf, isFolded, positions })
    frames.set(machine, { isFolded, frame })
    return frame
  }
  return { order: blocks.flat(2), headingOf, frameOf }
}

function framesOf(
  { frameOf }: Frames,
  { machines }: Topology,
  folded: ReadonlySet<string>,
  positions: Positions,
): ReadonlyMap<string, Frame> {
  return new Map(machines.map((machine) => [machine.name, frameOf(machine, folded.has(machine.name), positions)]))
}

type CornersBy = (framed: ReadonlyMap<string, Frame>) => ReadonlyMap<string, Point>

function rememberedCorners(cornersBy: CornersBy): CornersBy {
  let last: { readonly frames: readonly Frame[]; readonly corners: ReadonlyMap<string, Point> } | undefined
  return (framed) => {
    const now = [...framed.values()]
    if (last === undefined || isOther(last.frames, now)) last = { frames: now, corners: cornersBy(framed) }
    return last.corners
  }
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

function placedBy(plan: LayoutPlan, topology: Topology, positions: Positions): readonly StandingMachine[] {
  const framed = framesOf(plan, topology, NONE, positions)
  const corners = plan.cornersOf(NONE, positions)
  return topology.machines.flatMap((machine): StandingMachine[] => {
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
