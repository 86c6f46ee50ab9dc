// The journal: every input with its moment, exact to the event. State at any time is a snapshot plus the inputs since.
import type { SimTime } from './time.ts'

/** One input. */
export interface JournalEntry<Input> {
  readonly at: SimTime
  /** How many events had been dispatched: the moment within an instant. */
  readonly dispatched: number
  /** The trace event that the input's effects name as their cause. */
  readonly cause: number
  readonly input: Input
}

/** A copy of the state at one moment, and how far the journal and the trace had come. */
export interface Snapshot<State> {
  readonly at: SimTime
  readonly dispatched: number
  readonly journalLength: number
  readonly nextSeq: number
  readonly state: State
}

/** The latest snapshot that is not behind a moment, by a measure such as `at`, `dispatched` or `nextSeq`. */
export function latestSnapshot<State>(
  snapshots: readonly Snapshot<State>[],
  measure: (snapshot: Snapshot<State>) => number,
  limit: number,
): Snapshot<State> | undefined {
  let best: Snapshot<State> | undefined
  for (const snapshot of snapshots)
    if (measure(snapshot) <= limit && (best === undefined || measure(snapshot) >= measure(best))) best = snapshot
  return best
}

/** Keeps at most `count` snapshots: the first, the newest, and the rest spread over time (every second one goes). */
export function thinSnapshots<State>(snapshots: readonly Snapshot<State>[], count: number): Snapshot<State>[] {
  if (snapshots.length <= count) return [...snapshots]
  return snapshots.filter((_, index) => index === 0 || index === snapshots.length - 1 || index % 2 === 0)
}
