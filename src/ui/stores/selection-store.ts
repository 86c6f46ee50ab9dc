// What is selected: one thing for canvas, tree and inspector, and one frame for timeline, packet and why.
import { createStore } from 'zustand/vanilla'

export type Selected =
  | { readonly kind: 'machine'; readonly name: string }
  | { readonly kind: 'namespace'; readonly netns: number }
  | { readonly kind: 'device'; readonly device: number }

/** A selection by names, which hold when the lab is built anew. */
export type SelectionName =
  | { readonly kind: 'machine'; readonly name: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'device'; readonly namespace: string; readonly name: string }

export interface SelectionState {
  readonly selected: Selected | undefined
  /** The sighting whose packet is shown; 0 for none. */
  readonly frameSeq: number
  /** Where a ping by hand starts, once its first host has been pressed and the reader is asked for the second. */
  readonly pingFrom: PingEnd | undefined
  /** The second host: the page proposes the ping between the two. */
  readonly pingTo: PingEnd | undefined
  /** What a gesture has just made is selected without having been pressed: no ping starts there unasked. */
  readonly made?: Selected | undefined
}

/** One end of a ping by hand: a namespace, or one interface of it. */
export interface PingEnd {
  readonly netns: number
  readonly device: number | undefined
}

export const createSelectionStore = () =>
  createStore<SelectionState>(() => ({ selected: undefined, frameSeq: 0, pingFrom: undefined, pingTo: undefined }))
export type SelectionStore = ReturnType<typeof createSelectionStore>

/** Equal for selections of one thing, and for no others. */
export function keyOfSelected(selected: Selected): string {
  if (selected.kind === 'machine') return `machine ${selected.name}`
  return selected.kind === 'namespace' ? `namespace ${selected.netns}` : `device ${selected.device}`
}

/** Whether two selections mean the same thing. */
export function isSameSelected(a: Selected | undefined, b: Selected | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return keyOfSelected(a) === keyOfSelected(b)
}
