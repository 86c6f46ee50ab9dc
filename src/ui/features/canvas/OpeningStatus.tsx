// While a large lab is opened: how much of it is there, and a way to stop. Building ends as if nothing had been opened; of a drawing what is there
// stays, for the lab is open, and the rest can still be had. What is there at once is not told of.
import { Panel } from '@xyflow/react'
import { useTranslation } from 'react-i18next'
import { useLab, useSession } from '../../lab/context.tsx'
import './opening-status.css'
import type { Drawn } from './use-canvas-picture.ts'

interface OpeningStatusProps {
  /** Of a picture that comes into the page in parts. */
  readonly drawn: Drawn | undefined
}

export default function OpeningStatus({ drawn }: OpeningStatusProps) {
  const { t } = useTranslation()
  const session = useSession()
  const progress = useLab((state) => state.progress)
  const name = useLab((state) => state.opensName)
  const shown = progress ?? drawn
  if (shown === undefined) return null
  const stage = progress !== undefined ? 'building' : drawn?.isHeld === true ? 'drawn' : 'drawing'
  const words = t(`open.${stage}`, { done: shown.done, total: shown.total })
  const stop = (): void => void import('../../lab/open-lab.ts').then(({ stopOpening }) => stopOpening(session))
  return (
    <Panel position="top-center" className="opening-status">
      <span role="status">{words}</span>
      <progress aria-label={words} value={shown.done} max={shown.total} />
      {stage === 'building' && name !== undefined && (
        <button type="button" className="button" onClick={stop}>
          {t('open.stop')}
        </button>
      )}
      {stage !== 'building' && (
        <button type="button" className="button" onClick={() => drawn?.hold(!drawn.isHeld)}>
          {t(stage === 'drawn' ? 'open.drawRest' : 'open.stop')}
        </button>
      )}
    </Panel>
  )
}
