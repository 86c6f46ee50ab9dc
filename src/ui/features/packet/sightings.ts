// Where a packet was seen, and what changed on the way to each place.
import { useEffect, useState } from 'react'
import type { TraceEvent } from '../../../contract/trace-events.ts'
import { dissect } from '../../../wire/dissect.ts'
import { useSession, useTrace } from '../../lab/context.tsx'
import { frameDetail, orNothing, packetStory } from '../../lab/frame-details.ts'
import type { LabSession } from '../../lab/session.ts'
import { isOnLane } from '../why/fate.ts'
import { changesBetween } from './compare.ts'
import type { FieldChange } from './compare.ts'

export interface Sighting {
  readonly event: TraceEvent
  /** Undefined where the packet was first seen. */
  readonly changes: readonly FieldChange[] | undefined
}

/** Of a storm only the neighbourhood is shown. */
const MOST_SIGHTINGS = 60

const NONE: readonly Sighting[] = []

/** All places of an event's packet, in order; empty while they are on their way. */
export function useSightings(event: TraceEvent): readonly Sighting[] {
  const session = useSession()
  const lastSeq = useTrace((state) => state.lastSeq)
  const [found, setFound] = useState({ packet: 0, sightings: NONE })
  const { packet, seq } = event
  useEffect(() => {
    let isCurrent = true
    void orNothing(collect(session, packet, seq)).then((sightings) => {
      if (isCurrent) setFound({ packet, sightings: sightings ?? NONE })
    })
    return () => {
      isCurrent = false
    }
  }, [session, packet, seq, lastSeq])
  return found.packet === packet ? found.sightings : NONE
}

async function collect(session: LabSession, packet: number, seq: number): Promise<readonly Sighting[]> {
  const story = (await packetStory(session, packet))?.events ?? []
  const byId = new Map(story.map((event) => [event.seq, event]))
  const seen = story.filter(isOnLane)
  const here = Math.max(0, seen.findIndex((event) => event.seq === seq) - MOST_SIGHTINGS / 2)
  return Promise.all(
    seen.slice(here, here + MOST_SIGHTINGS).map(async (event) => {
      const before = parentOf(event, byId)
      if (before === undefined) return { event, changes: undefined }
      const [old, now] = await Promise.all([frameDetail(session, before.seq), frameDetail(session, event.seq)])
      const isDrop = event.kind === 'skb.kfree_skb'
      if (old === undefined || now === undefined || isDrop) return { event, changes: [] }
      return { event, changes: changesBetween(dissect(old.bytes), dissect(now.bytes)) }
    }),
  )
}

/** The sighting of the same packet that this one follows from. */
function parentOf(event: TraceEvent, byId: ReadonlyMap<number, TraceEvent>): TraceEvent | undefined {
  let before = byId.get(event.cause)
  while (before !== undefined && !isOnLane(before)) before = byId.get(before.cause)
  return before
}
