// The terminals that are open on the page: where each stands, and which one is in front.
import { createStore } from 'zustand/vanilla'
import type { TerminalPlace } from '../../contract/protocol.ts'

export interface TerminalTab {
  readonly key: number
  readonly title: string
  readonly place: TerminalPlace
}

export interface TerminalsState {
  readonly tabs: readonly TerminalTab[]
  readonly activeKey: number
  /** Goes up when the terminal in front is asked for by name: it takes the focus then. */
  readonly focusCount: number
}

export const createTerminalsStore = () => createStore<TerminalsState>(() => ({ tabs: [], activeKey: 0, focusCount: 0 }))
export type TerminalsStore = ReturnType<typeof createTerminalsStore>
