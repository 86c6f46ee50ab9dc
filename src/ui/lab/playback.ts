// Moves the cursor: plays, steps, scrubs. It is the only writer of the cursor besides opening and running.
import { momentAt, playMsAt, stepFrom } from '../stores/playback-score.ts'
import { loadTrace } from './load-trace.ts'
import type { LabSession } from './session.ts'

/** The part of a browser that playing needs: a call before each picture, with its time in milliseconds. */
export interface FrameSource {
  readonly request: (onFrame: (timeMs: number) => void) => number
  readonly cancel: (handle: number) => void
}

/** Plays while the clock says so; returns what stops it. */
export function drivePlayback(session: LabSession, frames: FrameSource): () => void {
  const { clock, trace } = session
  let handle: number | undefined
  let lastMs: number | undefined
  const onFrame = (timeMs: number): void => {
    const { cursor, speed, isPlaying } = clock.getState()
    const { score, toNs } = trace.getState()
    const elapsedMs = lastMs === undefined ? 0 : Math.min(timeMs - lastMs, 100)
    lastMs = timeMs
    if (!isPlaying) {
      handle = undefined
      lastMs = undefined
      return
    }
    const next = momentAt(score, playMsAt(score, cursor) + elapsedMs * speed)
    if (next >= toNs) arriveAtEnd(session)
    else clock.setState({ cursor: Math.max(next, cursor) })
    handle = frames.request(onFrame)
  }
  const stop = clock.subscribe(({ isPlaying }) => {
    if (isPlaying && handle === undefined) handle = frames.request(onFrame)
  })
  return () => {
    stop()
    if (handle !== undefined) frames.cancel(handle)
  }
}

/** Shows a moment and stops playing. */
export function seek({ clock }: LabSession, moment: number): void {
  const { now } = clock.getState()
  const cursor = Math.min(Math.max(moment, 0), now)
  clock.setState({ cursor, isPlaying: false, isFollowing: cursor >= now })
}

/** Plays from the cursor, from the beginning when the cursor is at the end; or stops. */
export function togglePlaying({ clock, trace }: LabSession): void {
  const { isPlaying, cursor, now } = clock.getState()
  const { columns, fromNs } = trace.getState()
  if (isPlaying) clock.setState({ isPlaying: false, isFollowing: false })
  else if (cursor >= now) clock.setState({ isPlaying: columns.count > 0, cursor: columns.at[0] ?? fromNs })
  else clock.setState({ isPlaying: true })
}

/** To the next or previous moment at which a frame was seen. */
export function step(session: LabSession, direction: 1 | -1): void {
  const { clock, trace } = session
  const target = stepFrom(trace.getState().score, clock.getState().cursor, direction)
  if (target !== undefined) seek(session, target)
}

/** The end of what is loaded is the end of all, or the place to load the next stretch. */
function arriveAtEnd(session: LabSession): void {
  const { clock, trace } = session
  const { now } = clock.getState()
  const { toNs } = trace.getState()
  if (toNs >= now) {
    clock.setState({ cursor: now, isPlaying: false })
    return
  }
  clock.setState({ cursor: toNs, isPlaying: false })
  void loadTrace(session, toNs).then(() => clock.setState({ isPlaying: true }))
}
