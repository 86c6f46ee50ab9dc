// What lies under a point of the canvas: the smallest thing first.
import type { DropTarget } from '../../stores/building-store.ts'
import type { Box, Point } from './geometry.ts'
import type { CanvasLayout } from './layout.ts'
import type { Topology } from './topology.ts'

/** How near a pointer must come to a bus or a socket for the line to snap to it. */
const BUS_REACH = 10
const SOCKET_REACH = 3

/** What lies under a point; a frame that is being moved itself is looked through. */
export function targetAt(layout: CanvasLayout, topology: Topology, point: Point, movedFrame?: string): DropTarget {
  return deviceAt(layout, topology, point) ?? namespaceAt(layout, point, movedFrame) ?? { kind: 'canvas' }
}

/** The box of what a target names, on the canvas; undefined for the canvas itself. */
export function boxOf(layout: CanvasLayout, target: DropTarget): Box | undefined {
  if (target.kind === 'canvas') return undefined
  if (target.kind !== 'namespace') return layout.deviceBox.get(target.id)?.box
  const machine = layout.machines.find((placed) => placed.machine.name === target.machine)
  const framed = machine?.namespaces.find(({ placed }) => placed.name === target.namespace)
  if (machine === undefined || framed === undefined || framed.isRoot) return machine?.box
  return within(machine.box, framed.box)
}

/** Every namespace and every bridge that is drawn: what a line can be drawn to. */
export function allTargets(layout: CanvasLayout, topology: Topology): readonly DropTarget[] {
  return layout.machines.flatMap(({ machine, namespaces }) => [
    ...namespaces.map(({ placed }): DropTarget => {
      return { kind: 'namespace', namespace: placed.name, machine: machine.name }
    }),
    ...namespaces.flatMap(({ placed }) =>
      placed.buses.flatMap(({ device }) => deviceTarget(device, topology, true) ?? []),
    ),
  ])
}

/** The frame under a point, without the devices on it. */
export function namespaceAt(layout: CanvasLayout, point: Point, movedFrame?: string): DropTarget | undefined {
  // What is drawn last lies on top.
  for (const { machine, box, namespaces } of layout.machines.toReversed()) {
    if (!contains(box, point) || machine.name === movedFrame) continue
    const nested = namespaces.find((framed) => {
      return !framed.isRoot && framed.placed.name !== movedFrame && contains(within(box, framed.box), point)
    })
    const namespace = nested?.placed.name ?? machine.root?.name
    if (namespace !== undefined) return { kind: 'namespace', namespace, machine: machine.name }
  }
  return undefined
}

function deviceAt({ deviceBox }: CanvasLayout, topology: Topology, point: Point): DropTarget | undefined {
  let found: DropTarget | undefined
  for (const [device, { box, isBus }] of deviceBox) {
    if (!contains(box, point, isBus ? BUS_REACH : SOCKET_REACH)) continue
    if (isBus) return deviceTarget(device, topology, true)
    found ??= deviceTarget(device, topology, false)
  }
  return found
}

function deviceTarget(id: number, { deviceById, homeOf }: Topology, isBus: boolean): DropTarget | undefined {
  const [link, home] = [deviceById.get(id), homeOf.get(id)]
  if (link === undefined || home === undefined) return undefined
  const device = { namespace: home.namespace, name: link.name }
  return { kind: isBus ? 'bridge' : 'device', device, id, machine: home.machine }
}

function within(machine: Box, inner: Box): Box {
  return { ...inner, x: machine.x + inner.x, y: machine.y + inner.y }
}

export function contains({ x, y, width, height }: Box, point: Point, reach = 0): boolean {
  if (width === 0) return false
  return point.x >= x - reach && point.x <= x + width + reach && point.y >= y - reach && point.y <= y + height + reach
}
