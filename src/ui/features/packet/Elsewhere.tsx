// The way of a packet: each place where it was seen, with what had changed when it came there.
import { useTranslation } from 'react-i18next'
import { useNetwork, useSession } from '../../lab/context.tsx'
import { interfaceName } from '../../stores/network-store.ts'
import { showFrame } from '../timeline/navigate.ts'
import { durationText } from '../timeline/time-text.ts'
import type { FieldChange } from './compare.ts'
import type { Sighting } from './sightings.ts'

const WAY = { 'net.dev_xmit': '→', 'net.netif_receive_skb': '←', 'skb.kfree_skb': '×' } as const
const WAY_KEY = { '→': 'timeline.directionOut', '←': 'timeline.directionIn', '×': 'timeline.directionDrop' } as const

export function Elsewhere({ sightings, seq }: { readonly sightings: readonly Sighting[]; readonly seq: number }) {
  const { t } = useTranslation()
  const session = useSession()
  const network = useNetwork((state) => state)
  const start = sightings[0]?.event.at ?? 0
  if (sightings.length === 0) return null
  return (
    <section aria-label={t('packet.elsewhere')}>
      <h3 className="packet__heading">{t('packet.elsewhere')}</h3>
      <ol className="elsewhere">
        {sightings.map(({ event, changes }) => {
          const { kind } = event
          const way = WAY[kind === 'net.dev_xmit' || kind === 'skb.kfree_skb' ? kind : 'net.netif_receive_skb']
          return (
            <li
              key={event.seq}
              className={event.seq === seq ? 'elsewhere__row elsewhere__row--here' : 'elsewhere__row'}
            >
              <button
                type="button"
                className="elsewhere__place mono"
                aria-current={event.seq === seq ? 'true' : undefined}
                onClick={() => void showFrame(session, event.seq)}
              >
                <span aria-hidden="true">{way}</span>
                <span className="visually-hidden">{t(WAY_KEY[way])}</span> {interfaceName(network, event.device)}
              </button>
              <span className="mono muted elsewhere__time">+{durationText(event.at - start)}</span>
              <Changes changes={changes} />
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function Changes({ changes }: { readonly changes: readonly FieldChange[] | undefined }) {
  const { t } = useTranslation()
  if (changes === undefined) return <span className="muted">{t('packet.first')}</span>
  if (changes.length === 0) return <span className="muted">{t('packet.unchanged')}</span>
  return (
    <span className="elsewhere__changes">
      {changes.map(({ id, label, before, after }) => (
        <span key={id}>
          {before === undefined
            ? t('packet.added', { label, after: after ?? '' })
            : after === undefined
              ? t('packet.removed', { label, before })
              : t('packet.changed', { label, before, after })}
        </span>
      ))}
    </span>
  )
}
