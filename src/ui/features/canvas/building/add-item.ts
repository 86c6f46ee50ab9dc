// Adding a thing of the palette without a pointer: into what is selected, or where there is room.
import { t } from '../../../../i18n/i18n.ts'
import { performGesture } from '../../../lab/editing.ts'
import type { LabSession } from '../../../lab/session.ts'
import type { DropTarget, PaletteItem } from '../../../stores/building-store.ts'
import type { Selected } from '../../../stores/selection-store.ts'
import { overlap } from '../geometry.ts'
import type { Box, Point } from '../geometry.ts'
import type { CanvasLayout } from '../layout.ts'
import { boxOf } from '../hit.ts'
import { surfaceOf } from '../surface.ts'
import type { Surface } from '../surface.ts'
import type { Topology } from '../topology.ts'
import { namespacesOf } from '../topology.ts'
import { dropOf } from './drop.ts'

/** Adds a thing; says what has to be selected first where it is not plain. */
export async function addItem(session: LabSession, item: PaletteItem): Promise<void> {
  const surface = surfaceOf(session)
  if (surface === undefined) return
  const { layout, topology } = surface
  const { selected } = session.selection.getState()
  const target = targetOf(item, selected, topology)
  const place = item === 'note' ? (besideAll(surface) ?? inView(surface)) : placeOf(session, layout)
  const drop = dropOf({ kind: 'item', item }, target, place, topology)
  if (drop.kind === 'gesture') {
    if (await performGesture(session, drop.gesture)) revealSelected(session)
  } else if (drop.kind === 'ask') session.building.setState({ asking: drop.asking })
  else if (drop.kind === 'flaw') {
    session.messages.getState().show({ severity: 'info', title: t(`building.select_${item as 'container'}`) })
  }
}

/** What is selected, or the only thing that could be meant. */
function targetOf(item: PaletteItem, selected: Selected | undefined, topology: Topology): DropTarget {
  const chosen = selected === undefined ? undefined : targetOfSelected(selected, topology)
  if (chosen !== undefined) return chosen
  const [machine, second] = topology.machines
  const only = second === undefined ? machine : undefined
  if (item === 'vm') return onlyBridge(topology) ?? { kind: 'canvas' }
  const root = only?.root ?? only?.nested[0]
  if (only === undefined || root === undefined) return { kind: 'canvas' }
  return { kind: 'namespace', namespace: root.name, machine: only.name }
}

/** The target that a selected thing is. */
export function targetOfSelected(
  selected: Selected,
  { machines, deviceById, homeOf }: Topology,
): DropTarget | undefined {
  if (selected.kind === 'device') {
    const [link, home] = [deviceById.get(selected.device), homeOf.get(selected.device)]
    if (link === undefined || home === undefined) return undefined
    const device = { namespace: home.namespace, name: link.name }
    const kind = link.details.kind === 'bridge' ? 'bridge' : 'device'
    return { kind, device, id: selected.device, machine: home.machine }
  }
  for (const machine of machines) {
    const namespace =
      selected.kind === 'machine'
        ? machine.name === selected.name
          ? (machine.root ?? machine.nested[0])
          : undefined
        : namespacesOf(machine).find(({ netns }) => netns === selected.netns)
    if (namespace !== undefined) return { kind: 'namespace', namespace: namespace.name, machine: machine.name }
  }
  return undefined
}

function onlyBridge(topology: Topology): DropTarget | undefined {
  const bridges = [...topology.deviceById.values()].filter(({ details }) => details.kind === 'bridge')
  const [bridge, second] = bridges
  if (bridge === undefined || second !== undefined) return undefined
  return targetOfSelected({ kind: 'device', device: bridge.device }, topology)
}

/** As long as nobody has placed anything, the picture keeps its own order, which knows what hangs on what. */
function placeOf({ lab }: LabSession, layout: CanvasLayout): Point | undefined {
  return lab.getState().positions.size === 0 ? undefined : freePlace(layout)
}

const ROOM = { width: 176, height: 96 }
const GAP = 40
/** Around a machine: sockets and the cables between two of them have to fit in. */
const AROUND = { x: 160, y: 80 }
const WIDEST = 900

/** A place for one more machine: the first free one, row by row; undefined where nothing is yet. */
export function freePlace({ machines }: Pick<CanvasLayout, 'machines'>): Point | undefined {
  const boxes = machines.map(({ box }) => box)
  if (boxes.length === 0) return undefined
  const left = Math.min(...boxes.map(({ x }) => x))
  const top = Math.min(...boxes.map(({ y }) => y))
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height))
  const right = Math.max(left + WIDEST, ...boxes.map(({ x, width }) => x + width))
  const [width, height] = [ROOM.width + AROUND.x * 2, ROOM.height + AROUND.y * 2]
  for (let y = top; y <= bottom + GAP; y += GAP) {
    for (let x = left; x <= right; x += GAP) {
      const place: Box = { x: x - AROUND.x, y: y - AROUND.y, width, height }
      if (!boxes.some((box) => overlap(box, place))) return { x, y }
    }
  }
  return { x: left, y: bottom + AROUND.y }
}

/** Where one looks first on an empty canvas. */
function inView({ element, flow }: Surface): Point {
  const { left, top, width, height } = element.getBoundingClientRect()
  const { x, y } = flow.screenToFlowPosition({ x: left + width / 4, y: top + height / 4 })
  return { x: Math.round(x / GAP) * GAP, y: Math.round(y / GAP) * GAP }
}

const NOTE_ROOM = { width: 216, height: 80 }

/** A place for a note that is in sight and covers nothing; undefined where there is none. */
function besideAll({ element, flow, layout }: Surface): Point | undefined {
  const view = element.getBoundingClientRect()
  const from = flow.screenToFlowPosition({ x: view.left + 8, y: view.top + 48 })
  const to = flow.screenToFlowPosition({ x: view.right - 8, y: view.bottom - 48 })
  const taken = [...layout.machines.map(({ box }) => box), ...[...layout.deviceBox.values()].map(({ box }) => box)]
  for (let y = from.y; y + NOTE_ROOM.height <= to.y; y += GAP / 2) {
    for (let x = from.x; x + NOTE_ROOM.width <= to.x; x += GAP / 2) {
      if (!taken.some((box) => overlap(box, { x, y, ...NOTE_ROOM }))) return { x: Math.round(x), y: Math.round(y) }
    }
  }
  return undefined
}

/** Shows everything when what is selected lies out of sight, as what was just made may. Then goes on. */
export function revealSelected(session: LabSession, goOn: () => void = () => undefined): void {
  // The new picture is drawn first.
  requestAnimationFrame(() => {
    const surface = surfaceOf(session)
    const { selected } = session.selection.getState()
    const target =
      selected === undefined || surface === undefined ? undefined : targetOfSelected(selected, surface.topology)
    const box = target === undefined || surface === undefined ? undefined : boxOf(surface.layout, target)
    if (surface === undefined || box === undefined) {
      goOn()
      return
    }
    const view = surface.element.getBoundingClientRect()
    const from = surface.flow.flowToScreenPosition(box)
    const to = surface.flow.flowToScreenPosition({ x: box.x + box.width, y: box.y + box.height })
    const isSeen = from.x >= view.left && from.y >= view.top && to.x <= view.right && to.y <= view.bottom
    if (!isSeen) void surface.flow.fitView({ padding: 0.1, maxZoom: 1.25 })
    goOn()
  })
}
