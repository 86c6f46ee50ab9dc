// Single frames with their bytes and tcpdump's line, kept for as long as a lab is open and they were looked at lately.
import { useEffect, useState } from 'react'
import { ConnectionLostError, RefusedError } from '../../client/lab-client.ts'
import type { FrameDetail, PacketStory } from '../../contract/protocol.ts'
import { useSession } from './context.tsx'
import type { LabSession } from './session.ts'

const MOST_KEPT = 400

interface Kept {
  generation: number
  readonly frames: Map<number, Promise<FrameDetail | undefined>>
  readonly stories: Map<string, Promise<PacketStory | undefined>>
}

const keptBySession = new WeakMap<LabSession, Kept>()

/** A frame by its event; undefined when the engine has none or is gone. */
export function frameDetail(session: LabSession, seq: number): Promise<FrameDetail | undefined> {
  if (seq === 0) return Promise.resolve(undefined)
  return remember(keptOf(session).frames, seq, () => session.client.ask('frame', { seq }))
}

/** All events of a packet so far; asked again when the trace has grown. */
export function packetStory(session: LabSession, packet: number): Promise<PacketStory | undefined> {
  if (packet === 0) return Promise.resolve(undefined)
  const key = `${packet}:${session.trace.getState().lastSeq}`
  return remember(keptOf(session).stories, key, () => session.client.ask('packet', { packet }))
}

/** The frame of an event for a component: undefined while it is on its way. */
export function useFrameDetail(seq: number): FrameDetail | undefined {
  const session = useSession()
  const [shown, setShown] = useState<FrameDetail | undefined>(undefined)
  useEffect(() => {
    let isCurrent = true
    void frameDetail(session, seq).then((detail) => {
      if (isCurrent) setShown(detail)
    })
    return () => {
      isCurrent = false
    }
  }, [session, seq])
  return shown?.event.seq === seq ? shown : undefined
}

/** What a refusal or a lost engine means for something that is only shown: there is nothing to show. */
export async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof RefusedError || error instanceof ConnectionLostError) return undefined
    throw error
  }
}

function keptOf(session: LabSession): Kept {
  const { generation } = session.lab.getState()
  let kept = keptBySession.get(session)
  if (kept?.generation !== generation) {
    kept = { generation, frames: new Map(), stories: new Map() }
    keptBySession.set(session, kept)
  }
  return kept
}

function remember<Key, T>(
  kept: Map<Key, Promise<T | undefined>>,
  key: Key,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  const known = kept.get(key)
  if (known !== undefined) return known
  const answer = orNothing(ask())
  kept.set(key, answer)
  // A map keeps the order of insertion, so the first key is the oldest.
  if (kept.size > MOST_KEPT) for (const oldest of kept.keys()) return (kept.delete(oldest), answer)
  return answer
}
