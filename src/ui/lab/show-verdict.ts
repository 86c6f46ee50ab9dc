// From a verdict to the frame that it is about: a decision follows from the sighting before it.
import { frameDetail } from './frame-details.ts'
import { seek } from './playback.ts'
import type { LabSession } from './session.ts'

/** A decision may follow from another one, but never from a long line of them. */
const MOST_STEPS = 8

/** Selects the frame that a verdict was passed on, and shows its moment; nothing happens where there is none. */
export async function showVerdict(session: LabSession, verdict: number): Promise<void> {
  let detail = await frameDetail(session, verdict)
  for (let steps = 0; steps < MOST_STEPS && detail?.bytes.length === 0; steps++) {
    detail = await frameDetail(session, detail.event.cause)
  }
  if (detail === undefined || detail.bytes.length === 0) return
  session.selection.setState({ frameSeq: detail.event.seq })
  seek(session, detail.event.at)
}
