// The canvas: the network at the cursor as nested frames with sockets and lines, and the frames that travel on them.
import { Background, BackgroundVariant, ReactFlow, ViewportPortal } from '@xyflow/react'
import type { ReactFlowInstance } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBuilding, useLab, useSession, useSettings } from '../../lab/context.tsx'
import { lazyPart } from '../../components/lazy-part.tsx'
import { useMediaQuery } from '../../components/use-media-query.ts'
import { onCanvasDoubleClick, onCanvasEnter, onCanvasKey, onCanvasMenu, onCanvasPress } from './canvas-events.ts'
import './canvas.css'
import { CanvasControls } from './CanvasControls.tsx'
import { CommandStrip } from './CommandStrip.tsx'
import { EmptyHint } from './EmptyHint.tsx'
import { FIT, fitPicture, LEAST_ZOOM } from './fit.ts'
import type { CanvasNode } from './flow-nodes.ts'
import { FrameLayer } from './frame-layer.tsx'
import { NODE_TYPES } from './nodes.tsx'
import { PingProposal } from './PingProposal.tsx'
import { loadDrag } from './press-drag.ts'
import { setSurface } from './surface.ts'
import { useCanvasPicture } from './use-canvas-picture.ts'
import { useInParts } from './use-in-parts.ts'
import { useNodeMoves } from './use-node-moves.ts'
import { WireLayer } from './wire-layer.tsx'

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
  const shownNodes = useInParts(nodes, opening, NODES_A_FRAME)
  const shownWires = useInParts(layout.wires, opening, WIRES_A_FRAME)

  useEffect(() => {
    if (element.current !== null && flow !== undefined) {
      setSurface(session, { element: element.current, flow, layout, topology })
    }
  }, [session, flow, layout, topology])
  useEffect(() => () => setSurface(session, undefined), [session])
  const picture = useEffectEvent(() => ({ layout, notes }))
  useEffect(() => {
    if (element.current !== null && flow !== undefined) fitPicture(flow, element.current, picture())
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
        nodes={shownNodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        onInit={setFlow}
        {...moves}
        onPaneClick={() => session.selection.setState({ selected: undefined, pingFrom: undefined, pingTo: undefined })}
        minZoom={LEAST_ZOOM}
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
          <WireLayer wires={shownWires} topology={topology} />
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

/** As many as a slow machine draws between two frames. */
const NODES_A_FRAME = 80
const WIRES_A_FRAME = 200
const NO_EDGES: never[] = []
const SNAP: [number, number] = [4, 4]
const PRO_OPTIONS = { hideAttribution: true }

function useReducedMotion(): boolean {
  const isWished = useSettings(({ motion }) => motion === 'reduced')
  const isSystem = useMediaQuery('(prefers-reduced-motion: reduce)')
  return isWished || isSystem
}
