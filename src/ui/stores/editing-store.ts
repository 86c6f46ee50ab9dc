// What was done to the lab by hand: what undo and redo go back and forth between, and the commands of the last gesture.
import { createStore } from 'zustand/vanilla'

/** Something that was put into the running lab: its own next action, or a command, both at a moment of virtual time. */
export type LabInput =
  | { readonly kind: 'play' }
  | {
      readonly kind: 'command'
      readonly command: string
      readonly atNs: number
      /** When it was ended by Ctrl-C. */
      readonly interruptAtNs?: number
    }

/** A state of the lab: everything about it follows from its text and what was put in since. */
export interface LabPoint {
  readonly text: string
  readonly inputs: readonly LabInput[]
}

export interface EditingState {
  /** The newest last. */
  readonly past: readonly LabPoint[]
  /** What was undone, the next to redo last. */
  readonly future: readonly LabPoint[]
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** What the last gesture ran, in the bench's form. */
  readonly lastCommands: readonly string[]
  /** While a gesture is carried out, or undone. */
  readonly isBusy: boolean
}

export const NO_EDITS: EditingState = {
  past: [],
  future: [],
  canUndo: false,
  canRedo: false,
  lastCommands: [],
  isBusy: false,
}

export const createEditingStore = () => createStore<EditingState>(() => NO_EDITS)
export type EditingStore = ReturnType<typeof createEditingStore>
