// The session for components, and a hook for each store. Selectors return primitives or stable objects.
import { createContext, use } from 'react'
import { useStore } from 'zustand'
import type { ActionsState } from '../stores/actions-store.ts'
import type { BuildingState } from '../stores/building-store.ts'
import type { ClockState } from '../stores/clock-store.ts'
import type { EditingState } from '../stores/editing-store.ts'
import type { LabState } from '../stores/lab-store.ts'
import type { MessagesState } from '../stores/messages-store.ts'
import type { NetworkState } from '../stores/network-store.ts'
import type { SelectionState } from '../stores/selection-store.ts'
import type { SettingsState } from '../stores/settings-store.ts'
import type { TerminalsState } from '../stores/terminals-store.ts'
import type { TraceState } from '../stores/trace-store.ts'
import type { ViewState } from '../stores/view-store.ts'
import type { LabSession } from './session.ts'

export const SessionContext = createContext<LabSession | undefined>(undefined)

/** The session of the page around a component. */
export function useSession(): LabSession {
  const session = use(SessionContext)
  if (session === undefined) throw new Error('a component of the lab is used outside of a SessionContext')
  return session
}

export const useLab = <T,>(selector: (state: LabState) => T): T => useStore(useSession().lab, selector)
export const useNetwork = <T,>(selector: (state: NetworkState) => T): T => useStore(useSession().network, selector)
export const useClock = <T,>(selector: (state: ClockState) => T): T => useStore(useSession().clock, selector)
export const useTrace = <T,>(selector: (state: TraceState) => T): T => useStore(useSession().trace, selector)
export const useActions = <T,>(selector: (state: ActionsState) => T): T => useStore(useSession().actions, selector)
export const useSelection = <T,>(selector: (state: SelectionState) => T): T =>
  useStore(useSession().selection, selector)
export const useSettings = <T,>(selector: (state: SettingsState) => T): T => useStore(useSession().settings, selector)
export const useMessages = <T,>(selector: (state: MessagesState) => T): T => useStore(useSession().messages, selector)
export const useEditing = <T,>(selector: (state: EditingState) => T): T => useStore(useSession().editing, selector)
export const useTerminals = <T,>(selector: (state: TerminalsState) => T): T =>
  useStore(useSession().terminals, selector)
export const useView = <T,>(selector: (state: ViewState) => T): T => useStore(useSession().view, selector)
export const useBuilding = <T,>(selector: (state: BuildingState) => T): T => useStore(useSession().building, selector)
