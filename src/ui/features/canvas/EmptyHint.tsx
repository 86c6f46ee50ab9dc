// An empty canvas says how to begin.
import { Panel } from '@xyflow/react'
import { useTranslation } from 'react-i18next'
import { useBuilding } from '../../lab/context.tsx'

export function EmptyHint() {
  const { t } = useTranslation()
  const isFixed = useBuilding((state) => state.isFixed)
  if (isFixed) return null
  return (
    <Panel position="top-center" className="empty-hint">
      <p className="empty-hint__title">{t('canvas.emptyTitle')}</p>
      <p>
        {t('canvas.emptyHint')} <kbd>M</kbd>
      </p>
    </Panel>
  )
}
