// The selected frame: why, headers, bytes, where else it was seen; or in short what happens at the cursor.
import { lazyPart } from '../../components/lazy-part.tsx'
import { useSelection } from '../../lab/context.tsx'

const AtCursor = lazyPart(() => import('./AtCursor.tsx'))
const PacketView = lazyPart(() => import('./PacketView.tsx'))

export function PacketPanel() {
  const seq = useSelection((state) => state.frameSeq)
  if (seq === 0) return <AtCursor />
  return <PacketView seq={seq} />
}
