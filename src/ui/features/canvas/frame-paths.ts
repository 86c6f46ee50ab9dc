// The way that a frame takes between two devices on the canvas: along their cable, through their bus, or across their namespace.
import { centreOf, pointOn } from './geometry.ts'
import type { Curve, Point } from './geometry.ts'
import type { CanvasLayout } from './layout.ts'
import type { Topology } from './topology.ts'

/** The point at a share t of the way. */
export type FramePath = (t: number) => Point

/** The way from one device to another; undefined when one of them has no picture. */
export function framePath(layout: CanvasLayout, topology: Topology, from: number, to: number): FramePath | undefined {
  const wire = layout.wires.find((each) => joins(each, from, to))
  if (wire !== undefined) return wire.from === from ? (t) => pointOn(wire.curve, t) : (t) => pointOn(wire.curve, 1 - t)
  const through = throughBus(layout, topology, from, to)
  if (through !== undefined) return through
  const [a, b] = [layout.deviceBox.get(from), layout.deviceBox.get(to)]
  if (a === undefined || b === undefined) return undefined
  return straight(centreOf(a.box), centreOf(b.box))
}

/** Two ports of one bridge: down one slot, along the bus, up the other. */
function throughBus(layout: CanvasLayout, topology: Topology, from: number, to: number): FramePath | undefined {
  const [a, b] = [topology.deviceById.get(from), topology.deviceById.get(to)]
  if (a === undefined || b === undefined || a.master === 0 || a.master !== b.master) return undefined
  const enter = layout.wires.find((wire) => wire.id === `port:${from}`)
  const leave = layout.wires.find((wire) => wire.id === `port:${to}`)
  if (enter === undefined || leave === undefined) return undefined
  return threeLegs(enter.curve, leave.curve)
}

function threeLegs(enter: Curve, leave: Curve): FramePath {
  const along = straight(pointOn(enter, 1), pointOn(leave, 1))
  return (t) => {
    if (t < 0.25) return pointOn(enter, t * 4)
    if (t < 0.75) return along((t - 0.25) * 2)
    return pointOn(leave, 1 - (t - 0.75) * 4)
  }
}

function straight(a: Point, b: Point): FramePath {
  return (t) => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t })
}

function joins(wire: CanvasLayout['wires'][number], from: number, to: number): boolean {
  return (wire.from === from && wire.to === to) || (wire.from === to && wire.to === from)
}
