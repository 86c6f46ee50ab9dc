// Brings sightings from the engine: all of them while they are few, else a stretch around a moment.
import type { SightingColumns } from '../../contract/protocol.ts'
import type { EventSeq } from '../../contract/trace-events.ts'
import { scoreOf } from '../stores/playback-score.ts'
import type { LabSession } from './session.ts'

const LIMIT = 20_000
/** How far before the moment a stretch begins, so that stepping back a little needs no new question. */
const BEFORE_NS = 2e9

/** The last event that the engine had recorded when it was asked for columns. */
const recordedAt = new WeakMap<SightingColumns, EventSeq>()

/**
 * Loads what the engine has seen; `aroundNs` picks the stretch when it is too much for one answer. `recorded` is the engine's last event,
 * where that is known: what has been loaded already, and is all there is, stays.
 */
export async function loadTrace(
  { client, clock, lab, trace }: LabSession,
  aroundNs: number,
  recorded?: EventSeq,
): Promise<void> {
  const { now } = clock.getState()
  const loaded = trace.getState()
  if (recorded !== undefined && recordedAt.get(loaded.columns) === recorded && loaded.toNs >= now) return
  const { generation } = lab.getState()
  // A storm fills a whole answer with what came just before the moment: then the stretch begins there.
  for (const fromNs of [0, Math.max(0, aroundNs - BEFORE_NS), aroundNs]) {
    const { columns, more } = await client.ask('sightings', { fromNs, toNs: now, limit: LIMIT })
    if (lab.getState().generation !== generation) return
    const toNs = more ? (columns.at[columns.count - 1] ?? now) : now
    if (more && toNs <= aroundNs && fromNs < aroundNs) continue
    if (recorded !== undefined) recordedAt.set(columns, recorded)
    const score = scoreOf(columns.at, fromNs, toNs)
    trace.setState({ columns, fromNs, toNs, score, lastSeq: columns.seq[columns.count - 1] ?? 0 })
    return
  }
}
