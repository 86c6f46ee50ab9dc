// Keeps the shown tables at the cursor: asks the engine for the state at that moment, one question at a time, newest moment last.
import { ConnectionLostError, RefusedError } from '../../client/lab-client.ts'
import { laterNetworkState } from '../stores/network-store.ts'
import type { LabSession } from './session.ts'

/** Between two questions while the cursor moves: tables that change faster can't be read. */
const LEAST_INTERVAL_MS = 100

/** Starts to follow; returns what stops it. */
export function followCursor(session: LabSession): () => void {
  let isAsking = false
  let isStale = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const refresh = async (): Promise<void> => {
    if (session.lab.getState().phase !== 'ready') return
    if (isAsking) {
      isStale = true
      return
    }
    isAsking = true
    isStale = false
    await showNetworkAtCursor(session)
    timer = setTimeout(() => {
      isAsking = false
      if (isStale) void refresh()
    }, LEAST_INTERVAL_MS)
  }
  const stop = session.clock.subscribe((state, previous) => {
    if (state.cursor !== previous.cursor) void refresh()
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}

/** Asks for the tables at the cursor and shows them. */
export async function showNetworkAtCursor({ client, clock, lab, network }: LabSession): Promise<void> {
  const { cursor, now } = clock.getState()
  const { generation } = lab.getState()
  try {
    const view = await client.ask('network', cursor < now ? { at: cursor } : {})
    // An answer about a lab that has been replaced meanwhile is about nothing.
    if (lab.getState().generation === generation) network.setState((before) => laterNetworkState(before, view))
  } catch (error) {
    // The loss of the engine is told by whoever restarts it; one that has just been restarted has no lab yet.
    if (!(error instanceof ConnectionLostError) && !(error instanceof RefusedError)) throw error
  }
}
