// Which panels and dialogs are open: the state of the page itself, forgotten when it is closed.
import { createStore } from 'zustand/vanilla'

export type DockTab = 'timeline' | 'packet' | 'actions' | 'terminal' | 'script' | 'problems'
export type PageDialog =
  'gallery' | 'paste' | 'share' | 'ping-target' | 'live-edge' | 'shortcuts' | 'command' | 'unmodelled' | 'make-start'
export type NarrowTab = 'canvas' | 'lab' | 'inspector' | DockTab

export interface ViewState {
  readonly dockTab: DockTab
  readonly narrowTab: NarrowTab
  readonly dialog: PageDialog | undefined
  /** What waits for the answer to the question whether to leave the past. */
  readonly pendingRun: { readonly commands: readonly string[]; readonly run: () => void } | undefined
}

export const createViewStore = () =>
  createStore<ViewState>(() => ({ dockTab: 'timeline', narrowTab: 'canvas', dialog: undefined, pendingRun: undefined }))
export type ViewStore = ReturnType<typeof createViewStore>
