// The timeline: a lane for each interface, or the same frames as a table for keyboard and screen reader.
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyPart } from '../../components/lazy-part.tsx'
import { useLab, useSession } from '../../lab/context.tsx'
import { feedTimeline } from './feed.ts'
import { TimelineChart } from './TimelineChart.tsx'
import { TimelineToolbar } from './TimelineToolbar.tsx'
import { useTimeline } from './timeline-store.ts'
import './timeline.css'

const FrameTable = lazyPart(() => import('./FrameTable.tsx'))

export default function TimelinePanel() {
  const { t } = useTranslation()
  const session = useSession()
  const isEmpty = useTimeline(({ whole }) => whole.toNs < whole.fromNs)
  const isReady = useLab(({ phase }) => phase === 'ready')
  const isTable = useTimeline((state) => state.isTable)
  useEffect(() => feedTimeline(session), [session])
  return (
    <section className="timeline" aria-label={t('dock.timeline')}>
      {isEmpty ? (
        <p className="panel-empty">{isReady && t('timeline.empty')}</p>
      ) : (
        <>
          <TimelineToolbar />
          {isTable ? <FrameTable /> : <TimelineChart />}
        </>
      )}
    </section>
  )
}
