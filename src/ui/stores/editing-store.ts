// What was done to the lab by hand: what undo and redo go back and forth between, and the commands of the last gesture.
import { createStore } from 'zustand/vanilla'
import type { ReplayInput } from '../../contract/protocol.ts'
import type { SelectionName } from './selection-store.ts'

/** Something that was put into the running lab: its own next action, or a command, with the Ctrl-C that reached it. */
export type LabInput = ReplayInput & {
  /** It still ran when this was written down, and is cut off there until its real end is known. */
  readonly stillRuns?: true
}

/** A state of the lab: everything about it follows from its text and what was put in since. */
export interface LabPoint {
  readonly text: string
  readonly inputs: readonly LabInput[]
  /** What was selected then. */
  readonly selected?: readonly SelectionName[]
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
