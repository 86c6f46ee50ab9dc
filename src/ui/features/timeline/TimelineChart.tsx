// Lanes on a canvas beside their names, under a strip that shows the whole trace.
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyPart } from '../../components/lazy-part.tsx'
import { useSession } from '../../lab/context.tsx'
import { listenToGestures } from './gestures.ts'
import { LaneLabels } from './LaneLabels.tsx'
import { ROW_HEIGHT } from './lanes.ts'
import { RULER_PX } from './scene.ts'
import { Stage } from './stage.ts'
import { useTimeline } from './timeline-store.ts'

/** Brings the sentences about drops along, which the first picture does not need. */
const FrameTooltip = lazyPart(() => import('./FrameTooltip.tsx'))

export function TimelineChart() {
  const { t } = useTranslation()
  const session = useSession()
  const scroller = useRef<HTMLDivElement>(null)
  const ground = useRef<HTMLDivElement>(null)
  const base = useRef<HTMLCanvasElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const overview = useRef<HTMLCanvasElement>(null)
  const rowCount = useTimeline((state) => state.rows.length)
  useScrollToLane(scroller)
  useEffect(() => {
    const elements = {
      scroller: scroller.current,
      stage: ground.current,
      base: base.current,
      overlay: overlay.current,
      overview: overview.current,
    }
    if (!isComplete(elements)) return undefined
    const stage = new Stage(session, elements)
    const stopListening = listenToGestures(session, stage, elements)
    return () => {
      stopListening()
      stage.dispose()
    }
  }, [session])
  return (
    <div className="timeline__chart">
      <div className="timeline__overview">
        <span className="timeline__corner muted">{t('timeline.overview')}</span>
        <canvas ref={overview} aria-hidden="true" />
      </div>
      <div
        ref={scroller}
        className="timeline__scroller"
        role="application"
        aria-roledescription={t('timeline.role')}
        aria-label={t('timeline.label', { count: rowCount })}
        aria-describedby="timeline-help"
        tabIndex={0}
      >
        <p id="timeline-help" className="visually-hidden">
          {t('timeline.help')}
        </p>
        <div className="timeline__lanes" style={{ minHeight: RULER_PX + rowCount * ROW_HEIGHT }}>
          <LaneLabels />
          <div ref={ground} className="timeline__stage">
            <canvas ref={base} aria-hidden="true" />
            <canvas ref={overlay} aria-hidden="true" />
            <FrameTooltip />
          </div>
        </div>
        {rowCount === 0 && <p className="timeline__none muted">{t('timeline.noLane')}</p>}
      </div>
    </div>
  )
}

type Complete<T> = { readonly [K in keyof T]: NonNullable<T[K]> }

function isComplete<T extends Readonly<Record<string, HTMLElement | null>>>(elements: T): elements is T & Complete<T> {
  return Object.values(elements).every((element) => element !== null)
}

/** The lane that is chosen by key comes into sight. */
function useScrollToLane(scroller: React.RefObject<HTMLDivElement | null>): void {
  const index = useTimeline((state) => state.rowOf.get(state.laneDevice) ?? -1)
  useEffect(() => {
    const element = scroller.current
    if (element === null || index < 0) return
    const top = index * ROW_HEIGHT
    const room = element.clientHeight - RULER_PX - ROW_HEIGHT
    if (top < element.scrollTop) element.scrollTo({ top })
    else if (top > element.scrollTop + room) element.scrollTo({ top: top - room })
  }, [scroller, index])
}
