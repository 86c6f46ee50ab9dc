// What the frame under the pointer is: where and when, tcpdump's line, and for a drop the reason.
import { useTranslation } from 'react-i18next'
import { Translations } from '../../components/translations.tsx'
import { useFrameDetail } from '../../lab/frame-details.ts'
import { dropText } from '../why/event-text.ts'
import { fullName } from './lanes.ts'
import { momentText } from './time-text.ts'
import { useTimeline } from './timeline-store.ts'
import type { Hover } from './timeline-store.ts'

const DIRECTION_KEY = { 'net.dev_xmit': 'timeline.out', 'net.netif_receive_skb': 'timeline.in' } as const

export default function FrameTooltip() {
  const hover = useTimeline((state) => state.hover)
  return hover === undefined ? null : <Tooltip hover={hover} />
}

function Tooltip({ hover }: { readonly hover: Hover }) {
  const { t } = useTranslation()
  const kernel = useTranslation('kernel')
  const detail = useFrameDetail(hover.seq)
  const widthPx = useTimeline((state) => state.widthPx)
  const devices = useTimeline((state) => state.devices)
  if (detail === undefined) return null
  const { event, line, drop, translations } = detail
  const device = devices.find((each) => each.device === event.device)
  const name = device === undefined ? `#${event.device}` : fullName(device)
  const isRight = hover.x > widthPx / 2
  const side = isRight ? { right: widthPx - hover.x + 12 } : { left: hover.x + 12 }
  const below = hover.y < 90
  const height = below ? { top: hover.y + 14 } : { top: hover.y - 12, transform: 'translateY(-100%)' }
  const key =
    event.kind === 'skb.kfree_skb'
      ? 'timeline.dropped'
      : DIRECTION_KEY[event.kind === 'net.dev_xmit' ? event.kind : 'net.netif_receive_skb']
  return (
    <div className="timeline__tooltip" style={{ ...side, ...height }} aria-hidden="true">
      <div className="muted">
        {t(key, { name })} · <span className="mono">{momentText(event.at, 1000)}</span>
      </div>
      <div className="mono">{line}</div>
      <Translations translations={translations} />
      {drop !== undefined && <div className="timeline__reason">{dropText(kernel.t, drop, name)}</div>}
    </div>
  )
}
