// The place of the timeline: a lane per interface. Its data: useTrace (sightings, score), useClock (cursor), seek.
import { useTranslation } from 'react-i18next'
import { useTrace } from '../../lab/context.tsx'

export function TimelinePanel() {
  const { t } = useTranslation()
  const count = useTrace(({ columns }) => columns.count)
  return <p className="panel-empty">{count === 0 ? t('timeline.empty') : t('timeline.count', { count })}</p>
}
