// The deterministic picture of a topology: where every machine, namespace, device and line stands. Equal networks give equal pictures.
import { around } from './geometry.ts'
import type { Box } from './geometry.ts'
import type { Frame, FramedNamespace, Positions } from './layout-frames.ts'
import { planOf } from './layout-plan.ts'
import { deviceBoxes, drawWires } from './layout-wires.ts'
import type { DrawnWire, PlacedBox } from './layout-wires.ts'
import type { MachineNode, Topology } from './topology.ts'

export interface PlacedMachine {
  readonly machine: MachineNode
  /** The frame, on the canvas; sockets reach beyond it. */
  readonly box: Box
  /** None of a machine that is folded to its title. */
  readonly namespaces: readonly FramedNamespace[]
  readonly isFolded: boolean
}

export interface CanvasLayout {
  readonly machines: readonly PlacedMachine[]
  readonly wires: readonly DrawnWire[]
  /** Each drawn device's box on the canvas, and its edge. */
  readonly deviceBox: ReadonlyMap<number, PlacedBox>
}

/** A frame, of a machine or in one, with the sockets of some namespaces in it: those on its edges reach beyond it. */
export function withSockets({ deviceBox }: CanvasLayout, frame: Box, namespaces: readonly FramedNamespace[]): Box {
  const devices = namespaces.flatMap(({ placed }) => placed.chips.map(({ device }) => device))
  return around([frame, ...devices.flatMap((device) => deviceBox.get(device)?.box ?? [])])
}

const NO_POSITIONS: Positions = new Map()
const NONE: ReadonlySet<string> = new Set()

/**
 * Lays out everything; chosen positions win over computed ones, and folded machines are no more than their titles.
 * `moving` are those of a drag under way: they move frames and lines, and turn no socket. What is as it was in the
 * layout before (of the same topology and positions) is the same object.
 */
export function layoutCanvas(
  topology: Topology,
  positions: Positions = NO_POSITIONS,
  folded: ReadonlySet<string> = NONE,
  moving: Positions = NO_POSITIONS,
): CanvasLayout {
  const plan = planOf(topology, positions)
  const chosen = moving.size === 0 ? positions : new Map([...positions, ...moving])
  const machineByName = new Map(topology.machines.map((machine) => [machine.name, machine]))
  const ordered = plan.order.flatMap((name) => machineByName.get(name) ?? [])
  const framed = new Map(
    ordered.map((machine) => [machine.name, plan.frameOf(machine, folded.has(machine.name), chosen)]),
  )
  const corners = plan.cornersOf(folded, chosen)
  const machines = ordered.flatMap((machine) => {
    const frame = framed.get(machine.name)
    if (frame === undefined) return []
    const corner = chosen.get(machine.name) ?? corners.get(machine.name) ?? { x: 0, y: 0 }
    const box = { x: corner.x, y: corner.y, ...frame.size }
    return [keptPlace(frame, { machine, box, namespaces: frame.namespaces, isFolded: folded.has(machine.name) })]
  })
  const deviceBox = deviceBoxes(machines, plan)
  return { machines, deviceBox, wires: drawWires(topology, deviceBox, folded) }
}

const PLACED = new WeakMap<Frame, PlacedMachine>()

/** A frame belongs to one machine, and stands in one place at a time. */
function keptPlace(frame: Frame, placed: PlacedMachine): PlacedMachine {
  const before = PLACED.get(frame)
  if (before?.machine === placed.machine && before.box.x === placed.box.x && before.box.y === placed.box.y)
    return before
  PLACED.set(frame, placed)
  return placed
}
