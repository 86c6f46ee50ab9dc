// What a terminal puts into the lab, and what the page shows of it afterwards. While something goes on until it is stopped, the page lets
// time pass in small pieces, just ahead of the cursor.
import { ConnectionLostError, RefusedError } from '../../client/lab-client.ts'
import type { ActionView, LabStatus } from '../../contract/protocol.ts'
import { isSamePoint, pointOf, remember, withLaterEnds } from './history.ts'
import { loadTrace } from './load-trace.ts'
import { showNetworkAtCursor } from './network-at-cursor.ts'
import { nextPicture } from './next-picture.ts'
import { seek } from './playback.ts'
import { playFrom, regroup } from './run-actions.ts'
import type { LabSession } from './session.ts'

/** The engine may be so far ahead of the cursor. */
const AHEAD_NS = 100e6
/** Between two pieces of time: at speed 1 a second of silence passes in some eight tenths of one. */
const PIECE_MS = 80
const LEAST_PIECE_MS = 16

const following = new WeakSet<LabSession>()

/** An input to a terminal at the live edge; afterwards the page plays what happened. Throws RefusedError with words for people. */
export async function putIntoTerminal(session: LabSession, ask: () => Promise<LabStatus>): Promise<void> {
  const { actions, clock, lab } = session
  const { generation } = lab.getState()
  const { now, cursor, isFollowing } = clock.getState()
  if (!isFollowing && cursor < now) seek(session, now)
  const before = pointOf(session)
  const count = before.inputs.length
  // Before the input: the engine tells of an end as soon as it comes.
  const unended = unendedOf(session)
  try {
    // A limit that holds on is told before the answer.
    if (actions.getState().isStopped) actions.setState({ isStopped: false })
    const status = await ask()
    const [ran] = await Promise.all([session.client.ask('actions', {}), nextPicture()])
    if (lab.getState().generation !== generation) return
    showActions(session, ran)
    clock.setState({ now: status.now })
    const isNew = ran.length > count || ran.some(({ index, exit }) => exit !== undefined && unended.has(index))
    if (isNew) {
      // Ctrl-C is no step of its own: undo takes back what was typed.
      const present = pointOf(session)
      if (!isSamePoint(withLaterEnds(before, present), present)) remember(session, before)
      await regroup(session)
      const from = session.actions.getState().actions[count]?.beganAt ?? now
      await loadTrace(session, from, status.lastSeq)
      playFrom(session, from)
      await showNetworkAtCursor(session)
    }
    if (status.isPaced) void followLive(session)
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error
  }
}

/** The actions that have not ended, by their numbers. */
function unendedOf({ actions }: LabSession): ReadonlySet<number> {
  return new Set(actions.getState().actions.flatMap(({ index, exit }) => (exit === undefined ? [index] : [])))
}

function showActions({ actions }: LabSession, ran: readonly ActionView[]): void {
  actions.setState({ actions: ran, shownAction: ran.at(-1)?.index ?? -1 })
}

/** Lets time pass as long as something needs it and the reader follows the live edge. */
async function followLive(session: LabSession): Promise<void> {
  if (following.has(session)) return
  following.add(session)
  const { lab, clock } = session
  const { generation } = lab.getState()
  try {
    let status: LabStatus | undefined
    do {
      const { speed, isPlaying, isFollowing, cursor, now } = clock.getState()
      await new Promise((resolve) => setTimeout(resolve, Math.max(LEAST_PIECE_MS, PIECE_MS / speed)))
      if (lab.getState().generation !== generation) return
      // What has been seen is played first; whoever looks at the past stops the time.
      if (isPlaying || !isFollowing || document.hidden) continue
      status = await session.client.ask('pace', { untilNs: Math.min(cursor, now) + AHEAD_NS })
      if (lab.getState().generation === generation) await showPiece(session, status)
    } while (status?.isPaced !== false)
    showActions(session, await session.client.ask('actions', {}))
  } catch (error) {
    if (!(error instanceof ConnectionLostError) && !(error instanceof RefusedError)) throw error
  } finally {
    following.delete(session)
  }
}

/** Plays what was seen in a piece of time; the cursor skips a silent one. */
async function showPiece(session: LabSession, status: LabStatus): Promise<void> {
  const { clock, trace } = session
  const { cursor } = clock.getState()
  const lastAt = (): number => trace.getState().columns.at[trace.getState().columns.count - 1] ?? 0
  const seenBefore = lastAt()
  clock.setState({ now: status.now })
  if (status.lastSeq > trace.getState().lastSeq) await loadTrace(session, cursor)
  if (!clock.getState().isFollowing) return
  if (lastAt() > seenBefore) clock.setState({ cursor, isPlaying: true })
  else clock.setState({ cursor: status.now })
}
