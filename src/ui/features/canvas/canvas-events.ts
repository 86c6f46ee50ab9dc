// What pointer and keys do on the canvas besides what React Flow does itself: lines, rectangles, menus, names.
import type { LabSession } from '../../lab/session.ts'
import type { DragSource } from '../../stores/building-store.ts'
import { isSameSelected } from '../../stores/selection-store.ts'
import { editAddress, handleAlignKey, isBuildKey } from './build-keys.ts'
import { editNote, takeNoteOut } from './edit-note.ts'
import type { CanvasNode } from './flow-nodes.ts'
import type { Point } from './geometry.ts'
import { watchLongPress } from './long-press.ts'
import { watchPress } from './press-drag.ts'
import { dismissPing } from './press.ts'
import { selectThings } from './select-things.ts'
import { selectedOf } from './selected.ts'
import { surfaceOf } from './surface.ts'

/** A press on a plus, a socket or a bus begins a line; with Shift, anywhere, a rectangle. */
export function onCanvasPress(session: LabSession, event: React.PointerEvent): void {
  const surface = surfaceOf(session)
  if (event.button !== 0 || !(event.target instanceof Element) || surface === undefined) return
  if (
    session.building.getState().isFixed ||
    event.target.closest('.react-flow__panel, .in-place, .command-strip') !== null
  )
    return
  const client = { x: event.clientX, y: event.clientY }
  if (event.pointerType === 'touch' && event.isPrimary) {
    const { target } = event
    watchLongPress(event, () => openMenuAt(session, target, client))
  }
  if (event.shiftKey) {
    // Neither the canvas nor a frame may move along.
    if (event.target.closest('.react-flow__pane, .react-flow__node') === null) return
    event.preventDefault()
    watchPress(session, { kind: 'band', from: surface.flow.screenToFlowPosition(client) }, { client })
    return
  }
  const isPlug = event.target.closest('[data-plug]') !== null
  const source = sourceOf(session, nodeOf(session, event.target), { isPlug, isMove: event.altKey })
  if (source === undefined) return
  if (isPlug) event.preventDefault()
  const ask = (): void => session.building.setState({ asking: { kind: 'connect', from: source } })
  watchPress(session, source, isPlug ? { client, onClick: ask } : { client })
}

/** The menu of what is under the pointer, or of what has the focus. */
export function onCanvasMenu(session: LabSession, event: React.MouseEvent): void {
  const surface = surfaceOf(session)
  if (!(event.target instanceof Element) || surface === undefined) return
  if (session.building.getState().isFixed || event.target.closest('input, .react-flow__panel, .command-strip') !== null)
    return
  event.preventDefault()
  openMenuAt(session, event.target, { x: event.clientX, y: event.clientY })
}

function openMenuAt(session: LabSession, element: Element, client: Point): void {
  openMenu(session, nodeOf(session, element), client, element.closest<HTMLElement>('.react-flow__node'))
}

/** A name is edited where it stands; a note as a whole. */
export function onCanvasDoubleClick(session: LabSession, event: React.MouseEvent): void {
  if (!(event.target instanceof Element) || session.building.getState().isFixed) return
  const node = nodeOf(session, event.target)
  if (node === undefined) return
  if (node.type === 'note') editNote(session, node.data.note)
  else if (editsAddress(session, node, event.target)) dismissPing(session)
  else if (
    event.target.closest('.frame-title__name, .socket__name, .bus__label') !== null &&
    node.data.target.kind !== 'machine'
  ) {
    dismissPing(session)
    session.building.setState({ renaming: node.data.target })
  }
}

/** A press on the address itself, which stands among those of its interface. */
function editsAddress({ building }: LabSession, node: CanvasNode, element: Element): boolean {
  const pressed = element.closest('.socket__address, .bus__address')
  if (pressed === null || (node.type !== 'socket' && node.type !== 'bus')) return false
  const all = [...(pressed.parentElement?.querySelectorAll('.socket__address, .bus__address') ?? [])]
  building.setState({ addressing: { device: node.data.link.device, index: all.indexOf(pressed) } })
  return true
}

/** Enter on an interface selects it, and once more edits its address; keys that line up move no frame by arrows. */
export function onCanvasKeyFirst(session: LabSession, event: React.KeyboardEvent): void {
  if (event.target instanceof Element && event.target.closest('.react-flow__node') === event.target) {
    if (!session.building.getState().isFixed && handleAlignKey(session, event)) {
      event.stopPropagation()
      return
    }
  }
  if (event.key !== 'Enter' || !(event.target instanceof HTMLElement) || session.building.getState().isFixed) return
  const node = event.target.closest('.react-flow__node') === event.target ? nodeOf(session, event.target) : undefined
  if (node?.type !== 'socket' && node?.type !== 'bus') return
  const chosen = selectedOf(session)
  if (chosen.length !== 1 || !isSameSelected(chosen[0], node.data.target)) return
  event.preventDefault()
  event.stopPropagation()
  editAddress(session)
}

/** Keys on what has the focus on the canvas; keys about what is selected work everywhere. */
export function onCanvasKey(session: LabSession, event: React.KeyboardEvent): void {
  if (event.key === 'Escape') {
    dismissPing(session)
    return
  }
  if (!(event.target instanceof HTMLElement) || session.building.getState().isFixed) return
  const node = event.target.closest('.react-flow__node') === event.target ? nodeOf(session, event.target) : undefined
  if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    event.preventDefault()
    const box = event.target.getBoundingClientRect()
    openMenu(session, node, { x: box.left + 16, y: box.top + Math.min(28, box.height) }, event.target)
    return
  }
  if (node !== undefined && node.type !== 'note' && isBuildKey(event)) {
    // These keys act on what is selected.
    const { target } = node.data
    if (!selectedOf(session).some((each) => isSameSelected(each, target))) selectThings(session, [target])
  }
  if (node?.type !== 'note') return
  if (event.key === 'F2' || event.key === 'Enter') {
    event.preventDefault()
    editNote(session, node.data.note)
  } else if (event.key === 'Delete' || event.key === 'Backspace') {
    event.preventDefault()
    takeNoteOut(session, node.data.note)
  }
}

function openMenu(session: LabSession, node: CanvasNode | undefined, client: Point, opener: HTMLElement | null): void {
  const at = surfaceOf(session)?.flow.screenToFlowPosition(client)
  const where = opener === null ? { client, at } : { client, at, opener }
  if (node?.type === 'note') {
    session.building.setState({ menu: { ...where, target: undefined, note: node.data.note } })
    return
  }
  const target = node?.data.target
  if (target !== undefined && !selectedOf(session).some((each) => isSameSelected(each, target))) {
    selectThings(session, [target])
  }
  session.building.setState({ menu: { ...where, target } })
}

function nodeOf(session: LabSession, element: Element): CanvasNode | undefined {
  const id = element.closest<HTMLElement>('.react-flow__node')?.dataset['id']
  return id === undefined ? undefined : surfaceOf(session)?.flow.getNode(id)
}

/** What a line from here would be drawn from; frames and notes are moved instead. */
function sourceOf(
  session: LabSession,
  node: CanvasNode | undefined,
  { isPlug, isMove }: { readonly isPlug: boolean; readonly isMove: boolean },
): DragSource | undefined {
  const topology = surfaceOf(session)?.topology
  if (node === undefined || topology === undefined) return undefined
  if (node.type === 'socket' || node.type === 'bus') {
    const { link } = node.data
    const namespace = topology.homeOf.get(link.device)?.namespace
    if (namespace === undefined || link.details.kind === 'lo') return undefined
    if (node.type === 'bus') return { kind: 'end', end: { namespace, bridge: link.name } }
    return { kind: 'device', device: { namespace, name: link.name }, id: link.device, isMove }
  }
  const target = isPlug ? node.data.target : undefined
  if (target?.kind !== 'namespace') return undefined
  const namespace = topology.machines
    .flatMap(({ root, nested }) => (root === undefined ? nested : [root, ...nested]))
    .find(({ netns }) => netns === target.netns)?.name
  return namespace === undefined ? undefined : { kind: 'end', end: { namespace } }
}
