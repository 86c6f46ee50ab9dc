// The canvas: the network at the cursor as nested frames with sockets and lines, and the frames that travel on them.
import type { TFunction } from 'i18next'
import { Background, BackgroundVariant, ReactFlow, ViewportPortal } from '@xyflow/react'
import type { FitViewOptions, NodeChange, ReactFlowInstance } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { marksOf } from '../../components/marks.ts'
import { lightText } from '../../components/state-light.tsx'
import { useLab, useNetwork, useSelection, useSession, useSettings } from '../../lab/context.tsx'
import { useMediaQuery } from '../../components/use-media-query.ts'
import './canvas.css'
import { CanvasControls } from './CanvasControls.tsx'
import { flowNodes } from './flow-nodes.ts'
import type { CanvasNode, NodeWords } from './flow-nodes.ts'
import { FrameLayer } from './frame-layer.tsx'
import type { Point } from './geometry.ts'
import { layoutCanvas } from './layout.ts'
import { NODE_TYPES } from './nodes.tsx'
import { PingProposal } from './PingProposal.tsx'
import { dismissPing, pressOnCanvas } from './press.ts'
import { namespaceTitle } from '../../stores/network-store.ts'
import { addressTexts, topologyOf } from './topology.ts'
import { WireLayer } from './wire-layer.tsx'

/** Leaves room for the controls above and the key below. */
const FIT: Pick<FitViewOptions, 'padding' | 'maxZoom' | 'minZoom'> = {
  padding: { top: '28px', bottom: '44px', left: '24px', right: '24px' },
  maxZoom: 1.25,
  minZoom: 0.2,
}
const NO_POSITIONS: ReadonlyMap<string, Point> = new Map()

export function Canvas() {
  const session = useSession()
  const { t } = useTranslation()
  const view = useNetwork((state) => state.view)
  const machines = useLab((state) => state.machines)
  const opening = useLab((state) => state.opening)
  const positions = useLab((state) => state.positions)
  // What is under way holds until the text has other positions: after it was written there, and when another lab is open.
  const [moved, setMoved] = useState({ since: positions, positions: NO_POSITIONS })
  const moving = moved.since === positions ? moved.positions : NO_POSITIONS
  const selected = useSelection((state) => state.selected)
  const isReduced = useReducedMotion()
  const flow = useRef<ReactFlowInstance<CanvasNode>>(undefined)

  const topology = useMemo(() => topologyOf(view ?? { at: 0, namespaces: [] }, machines), [view, machines])
  const layout = useMemo(
    () => layoutCanvas(topology, new Map([...positions, ...moving])),
    [topology, positions, moving],
  )
  const words = useMemo(() => nodeWords(t), [t])
  const nodes = useMemo(
    () => [...flowNodes({ topology, layout, selected, words })],
    [topology, layout, selected, words],
  )

  useEffect(() => {
    void flow.current?.fitView(FIT)
  }, [opening])

  const onNodesChange = useCallback(
    (changes: readonly NodeChange<CanvasNode>[]) => {
      const changed = new Map<string, Point>()
      let isFinal = false
      for (const change of changes) {
        if (change.type === 'select' && change.selected) {
          const node = flow.current?.getNode(change.id)
          if (node !== undefined) pressOnCanvas(session, node.data.target)
        }
        if (change.type === 'position' && change.position !== undefined) {
          changed.set(change.id.replace(/^[a-z]+:/, ''), change.position)
          isFinal ||= change.dragging !== true
        }
      }
      if (changed.size === 0) return
      const since = session.lab.getState().positions
      setMoved((before) => ({
        since,
        positions: new Map([...(before.since === since ? before.positions : NO_POSITIONS), ...changed]),
      }))
      if (isFinal) void import('./move-nodes.ts').then(({ keepPositions }) => keepPositions(session, changed))
    },
    [session],
  )

  return (
    <div className="canvas" onKeyDown={(event) => event.key === 'Escape' && dismissPing(session)}>
      <ReactFlow<CanvasNode>
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        onInit={(instance) => {
          flow.current = instance
        }}
        onNodesChange={onNodesChange}
        onPaneClick={() => session.selection.setState({ selected: undefined, pingFrom: undefined, pingTo: undefined })}
        fitView
        fitViewOptions={FIT}
        minZoom={0.15}
        maxZoom={2.5}
        snapToGrid
        snapGrid={SNAP}
        nodesConnectable={false}
        elevateNodesOnSelect={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        panActivationKeyCode={null}
        multiSelectionKeyCode={null}
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
      </ReactFlow>
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

function nodeWords(t: TFunction): NodeWords {
  return {
    machine: (name, role) => t('canvas.machineLabel', { name, role: t(`role.${role}`) }),
    namespace: (name) => t('canvas.namespaceLabel', { name }),
    device: (link, namespace) =>
      t('canvas.deviceLabel', {
        name: `${namespaceTitle(namespace)}/${link.name}`,
        kind: [link.details.kind, ...marksOf(link).map(({ text }) => text)].join(' '),
        state: lightText(link),
        addresses: link.addresses.length === 0 ? t('canvas.noAddress') : addressTexts(link).join(', '),
      }),
  }
}
