// From frame to frame: the next or previous sighting or drop that the timeline's filters let through.
import type { TraceFilter } from '../../../contract/protocol.ts'
import { frameDetail, orNothing } from '../../lab/frame-details.ts'
import { loadTrace } from '../../lab/load-trace.ts'
import { seek } from '../../lab/playback.ts'
import type { LabSession } from '../../lab/session.ts'
import { filterOf } from './lane-model.ts'
import { timelineOf } from './timeline-store.ts'

export interface FrameStep {
  readonly direction: 1 | -1
  readonly dropsOnly?: boolean
  /** Only this interface; missing for all that have a lane. */
  readonly device?: number
}

/** Shows a moment, with what plays from there. */
export function showMoment(session: LabSession, moment: number): void {
  seek(session, moment)
  const { fromNs, toNs } = session.trace.getState()
  const { cursor } = session.clock.getState()
  if (cursor < fromNs || cursor > toNs) void orNothing(loadTrace(session, cursor))
}

/** Selects a frame and moves the cursor to its moment. */
export async function showFrame(session: LabSession, seq: number): Promise<void> {
  const detail = await frameDetail(session, seq)
  if (detail === undefined) return
  session.selection.setState({ frameSeq: seq })
  showMoment(session, detail.event.at)
}

/** Goes one frame on or back; true when there was one. */
export async function stepFrame(session: LabSession, step: FrameStep): Promise<boolean> {
  const state = timelineOf(session).getState()
  const filter: TraceFilter = {
    ...filterOf(state, state.rows),
    ...(step.dropsOnly === true ? { dropsOnly: true } : {}),
    ...(step.device === undefined ? {} : { devices: [step.device] }),
  }
  const seq = await orNothing(nextSeq(session, step.direction, filter))
  if (seq === undefined || seq === 0) return false
  await showFrame(session, seq)
  return true
}

/** Counts from the selected frame while the cursor stands on it, else from the cursor. */
async function nextSeq(session: LabSession, direction: 1 | -1, filter: TraceFilter): Promise<number> {
  const { client, clock, selection } = session
  const { cursor, now } = clock.getState()
  const selected = await frameDetail(session, selection.getState().frameSeq)
  if (selected?.event.at === cursor) return client.ask('find', { fromSeq: selected.event.seq, direction, filter })
  if (direction === 1) {
    const { columns } = await client.ask('sightings', { fromNs: cursor, toNs: now, filter, limit: 1 })
    return columns.seq[0] ?? 0
  }
  const { columns } = await client.ask('sightings', { fromNs: cursor, toNs: now, limit: 1 })
  const { lastSeq } = await client.ask('status', {})
  return client.ask('find', { fromSeq: columns.seq[0] ?? lastSeq + 1, direction, filter })
}
