// What became of a frame where it was seen, and why it set out: read from the events of its packet. Pure.
import type { TraceEvent } from '../../../contract/trace-events.ts'

export interface Fate {
  /** Decisions and drops that the frame ended in here, in order. */
  readonly verdicts: readonly TraceEvent[]
  /** Where the same packet is seen next because of this sighting. */
  readonly next: readonly TraceEvent[]
}

/** A frame that was seen on a tap, or that died. */
export function isOnLane({ kind }: TraceEvent): boolean {
  return kind === 'net.dev_xmit' || kind === 'net.netif_receive_skb' || kind === 'skb.kfree_skb'
}

function isVerdict({ kind }: TraceEvent): boolean {
  return kind === 'lab.decision' || kind === 'skb.kfree_skb'
}

/** Follows effects within the packet's events up to the next sightings. */
export function fateOf(event: TraceEvent, story: readonly TraceEvent[]): Fate {
  if (event.kind === 'skb.kfree_skb') return { verdicts: [event], next: [] }
  const reached = new Set([event.seq])
  const verdicts: TraceEvent[] = []
  const next: TraceEvent[] = []
  for (const each of story) {
    if (each.seq <= event.seq || !reached.has(each.cause)) continue
    if (isVerdict(each)) {
      verdicts.push(each)
      reached.add(each.seq)
    } else if (isOnLane(each)) next.push(each)
    else reached.add(each.seq)
  }
  return { verdicts, next }
}

/** The verdict that says most: what killed it, else what came last. */
export function mainVerdict({ verdicts }: Fate): TraceEvent | undefined {
  return verdicts.find(({ kind }) => kind === 'skb.kfree_skb') ?? verdicts.at(-1)
}
