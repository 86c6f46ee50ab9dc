// Which machine stands in which row, and in what order: a small layered layout, folded so that a picture stays wider than high.
import type { MachineNode, Topology } from './topology.ts'

/** Rows from top to bottom, each from left to right, of machine names. */
export type Rows = readonly (readonly string[])[]

/** The machines that each machine has lines to. */
export type Adjacency = ReadonlyMap<string, ReadonlySet<string>>

/** A row of more machines than this sends some of its leaves to the other side of what they are plugged into. */
const ROW_LIMIT = 5
const SWEEPS = 4

/**
 * Machines with containers stand in the bottom row, because their containers hang below them; what they are plugged into
 * stands above. Without containers the best connected machine stands above the others. Distances are folded onto two rows.
 */
export function rowsOf(topology: Topology): Rows {
  const names = topology.machines.map(({ name }) => name)
  const adjacency = adjacencyOf(topology)
  const path = shortPath(topology.machines, adjacency)
  if (path !== undefined) return [path]
  const isTop = foldedRows(topology.machines, adjacency)
  const top = names.filter((name) => isTop.get(name) === true)
  const bottom = names.filter((name) => isTop.get(name) !== true)
  const rows = balanced(top, bottom, topology.machines, adjacency)
  return sweep(
    rows.filter((row) => row.length > 0),
    adjacency,
  )
}

export function adjacencyOf({ machines, wires, homeOf }: Topology): Adjacency {
  const adjacency = new Map(machines.map(({ name }) => [name, new Set<string>()]))
  for (const { from, to } of wires) {
    const [a, b] = [homeOf.get(from)?.machine, homeOf.get(to)?.machine]
    if (a === undefined || b === undefined || a === b) continue
    adjacency.get(a)?.add(b)
    adjacency.get(b)?.add(a)
  }
  return adjacency
}

/** Up to three machines in a line, none with containers, read best side by side. */
function shortPath(machines: readonly MachineNode[], adjacency: Adjacency): readonly string[] | undefined {
  if (machines.length > 3 || machines.some(({ nested }) => nested.length > 0)) return undefined
  const ends = machines.filter(({ name }) => (adjacency.get(name)?.size ?? 0) <= 1).map(({ name }) => name)
  const isPath = [...adjacency.values()].every(({ size }) => size <= 2) && (ends.length > 0 || machines.length === 1)
  if (!isPath) return undefined
  const order: string[] = []
  const visit = (name: string): void => {
    if (order.includes(name)) return
    order.push(name)
    for (const next of adjacency.get(name) ?? []) visit(next)
  }
  for (const name of [...ends, ...machines.map((machine) => machine.name)]) visit(name)
  return order
}

/** True for the machines of the top row. */
function foldedRows(machines: readonly MachineNode[], adjacency: Adjacency): ReadonlyMap<string, boolean> {
  const isTop = new Map<string, boolean>()
  const spread = (start: readonly string[], startIsTop: boolean): void => {
    const queue = start.filter((name) => !isTop.has(name))
    for (const name of queue) isTop.set(name, startIsTop)
    for (const name of queue) {
      for (const next of adjacency.get(name) ?? []) {
        if (isTop.has(next)) continue
        isTop.set(next, isTop.get(name) !== true)
        queue.push(next)
      }
    }
  }
  spread(
    machines.filter(({ nested }) => nested.length > 0).map(({ name }) => name),
    false,
  )
  const degree = (name: string): number => adjacency.get(name)?.size ?? 0
  const byDegree = machines.map(({ name }) => name).sort((a, b) => degree(b) - degree(a))
  for (const name of byDegree) spread([name], degree(name) > 0)
  return isTop
}

function balanced(
  top: readonly string[],
  bottom: readonly string[],
  machines: readonly MachineNode[],
  adjacency: Adjacency,
): readonly (readonly string[])[] {
  if (bottom.length <= ROW_LIMIT || top.length === 0) return [top, bottom]
  const nestedByName = new Map(machines.map(({ name, nested }) => [name, nested.length > 0]))
  const isLeaf = (name: string): boolean => nestedByName.get(name) !== true && (adjacency.get(name)?.size ?? 0) === 1
  const excess = bottom.length - Math.ceil(bottom.length / 2)
  const lifted = bottom.filter(isLeaf).slice(-excess)
  return [lifted, top, bottom.filter((name) => !lifted.includes(name))]
}

/** Sorts each row by the mean place of its neighbours in the rows beside it, a few times over. */
function sweep(rows: Rows, adjacency: Adjacency): Rows {
  let sorted = rows
  for (let round = 0; round < SWEEPS; round++) {
    const place = new Map(
      sorted.flatMap((row) => row.map((name, index) => [name, (index + 0.5) / row.length] as const)),
    )
    const turn = round % 2
    sorted = sorted.map((row, index) => (index % 2 === turn ? sortedByNeighbours(row, adjacency, place) : row))
  }
  return sorted
}

function sortedByNeighbours(
  row: readonly string[],
  adjacency: Adjacency,
  place: ReadonlyMap<string, number>,
): readonly string[] {
  const inRow = new Set(row)
  const key = (name: string): number => {
    const others = [...(adjacency.get(name) ?? [])].filter((next) => !inRow.has(next))
    if (others.length === 0) return place.get(name) ?? 0
    return others.reduce((sum, next) => sum + (place.get(next) ?? 0), 0) / others.length
  }
  return [...row].sort((a, b) => key(a) - key(b))
}
