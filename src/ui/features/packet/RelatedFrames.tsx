// Links to the frames that belong to this one.
import { useTranslation } from 'react-i18next'
import { FrameGlyph } from '../../components/frame-glyph.tsx'
import { useNetwork, useSession } from '../../lab/context.tsx'
import { useFrameDetail } from '../../lab/frame-details.ts'
import { interfaceName } from '../../stores/network-store.ts'
import { showFrame } from '../timeline/navigate.ts'
import { shortLine } from '../timeline/time-text.ts'
import type { RelatedFrame } from './related.ts'

export function RelatedFrames({ related }: { readonly related: readonly RelatedFrame[] }) {
  const { t } = useTranslation()
  return (
    <section aria-label={t('packet.related')}>
      <h3 className="packet__heading">{t('packet.related')}</h3>
      {related.length === 0 ? (
        <p className="muted packet__none">{t('packet.none')}</p>
      ) : (
        <ul className="related">
          {related.map((frame) => (
            <RelatedRow key={frame.seq} frame={frame} />
          ))}
        </ul>
      )}
    </section>
  )
}

function RelatedRow({ frame }: { readonly frame: RelatedFrame }) {
  const { t } = useTranslation()
  const session = useSession()
  const detail = useFrameDetail(frame.seq)
  const place = useNetwork((state) => interfaceName(state, frame.device))
  return (
    <li className="related__row">
      <span className="muted">{t(`packet.${frame.relation}`)}</span>
      <button type="button" className="related__link mono" onClick={() => void showFrame(session, frame.seq)}>
        <FrameGlyph glyph={frame.glyph} size={12} />
        <span title={detail?.line}>{detail === undefined ? place : `${place}: ${shortLine(detail.line)}`}</span>
      </button>
    </li>
  )
}
