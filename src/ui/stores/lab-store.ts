// The lab that is open: its text, what was read from it and what opening it brought up.
import { createStore } from 'zustand/vanilla'
import type { LabProblem } from '../../contract/protocol.ts'
import type { LabDocument } from '../../lab/document.ts'
import type { Machine } from '../../lab/machines.ts'

/** Where a lab came from; the name is a gallery entry's or a file's. */
export interface LabOrigin {
  readonly kind: 'gallery' | 'file' | 'link' | 'paste' | 'new'
  readonly name: string
}

/** A line of the lab after `#%% run`. */
export interface LabAction {
  readonly command: string
  /** From 1. */
  readonly line: number
}

export interface LabState {
  readonly phase: 'empty' | 'opening' | 'ready'
  /** While the engine builds a lab: how many statements of its setup have run. */
  readonly progress: { readonly done: number; readonly total: number } | undefined
  /** The name of the lab that is being opened, for as long as that can be stopped. */
  readonly opensName: string | undefined
  /** Undefined until the first lab is open. */
  readonly document: LabDocument | undefined
  /** Which namespaces make up a machine, by the text and by the commands that were typed since. */
  readonly machines: readonly Machine[]
  /** What the text's `at` lines say, by machine or nested namespace. */
  readonly positions: ReadonlyMap<string, { readonly x: number; readonly y: number }>
  readonly title: string
  /** What the gallery says of one of its labs, in the reader's language where the lab's own text is in another. */
  readonly about: { readonly name: string; readonly text: string } | undefined
  readonly origin: LabOrigin
  /** The text as it was opened: a lab whose text is another now has been worked on. */
  readonly openedText: string
  readonly setupExit: number
  readonly setupOutput: string
  /** Of the text and of the setup's run, in the order of lines. */
  readonly problems: readonly LabProblem[]
  readonly actions: readonly LabAction[]
  /** Goes up whenever the engine builds a lab anew: answers about the one before are about nothing. */
  readonly generation: number
  /** Goes up with each lab that is opened, so that views can start afresh; an edit of the same lab leaves it. */
  readonly opening: number
}

/** What holds when no lab is on its way. */
export const NOT_OPENING = { progress: undefined, opensName: undefined } as const

const EMPTY: LabState = {
  phase: 'empty',
  ...NOT_OPENING,
  document: undefined,
  machines: [],
  positions: new Map(),
  title: '',
  about: undefined,
  origin: { kind: 'new', name: '' },
  openedText: '',
  setupExit: 0,
  setupOutput: '',
  problems: [],
  actions: [],
  generation: 0,
  opening: 0,
}

export const createLabStore = () => createStore<LabState>(() => EMPTY)
export type LabStore = ReturnType<typeof createLabStore>
