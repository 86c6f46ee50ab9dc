// Fingerprints of traces, and what to say where two traces part.
import type { EventSeq } from '../contract/trace-events.ts'
import { eventChain, firstDifference } from '../sim/fingerprint.ts'
import { SECOND_NS } from '../sim/time.ts'
import type { TraceStore } from './trace-store.ts'

/** One number an event from `fromSeq` on; each stands for all events since then, with their frames' bytes. */
function traceFingerprints(trace: TraceStore, fromSeq: EventSeq = trace.firstSeq): Float64Array {
  const { count, at, kind, cause, device, netns, packet, code, a, b, c } = trace
  const columns = [at, kind, cause, device, netns, packet, code, a, b, c]
  return eventChain({ count, columns, bytesOf: (index) => trace.frame(index) }, Math.max(0, fromSeq - trace.firstSeq))
}

/** Names the first event in which two traces of one lab differ, from `fromSeq` on; undefined when there is none. */
export function firstTraceDifference(
  ours: TraceStore,
  theirs: TraceStore,
  fromSeq: EventSeq = Math.max(ours.firstSeq, theirs.firstSeq),
): string | undefined {
  const at = firstDifference(traceFingerprints(ours, fromSeq), traceFingerprints(theirs, fromSeq))
  if (at === undefined) return undefined
  const seq = fromSeq + at
  return `event ${seq} differs: ${eventText(ours, seq)}; the other has ${eventText(theirs, seq)}`
}

function eventText(trace: TraceStore, seq: EventSeq): string {
  const event = trace.event(seq)
  if (event === undefined) return 'no such event'
  const { at, kind, code, device, netns, packet, cause, a, b, c, frameLength } = event
  return (
    `${kind} code ${code} at ${(at / SECOND_NS).toFixed(6)} s on device ${device} of namespace ${netns}, ` +
    `packet ${packet}, cause ${cause}, operands ${a} ${b} ${c}, ${frameLength} bytes`
  )
}
