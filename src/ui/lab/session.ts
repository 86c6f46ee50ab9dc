// One open page: its engine, its stores and what ties them together. Everything a gesture does goes through here.
import { LabClient } from '../../client/lab-client.ts'
import type { TransportFactory } from '../../client/transport.ts'
import type { LabPush } from '../../contract/protocol.ts'
import { t } from '../../i18n/i18n.ts'
import { createActionsStore } from '../stores/actions-store.ts'
import type { ActionsStore } from '../stores/actions-store.ts'
import { createBuildingStore } from '../stores/building-store.ts'
import type { BuildingStore } from '../stores/building-store.ts'
import { createClockStore } from '../stores/clock-store.ts'
import type { ClockStore } from '../stores/clock-store.ts'
import { createEditingStore } from '../stores/editing-store.ts'
import type { EditingStore } from '../stores/editing-store.ts'
import { createLabStore } from '../stores/lab-store.ts'
import type { LabStore } from '../stores/lab-store.ts'
import { createMessagesStore } from '../stores/messages-store.ts'
import type { MessagesStore } from '../stores/messages-store.ts'
import { createNetworkStore } from '../stores/network-store.ts'
import type { NetworkStore } from '../stores/network-store.ts'
import { createSelectionStore } from '../stores/selection-store.ts'
import type { SelectionStore } from '../stores/selection-store.ts'
import { createSettingsStore } from '../stores/settings-store.ts'
import type { SettingsStorage, SettingsStore } from '../stores/settings-store.ts'
import { createTerminalsStore } from '../stores/terminals-store.ts'
import type { TerminalsStore } from '../stores/terminals-store.ts'
import { createTraceStore } from '../stores/trace-store.ts'
import type { TraceStore } from '../stores/trace-store.ts'
import { createViewStore } from '../stores/view-store.ts'
import type { ViewStore } from '../stores/view-store.ts'
import { followCursor } from './network-at-cursor.ts'

export interface LabSession {
  readonly client: LabClient
  readonly lab: LabStore
  readonly network: NetworkStore
  readonly clock: ClockStore
  readonly trace: TraceStore
  readonly actions: ActionsStore
  readonly selection: SelectionStore
  readonly settings: SettingsStore
  readonly messages: MessagesStore
  readonly editing: EditingStore
  readonly terminals: TerminalsStore
  readonly view: ViewStore
  readonly building: BuildingStore
  /** Ends the engine and every listener. */
  readonly dispose: () => void
}

export interface SessionOptions {
  readonly connect: TransportFactory
  readonly storage?: SettingsStorage | undefined
  /** The reader's languages, best first. */
  readonly languages?: readonly string[]
}

/** Starts an engine and empty stores around it. Nothing is open yet. */
export function createSession({ connect, storage, languages = [] }: SessionOptions): LabSession {
  const client = new LabClient({ connect })
  const stops: (() => void)[] = []
  const session: LabSession = {
    client,
    lab: createLabStore(),
    network: createNetworkStore(),
    clock: createClockStore(),
    trace: createTraceStore(),
    actions: createActionsStore(),
    selection: createSelectionStore(),
    settings: createSettingsStore(storage, languages),
    messages: createMessagesStore(),
    editing: createEditingStore(),
    terminals: createTerminalsStore(),
    view: createViewStore(),
    building: createBuildingStore(),
    dispose: () => {
      for (const stop of stops) stop()
      client.close()
    },
  }
  stops.push(
    client.onPush((push) => receivePush(session, push)),
    client.onFailure(async (failure) => (await import('./open-lab.ts')).reopenAfterFailure(session, failure)),
    followCursor(session),
  )
  return session
}

function receivePush({ actions, clock, lab, messages }: LabSession, push: LabPush): void {
  if (push.kind === 'building') {
    lab.setState({ progress: { done: push.done, total: push.total } })
    return
  }
  if (push.kind === 'limit') {
    actions.setState({ isStopped: true })
    const { bridges } = push
    const details =
      bridges.length > 0 ? [t('limit.storm', { bridges: bridges.join(', ') }), t('limit.goOn')] : [push.message]
    messages.getState().show({ severity: 'warning', title: t('limit.title'), details })
    return
  }
  // Terminals hear what they write by themselves.
  if (push.kind === 'terminal') return
  const { status, action } = push
  actions.setState((state) => ({
    // A limit that still holds is told right behind.
    isStopped: false,
    nextAction: status.nextAction,
    actionCount: status.actionCount,
    actions:
      action === undefined ? state.actions : [...state.actions.filter(({ index }) => index !== action.index), action],
  }))
  clock.setState({ now: status.now })
}
