// Moving things on the canvas writes `#%% at NAME x y` into the lab's text: the layout travels with the lab.
import { parseLab } from '../../../lab/document.ts'
import type { LabDocument } from '../../../lab/document.ts'
import { removeDirective, setDirective, setLayout } from '../../../lab/edit.ts'
import { pointOf, remember } from '../../lab/history.ts'
import { showText } from '../../lab/rebuild.ts'
import type { LabSession } from '../../lab/session.ts'
import type { Point } from './geometry.ts'

/**
 * Keeps positions in the lab's text, as one step for undo: of machines on the canvas, of nested namespaces inside their
 * machine, and of notes, by `note:` and their place among the text's notes.
 */
export function keepPositions(session: LabSession, positions: ReadonlyMap<string, Point>): void {
  const { document } = session.lab.getState()
  if (document === undefined || positions.size === 0) return
  const rounded = [...positions].map(([name, { x, y }]) => [name, { x: Math.round(x), y: Math.round(y) }] as const)
  const moved = rounded.reduce(
    (before, [name, place]) => (name.startsWith('note:') ? withNoteAt(before, name, place) : before),
    document,
  )
  showPicture(session, setLayout(moved, new Map(rounded.filter(([name]) => !name.startsWith('note:')))))
}

/** Takes positions out of the lab's text, all of them or those of some machines: the automatic layout stands again. */
export function forgetPositions(session: LabSession, names?: ReadonlySet<string>): void {
  const { document } = session.lab.getState()
  if (document === undefined) return
  const left = document.directives.toReversed().reduce((text, { directive, line, endLine }) => {
    if (directive.kind !== 'at' || names?.has(directive.name) === false) return text
    const [from, to] = [document.lines[line - 1]?.from ?? 0, document.lines[endLine - 1]?.next ?? 0]
    return text.slice(0, from) + text.slice(to)
  }, document.text)
  showPicture(session, left)
}

/** Shows a text whose picture alone is different, also while something runs: one step for undo. */
export function showPicture(session: LabSession, text: string): void {
  const before = pointOf(session)
  if (text === before.text) return
  remember(session, before)
  showText(session, parseLab(text))
}

function withNoteAt(document: LabDocument, id: string, { x, y }: Point): LabDocument {
  const notes = document.directives.filter(({ directive }) => directive.kind === 'note')
  const note = notes[Number(id.slice('note:'.length))]?.directive
  if (note?.kind !== 'note') return document
  const cleared = parseLab(removeDirective(document, note))
  return parseLab(setDirective(cleared, { kind: 'note', text: note.text, x, y }))
}
