// What happens at the cursor while no frame is selected: the last frame that was seen, and the sentence on what the kernel decided about it.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { GLYPHS } from '../../../contract/protocol.ts'
import type { FrameDetail } from '../../../contract/protocol.ts'
import { FrameGlyph } from '../../components/frame-glyph.tsx'
import { Translations } from '../../components/translations.tsx'
import { useNetwork, useSession } from '../../lab/context.tsx'
import { useFrameDetail } from '../../lab/frame-details.ts'
import type { LabSession } from '../../lab/session.ts'
import { lowerBound } from '../../stores/trace-store.ts'
import { showFrame } from '../timeline/navigate.ts'
import { momentText, shortLine } from '../timeline/time-text.ts'
import { placeOf, verdictOf } from '../why/event-text.ts'
import { mainVerdict } from '../why/fate.ts'
import { useWhyData } from '../why/why-data.ts'
import type { WhyData } from '../why/why-data.ts'
import '../why/why-card.css'
import './packet.css'

/** While it plays the card changes no faster than one can glance at it. */
const LEAST_INTERVAL_MS = 600

export default function AtCursor() {
  const { t } = useTranslation()
  const session = useSession()
  const seq = useSeqAtCursor(session)
  const detail = useFrameDetail(seq)
  const why = useWhyData(seq)
  // The card before stays until the next one is whole.
  const [shown, setShown] = useState<Shown | undefined>(undefined)
  if (detail !== undefined && why !== undefined && shown?.why !== why) setShown({ detail, why })
  if (seq === 0 || shown === undefined) return <p className="panel-empty">{t('packet.empty')}</p>
  return (
    <div className="packet">
      <Card shown={shown} />
      <p className="muted">{t('packet.empty')}</p>
    </div>
  )
}

interface Shown {
  readonly detail: FrameDetail
  readonly why: WhyData
}

function Card({ shown: { detail, why } }: { readonly shown: Shown }) {
  const { t } = useTranslation()
  const session = useSession()
  const kernel = useTranslation('kernel')
  const network = useNetwork((state) => state)
  const { event, line, translations } = detail
  const verdicts = [...why.origins.slice(-1), mainVerdict(why.fate) ?? []].flat()
  const glyph = GLYPHS[glyphOf(session, event.seq)] ?? 'other'
  return (
    <section className="packet__summary" aria-label={t('packet.atCursor')}>
      <h3 className="packet__heading">{t('packet.atCursor')}</h3>
      <p className="packet__line mono">
        <FrameGlyph glyph={glyph} size={12} /> {shortLine(line)}
      </p>
      <Translations translations={translations} />
      <p className="packet__facts">
        <span>{placeOf(event, network)}</span>
        <span className="mono muted">{momentText(event.at, 1000)}</span>
      </p>
      {verdicts.map((verdict) => {
        const text = verdictOf(kernel.t, verdict, network)
        return text === undefined ? null : (
          <p key={verdict.seq} className={`why-card__verdict why-card__verdict--${text.outcome}`}>
            {text.sentence}
          </p>
        )
      })}
      <button
        type="button"
        className="button packet__button packet__open"
        onClick={() => void showFrame(session, event.seq)}
      >
        {t('packet.open')}
      </button>
    </section>
  )
}

function glyphOf({ trace }: LabSession, seq: number): number {
  const { columns } = trace.getState()
  const index = columns.seq.indexOf(seq)
  return columns.glyph[index] ?? GLYPHS.length
}

/** The last sighting at or before the cursor; while it plays, at a calm pace. 0 before the first. */
function useSeqAtCursor(session: LabSession): number {
  const [seq, setSeq] = useState(() => seqAt(session))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = (): void => {
      timer = undefined
      setSeq(seqAt(session))
    }
    const onChange = (): void => {
      if (!session.clock.getState().isPlaying) read()
      else timer ??= setTimeout(read, LEAST_INTERVAL_MS)
    }
    const stops = [session.clock.subscribe(onChange), session.trace.subscribe(onChange)]
    return () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [session])
  return seq
}

function seqAt({ clock, trace }: LabSession): number {
  const { columns } = trace.getState()
  return columns.seq[lowerBound(columns.at, clock.getState().cursor + 1) - 1] ?? 0
}
