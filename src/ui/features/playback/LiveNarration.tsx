// Says in words what happens at the cursor, for those who listen to the page. While it plays it says less, so that it keeps up.
import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { GLYPHS } from '../../../contract/protocol.ts'
import { useSession } from '../../lab/context.tsx'
import type { LabSession } from '../../lab/session.ts'
import { interfaceName } from '../../stores/network-store.ts'
import { lowerBound } from '../../stores/trace-store.ts'

const DIRECTIONS = ['in', 'out', 'drop'] as const
const LEAST_INTERVAL_MS = 900

export function LiveNarration() {
  const { t } = useTranslation()
  const session = useSession()
  const [text, setText] = useState('')
  useEffect(() => {
    let lastMs = 0
    return session.clock.subscribe(({ cursor, isPlaying }, previous) => {
      if (cursor === previous.cursor || (isPlaying && Date.now() - lastMs < LEAST_INTERVAL_MS)) return
      lastMs = Date.now()
      const said = narrationAt(session, cursor, t)
      if (said !== undefined) setText(said)
    })
  }, [session, t])
  return (
    <div className="visually-hidden" role="status" aria-live="polite" aria-label={t('playback.narration')}>
      {text}
    </div>
  )
}

function narrationAt({ trace, network }: LabSession, cursor: number, t: TFunction): string | undefined {
  const { columns } = trace.getState()
  const index = lowerBound(columns.at, cursor + 1) - 1
  if (index < 0) return undefined
  const glyph = GLYPHS[columns.glyph[index] ?? 0] ?? 'other'
  const direction = DIRECTIONS[columns.direction[index] ?? 0] ?? 'in'
  const place = interfaceName(network.getState(), columns.device[index] ?? 0)
  const frame: string = t(`glyph.${glyph}`)
  return t(`narration.${direction}`, { frame, place })
}
