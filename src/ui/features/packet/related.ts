// Frames of other packets that belong to a packet: what it answers, what answers it, what it waited for or let go.
import { useEffect, useState } from 'react'
import { GLYPHS } from '../../../contract/protocol.ts'
import type { Glyph, SightingColumns } from '../../../contract/protocol.ts'
import type { TraceEvent } from '../../../contract/trace-events.ts'
import { useSession, useTrace } from '../../lab/context.tsx'
import { orNothing, packetStory } from '../../lab/frame-details.ts'
import type { LabSession } from '../../lab/session.ts'
import { indexOfSeq } from '../canvas/frames-at.ts'
import { isOnLane } from '../why/fate.ts'
import { relationBetween } from './relations.ts'
import type { Relation } from './relations.ts'

export interface RelatedFrame {
  readonly seq: number
  readonly device: number
  readonly glyph: Glyph
  readonly relation: Relation
}

/** Longer than any delay between a frame and its effect: a proxy's answer waits up to 0.8 s, a retry 1 s. */
const EFFECTS_WITHIN_NS = 1.5e9
const MOST_SEARCHED = 4_000
const MOST_SHOWN = 8
const NONE: readonly RelatedFrame[] = []

/** The frames that belong to an event's packet. */
export function useRelated({ packet }: TraceEvent): readonly RelatedFrame[] {
  const session = useSession()
  const lastSeq = useTrace((state) => state.lastSeq)
  const [found, setFound] = useState({ packet: 0, related: NONE })
  useEffect(() => {
    let isCurrent = true
    void orNothing(collect(session, packet)).then((related) => {
      if (isCurrent) setFound({ packet, related: related ?? NONE })
    })
    return () => {
      isCurrent = false
    }
  }, [session, packet, lastSeq])
  return found.packet === packet ? found.related : NONE
}

async function collect(session: LabSession, packet: number): Promise<readonly RelatedFrame[]> {
  const seen = ((await packetStory(session, packet))?.events ?? []).filter(isOnLane)
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined) return []
  const { columns } = await session.client.ask('sightings', {
    fromNs: first.at,
    toNs: last.at + EFFECTS_WITHIN_NS,
    limit: MOST_SEARCHED,
  })
  const own = indexOfSeq(columns, first.seq)
  const glyph = own === undefined ? 'other' : glyphAt(columns, own)
  const origin = own === undefined ? [] : await originOf(session, columns, own, glyph)
  return [...origin, ...effectsOf(columns, new Set(seen.map(({ seq }) => seq)), glyph)].slice(0, MOST_SHOWN)
}

/** The frame of another packet that brought this one about. */
async function originOf(
  { client }: LabSession,
  columns: SightingColumns,
  own: number,
  glyph: Glyph,
): Promise<readonly RelatedFrame[]> {
  const seq = columns.causeSeq[own] ?? 0
  if (seq === 0 || columns.samePacket[own] === 1) return []
  const { event } = await client.ask('frame', { seq })
  const near = await client.ask('sightings', { fromNs: event.at, toNs: event.at })
  const index = indexOfSeq(near.columns, seq)
  const other = index === undefined ? 'other' : glyphAt(near.columns, index)
  return [{ seq, device: event.device, glyph: other, relation: relationBetween(other, glyph).ofEffect }]
}

/** The first sighting of each other packet that was brought about by one of these. */
function effectsOf(columns: SightingColumns, causes: ReadonlySet<number>, glyph: Glyph): readonly RelatedFrame[] {
  const packets = new Set<number>()
  const effects: RelatedFrame[] = []
  for (let index = 0; index < columns.count; index++) {
    if (columns.samePacket[index] === 1 || !causes.has(columns.causeSeq[index] ?? 0)) continue
    const packet = columns.packet[index] ?? 0
    if (packets.has(packet)) continue
    packets.add(packet)
    const other = glyphAt(columns, index)
    const relation = relationBetween(glyph, other).ofCause
    effects.push({ seq: columns.seq[index] ?? 0, device: columns.device[index] ?? 0, glyph: other, relation })
  }
  return effects
}

function glyphAt({ glyph }: SightingColumns, index: number): Glyph {
  return GLYPHS[glyph[index] ?? 0] ?? 'other'
}
