// What the why card shows of a frame: the decision that sent it, what became of it, and the checks of either.
import { useEffect, useState } from 'react'
import { TRACE_KINDS } from '../../../contract/trace-events.ts'
import type { TraceEvent } from '../../../contract/trace-events.ts'
import type { Explanation } from '../../../contract/decisions.ts'
import { useSession, useTrace } from '../../lab/context.tsx'
import { frameDetail, orNothing, packetStory } from '../../lab/frame-details.ts'
import type { LabSession } from '../../lab/session.ts'
import { fateOf, isOnLane } from './fate.ts'
import type { Fate } from './fate.ts'

export interface WhyData {
  readonly event: TraceEvent
  readonly fate: Fate
  /** Decisions that led to a frame that set out here, the nearest last. */
  readonly origins: readonly TraceEvent[]
}

const MOST_ORIGINS = 3

/** The decisions around a frame; undefined while they are on their way. */
export function useWhyData(seq: number): WhyData | undefined {
  const session = useSession()
  const lastSeq = useTrace((state) => state.lastSeq)
  const [data, setData] = useState<WhyData | undefined>(undefined)
  useEffect(() => {
    let isCurrent = true
    void orNothing(collect(session, seq)).then((found) => {
      if (isCurrent) setData(found)
    })
    return () => {
      isCurrent = false
    }
    // A longer trace may hold what became of the frame.
  }, [session, seq, lastSeq])
  return data?.event.seq === seq ? data : undefined
}

async function collect(session: LabSession, seq: number): Promise<WhyData | undefined> {
  const detail = await frameDetail(session, seq)
  if (detail === undefined) return undefined
  const { event } = detail
  const story = await packetStory(session, event.packet)
  const origins: TraceEvent[] = []
  if (event.kind === 'net.dev_xmit') {
    let cause = event.cause
    while (cause !== 0 && origins.length < MOST_ORIGINS) {
      const before = await eventOf(session, cause)
      if (before === undefined || isOnLane(before)) break
      if (before.kind === 'lab.decision') origins.unshift(before)
      cause = before.cause
    }
  }
  return { event, fate: fateOf(event, story?.events ?? []), origins }
}

/** Any single event of the trace. */
async function eventOf({ client }: LabSession, seq: number): Promise<TraceEvent | undefined> {
  const columns = await client.ask('trace', { fromSeq: seq, toSeq: seq, withFrames: false })
  const kind = TRACE_KINDS[columns.kind[0] ?? -1]
  if (columns.count === 0 || kind === undefined) return undefined
  return {
    seq: columns.firstSeq,
    at: columns.at[0] ?? 0,
    kind,
    cause: columns.cause[0] ?? 0,
    device: columns.device[0] ?? 0,
    netns: columns.netns[0] ?? 0,
    packet: columns.packet[0] ?? 0,
    code: columns.code[0] ?? 0,
    a: columns.a[0] ?? 0,
    b: columns.b[0] ?? 0,
    c: columns.c[0] ?? 0,
    frameAt: columns.frameAt[0] ?? 0,
    frameLength: columns.frameLength[0] ?? 0,
  }
}

/** The checks behind a decision or a drop. What only carries out a decision (a queue that is emptied) has those of its cause. */
export function useExplanation({ seq, cause }: TraceEvent): Explanation | undefined {
  const { client } = useSession()
  const [shown, setShown] = useState<{ readonly seq: number; readonly explanation: Explanation } | undefined>(undefined)
  useEffect(() => {
    let isCurrent = true
    const ask = async (): Promise<Explanation> => {
      const own = await client.ask('explain', { seq })
      return own.checks.length > 0 || cause === 0 ? own : client.ask('explain', { seq: cause })
    }
    void orNothing(ask()).then((answer) => {
      if (isCurrent) setShown({ seq, explanation: answer ?? { seq, checks: [] } })
    })
    return () => {
      isCurrent = false
    }
  }, [client, seq, cause])
  return shown?.seq === seq ? shown.explanation : undefined
}
