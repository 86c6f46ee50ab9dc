// Notes are directives: writing, moving and taking one out changes the lab's text and nothing else.
import type { CanvasPoint } from '../../../lab/build/gesture.ts'
import { parseLab } from '../../../lab/document.ts'
import type { Directive } from '../../../lab/directives.ts'
import { removeDirective, setDirective } from '../../../lab/edit.ts'
import type { LabSession } from '../../lab/session.ts'
import type { NotePlace } from '../../stores/building-store.ts'
import { showPicture } from './move-nodes.ts'

interface WrittenNote {
  readonly text: string
  readonly at: CanvasPoint | undefined
}

/** Writes a note in place of another, or a new one, or takes one out: one step for undo. */
export function keepNote(session: LabSession, old: WrittenNote | undefined, written: WrittenNote | undefined): void {
  let { document } = session.lab.getState()
  if (document === undefined) return
  if (old !== undefined) document = parseLab(removeDirective(document, directiveOf(old)))
  const text = written === undefined ? document.text : setDirective(document, directiveOf(written))
  showPicture(session, text)
}

/** How a note on the canvas stands in the text. */
export function writtenNote({ text, x, y, isPlaced }: NotePlace): WrittenNote {
  return { text, at: isPlaced ? { x, y } : undefined }
}

function directiveOf({ text, at }: WrittenNote): Directive {
  if (at === undefined) return { kind: 'note', text }
  return { kind: 'note', text, x: Math.round(at.x), y: Math.round(at.y) }
}
