// What React Flow reports of its nodes: they were selected, they are being moved, they were let go.
import type { NodeChange, OnNodeDrag } from '@xyflow/react'
import { useCallback, useRef, useState } from 'react'
import { useLab, useSession } from '../../lab/context.tsx'
import type { LabSession } from '../../lab/session.ts'
import { isSameSelected } from '../../stores/selection-store.ts'
import type { CanvasNode } from './flow-nodes.ts'
import type { Point } from './geometry.ts'
import { namespaceAt } from './hit.ts'
import { dismissPing, pressOnCanvas } from './press.ts'
import { selectThings } from './select-things.ts'
import { selectedOf } from './selected.ts'
import { surfaceOf } from './surface.ts'

const NO_POSITIONS: ReadonlyMap<string, Point> = new Map()

export interface NodeMoves {
  /** What is under way: machines and namespaces by name, notes by id. */
  readonly moving: ReadonlyMap<string, Point>
  readonly onNodesChange: (changes: readonly NodeChange<CanvasNode>[]) => void
  readonly onNodeDragStart: OnNodeDrag<CanvasNode>
  readonly onNodeDrag: OnNodeDrag<CanvasNode>
  readonly onNodeDragStop: OnNodeDrag<CanvasNode>
}

/** Follows moves until the text has them: what is under way holds until it has other positions. */
export function useNodeMoves(): NodeMoves {
  const session = useSession()
  const document = useLab((state) => state.document)
  const [moved, setMoved] = useState({ since: document, positions: NO_POSITIONS })
  const isDragging = useRef(false)

  const onNodesChange = useCallback(
    (changes: readonly NodeChange<CanvasNode>[]) => {
      applySelection(session, changes)
      const changed = new Map<string, Point>()
      for (const change of changes) {
        if (change.type === 'position' && change.position !== undefined)
          changed.set(movedName(change.id), change.position)
      }
      if (changed.size === 0) return
      const since = session.lab.getState().document
      setMoved((before) => ({
        since,
        positions: new Map([...(before.since === since ? before.positions : NO_POSITIONS), ...changed]),
      }))
      // Arrow keys move a step at a time; a pointer's way counts where it ends.
      if (!isDragging.current) void keep(session, changed)
    },
    [session],
  )
  const onNodeDragStart = useCallback(() => {
    isDragging.current = true
    // Whoever moves a frame has not pressed it to ping it.
    dismissPing(session)
  }, [session])
  const onNodeDrag = useCallback<OnNodeDrag<CanvasNode>>(
    (event, node, nodes) => {
      const machine = nodes.length === 1 ? machineBelow(session, node, event) : undefined
      if (session.building.getState().regroup?.machine === machine) return
      session.building.setState({
        regroup: machine === undefined ? undefined : { machine, namespace: movedName(node.id) },
      })
    },
    [session],
  )
  const onNodeDragStop = useCallback<OnNodeDrag<CanvasNode>>(
    (_event, _node, nodes) => {
      isDragging.current = false
      const { regroup } = session.building.getState()
      session.building.setState({ regroup: undefined })
      if (regroup === undefined) {
        void keep(session, new Map(nodes.map(({ id, position }) => [movedName(id), position])))
        return
      }
      setMoved({ since: session.lab.getState().document, positions: NO_POSITIONS })
      void import('../../lab/editing.ts').then(({ performGesture }) =>
        performGesture(session, { kind: 'regroup', ...regroup }),
      )
    },
    [session],
  )
  const moving = moved.since === document ? moved.positions : NO_POSITIONS
  return { moving, onNodesChange, onNodeDragStart, onNodeDrag, onNodeDragStop }
}

function movedName(id: string): string {
  return id.startsWith('note:') ? id : id.replace(/^[a-z]+:/, '')
}

/** Presses select one thing; with Shift they add it or take it out. */
function applySelection(session: LabSession, changes: readonly NodeChange<CanvasNode>[]): void {
  const before = selectedOf(session)
  let next = before
  for (const change of changes) {
    if (change.type !== 'select') continue
    const target = surfaceOf(session)?.flow.getNode(change.id)?.data.target
    if (target === undefined) continue
    const others = next.filter((each) => !isSameSelected(each, target))
    next = change.selected ? [...others, target] : others
  }
  if (next === before) return
  const [first, second] = next
  if (first !== undefined && second === undefined) pressOnCanvas(session, first)
  else selectThings(session, next)
}

async function keep(session: LabSession, positions: ReadonlyMap<string, Point>): Promise<void> {
  const { keepPositions } = await import('./move-nodes.ts')
  keepPositions(session, positions)
}

/** The machine, other than its own, that a single namespace is being held over. */
function machineBelow(
  session: LabSession,
  node: CanvasNode,
  event: MouseEvent | TouchEvent | React.MouseEvent,
): string | undefined {
  const surface = surfaceOf(session)
  if (surface === undefined || !('clientX' in event) || session.building.getState().isFixed) return undefined
  const name = movedName(node.id)
  const own = surface.layout.machines.find(({ machine }) =>
    node.type === 'machine' ? machine.name === name : machine.nested.some((nested) => nested.name === name),
  )?.machine
  const isAlone = node.type === 'namespace' || (node.type === 'machine' && own?.nested.length === 0)
  if (!isAlone || own === undefined) return undefined
  const point = surface.flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
  const below = namespaceAt(surface.layout, point, name)
  return below === undefined || below.kind === 'canvas' || below.machine === own.name ? undefined : below.machine
}
