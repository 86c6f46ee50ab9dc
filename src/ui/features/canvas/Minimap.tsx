// The whole lab in small: where one is, and the way to elsewhere.
import { MiniMap } from '@xyflow/react'
import { useTranslation } from 'react-i18next'
import type { CanvasNode } from './flow-nodes.ts'

const SIZE = { width: 168, height: 112 }

export default function Minimap() {
  const { t } = useTranslation()
  return (
    <MiniMap<CanvasNode>
      className="minimap"
      position="top-left"
      style={SIZE}
      pannable
      zoomable
      ariaLabel={t('canvas.minimap')}
      nodeClassName={({ type }) => `minimap__node minimap__node--${type}`}
      nodeBorderRadius={2}
    />
  )
}
