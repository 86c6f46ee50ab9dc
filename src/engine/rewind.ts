// Looking back: the state at a moment, and the checks behind an event, by snapshot and replay with no process running.
import type { Check, Explanation } from '../contract/decisions.ts'
import type { EventSeq } from '../contract/trace-events.ts'
import { cloneWorld, replay, takeSnapshot, type JournalledKernel, type KernelSnapshot } from '../kernel/kernel.ts'
import type { ExplainSink, World } from '../kernel/world.ts'
import { latestSnapshot, thinSnapshots } from '../sim/journal.ts'
import type { Clone } from './clone.ts'

/** A snapshot is due after so many events of the kernel. */
const SNAPSHOT_EVENTS = 5_000
const SNAPSHOT_COUNT = 64

/** Collects the checks that led to one event and forgets all others. */
export class ExplainCollector implements ExplainSink {
  #pending: Check[] = []
  readonly #wanted: EventSeq
  found: readonly Check[] | undefined

  constructor(wanted: EventSeq) {
    this.#wanted = wanted
  }

  check(check: Check): void {
    this.#pending.push(check)
  }

  conclude(seq: EventSeq): void {
    if (seq === this.#wanted) this.found = this.#pending
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

  constructor(kernel: JournalledKernel, clone: Clone) {
    this.#kernel = kernel
    this.#clone = clone
  }

  /** Takes a snapshot if enough has happened since the last one; `force` takes one anyway. */
  keep(force = false): void {
    const { world, journal } = this.#kernel
    if (!force && world.dispatched - this.#lastDispatched < SNAPSHOT_EVENTS) return
    this.#lastDispatched = world.dispatched
    this.#snapshots = thinSnapshots(
      [...this.#snapshots, takeSnapshot(world, journal?.length ?? 0, this.#clone)],
      SNAPSHOT_COUNT,
    )
  }

  #from(snapshot: KernelSnapshot | undefined): World {
    if (snapshot === undefined) throw new Error('the past begins with the first snapshot')
    return cloneWorld(snapshot.state, this.#clone)
  }

  /** The world as it was once everything up to and including a time had happened. */
  worldAt(at: number): World {
    const { world: live, journal } = this.#kernel
    if (at >= live.now) return live
    const snapshot = latestSnapshot(this.#snapshots, (s) => s.at, at) ?? this.#snapshots[0]
    const world = this.#from(snapshot)
    replay(world, journal ?? [], snapshot?.journalLength ?? 0, { kind: 'time', at })
    return world
  }

  /** The ordered checks that led to an event; empty when the event was not decided by any. */
  explain(seq: EventSeq): Explanation {
    const snapshot = latestSnapshot(this.#snapshots, (s) => s.nextSeq, seq) ?? this.#snapshots[0]
    const world = this.#from(snapshot)
    const collector = new ExplainCollector(seq)
    world.out.explain = collector
    replay(world, this.#kernel.journal ?? [], snapshot?.journalLength ?? 0, { kind: 'seq', seq })
    return { seq, checks: collector.found ?? [] }
  }
}
