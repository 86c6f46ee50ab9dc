// What became of a frame where it was seen, in a few words.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FrameDetail } from '../../../contract/protocol.ts'
import type { TraceEvent } from '../../../contract/trace-events.ts'
import { packetStory } from '../../lab/frame-details.ts'
import { useSession } from '../../lab/context.tsx'
import { fateOf } from '../why/fate.ts'
import { fateText } from '../why/event-text.ts'

const NO_EVENTS: readonly TraceEvent[] = []

/** Empty while it is not known. */
export function useFateText(detail: FrameDetail | undefined): string {
  const { t } = useTranslation()
  const session = useSession()
  const [events, setEvents] = useState(NO_EVENTS)
  const packet = detail?.event.packet ?? 0
  useEffect(() => {
    let isCurrent = true
    void packetStory(session, packet).then((story) => {
      if (isCurrent) setEvents(story?.events ?? NO_EVENTS)
    })
    return () => {
      isCurrent = false
    }
  }, [session, packet])
  return detail === undefined ? '' : fateText(t, fateOf(detail.event, events))
}
