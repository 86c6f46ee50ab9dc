// While a large lab is opened: how much of it is there, and a way to stop. What is there at once is not told of.
import { Panel } from '@xyflow/react'
import { useTranslation } from 'react-i18next'
import { useLab, useSession } from '../../lab/context.tsx'
import './opening-status.css'

interface OpeningStatusProps {
  /** Of a picture that comes into the page in parts. */
  readonly drawn: { readonly done: number; readonly total: number } | undefined
}

export default function OpeningStatus({ drawn }: OpeningStatusProps) {
  const { t } = useTranslation()
  const session = useSession()
  const progress = useLab((state) => state.progress)
  const name = useLab((state) => state.opensName)
  const shown = progress ?? drawn
  if (shown === undefined) return null
  const words = progress === undefined ? t('open.drawing', shown) : t('open.building', shown)
  return (
    <Panel position="top-center" className="opening-status">
      <span role="status">{words}</span>
      <progress aria-label={words} value={shown.done} max={shown.total} />
      {progress !== undefined && name !== undefined && (
        <button
          type="button"
          className="button"
          onClick={() => void import('../../lab/open-lab.ts').then(({ stopOpening }) => stopOpening(session))}
        >
          {t('open.stop')}
        </button>
      )}
    </Panel>
  )
}
