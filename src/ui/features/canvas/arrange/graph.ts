// What elkjs is asked: the machines of a lab as boxes with lines between them; and what its answer means for those that stay.
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import { blocksOf } from '../blocks.ts'
import { onGrid, overlap } from '../geometry.ts'
import type { Box, Point } from '../geometry.ts'
import type { Topology } from '../topology.ts'

/** A machine with the sockets that reach beyond its frame. */
export interface Standing {
  readonly name: string
  /** The frame. */
  readonly box: Box
  /** The frame with its sockets. */
  readonly outer: Box
}

const GAP = 48

/** A hub with more leaves would be a layer that nobody can look over. */
const WIDEST_BLOCK = 12

const LAYERED = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.spacing.nodeNode': String(GAP),
  'elk.layered.spacing.nodeNodeBetweenLayers': String(GAP + 16),
  'elk.spacing.componentComponent': String(GAP + 16),
  'elk.aspectRatio': '1.6',
  // Equal labs give equal pictures, and machines keep the order of their creation where nothing speaks against it.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.randomSeed': '1',
} as const

const PACKED = {
  'elk.algorithm': 'rectpacking',
  'elk.aspectRatio': '1.6',
  'elk.spacing.nodeNode': String(GAP + 16),
} as const

/**
 * The graph of a lab: layers from top to bottom. In a large lab each hub is laid out with its leaves, and these blocks fill a page.
 */
export function elkGraph(topology: Topology, machines: readonly Standing[]): ElkNode {
  const nodeOf = new Map(
    machines.map(({ name, outer: { width, height } }) => [name, { id: name, width, height }] as const),
  )
  const nodesOf = (names: readonly string[]): ElkNode[] => names.flatMap((name) => nodeOf.get(name) ?? [])
  const blocks = blocksOf(topology)
  const [only, ...others] = blocks
  if (others.length === 0) {
    const names = only?.flat() ?? []
    return { id: 'lab', layoutOptions: LAYERED, children: nodesOf(names), edges: edgesAmong(topology, names) }
  }
  const children = blocks.map((rows, index): ElkNode => {
    const names = rows.flat()
    const id = `block ${index}`
    const layoutOptions = names.length > WIDEST_BLOCK ? PACKED : LAYERED
    return { id, layoutOptions, children: nodesOf(names), edges: edgesAmong(topology, names) }
  })
  return { id: 'lab', layoutOptions: PACKED, children }
}

/** One line between two machines, however many cables there are; from what is plugged into to what is plugged in. */
function edgesAmong({ wires, homeOf }: Topology, names: readonly string[]): ElkExtendedEdge[] {
  const placeOf = new Map(names.map((name, place) => [name, place]))
  const edges = new Map<string, ElkExtendedEdge>()
  for (const { from, to } of wires) {
    const [a, b] = [homeOf.get(from)?.machine ?? '', homeOf.get(to)?.machine ?? '']
    const [first, second] = [placeOf.get(a), placeOf.get(b)]
    if (first === undefined || second === undefined || first === second) continue
    const [source, target] = first < second ? [a, b] : [b, a]
    const id = `${source} ${target}`
    edges.set(id, { id, sources: [source], targets: [target] })
  }
  return [...edges.values()]
}

/** Where elkjs put the machines' frames. */
export function cornersOf(answer: ElkNode, machines: readonly Standing[]): ReadonlyMap<string, Point> {
  const standingOf = new Map(machines.map((machine) => [machine.name, machine]))
  const corners = new Map<string, Point>()
  const read = ({ id, x = 0, y = 0, children = [] }: ElkNode, left: number, top: number): void => {
    const standing = standingOf.get(id)
    if (standing !== undefined) {
      const { box, outer } = standing
      corners.set(id, { x: left + x + box.x - outer.x, y: top + y + box.y - outer.y })
    }
    for (const child of children) read(child, left + x, top + y)
  }
  read(answer, 0, 0)
  return corners
}

/**
 * Puts the machines that were placed by hand back to where they stand: the others come along as far as those have
 * moved on average, and what would lie on top of something moves aside.
 */
export function aroundPinned(
  machines: readonly Standing[],
  corners: ReadonlyMap<string, Point>,
  pinned: ReadonlySet<string>,
): ReadonlyMap<string, Point> {
  const fixed = machines.filter(({ name }) => pinned.has(name))
  const shift = meanShift(fixed, corners)
  const taken = fixed.map(({ outer }) => outer)
  const free = machines.flatMap((machine) => {
    const corner = corners.get(machine.name)
    if (corner === undefined || pinned.has(machine.name)) return []
    return [{ machine, corner: { x: corner.x + shift.x, y: corner.y + shift.y } }]
  })
  const result = new Map<string, Point>()
  for (const { machine, corner } of free.toSorted(byPlace)) {
    const { box, outer } = machine
    const wanted = { ...outer, x: corner.x - (box.x - outer.x), y: corner.y - (box.y - outer.y) }
    const place = fixed.length === 0 ? wanted : clearOf(wanted, taken)
    taken.push(place)
    result.set(machine.name, { x: onGrid(place.x + box.x - outer.x), y: onGrid(place.y + box.y - outer.y) })
  }
  return result
}

/** As one reads: from the top, and from the left. */
function byPlace({ corner: a }: { readonly corner: Point }, { corner: b }: { readonly corner: Point }): number {
  return a.y === b.y ? a.x - b.x : a.y - b.y
}

function meanShift(fixed: readonly Standing[], corners: ReadonlyMap<string, Point>): Point {
  const shifts = fixed.flatMap(({ name, box }) => {
    const corner = corners.get(name)
    return corner === undefined ? [] : [{ x: box.x - corner.x, y: box.y - corner.y }]
  })
  const mean = (of: (shift: Point) => number): number =>
    shifts.reduce((sum, shift) => sum + of(shift), 0) / Math.max(1, shifts.length)
  return { x: mean(({ x }) => x), y: mean(({ y }) => y) }
}

/** Machines that were moved aside stand this far from what they would have covered. */
const ROOM = GAP / 2

/** The nearest place to the right or below where a box lies on no other. */
function clearOf(wanted: Box, taken: readonly Box[]): Box {
  const right = slide(wanted, taken, 'x')
  const below = slide(wanted, taken, 'y')
  return right.x - wanted.x <= below.y - wanted.y ? right : below
}

function slide(wanted: Box, taken: readonly Box[], axis: 'x' | 'y'): Box {
  const length = axis === 'x' ? 'width' : 'height'
  let box = wanted
  for (;;) {
    const hit = taken.find((other) => overlap(box, other, ROOM))
    if (hit === undefined) return box
    box = { ...box, [axis]: hit[axis] + hit[length] + ROOM }
  }
}
