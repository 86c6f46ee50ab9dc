// Where each device lies on the canvas, and the lines between them. What nothing has moved is the same object as before.
import { curveBetween, plugOf } from './geometry.ts'
import type { Box, Curve, Side } from './geometry.ts'
import type { StandingMachine } from './headings.ts'
import { hiddenIn } from './layout-plan.ts'
import type { LayoutPlan } from './layout-plan.ts'
import type { MachineNode, Topology, Wire, WireKind } from './topology.ts'

export interface DrawnWire {
  readonly id: string
  readonly kind: WireKind
  readonly from: number
  readonly to: number
  readonly curve: Curve
}

/** A device's box on the canvas, and its edge. */
export interface PlacedBox {
  readonly box: Box
  readonly side: Side
  readonly isBus: boolean
}

type Standing = StandingMachine & { readonly isFolded: boolean }

type Boxes = readonly (readonly [number, PlacedBox])[]

const BOXES = new WeakMap<Standing, Boxes>()

/** The boxes of everything that is drawn of the machines. */
export function deviceBoxes(machines: readonly Standing[], plan: LayoutPlan): ReadonlyMap<number, PlacedBox> {
  const all = new Map<number, PlacedBox>()
  for (const machine of machines) {
    const boxes = BOXES.get(machine) ?? boxesOf(machine, plan)
    BOXES.set(machine, boxes)
    for (const [device, placed] of boxes) all.set(device, placed)
  }
  return all
}

function boxesOf({ machine, box: outer, namespaces, isFolded }: Standing, plan: LayoutPlan): Boxes {
  if (isFolded) return foldedBoxes(machine, outer, plan)
  return namespaces.flatMap(({ placed, box: frame }) => {
    const [left, top] = [outer.x + frame.x, outer.y + frame.y]
    const at =
      (isBus: boolean) =>
      ({ device, box, side }: (typeof placed.chips)[number]): readonly [number, PlacedBox] => [
        device,
        { box: { ...box, x: box.x + left, y: box.y + top }, side, isBus },
      ]
    return [...placed.chips.map(at(false)), ...placed.buses.map(at(true))]
  })
}

/** Lines to what is folded away end at the frame's edge, side by side. */
function foldedBoxes(machine: MachineNode, box: Box, { headingOf }: LayoutPlan): Boxes {
  const headings = hiddenIn(machine).map((device) => ({ device, ...headingOf(device) }))
  return headings.map(({ device, side }) => {
    const onEdge = headings.filter((heading) => heading.side === side).sort((a, b) => a.order - b.order)
    const share = (onEdge.findIndex((heading) => heading.device === device) + 1) / (onEdge.length + 1)
    const x = side === 'left' ? box.x : side === 'right' ? box.x + box.width : box.x + box.width * share
    const y = side === 'top' ? box.y : side === 'bottom' ? box.y + box.height : box.y + box.height / 2
    return [device, { box: { x, y, width: 0, height: 0 }, side, isBus: false }]
  })
}

const DRAWN = new WeakMap<Wire, { readonly from: PlacedBox; readonly to: PlacedBox; readonly drawn: DrawnWire }>()

/** The lines, without those inside a folded machine. */
export function drawWires(
  { wires, homeOf }: Topology,
  deviceBox: ReadonlyMap<number, PlacedBox>,
  folded: ReadonlySet<string>,
): readonly DrawnWire[] {
  const isInFold = ({ from, to }: Wire): boolean => {
    const [a, b] = [homeOf.get(from)?.machine, homeOf.get(to)?.machine]
    return a !== undefined && a === b && folded.has(a)
  }
  return wires.flatMap((wire) => (folded.size > 0 && isInFold(wire) ? [] : drawWire(wire, deviceBox)))
}

function drawWire(wire: Wire, deviceBox: ReadonlyMap<number, PlacedBox>): readonly DrawnWire[] {
  const [from, to] = [deviceBox.get(wire.from), deviceBox.get(wire.to)]
  if (from === undefined || to === undefined) return []
  const known = DRAWN.get(wire)
  if (known?.from === from && known.to === to) return [known.drawn]
  const drawn = { ...wire, curve: curveOf(wire.kind, from, to) }
  DRAWN.set(wire, { from, to, drawn })
  return [drawn]
}

function curveOf(kind: WireKind, from: PlacedBox, to: PlacedBox): Curve {
  if (kind === 'port') return portCurve(from, to)
  if (kind === 'parent') return parentCurve(from, to)
  if (from.side === 'inner' && to.side === 'inner') {
    // Both ends in one namespace: the cable hangs below its sockets.
    return curveBetween(plugOf(from.box, 'bottom'), 'bottom', plugOf(to.box, 'bottom'), 'bottom')
  }
  const side = (end: PlacedBox): Side => (end.side === 'inner' ? 'bottom' : end.side)
  return curveBetween(plugOf(from.box, side(from)), side(from), plugOf(to.box, side(to)), side(to))
}

/** Straight down or up from the socket into the bus; from a socket at the side to the bus's end. */
function portCurve(port: PlacedBox, bus: PlacedBox): Curve {
  if (port.side === 'left') return curveBetween(plugOf(port.box, 'right'), 'right', plugOf(bus.box, 'left'), 'left')
  if (port.side === 'right') return curveBetween(plugOf(port.box, 'left'), 'left', plugOf(bus.box, 'right'), 'right')
  const above = port.box.y + port.box.height / 2 < bus.box.y
  const x = Math.min(Math.max(port.box.x + port.box.width / 2, bus.box.x + 8), bus.box.x + bus.box.width - 8)
  const start = plugOf(port.box, above ? 'bottom' : 'top')
  const end = { x, y: above ? bus.box.y : bus.box.y + bus.box.height }
  return [start, { x: start.x, y: (start.y + end.y) / 2 }, { x: end.x, y: (start.y + end.y) / 2 }, end]
}

/** From the child's tab to the nearest edge of its parent. */
function parentCurve(child: PlacedBox, parent: PlacedBox): Curve {
  const isBelow = child.box.y >= parent.box.y + parent.box.height
  const isAbove = child.box.y + child.box.height <= parent.box.y
  const toSide: Side = isBelow ? 'bottom' : isAbove ? 'top' : child.box.x > parent.box.x ? 'right' : 'left'
  const fromSide: Side = isBelow ? 'top' : isAbove ? 'bottom' : child.box.x > parent.box.x ? 'left' : 'right'
  return curveBetween(plugOf(child.box, fromSide), fromSide, plugOf(parent.box, toSide), toSide)
}
