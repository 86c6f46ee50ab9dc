// Notes of the author's on the canvas. They stand in the lab's text and nowhere else.
import type { LabDocument } from '../../../lab/document.ts'
import type { NotePlace } from '../../stores/building-store.ts'
import { onGrid } from './geometry.ts'
import type { Point, Size } from './geometry.ts'

export interface Note extends NotePlace {
  /** The same for as long as the text's order of notes is. */
  readonly id: string
}

const NOTE_WIDTH = 208
const LINE_HEIGHT = 18
/** Latin letters of the page's sans; a Chinese one takes two of them. */
const CHARACTER_WIDTH = 7

/** The notes of a lab; those without a place stand above everything, one over the other. */
export function notesOf(document: LabDocument | undefined, corner: Point): readonly Note[] {
  if (document === undefined) return []
  let { y } = corner
  const notes = document.directives.flatMap(({ directive }) => (directive.kind === 'note' ? [directive] : []))
  return notes.map((note, index) => {
    const id = `note:${index}`
    if (note.x !== undefined && note.y !== undefined)
      return { id, text: note.text, x: note.x, y: note.y, isPlaced: true }
    y -= noteSize(note.text).height + 12
    return { id, text: note.text, x: corner.x, y, isPlaced: false }
  })
}

/** Wide enough for a sentence, as high as its lines. */
export function noteSize(text: string): Size {
  const perLine = Math.floor((NOTE_WIDTH - 24) / CHARACTER_WIDTH)
  let [lines, taken] = [1, 0]
  // Latin breaks between words, Chinese anywhere.
  for (const [word] of text.matchAll(/[⺀-￿]|[^\s⺀-￿]+\s*/g)) {
    const width = /^[⺀-￿]/.test(word) ? 2 : word.trimEnd().length
    if (taken + width > perLine) {
      lines += Math.ceil(width / perLine)
      taken = 0
    }
    taken += Math.max(width, word.length)
  }
  return { width: NOTE_WIDTH, height: onGrid(lines * LINE_HEIGHT + 14) }
}
