// Large labs: rows of a hundred machines would be read by nobody, so that each machine with its leaves is a block, and blocks fill a page.
import { onGrid } from './geometry.ts'
import type { Box, Point } from './geometry.ts'
import type { Frame } from './layout-frames.ts'
import { adjacencyOf, rowsOf } from './rows.ts'
import type { Adjacency, Rows } from './rows.ts'
import type { Topology } from './topology.ts'

/** A row of more machines than this makes a lab a large one. */
const WIDEST_ROW = 12
/** Within a block, so many machines stand side by side. */
const BLOCK_ROW = 8
const BLOCK_GAP = 64
/** A page is wider than high. */
const PAGE_SHAPE = 1.6

/** The rows of each block; one block for all that fits into a few rows. */
export function blocksOf(topology: Topology): readonly Rows[] {
  const rows = rowsOf(topology)
  if (rows.every((row) => row.length <= WIDEST_ROW)) return [rows]
  const adjacency = adjacencyOf(topology)
  return hubsInOrder(topology, adjacency).map((hub) => {
    const leaves = [...(adjacency.get(hub) ?? [])].filter((name) => isLeafOf(name, hub, adjacency))
    const block = leaves.length === 0 ? [[hub]] : rowsOf(partOf(topology, new Set([hub, ...leaves])))
    return block.flatMap((row) => chunked(row))
  })
}

/** Blocks side by side, shelf below shelf, each shelf in the other direction, so that neighbours in a chain stay near. */
export function placeBlocks(
  blocks: readonly Rows[],
  framed: ReadonlyMap<string, Frame>,
  placeBlock: (rows: Rows) => ReadonlyMap<string, Point>,
): ReadonlyMap<string, Point> {
  const placed = blocks.map((rows) => {
    const corners = placeBlock(rows)
    return { corners, box: boundsOf(corners, framed) }
  })
  const area = placed.reduce((sum, { box }) => sum + (box.width + BLOCK_GAP) * (box.height + BLOCK_GAP), 0)
  const pageWidth = Math.max(Math.sqrt(area * PAGE_SHAPE), ...placed.map(({ box }) => box.width))
  const corners = new Map<string, Point>()
  let y = 0
  for (const [index, shelf] of shelvesOf(placed, pageWidth).entries()) {
    let x = 0
    for (const block of index % 2 === 0 ? shelf : shelf.toReversed()) {
      for (const [name, corner] of block.corners) {
        corners.set(name, { x: onGrid(x + corner.x - block.box.x), y: onGrid(y + corner.y - block.box.y) })
      }
      x += block.box.width + BLOCK_GAP
    }
    y += Math.max(...shelf.map(({ box }) => box.height)) + BLOCK_GAP
  }
  return corners
}

interface PlacedBlock {
  readonly corners: ReadonlyMap<string, Point>
  readonly box: Box
}

function shelvesOf(blocks: readonly PlacedBlock[], pageWidth: number): readonly (readonly PlacedBlock[])[] {
  const shelves: PlacedBlock[][] = []
  let left = 0
  for (const block of blocks) {
    const { width } = block.box
    const shelf = shelves.at(-1)
    if (shelf === undefined || width > left) {
      shelves.push([block])
      left = pageWidth - width - BLOCK_GAP
    } else {
      shelf.push(block)
      left -= width + BLOCK_GAP
    }
  }
  return shelves
}

/** Everything that is no leaf of something larger, each after a neighbour of its own where it has one. */
function hubsInOrder({ machines }: Topology, adjacency: Adjacency): readonly string[] {
  const names = machines.map(({ name }) => name)
  const isHub = (name: string): boolean => {
    const [only, ...others] = adjacency.get(name) ?? []
    return only === undefined || others.length > 0 || !isLeafOf(name, only, adjacency)
  }
  const hubs = new Set(names.filter(isHub))
  const order = new Set<string>()
  for (const start of hubs) {
    const waiting = [start]
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (order.has(name) || !hubs.has(name)) continue
      order.add(name)
      waiting.push(...(adjacency.get(name) ?? []))
    }
  }
  return [...order]
}

/** Plugged into nothing but the hub; of two that have only each other, the first is the hub. */
function isLeafOf(name: string, hub: string, adjacency: Adjacency): boolean {
  if (adjacency.get(name)?.size !== 1 || adjacency.get(hub)?.has(name) !== true) return false
  if ((adjacency.get(hub)?.size ?? 0) > 1) return true
  const names = [...adjacency.keys()]
  return names.indexOf(hub) < names.indexOf(name)
}

/** The topology of some of its machines. */
function partOf(topology: Topology, names: ReadonlySet<string>): Topology {
  const isInside = (device: number): boolean => names.has(topology.homeOf.get(device)?.machine ?? '')
  return {
    ...topology,
    machines: topology.machines.filter(({ name }) => names.has(name)),
    wires: topology.wires.filter(({ from, to }) => isInside(from) && isInside(to)),
  }
}

/** In as many rows as needed, none much shorter than the others. */
function chunked(row: readonly string[]): Rows {
  const count = Math.ceil(row.length / BLOCK_ROW)
  const length = Math.ceil(row.length / count)
  return Array.from({ length: count }, (_, index) => row.slice(index * length, (index + 1) * length))
}

/** With the sockets that reach beyond the frames. */
function boundsOf(corners: ReadonlyMap<string, Point>, framed: ReadonlyMap<string, Frame>): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [name, { x, y }] of corners) {
    const frame = framed.get(name)
    if (frame === undefined) continue
    const { size, overhang } = frame
    left = Math.min(left, x - overhang.left)
    top = Math.min(top, y - overhang.top)
    right = Math.max(right, x + size.width + overhang.right)
    bottom = Math.max(bottom, y + size.height + overhang.bottom)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}
