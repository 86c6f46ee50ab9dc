// Keys of a row that canvas and pointer have other ways for: a note's own, and moving what the row stands for on the canvas.
import type { LabSession } from '../../lab/session.ts'
import { editNote, noteOnCanvas, takeNoteOut } from '../canvas/edit-note.ts'
import type { Point } from '../canvas/geometry.ts'
import type { Note } from '../canvas/notes.ts'
import { surfaceOf } from '../canvas/surface.ts'
import type { TreeRow } from './tree-rows.ts'

/** Enter and F2 edit a note, Delete takes it out. Tells whether it was one of these. */
export function handleNoteKey(session: LabSession, note: Note, event: React.KeyboardEvent): boolean {
  const isEdit = event.key === 'Enter' || event.key === 'F2'
  const isDelete = event.key === 'Delete' || event.key === 'Backspace'
  if ((!isEdit && !isDelete) || event.ctrlKey || event.metaKey || event.altKey) return false
  event.preventDefault()
  if (isEdit) editNote(session, noteOnCanvas(session, note))
  else takeNoteOut(session, note)
  return true
}

const STEP_PX = 20
const SMALL_STEP_PX = 4
const DIRECTIONS: Readonly<Record<string, Point>> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
}

/** Alt with an arrow moves a machine, a container in its machine, or a note; with Shift a little. Tells whether it was that. */
export function handleMoveKey(session: LabSession, row: TreeRow, event: React.KeyboardEvent): boolean {
  const direction = DIRECTIONS[event.key]
  if (direction === undefined || !event.altKey || event.ctrlKey || event.metaKey) return false
  event.preventDefault()
  const found = placeOf(session, row)
  if (found === undefined) return true
  const step = event.shiftKey ? SMALL_STEP_PX : STEP_PX
  const place = { x: found.at.x + direction.x * step, y: found.at.y + direction.y * step }
  void import('../canvas/move-nodes.ts').then(({ keepPositions }) =>
    keepPositions(session, new Map([[found.name, place]])),
  )
  return true
}

/** The name under which a row's thing has its place, and where that is: of a container, in its machine. */
function placeOf(
  session: LabSession,
  { target, note }: TreeRow,
): { readonly name: string; readonly at: Point } | undefined {
  if (note !== undefined) return { name: note.id, at: noteOnCanvas(session, note) }
  const machines = surfaceOf(session)?.layout.machines ?? []
  for (const { machine, box, namespaces } of machines) {
    const isWhole = target?.kind === 'machine' && target.name === machine.name
    const isRoot = target?.kind === 'namespace' && target.netns === machine.root?.netns
    if (isWhole || isRoot) return { name: machine.name, at: box }
    const nested = machine.nested.find(({ netns }) => target?.kind === 'namespace' && target.netns === netns)
    const framed = namespaces.find(({ placed }) => placed.name === nested?.name)
    if (nested !== undefined && framed !== undefined) return { name: nested.name, at: framed.box }
  }
  return undefined
}
