// One frame with everything that is known of it, the answer to "why" first.
import { ChevronLeft, ChevronRight, Copy } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FrameDetail } from '../../../contract/protocol.ts'
import { dissect } from '../../../wire/dissect.ts'
import { Translations } from '../../components/translations.tsx'
import { useNetwork, useSession } from '../../lab/context.tsx'
import { useFrameDetail } from '../../lab/frame-details.ts'
import { interfaceName } from '../../stores/network-store.ts'
import { showFrame } from '../timeline/navigate.ts'
import { momentText } from '../timeline/time-text.ts'
import { WhyCard } from '../why/WhyCard.tsx'
import { BoxDiagram } from './BoxDiagram.tsx'
import { Elsewhere } from './Elsewhere.tsx'
import { HeaderTree } from './HeaderTree.tsx'
import { HexView, hexText } from './HexView.tsx'
import { useRelated } from './related.ts'
import { RelatedFrames } from './RelatedFrames.tsx'
import { useSightings } from './sightings.ts'
import type { Sighting } from './sightings.ts'
import './packet.css'

/** Which field is pointed at, and which one was chosen: for tree, bytes and boxes alike. */
export interface FieldLink {
  readonly active: string | undefined
  readonly onHover: (path: string | undefined) => void
  readonly onSelect: (path: string) => void
}

export default function PacketView({ seq }: { readonly seq: number }) {
  const detail = useFrameDetail(seq)
  // While another frame is on its way the old one stays: the panel does not blink at each step.
  const [shown, setShown] = useState(detail)
  if (detail !== undefined && detail !== shown) setShown(detail)
  return shown === undefined ? null : <Packet detail={detail ?? shown} />
}

function Packet({ detail }: { readonly detail: FrameDetail }) {
  const { event } = detail
  const sightings = useSightings(event)
  const related = useRelated(event)
  return (
    <div className="packet">
      <Summary detail={detail} sightings={sightings} />
      <WhyCard seq={event.seq} />
      <Anatomy detail={detail} />
      <Elsewhere sightings={sightings} seq={event.seq} />
      <RelatedFrames related={related} />
    </div>
  )
}

const WAY_KEY = {
  'net.dev_xmit': 'packet.out',
  'net.netif_receive_skb': 'packet.in',
  'skb.kfree_skb': 'packet.drop',
} as const

function Summary({ detail, sightings }: { readonly detail: FrameDetail; readonly sightings: readonly Sighting[] }) {
  const { t } = useTranslation()
  const session = useSession()
  const { event, line, bytes, translations } = detail
  const name = useNetwork((state) => interfaceName(state, event.device))
  const [isCopied, setCopied] = useState(false)
  const index = sightings.findIndex((each) => each.event.seq === event.seq)
  const [previous, next] = [sightings[index - 1], index === -1 ? undefined : sightings[index + 1]]
  const way = event.kind === 'net.dev_xmit' || event.kind === 'skb.kfree_skb' ? event.kind : 'net.netif_receive_skb'
  const go = (target: Sighting | undefined) => () => target !== undefined && void showFrame(session, target.event.seq)
  return (
    <header className="packet__summary">
      <p className="packet__line mono">{line}</p>
      <Translations translations={translations} />
      <div className="packet__facts">
        <span>{t(WAY_KEY[way], { name })}</span>
        <span className="mono muted">{momentText(event.at, 1000)}</span>
        <span className="muted">{t('packet.length', { count: bytes.length })}</span>
        <span className="packet__buttons">
          <button
            type="button"
            className="button packet__button"
            disabled={previous === undefined}
            aria-label={t('packet.previous')}
            title={t('packet.previous')}
            onClick={go(previous)}
          >
            <ChevronLeft size={14} />
          </button>
          <button
            type="button"
            className="button packet__button"
            disabled={next === undefined}
            aria-label={t('packet.next')}
            title={t('packet.next')}
            onClick={go(next)}
          >
            <ChevronRight size={14} />
          </button>
          <button
            type="button"
            className="button packet__button"
            onClick={() => void navigator.clipboard.writeText(hexText(bytes)).then(() => setCopied(true))}
            onBlur={() => setCopied(false)}
          >
            <Copy size={12} />
            {t(isCopied ? 'packet.copied' : 'packet.copyHex')}
          </button>
        </span>
      </div>
    </header>
  )
}

/** Headers and bytes, linked both ways. */
function Anatomy({ detail: { bytes } }: { readonly detail: FrameDetail }) {
  const { t } = useTranslation()
  const layers = useMemo(() => dissect(bytes), [bytes])
  const [hovered, setHovered] = useState<string | undefined>(undefined)
  const [selected, setSelected] = useState<string | undefined>(undefined)
  const [isDiagram, setDiagram] = useState(false)
  if (bytes.length === 0) return null
  const link: FieldLink = { active: hovered ?? selected, onHover: setHovered, onSelect: setSelected }
  return (
    <div className="packet__anatomy">
      <section aria-label={t('packet.headers')}>
        <HeaderTree layers={layers} link={link} selected={selected} />
      </section>
      <section className="packet__bytes" aria-label={t('packet.bytes')}>
        <div className="packet__switch" role="group" aria-label={t('packet.bytes')}>
          <button
            type="button"
            className="button packet__button"
            aria-pressed={!isDiagram}
            onClick={() => setDiagram(false)}
          >
            {t('packet.hex')}
          </button>
          <button
            type="button"
            className="button packet__button"
            aria-pressed={isDiagram}
            onClick={() => setDiagram(true)}
          >
            {t('packet.diagram')}
          </button>
        </div>
        {isDiagram ? <BoxDiagram layers={layers} link={link} /> : <HexView bytes={bytes} layers={layers} link={link} />}
      </section>
    </div>
  )
}
