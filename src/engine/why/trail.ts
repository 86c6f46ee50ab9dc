// Following packets and effects through a stretch of the trace.
import { DECISION_CODES, type DecisionKind } from '../../contract/decisions.ts'
import { DROP_REASON_CODES, type DropReason } from '../../contract/drop-reasons.ts'
import type { EventSeq, TraceEvent } from '../../contract/trace-events.ts'
import type { TraceStore } from '../trace-store.ts'

/** The events of one stretch, by packet and by cause. */
export class Trail {
  readonly events: readonly TraceEvent[]
  readonly #byPacket = new Map<number, TraceEvent[]>()
  readonly #byCause = new Map<EventSeq, TraceEvent[]>()

  constructor(trace: TraceStore, fromSeq: EventSeq, toSeq: EventSeq) {
    const events: TraceEvent[] = []
    for (let seq = fromSeq; seq <= toSeq; seq++) {
      const event = trace.event(seq)
      if (event === undefined) continue
      events.push(event)
      push(this.#byCause, event.cause, event)
      if (event.packet !== 0) push(this.#byPacket, event.packet, event)
    }
    this.events = events
  }

  ofPacket(packet: number): readonly TraceEvent[] {
    return this.#byPacket.get(packet) ?? []
  }

  effectsOf(seq: EventSeq): readonly TraceEvent[] {
    return this.#byCause.get(seq) ?? []
  }

  /** Packets that were made because of an event, in order. */
  packetsFrom(seq: EventSeq): number[] {
    return [...new Set(this.effectsOf(seq).flatMap((event) => (event.packet === 0 ? [] : [event.packet])))]
  }
}

function push<K>(map: Map<K, TraceEvent[]>, key: K, event: TraceEvent): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [event])
  else list.push(event)
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
