// The selected frame: why, headers, bytes, where else it was seen. What shows it is loaded with the first frame that is selected.
import { useTranslation } from 'react-i18next'
import { lazyPart } from '../../components/lazy-part.tsx'
import { useSelection } from '../../lab/context.tsx'

const PacketView = lazyPart(() => import('./PacketView.tsx'))

export function PacketPanel() {
  const { t } = useTranslation()
  const seq = useSelection((state) => state.frameSeq)
  if (seq === 0) return <p className="panel-empty">{t('packet.empty')}</p>
  return <PacketView seq={seq} />
}
