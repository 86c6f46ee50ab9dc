// While new places are looked for: how many machines, and a way to stop.
import { Panel } from '@xyflow/react'
import { useTranslation } from 'react-i18next'
import { useBuilding } from '../../../lab/context.tsx'

export default function ArrangeStatus() {
  const { t } = useTranslation()
  const arranging = useBuilding((state) => state.arranging)
  if (arranging === undefined) return null
  return (
    <Panel position="top-center" className="arrange-status">
      <span role="status">{t('arrange.working', { count: arranging.count })}</span>
      <progress aria-label={t('arrange.working', { count: arranging.count })} />
      <button type="button" className="button" onClick={arranging.cancel}>
        {t('arrange.stop')}
      </button>
    </Panel>
  )
}
