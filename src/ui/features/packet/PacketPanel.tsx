// The place of the selected frame's headers and bytes. Its data: useSelection (frameSeq), client.ask('frame').
import { useTranslation } from 'react-i18next'
import { useSelection } from '../../lab/context.tsx'
import { WhyCard } from '../why/WhyCard.tsx'

export function PacketPanel() {
  const { t } = useTranslation()
  const seq = useSelection((state) => state.frameSeq)
  if (seq === 0) return <p className="panel-empty">{t('packet.empty')}</p>
  return <WhyCard seq={seq} />
}
