// The canvas: the network at the cursor as nested frames with sockets and lines, and the frames that travel on them.
import { Background, BackgroundVariant, ReactFlow } from '@xyflow/react'
import type { ReactFlowInstance, Viewport } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useBuilding, useLab, useSession, useSettings } from '../../lab/context.tsx'
import { lazyPart } from '../../components/lazy-part.tsx'
import { useMediaQuery } from '../../components/use-media-query.ts'
import { onCanvasDoubleClick, onCanvasKeyFirst, onCanvasKey, onCanvasMenu, onCanvasPress } from './canvas-events.ts'
import './canvas.css'
import { CanvasControls } from './CanvasControls.tsx'
import { CommandStrip } from './CommandStrip.tsx'
import { EmptyHint } from './EmptyHint.tsx'
import { fitPicture, LEAST_ZOOM } from './fit.ts'
import type { CanvasNode } from './flow-nodes.ts'
import { FrameLayer } from './frame-layer.tsx'
import type { Point } from './geometry.ts'
import { NODE_TYPES } from './nodes.tsx'
import { PingProposal } from './PingProposal.tsx'
import { loadDrag } from './press-drag.ts'
import { setSurface } from './surface.ts'
import { useCanvasPicture } from './use-canvas-picture.ts'
import { useDetail } from './use-detail.ts'
import { useKeepInView } from './use-keep-in-view.ts'
import { useNodeMoves } from './use-node-moves.ts'
import { WireLayer } from './wire-layer.tsx'

/** Drags, menus and questions: nothing of them is there at first sight. */
const BuildingLayer = lazyPart(() => import('./building/BuildingLayer.tsx'))
const ArrangeStatus = lazyPart(() => import('./arrange/ArrangeStatus.tsx'))
const OpeningStatus = lazyPart(() => import('./OpeningStatus.tsx'))
const Minimap = lazyPart(() => import('./Minimap.tsx'))

export function Canvas() {
  const session = useSession()
  const opening = useLab((state) => state.opening)
  const isReady = useLab((state) => state.phase === 'ready')
  const isBeingBuilt = useLab(({ progress }) => progress !== undefined && progress.total >= MANY_STATEMENTS)
  const hasMinimap = useBuilding((state) => state.hasMinimap)
  const isBuilding = useBuilding(
    ({ drag, menu, asking, renaming, addressing, setting, regroup, guides }) =>
      guides.length > 0 ||
      [drag, menu, asking, renaming, addressing, setting, regroup].some((each) => each !== undefined),
  )
  const isArranging = useBuilding((state) => state.arranging !== undefined)
  const isReduced = useReducedMotion()
  const element = useRef<HTMLDivElement>(null)
  const [flow, setFlow] = useState<ReactFlowInstance<CanvasNode>>()
  const [ground, setGround] = useState<Element | null>(null)
  const onInit = useCallback((instance: ReactFlowInstance<CanvasNode>) => {
    setFlow(instance)
    setGround(element.current?.querySelector('.react-flow__viewport-portal') ?? null)
  }, [])
  const onPaneClick = useCallback(
    () => session.selection.setState({ selected: undefined, pingFrom: undefined, pingTo: undefined }),
    [session],
  )
  const { className, onZoom } = useDetail()
  const onViewportChange = useCallback(({ zoom }: Viewport) => onZoom(zoom), [onZoom])
  const ariaLabels = useAriaLabels()
  const takesMoves = usePressedMoves()
  const { moving, ...moves } = useNodeMoves()
  const { topology, layout, notes, nodes, wires, hasBegun, drawn } = useCanvasPicture(moving)

  useEffect(() => {
    if (element.current !== null && flow !== undefined) {
      setSurface(session, { element: element.current, flow, layout, topology })
    }
  }, [session, flow, layout, topology])
  useEffect(() => () => setSurface(session, undefined), [session])
  const picture = useEffectEvent(() => ({ layout, notes }))
  useEffect(() => {
    if (hasBegun && element.current !== null && flow !== undefined) fitPicture(flow, element.current, picture())
  }, [flow, opening, hasBegun])
  const isUnplaced = useLab(({ positions }) => positions.size === 0)
  useKeepInView(flow, element, { topology, layout, notes }, isUnplaced)

  return (
    <div
      ref={element}
      className={className}
      onPointerEnter={() => {
        // What a press may need is there by the time of the press.
        if (session.building.getState().isFixed) return
        void loadDrag()
        BuildingLayer.preload()
      }}
      onPointerDownCapture={(event) => {
        takesMoves.onPress(event)
        onCanvasPress(session, event)
      }}
      onPointerMove={takesMoves.onMove}
      onContextMenu={(event) => onCanvasMenu(session, event)}
      onDoubleClick={(event) => onCanvasDoubleClick(session, event)}
      onKeyDownCapture={(event) => onCanvasKeyFirst(session, event)}
      onKeyDown={(event) => onCanvasKey(session, event)}
    >
      <ReactFlow<CanvasNode>
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        onInit={onInit}
        onViewportChange={onViewportChange}
        {...moves}
        onPaneClick={onPaneClick}
        minZoom={LEAST_ZOOM}
        maxZoom={2.5}
        snapToGrid
        snapGrid={SNAP}
        nodesConnectable={false}
        // Without this mode a selected node that is measured anew is raised above everything, whatever `elevateNodesOnSelect` says.
        zIndexMode="manual"
        deleteKeyCode={null}
        selectionKeyCode={null}
        panActivationKeyCode={null}
        multiSelectionKeyCode="Shift"
        zoomOnDoubleClick={false}
        ariaLabelConfig={ariaLabels}
        proOptions={PRO_OPTIONS}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        {ground !== null &&
          createPortal(
            <>
              <WireLayer wires={wires} topology={topology} />
              <FrameLayer layout={layout} topology={topology} isReduced={isReduced} />
            </>,
            ground,
          )}
        <PingProposal />
        <CanvasControls />
        {isReady && hasBegun && topology.machines.length + notes.length === 0 && <EmptyHint />}
        {hasMinimap && <Minimap />}
        {isArranging && <ArrangeStatus />}
        {(isBeingBuilt || drawn !== undefined) && <OpeningStatus drawn={drawn} />}
        {isBuilding && <BuildingLayer />}
      </ReactFlow>
      <CommandStrip />
    </div>
  )
}

/** Fewer are there at once. */
const MANY_STATEMENTS = 200
const NO_EDGES: never[] = []
const SNAP: [number, number] = [4, 4]
const PRO_OPTIONS = { hideAttribution: true }

/** The same object for as long as the language is: React Flow tells all its nodes of another. */
function useAriaLabels() {
  const { t } = useTranslation()
  return useMemo(
    () => ({
      'node.a11yDescription.default': t('canvas.nodeHelp'),
      'node.a11yDescription.keyboardDisabled': t('canvas.nodeHelp'),
      'node.a11yDescription.ariaLiveMessage': ({ x, y }: Point) => t('canvas.moved', { x, y }),
    }),
    [t],
  )
}

/**
 * The lines between the panels look at each move of the pointer on the page, and have the browser lay it out for that.
 * A move that began with a press on the canvas is none of theirs.
 */
function usePressedMoves() {
  const isOurs = useRef(false)
  return {
    onPress: (event: React.PointerEvent): void => {
      isOurs.current = !event.defaultPrevented
    },
    onMove: (event: React.PointerEvent): void => {
      if (isOurs.current && event.buttons !== 0) event.preventDefault()
    },
  }
}

function useReducedMotion(): boolean {
  const isWished = useSettings(({ motion }) => motion === 'reduced')
  const isSystem = useMediaQuery('(prefers-reduced-motion: reduce)')
  return isWished || isSystem
}
