// Where machines stand that nobody has placed: in rows below each other, each as near to its neighbours as it can be.
import { onGrid } from './geometry.ts'
import type { Point } from './geometry.ts'
import type { Frame } from './layout-frames.ts'
import type { Rows } from './rows.ts'

const COLUMN_GAP = 40
const ROW_GAP = 52

/** By machine, the machines at the other end of each of its lines. */
export type Neighbours = ReadonlyMap<string, readonly string[]>

/** Rows below each other; in a row each machine stands as near below its neighbours as its own neighbours allow. */
export function placeRows(
  rows: Rows,
  neighbours: Neighbours,
  framed: ReadonlyMap<string, Frame>,
): ReadonlyMap<string, Point> {
  const centres = new Map<string, number>()
  const widest = [...rows].sort((a, b) => rowWidth(b, framed) - rowWidth(a, framed))
  for (const row of widest) spreadRow(row, { framed, neighbours, centres })
  const corners = new Map<string, Point>()
  let y = 0
  for (const [index, row] of rows.entries()) {
    const frames = row.flatMap((name) => framed.get(name) ?? [])
    if (index > 0) y += Math.max(0, ...frames.map(({ overhang }) => overhang.top))
    for (const name of row) {
      const frame = framed.get(name)
      if (frame !== undefined)
        corners.set(name, { x: onGrid((centres.get(name) ?? 0) - frame.size.width / 2), y: onGrid(y) })
    }
    y += Math.max(0, ...frames.map(({ size, overhang }) => size.height + overhang.bottom)) + ROW_GAP
  }
  return corners
}

/** Between two machines that were not placed by hand, at least. */
const LEAST_GAP = 12

/**
 * Corners of a block's machines for frames whose sockets may have turned since these corners were found: the same ones, but for machines and
 * rows that have to give way. Those that were placed by hand take no room.
 */
export function withRoom(
  rows: Rows,
  corners: ReadonlyMap<string, Point>,
  framed: ReadonlyMap<string, Frame>,
  placed: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, Point> {
  const result = new Map<string, Point>()
  let floor = -Infinity
  for (const row of rows) {
    const standing = row.flatMap((name) => {
      const [corner, frame] = [corners.get(name), framed.get(name)]
      return corner === undefined || frame === undefined || placed.has(name) ? [] : [{ name, corner, frame }]
    })
    const down = Math.max(0, ...standing.map(({ corner, frame }) => floor + frame.overhang.top - corner.y))
    let edge = -Infinity
    for (const { name, corner, frame } of standing.sort((a, b) => a.corner.x - b.corner.x)) {
      const { size, overhang } = frame
      const place = { x: onGrid(Math.max(corner.x, edge + overhang.left)), y: onGrid(corner.y + down) }
      result.set(name, place)
      edge = place.x + size.width + overhang.right + LEAST_GAP
      floor = Math.max(floor, place.y + size.height + overhang.bottom + LEAST_GAP)
    }
  }
  return result
}

function outerWidth({ size, overhang }: Frame): number {
  return size.width + overhang.left + overhang.right
}

function rowWidth(row: readonly string[], framed: ReadonlyMap<string, Frame>): number {
  return row.reduce((sum, name) => sum + outerWidth(framed.get(name) ?? EMPTY_FRAME) + COLUMN_GAP, -COLUMN_GAP)
}

const EMPTY_FRAME: Frame = {
  size: { width: 0, height: 0 },
  namespaces: [],
  overhang: { top: 0, bottom: 0, left: 0, right: 0 },
}

/** Packs a row towards the centres of what is placed already, keeping its order and its gaps. */
function spreadRow(
  row: readonly string[],
  {
    framed,
    neighbours,
    centres,
  }: {
    readonly framed: ReadonlyMap<string, Frame>
    readonly neighbours: Neighbours
    readonly centres: Map<string, number>
  },
): void {
  const wanted = row.map((name) => wantedCentre(name, neighbours, centres))
  const placed: number[] = []
  let edge = -Infinity
  let shift = 0
  for (const [index, name] of row.entries()) {
    const frame = framed.get(name) ?? EMPTY_FRAME
    const half = outerWidth(frame) / 2
    const least = edge + half
    const centre = Math.max(wanted[index] ?? -Infinity, Number.isFinite(least) ? least : (wanted[index] ?? 0))
    placed.push(centre)
    edge = centre + half + COLUMN_GAP
    shift += (wanted[index] ?? centre) - centre
  }
  for (const [index, name] of row.entries()) {
    const { overhang } = framed.get(name) ?? EMPTY_FRAME
    centres.set(name, (placed[index] ?? 0) + shift / row.length + (overhang.left - overhang.right) / 2)
  }
}

function wantedCentre(name: string, neighbours: Neighbours, centres: ReadonlyMap<string, number>): number | undefined {
  const near = (neighbours.get(name) ?? []).flatMap((other) => centres.get(other) ?? [])
  return near.length === 0 ? undefined : near.reduce((sum, x) => sum + x, 0) / near.length
}
