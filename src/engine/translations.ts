// Which sightings of a packet NAT has to do with: the first after a translation, or the last before a local delivery.
import { decisionCode, unpackPorts } from '../contract/decisions.ts'
import type { Translation } from '../contract/protocol.ts'
import { TRACE_KIND_CODE, type EventSeq, type TraceEvent } from '../contract/trace-events.ts'
import type { TraceStore } from './trace-store.ts'

const DECISION = TRACE_KIND_CODE['lab.decision']
const LANE_KINDS: ReadonlySet<number> = new Set([
  TRACE_KIND_CODE['net.dev_xmit'],
  TRACE_KIND_CODE['net.netif_receive_skb'],
  TRACE_KIND_CODE['skb.kfree_skb'],
])
const SOURCE = decisionCode('nat.source')
const DESTINATION = decisionCode('nat.destination')
const DELIVERED = decisionCode('ip.deliver_local')

const NONE: readonly EventSeq[] = []

/** Translations by the sighting that shows them. Worked out once an event and kept: the trace only grows. */
export class TranslationIndex {
  readonly #trace: TraceStore
  /** Decisions of `nf_nat_manip_pkt` by the index of a sighting. */
  readonly #shownAt = new Map<number, EventSeq[]>()
  /** Of packets that were translated and have not been seen since. */
  readonly #waiting = new Map<number, EventSeq[]>()
  #known = 0

  constructor(trace: TraceStore) {
    this.#trace = trace
  }

  /** The translations that the sighting at an index shows: their `nat.source` and `nat.destination` events. */
  at(index: number): readonly EventSeq[] {
    for (; this.#known < this.#trace.count; this.#known++) this.#learn(this.#known)
    return this.#shownAt.get(index) ?? NONE
  }

  #learn(index: number): void {
    const trace = this.#trace
    const kind = trace.kind[index] ?? 0
    const packet = trace.packet[index] ?? 0
    if (LANE_KINDS.has(kind)) {
      if (this.#waiting.size > 0) this.#show(packet, index)
      return
    }
    if (kind !== DECISION) return
    const code = trace.code[index] ?? 0
    if (code === SOURCE || code === DESTINATION) {
      const waiting = this.#waiting.get(packet)
      if (waiting === undefined) this.#waiting.set(packet, [trace.firstSeq + index])
      else waiting.push(trace.firstSeq + index)
    } else if (code === DELIVERED && this.#waiting.has(packet)) {
      const last = this.#lastSighting(index)
      if (last !== undefined) this.#show(packet, last)
    }
  }

  #show(packet: number, index: number): void {
    const waiting = this.#waiting.get(packet)
    if (waiting === undefined) return
    this.#shownAt.set(index, [...(this.#shownAt.get(index) ?? NONE), ...waiting])
    this.#waiting.delete(packet)
  }

  #lastSighting(index: number): number | undefined {
    const trace = this.#trace
    let at: number | undefined = index
    while (at !== undefined && !LANE_KINDS.has(trace.kind[at] ?? 0)) at = trace.indexOf(trace.cause[at] ?? 0)
    return at
  }
}

/** What a `nat.source` or `nat.destination` event tells. */
export function translationOf({ code, a, b, c }: TraceEvent): Translation {
  const ports = unpackPorts(c)
  return {
    end: code === SOURCE ? 'source' : 'destination',
    before: { address: a, port: ports.before },
    after: { address: b, port: ports.after },
  }
}
