// Looking back: the state at a moment, and the checks behind an event, by snapshot and replay with no process running.
import type { Check, Explanation } from '../contract/decisions.ts'
import type { EventSeq } from '../contract/trace-events.ts'
import {
  cloneWorld,
  replay,
  takeSnapshot,
  type JournalledKernel,
  type KernelSnapshot,
  type ReplayEnd,
} from '../kernel/kernel.ts'
import { LimitExceeded } from '../kernel/limits.ts'
import type { ExplainSink, World } from '../kernel/world.ts'
import { latestSnapshot, thinSnapshots } from '../sim/journal.ts'
import type { Clone } from './clone.ts'
import { TraceStore } from './trace-store.ts'

/** A snapshot is due after so many events of the kernel. */
const SNAPSHOT_EVENTS = 5_000
const SNAPSHOT_COUNT = 64

/** Collects the checks that led to some events and forgets all others. */
class ExplainCollector implements ExplainSink {
  #pending: Check[] = []
  readonly #wanted: ReadonlySet<EventSeq>
  readonly found = new Map<EventSeq, readonly Check[]>()

  constructor(wanted: ReadonlySet<EventSeq>) {
    this.#wanted = wanted
  }

  check(check: Check): void {
    this.#pending.push(check)
  }

  conclude(seq: EventSeq): void {
    if (this.#wanted.has(seq)) this.found.set(seq, this.#pending)
    this.#pending = []
  }

  begin(): void {
    this.#pending = []
  }
}

/** The past of one kernel. */
export class Rewind {
  readonly #kernel: JournalledKernel
  readonly #clone: Clone
  #snapshots: KernelSnapshot[] = []
  #lastDispatched = -Infinity

  constructor(kernel: JournalledKernel, clone: Clone, snapshots: readonly KernelSnapshot[] = []) {
    this.#kernel = kernel
    this.#clone = clone
    this.#snapshots = [...snapshots]
    this.#lastDispatched = snapshots.at(-1)?.dispatched ?? -Infinity
  }

  get snapshots(): readonly KernelSnapshot[] {
    return this.#snapshots
  }

  /** Takes a snapshot if enough has happened since the last one. */
  keep(): void {
    if (this.#kernel.world.dispatched - this.#lastDispatched >= SNAPSHOT_EVENTS) this.keepNow()
  }

  /** Takes a snapshot, unless the last one is of this very moment. */
  keepNow(): KernelSnapshot {
    const { world, journal } = this.#kernel
    const last = this.#snapshots.at(-1)
    const { length: journalLength } = journal ?? []
    if (last?.dispatched === world.dispatched && last.journalLength === journalLength && last.at === world.now)
      return last
    const taken = takeSnapshot(world, journalLength, this.#clone)
    this.#lastDispatched = world.dispatched
    this.#snapshots = thinSnapshots([...this.#snapshots, taken], SNAPSHOT_COUNT)
    return taken
  }

  #from(snapshot: KernelSnapshot | undefined): World {
    if (snapshot === undefined) throw new Error('the past begins with the first snapshot')
    return cloneWorld(snapshot.state, this.#clone)
  }

  /** The world as it was once everything up to and including a time had happened. */
  worldAt(at: number): World {
    const { world: live } = this.#kernel
    if (at >= live.now) return live
    const snapshot = latestSnapshot(this.#snapshots, (s) => s.at, at) ?? this.#snapshots[0]
    const world = this.#from(snapshot)
    this.#replay(world, snapshot, { kind: 'time', at })
    return world
  }

  /** The ordered checks that led to an event; empty when the event was not decided by any. */
  explain(seq: EventSeq): Explanation {
    return { seq, checks: this.explainAll([seq]).get(seq) ?? [] }
  }

  /** The ordered checks that led to each of several events, by one replay; events that no check led to are missing. */
  explainAll(seqs: readonly EventSeq[]): ReadonlyMap<EventSeq, readonly Check[]> {
    const collector = new ExplainCollector(new Set(seqs))
    if (seqs.length === 0) return collector.found
    const first = seqs.reduce((a, b) => Math.min(a, b))
    const last = seqs.reduce((a, b) => Math.max(a, b))
    const snapshot = latestSnapshot(this.#snapshots, (s) => s.nextSeq, first) ?? this.#snapshots[0]
    const world = this.#from(snapshot)
    world.out.explain = collector
    this.#replay(world, snapshot, { kind: 'seq', seq: last })
    return collector.found
  }

  /**
   * Plays the past once more, from the latest snapshot that is not behind an event up to the live edge, into a trace of its own. A sink hears
   * the checks meanwhile.
   */
  retrace(fromSeq: EventSeq, explain?: ExplainSink): TraceStore {
    const { world: live } = this.#kernel
    const snapshot = latestSnapshot(this.#snapshots, (s) => s.nextSeq, fromSeq) ?? this.#snapshots[0]
    const world = this.#from(snapshot)
    const trace = new TraceStore(world.nextSeq)
    world.out.trace = trace
    world.out.explain = explain
    this.#replay(world, snapshot, { kind: 'seq', seq: live.nextSeq - 1 })
    return trace
  }

  /** Replays up to a moment, or up to where the lab reached a limit. */
  #replay(world: World, snapshot: KernelSnapshot | undefined, end: ReplayEnd): void {
    try {
      replay(world, this.#kernel.journal ?? [], snapshot?.journalLength ?? 0, end)
    } catch (error) {
      if (!(error instanceof LimitExceeded)) throw error
    }
  }
}
