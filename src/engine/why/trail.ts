// Following packets and effects through the trace: an index by packet and by cause, made once and kept while the trace does not grow.
import { DECISION_CODES, type DecisionKind } from '../../contract/decisions.ts'
import { DROP_REASON_CODES, type DropReason } from '../../contract/drop-reasons.ts'
import type { EventSeq, TraceEvent } from '../../contract/trace-events.ts'
import type { TraceStore } from '../trace-store.ts'

/** Chains of event indexes: `first` by key, `next` by index; each is an index plus one, 0 ends a chain. */
interface Chains {
  readonly first: Uint32Array
  readonly next: Uint32Array
}

/** Chains the events of equal keys, in order; key 0 has no chain. */
function chainsOf(keys: Uint32Array, count: number, keyOf: (key: number) => number): Chains {
  let largest = 0
  for (let i = 0; i < count; i++) largest = Math.max(largest, keyOf(keys[i] ?? 0))
  const first = new Uint32Array(largest + 1)
  const next = new Uint32Array(count)
  for (let i = count - 1; i >= 0; i--) {
    const key = keyOf(keys[i] ?? 0)
    if (key <= 0) continue
    next[i] = first[key] ?? 0
    first[key] = i + 1
  }
  return { first, next }
}

/** A whole trace, by packet and by cause. */
export class Trail {
  readonly count: number
  readonly #trace: TraceStore
  readonly #packets: Chains
  readonly #effects: Chains

  constructor(trace: TraceStore) {
    this.#trace = trace
    this.count = trace.count
    this.#packets = chainsOf(trace.packet, trace.count, (packet) => packet)
    // What an input from before the trace brought about has no chain.
    this.#effects = chainsOf(trace.cause, trace.count, (seq) => Math.max(0, seq - trace.firstSeq + 1))
  }

  #walk(chains: Chains, key: number): TraceEvent[] {
    const events: TraceEvent[] = []
    for (let at = chains.first[key] ?? 0; at !== 0; at = chains.next[at - 1] ?? 0) {
      const event = this.#trace.event(this.#trace.firstSeq + at - 1)
      if (event !== undefined) events.push(event)
    }
    return events
  }

  event(seq: EventSeq): TraceEvent | undefined {
    return this.#trace.event(seq)
  }

  /** All that happened to a packet, in order. */
  ofPacket(packet: number): TraceEvent[] {
    return this.#walk(this.#packets, packet)
  }

  /** What an event brought about directly, in order. */
  effectsOf(seq: EventSeq): TraceEvent[] {
    return this.#walk(this.#effects, seq - this.#trace.firstSeq + 1)
  }

  /** Packets that were made because of an event, in order. */
  packetsFrom(seq: EventSeq): number[] {
    return [...new Set(this.effectsOf(seq).flatMap((event) => (event.packet === 0 ? [] : [event.packet])))]
  }

  /** The nearest sighting of the same packet among an event and its causes: where the packet was when it happened. */
  lastSeenBefore(event: TraceEvent): TraceEvent | undefined {
    let at: TraceEvent | undefined = event
    while (at !== undefined && !(isSighting(at) && at.packet === event.packet)) at = this.event(at.cause)
    return at
  }

  /** The bytes of a packet as first seen, or as it died; undefined when neither was recorded. */
  frameOf(events: readonly TraceEvent[]): Uint8Array | undefined {
    const seen = events.find((event) => event.frameLength > 0)
    const index = seen === undefined ? undefined : this.#trace.indexOf(seen.seq)
    return index === undefined ? undefined : this.#trace.frame(index)
  }
}

const KNOWN = new WeakMap<TraceStore, Trail>()

/** The index of a trace as it is now. */
export function trailOf(trace: TraceStore): Trail {
  const known = KNOWN.get(trace)
  if (known?.count === trace.count) return known
  const trail = new Trail(trace)
  KNOWN.set(trace, trail)
  return trail
}

export function isSighting(event: TraceEvent): boolean {
  return event.kind === 'net.dev_xmit' || event.kind === 'net.netif_receive_skb'
}

export function decisionOf(event: TraceEvent): DecisionKind | undefined {
  return event.kind === 'lab.decision' ? DECISION_CODES[event.code] : undefined
}

export function dropOf(event: TraceEvent): DropReason | undefined {
  return event.kind === 'skb.kfree_skb' ? DROP_REASON_CODES[event.code] : undefined
}
