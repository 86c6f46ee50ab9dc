// What canvas and tree do with a note: its text is edited in a dialog, or it is taken out.
import type { LabSession } from '../../lab/session.ts'
import type { NotePlace } from '../../stores/building-store.ts'
import type { Note } from './notes.ts'
import { surfaceOf } from './surface.ts'

export function editNote({ building }: LabSession, { text, x, y, isPlaced }: NotePlace): void {
  building.setState({ asking: { kind: 'note', text, at: { x, y }, isNew: false, wasPlaced: isPlaced } })
}

export function takeNoteOut(session: LabSession, note: NotePlace): void {
  void import('./keep-notes.ts').then(({ keepNote, writtenNote }) => keepNote(session, writtenNote(note), undefined))
}

/** A note with the place that it has on the canvas: one that the text gives none stands above everything there. */
export function noteOnCanvas(session: LabSession, note: Note): Note {
  const position = note.isPlaced ? undefined : surfaceOf(session)?.flow.getNode(note.id)?.position
  return { ...note, ...position }
}
