// The deterministic picture of a topology: where every machine, namespace, device and line stands. Equal networks give equal pictures.
import { FRAME_PADDING, TITLE_HEIGHT, curveBetween, onGrid, plugOf, titleWidth } from './geometry.ts'
import type { Box, Curve, Point, Side } from './geometry.ts'
import { headingsOf } from './headings.ts'
import { layoutNamespace } from './namespace-layout.ts'
import type { Heading, PlacedNamespace } from './namespace-layout.ts'
import { rowsOf } from './rows.ts'
import type { Rows } from './rows.ts'
import { namespacesOf } from './topology.ts'
import type { MachineNode, NamespaceNode, Topology, Wire, WireKind } from './topology.ts'

export interface FramedNamespace {
  readonly placed: PlacedNamespace
  /** Relative to the machine's frame. */
  readonly box: Box
  readonly isRoot: boolean
}

export interface PlacedMachine {
  readonly machine: MachineNode
  /** The frame, on the canvas; sockets reach beyond it. */
  readonly box: Box
  /** None of a machine that is folded to its title. */
  readonly namespaces: readonly FramedNamespace[]
  readonly isFolded: boolean
}

export interface DrawnWire {
  readonly id: string
  readonly kind: WireKind
  readonly from: number
  readonly to: number
  readonly curve: Curve
}

export interface CanvasLayout {
  readonly machines: readonly PlacedMachine[]
  readonly wires: readonly DrawnWire[]
  /** Each drawn device's box on the canvas, and its edge. */
  readonly deviceBox: ReadonlyMap<number, { readonly box: Box; readonly side: Side; readonly isBus: boolean }>
}

/** Positions that the author or the reader has chosen: of machines on the canvas, of nested namespaces in their machine. */
export type Positions = ReadonlyMap<string, Point>

const COLUMN_GAP = 40
const ROW_GAP = 52
const NESTED_GAP = 32

/** Lays out everything; chosen positions win over computed ones, and folded machines are no more than their titles. */
export function layoutCanvas(
  topology: Topology,
  positions: Positions = new Map(),
  folded: ReadonlySet<string> = new Set(),
): CanvasLayout {
  const plan = planOf(topology)
  const machineByName = new Map(topology.machines.map((machine) => [machine.name, machine]))
  const framed = new Map(
    topology.machines.map((machine) => [
      machine.name,
      folded.has(machine.name) ? foldedFrame(machine) : frameMachine(machine, plan, positions),
    ]),
  )
  const corners = placeRows(plan, framed)
  const machines = plan.rows.flat().flatMap((name) => {
    const machine = machineByName.get(name)
    const frame = framed.get(name)
    if (machine === undefined || frame === undefined) return []
    const corner = positions.get(name) ?? corners.get(name) ?? { x: 0, y: 0 }
    return [{ machine, box: { ...corner, ...frame.size }, namespaces: frame.namespaces, isFolded: folded.has(name) }]
  })
  const deviceBox = deviceBoxes(machines, plan)
  const isInFold = ({ from, to }: Wire): boolean => {
    const [a, b] = [topology.homeOf.get(from)?.machine, topology.homeOf.get(to)?.machine]
    return a !== undefined && a === b && folded.has(a)
  }
  const wires = topology.wires.flatMap((wire) => (isInFold(wire) ? [] : drawWire(wire, deviceBox)))
  return { machines, deviceBox, wires }
}

/** What follows from the topology alone, so that it is worked out once while things are dragged about. */
interface LayoutPlan {
  readonly rows: Rows
  readonly headingOf: (device: number) => Heading
  /** By machine, the machines at the other end of each of its lines. */
  readonly neighbours: ReadonlyMap<string, readonly string[]>
  /** By namespace, its frame at least so wide. */
  readonly frames: Map<NamespaceNode, Map<number, PlacedNamespace>>
}

const PLANS = new WeakMap<Topology, LayoutPlan>()

function planOf(topology: Topology): LayoutPlan {
  const known = PLANS.get(topology)
  if (known !== undefined) return known
  const rows = rowsOf(topology)
  const headings = headingsOf(topology, rows)
  const neighbours = new Map<string, string[]>(topology.machines.map(({ name }) => [name, []]))
  for (const { from, to } of topology.wires) {
    const [a, b] = [topology.homeOf.get(from)?.machine, topology.homeOf.get(to)?.machine]
    if (a === undefined || b === undefined || a === b) continue
    neighbours.get(a)?.push(b)
    neighbours.get(b)?.push(a)
  }
  const headingOf = (device: number): Heading => headings.get(device) ?? { side: 'inner', order: 0 }
  const plan = { rows, headingOf, neighbours, frames: new Map() }
  PLANS.set(topology, plan)
  return plan
}

function frameOf({ frames, headingOf }: LayoutPlan, namespace: NamespaceNode, minWidth = 0): PlacedNamespace {
  const known = frames.get(namespace)?.get(minWidth)
  if (known !== undefined) return known
  const placed = layoutNamespace(namespace, headingOf, minWidth)
  frames.set(namespace, new Map([...(frames.get(namespace) ?? []), [minWidth, placed]]))
  return placed
}

function foldedFrame({ name }: MachineNode): Frame {
  // Beside the name stands how much is inside.
  const size = { width: onGrid(titleWidth(name) + 24), height: TITLE_HEIGHT }
  return { size, namespaces: [], overhang: { top: 0, bottom: 0, left: 0, right: 0 } }
}

interface Frame {
  readonly size: { readonly width: number; readonly height: number }
  readonly namespaces: readonly FramedNamespace[]
  readonly overhang: PlacedNamespace['overhang']
}

function frameMachine(machine: MachineNode, plan: LayoutPlan, positions: Positions): Frame {
  const nested = machine.nested.map((namespace) => frameOf(plan, namespace))
  const rootAlone = machine.root === undefined ? undefined : frameOf(plan, machine.root)
  if (nested.length === 0 && rootAlone !== undefined) {
    const box = { x: 0, y: 0, ...rootAlone.size }
    return {
      size: rootAlone.size,
      namespaces: [{ placed: rootAlone, box, isRoot: true }],
      overhang: rootAlone.overhang,
    }
  }
  const rootHeight =
    rootAlone === undefined ? TITLE_HEIGHT + 8 : rootAlone.size.height + rootAlone.overhang.bottom + NESTED_GAP
  const top = rootHeight + Math.max(0, ...nested.map(({ overhang }) => overhang.top))
  const boxes = placeNested(nested, { top, minWidth: rootAlone?.size.width ?? titleWidth(machine.name), positions })
  const right = Math.max(...boxes.map((box, index) => box.x + box.width + (nested[index]?.overhang.right ?? 0)))
  const bottom = Math.max(...boxes.map((box, index) => box.y + box.height + (nested[index]?.overhang.bottom ?? 0)))
  const width = onGrid(Math.max(right + FRAME_PADDING, rootAlone?.size.width ?? titleWidth(machine.name)))
  const root = machine.root === undefined ? undefined : frameOf(plan, machine.root, width)
  const rootFrame =
    root === undefined ? [] : [{ placed: root, box: { x: 0, y: 0, width, height: root.size.height }, isRoot: true }]
  const nestedFrames = nested.flatMap((placed, index) => {
    const box = boxes[index]
    return box === undefined ? [] : [{ placed, box, isRoot: false }]
  })
  const overhang = { ...(root?.overhang ?? { top: 0, left: 0, right: 0 }), bottom: 0 }
  return {
    size: { width, height: onGrid(bottom + FRAME_PADDING) },
    namespaces: [...rootFrame, ...nestedFrames],
    overhang,
  }
}

function placeNested(
  nested: readonly PlacedNamespace[],
  { top, minWidth, positions }: { readonly top: number; readonly minWidth: number; readonly positions: Positions },
): readonly Box[] {
  const total = nested.reduce(
    (sum, { size, overhang }) => sum + size.width + overhang.left + overhang.right + COLUMN_GAP / 2,
    -COLUMN_GAP / 2,
  )
  let x = Math.max(FRAME_PADDING, (minWidth - total) / 2)
  return nested.map(({ name, size, overhang }) => {
    const corner = positions.get(name) ?? { x: onGrid(x + overhang.left), y: onGrid(top) }
    x += size.width + overhang.left + overhang.right + COLUMN_GAP / 2
    return { x: Math.max(corner.x, FRAME_PADDING / 2), y: Math.max(corner.y, TITLE_HEIGHT), ...size }
  })
}

/** Rows below each other; in a row each machine stands as near below its neighbours as its own neighbours allow. */
function placeRows(plan: LayoutPlan, framed: ReadonlyMap<string, Frame>): ReadonlyMap<string, Point> {
  const { rows } = plan
  const centres = new Map<string, number>()
  const widest = [...rows].sort((a, b) => rowWidth(b, framed) - rowWidth(a, framed))
  for (const row of widest) spreadRow(row, { framed, plan, centres })
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
    plan,
    centres,
  }: {
    readonly framed: ReadonlyMap<string, Frame>
    readonly plan: LayoutPlan
    readonly centres: Map<string, number>
  },
): void {
  const wanted = row.map((name) => wantedCentre(name, plan, centres))
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

function wantedCentre(
  name: string,
  { neighbours }: LayoutPlan,
  centres: ReadonlyMap<string, number>,
): number | undefined {
  const near = (neighbours.get(name) ?? []).flatMap((other) => centres.get(other) ?? [])
  return near.length === 0 ? undefined : near.reduce((sum, x) => sum + x, 0) / near.length
}

function deviceBoxes(machines: readonly PlacedMachine[], plan: LayoutPlan): CanvasLayout['deviceBox'] {
  const boxes = new Map<number, { box: Box; side: Side; isBus: boolean }>()
  for (const { machine, box: machineBox, namespaces, isFolded } of machines) {
    if (isFolded) for (const [device, placed] of foldedBoxes(machine, machineBox, plan)) boxes.set(device, placed)
    for (const { placed, box: frame } of namespaces) {
      const [left, top] = [machineBox.x + frame.x, machineBox.y + frame.y]
      const add =
        (isBus: boolean) =>
        ({ device, box, side }: PlacedNamespace['chips'][number]): void => {
          boxes.set(device, { box: { ...box, x: box.x + left, y: box.y + top }, side, isBus })
        }
      placed.chips.forEach(add(false))
      placed.buses.forEach(add(true))
    }
  }
  return boxes
}

/** Lines to what is folded away end at the frame's edge, side by side. */
function foldedBoxes(
  machine: MachineNode,
  box: Box,
  { headingOf }: LayoutPlan,
): readonly (readonly [number, Placed])[] {
  const devices = namespacesOf(machine).flatMap((namespace) => [...namespace.bridges, ...namespace.devices])
  const headings = devices.map(({ device }) => ({ device, ...headingOf(device) }))
  return headings.map(({ device, side }) => {
    const onEdge = headings.filter((heading) => heading.side === side).sort((a, b) => a.order - b.order)
    const share = (onEdge.findIndex((heading) => heading.device === device) + 1) / (onEdge.length + 1)
    const x = side === 'left' ? box.x : side === 'right' ? box.x + box.width : box.x + box.width * share
    const y = side === 'top' ? box.y : side === 'bottom' ? box.y + box.height : box.y + box.height / 2
    return [device, { box: { x, y, width: 0, height: 0 }, side, isBus: false }]
  })
}

function drawWire(wire: Wire, deviceBox: CanvasLayout['deviceBox']): readonly DrawnWire[] {
  const [from, to] = [deviceBox.get(wire.from), deviceBox.get(wire.to)]
  if (from === undefined || to === undefined) return []
  return [{ ...wire, curve: curveOf(wire.kind, from, to) }]
}

type Placed = { readonly box: Box; readonly side: Side; readonly isBus: boolean }

function curveOf(kind: WireKind, from: Placed, to: Placed): Curve {
  if (kind === 'port') return portCurve(from, to)
  if (kind === 'parent') return parentCurve(from, to)
  if (from.side === 'inner' && to.side === 'inner') {
    // Both ends in one namespace: the cable hangs below its sockets.
    return curveBetween(plugOf(from.box, 'bottom'), 'bottom', plugOf(to.box, 'bottom'), 'bottom')
  }
  const side = (end: Placed): Side => (end.side === 'inner' ? 'bottom' : end.side)
  return curveBetween(plugOf(from.box, side(from)), side(from), plugOf(to.box, side(to)), side(to))
}

/** Straight down or up from the socket into the bus; from a socket at the side to the bus's end. */
function portCurve(port: Placed, bus: Placed): Curve {
  if (port.side === 'left') return curveBetween(plugOf(port.box, 'right'), 'right', plugOf(bus.box, 'left'), 'left')
  if (port.side === 'right') return curveBetween(plugOf(port.box, 'left'), 'left', plugOf(bus.box, 'right'), 'right')
  const above = port.box.y + port.box.height / 2 < bus.box.y
  const x = Math.min(Math.max(port.box.x + port.box.width / 2, bus.box.x + 8), bus.box.x + bus.box.width - 8)
  const start = plugOf(port.box, above ? 'bottom' : 'top')
  const end = { x, y: above ? bus.box.y : bus.box.y + bus.box.height }
  return [start, { x: start.x, y: (start.y + end.y) / 2 }, { x: end.x, y: (start.y + end.y) / 2 }, end]
}

/** From the child's tab to the nearest edge of its parent. */
function parentCurve(child: Placed, parent: Placed): Curve {
  const isBelow = child.box.y >= parent.box.y + parent.box.height
  const isAbove = child.box.y + child.box.height <= parent.box.y
  const toSide: Side = isBelow ? 'bottom' : isAbove ? 'top' : child.box.x > parent.box.x ? 'right' : 'left'
  const fromSide: Side = isBelow ? 'top' : isAbove ? 'bottom' : child.box.x > parent.box.x ? 'left' : 'right'
  return curveBetween(plugOf(child.box, fromSide), fromSide, plugOf(parent.box, toSide), toSide)
}
