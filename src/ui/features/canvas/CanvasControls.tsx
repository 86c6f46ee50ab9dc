// Zoom, fit and tidy, at the canvas's corner; and the key of its shapes.
import { Panel, useReactFlow } from '@xyflow/react'
import { Map as MapIcon, Maximize, Minus, Network, Plus, Wand2, X } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { FrameGlyph } from '../../components/frame-glyph.tsx'
import { useBuilding, useLab, useSession } from '../../lab/context.tsx'
import { arrange } from './arrange-later.ts'
import { NatBadge } from '../../components/nat-badge.tsx'
import { FIT } from './fit.ts'

export const CanvasControls = memo(function CanvasControls() {
  const { t } = useTranslation()
  const session = useSession()
  const flow = useReactFlow()
  const hasMinimap = useBuilding((state) => state.hasMinimap)
  const isArranging = useBuilding(({ arranging }) => arranging !== undefined)
  const isFixed = useBuilding((state) => state.isFixed)
  const hasPositions = useLab(({ positions }) => positions.size > 0)
  return (
    <>
      <Panel position="top-right" className="canvas-controls">
        <IconAction label={t('canvas.zoomIn')} onClick={() => void flow.zoomIn()} icon={<Plus size={15} />} />
        <IconAction label={t('canvas.zoomOut')} onClick={() => void flow.zoomOut()} icon={<Minus size={15} />} />
        <IconAction label={t('canvas.fit')} onClick={() => void flow.fitView(FIT)} icon={<Maximize size={15} />} />
        <IconAction
          label={t('canvas.minimap')}
          isPressed={hasMinimap}
          onClick={() => session.building.setState({ hasMinimap: !hasMinimap })}
          icon={<MapIcon size={15} />}
        />
        {!isFixed && (
          <IconAction
            label={t(isArranging ? 'canvas.arrangeStop' : 'canvas.arrange')}
            keys="L"
            onClick={() => arrange(session)}
            icon={isArranging ? <X size={15} /> : <Network size={15} />}
          />
        )}
        {hasPositions && (
          <IconAction
            label={t('canvas.tidy')}
            onClick={async () => (await import('./move-nodes.ts')).forgetPositions(session)}
            icon={<Wand2 size={15} />}
          />
        )}
      </Panel>
      <Panel position="bottom-left" className="canvas-key">
        <ul aria-label={t('canvas.key')}>
          <li>
            <FrameGlyph glyph="arp-request" />
            <FrameGlyph glyph="arp-reply" /> ARP
          </li>
          <li>
            <FrameGlyph glyph="icmp-request" />
            <FrameGlyph glyph="icmp-reply" /> ICMP
          </li>
          <li>
            <FrameGlyph glyph="udp" /> UDP
          </li>
          <li>
            <FrameGlyph glyph="tcp" /> TCP
          </li>
          <li>
            <NatBadge>N</NatBadge> NAT
          </li>
          <li>
            <FrameGlyph glyph="drop" /> {t('canvas.keyDrop')}
          </li>
        </ul>
      </Panel>
    </>
  )
})

interface IconActionProps {
  readonly label: string
  readonly icon: React.ReactNode
  readonly onClick: () => unknown
  readonly isPressed?: boolean
  readonly keys?: string
}

function IconAction({ label, icon, onClick, isPressed, keys }: IconActionProps) {
  return (
    <button
      type="button"
      className="button button--icon"
      aria-label={label}
      aria-pressed={isPressed}
      aria-keyshortcuts={keys}
      title={keys === undefined ? label : `${label} (${keys})`}
      onClick={onClick}
    >
      {icon}
    </button>
  )
}
