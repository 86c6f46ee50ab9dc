// The canvas: the network at the cursor as nested frames with sockets and lines, and the frames that travel on them.
import { Background, BackgroundVariant, ReactFlow, ViewportPortal } from '@xyflow/react'
import type { FitViewOptions, ReactFlowInstance } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBuilding, useLab, useSession, useSettings } from '../../lab/context.tsx'
import { lazyPart } from '../../components/lazy-part.tsx'
import { useMediaQuery } from '../../components/use-media-query.ts'
import { onCanvasDoubleClick, onCanvasEnter, onCanvasKey, onCanvasMenu, onCanvasPress } from './canvas-events.ts'
import './canvas.css'
import { CanvasControls } from './CanvasControls.tsx'
import { CommandStrip } from './CommandStrip.tsx'
import { EmptyHint } from './EmptyHint.tsx'
import type { CanvasNode } from './flow-nodes.ts'
import { FrameLayer } from './frame-layer.tsx'
import { NODE_TYPES } from './nodes.tsx'
import { PingProposal } from './PingProposal.tsx'
import { loadDrag } from './press-drag.ts'
import { setSurface } from './surface.ts'
import { useCanvasPicture } from './use-canvas-picture.ts'
import { useNodeMoves } from './use-node-moves.ts'
import { WireLayer } from './wire-layer.tsx'

/** Leaves room for the controls above and the key below. */
const FIT: Pick<FitViewOptions, 'padding' | 'maxZoom' | 'minZoom'> = {
  padding: { top: '28px', bottom: '44px', left: '24px', right: '24px' },
  maxZoom: 1.25,
  minZoom: 0.2,
}

/** Drags, menus and questions: nothing of them is there at first sight. */
const BuildingLayer = lazyPart(() => import('./building/BuildingLayer.tsx'))
const Minimap = lazyPart(() => import('./Minimap.tsx'))

export function Canvas() {
  const session = useSession()
  const { t } = useTranslation()
  const opening = useLab((state) => state.opening)
  const isReady = useLab((state) => state.phase === 'ready')
  const hasMinimap = useBuilding((state) => state.hasMinimap)
  const isBuilding = useBuilding(({ drag, menu, asking, renaming, addressing, regroup }) =>
    [drag, menu, asking, renaming, addressing, regroup].some((each) => each !== undefined),
  )
  const isReduced = useReducedMotion()
  const element = useRef<HTMLDivElement>(null)
  const [flow, setFlow] = useState<ReactFlowInstance<CanvasNode>>()
  const { moving, ...moves } = useNodeMoves()
  const { topology, layout, notes, nodes } = useCanvasPicture(moving)

  useEffect(() => {
    if (element.current !== null && flow !== undefined) {
      setSurface(session, { element: element.current, flow, layout, topology })
    }
  }, [session, flow, layout, topology])
  useEffect(() => () => setSurface(session, undefined), [session])
  useEffect(() => {
    // Without anything to fit, React Flow would wait for it, and move the first thing from where it was dropped.
    if (flow?.getNodes().length === 0) void flow.setViewport({ x: 0, y: 0, zoom: 1 })
    else void flow?.fitView(FIT)
  }, [flow, opening])

  return (
    <div
      ref={element}
      className="canvas"
      onPointerEnter={() => {
        // What a press may need is there by the time of the press.
        if (session.building.getState().isFixed) return
        void loadDrag()
        BuildingLayer.preload()
      }}
      onPointerDownCapture={(event) => onCanvasPress(session, event)}
      onContextMenu={(event) => onCanvasMenu(session, event)}
      onDoubleClick={(event) => onCanvasDoubleClick(session, event)}
      onKeyDownCapture={(event) => onCanvasEnter(session, event)}
      onKeyDown={(event) => onCanvasKey(session, event)}
    >
      <ReactFlow<CanvasNode>
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        onInit={setFlow}
        {...moves}
        onPaneClick={() => session.selection.setState({ selected: undefined, pingFrom: undefined, pingTo: undefined })}
        minZoom={0.15}
        maxZoom={2.5}
        snapToGrid
        snapGrid={SNAP}
        nodesConnectable={false}
        elevateNodesOnSelect={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        panActivationKeyCode={null}
        multiSelectionKeyCode="Shift"
        zoomOnDoubleClick={false}
        ariaLabelConfig={{
          'node.a11yDescription.default': t('canvas.nodeHelp'),
          'node.a11yDescription.keyboardDisabled': t('canvas.nodeHelp'),
          'node.a11yDescription.ariaLiveMessage': ({ x, y }) => t('canvas.moved', { x, y }),
        }}
        proOptions={PRO_OPTIONS}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <ViewportPortal>
          <WireLayer layout={layout} topology={topology} />
          <FrameLayer layout={layout} topology={topology} isReduced={isReduced} />
        </ViewportPortal>
        <PingProposal />
        <CanvasControls fit={FIT} />
        {isReady && topology.machines.length + notes.length === 0 && <EmptyHint />}
        {hasMinimap && <Minimap />}
        {isBuilding && <BuildingLayer />}
      </ReactFlow>
      <CommandStrip />
    </div>
  )
}

const NO_EDGES: never[] = []
const SNAP: [number, number] = [4, 4]
const PRO_OPTIONS = { hideAttribution: true }

function useReducedMotion(): boolean {
  const isWished = useSettings(({ motion }) => motion === 'reduced')
  const isSystem = useMediaQuery('(prefers-reduced-motion: reduce)')
  return isWished || isSystem
}
