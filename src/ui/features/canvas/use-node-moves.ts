// What React Flow reports of its nodes: they were selected, they are being moved, they were let go.
import type { NodeChange, OnNodeDrag } from '@xyflow/react'
import { useCallback, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { useLab, useSession } from '../../lab/context.tsx'
import type { LabSession } from '../../lab/session.ts'
import type { Guide, Regroup } from '../../stores/building-store.ts'
import { isSameSelected } from '../../stores/selection-store.ts'
import type { CanvasNode } from './flow-nodes.ts'
import type { Box, Point } from './geometry.ts'
import { contains, namespaceAt } from './hit.ts'
import type { CanvasLayout, PlacedMachine } from './layout.ts'
import { dismissPing, pressOnCanvas } from './press.ts'
import { selectThings } from './select-things.ts'
import { selectedOf } from './selected.ts'
import { snapMoves } from './snap-moves.ts'
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

/** A drag by pointer, from its beginning until it is let go. */
interface DragUnderWay {
  /** While Ctrl is held, what is dragged catches on nothing. */
  readonly isFree: boolean
  /** Where everything would stand if it were let go. */
  readonly positions: ReadonlyMap<string, Point>
  /** Shows the last move again, caught or free. */
  readonly show: (isFree: boolean) => void
  readonly stop: () => void
}

/** Ctrl, or the command key of a Mac, counts when it is pressed, not only with the next move. */
function watchFreeKey(drag: RefObject<DragUnderWay | undefined>): () => void {
  const finish = new AbortController()
  const onKey = ({ key, type }: KeyboardEvent): void => {
    if ((key !== 'Control' && key !== 'Meta') || drag.current === undefined) return
    const isFree = type === 'keydown'
    if (drag.current.isFree === isFree) return
    drag.current = { ...drag.current, isFree }
    drag.current.show(isFree)
  }
  for (const type of ['keydown', 'keyup'] as const) window.addEventListener(type, onKey, { signal: finish.signal })
  return () => finish.abort()
}

/** Follows moves until the text has them: what is under way holds until it has other positions. */
export function useNodeMoves(): NodeMoves {
  const session = useSession()
  const document = useLab((state) => state.document)
  const [moved, setMoved] = useState({ since: document, positions: NO_POSITIONS })
  const drag = useRef<DragUnderWay>(undefined)
  /** The machine of what is dragged, as it stood: its frame grows with what is moved in it. */
  const homeBox = useRef<Box>(undefined)

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
      const show = (isFree: boolean): void => {
        const { positions, guides } =
          drag.current === undefined || isFree ? { positions: changed, guides: [] } : snapMoves(session, changed)
        showGuides(session, guides)
        setMoved((before) => ({
          since,
          positions: new Map([...(before.since === since ? before.positions : NO_POSITIONS), ...positions]),
        }))
        if (drag.current !== undefined) drag.current = { ...drag.current, show, positions }
      }
      show(drag.current?.isFree === true)
      // Arrow keys move a step at a time; a pointer's way counts where it ends.
      if (drag.current === undefined) void keep(session, changed)
    },
    [session],
  )
  const onNodeDragStart = useCallback<OnNodeDrag<CanvasNode>>(
    (_event, node) => {
      drag.current = { isFree: false, positions: NO_POSITIONS, show: () => undefined, stop: watchFreeKey(drag) }
      homeBox.current = homeOf(surfaceOf(session)?.layout, node)?.box
      // Whoever moves a frame has not pressed it to ping it.
      dismissPing(session)
    },
    [session],
  )
  const onNodeDrag = useCallback<OnNodeDrag<CanvasNode>>(
    (event, node, nodes) => {
      const regroup = nodes.length === 1 ? regroupOf(session, node, event, homeBox.current) : undefined
      const before = session.building.getState().regroup
      const isSame = (before === undefined) === (regroup === undefined) && before?.machine === regroup?.machine
      // What leaves for the open canvas is shown where the pointer has it.
      const follows = regroup !== undefined && regroup.machine === undefined
      if (!isSame || follows) session.building.setState({ regroup })
    },
    [session],
  )
  const onNodeDragStop = useCallback<OnNodeDrag<CanvasNode>>(() => {
    const { positions = NO_POSITIONS, stop } = drag.current ?? {}
    stop?.()
    drag.current = undefined
    showGuides(session, [])
    const { regroup } = session.building.getState()
    session.building.setState({ regroup: undefined })
    if (regroup === undefined) {
      void keep(session, positions)
      return
    }
    setMoved({ since: session.lab.getState().document, positions: NO_POSITIONS })
    void import('../../lab/editing.ts').then(({ performGesture }) =>
      performGesture(session, { kind: 'regroup', ...regroup }),
    )
  }, [session])
  const moving = moved.since === document ? moved.positions : NO_POSITIONS
  return { moving, onNodesChange, onNodeDragStart, onNodeDrag, onNodeDragStop }
}

function showGuides({ building }: LabSession, guides: readonly Guide[]): void {
  if (guides.length + building.getState().guides.length > 0) building.setState({ guides })
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

/** How far outside of its machine a container has to be held to leave it. */
const LEAVE_PX = 40
/** Where the pointer is in the frame of a machine that has just become one. */
const HELD_AT = { x: 48, y: 12 }

/** The machine, other than its own, that a single namespace is being held over; or that it leaves its own for the open canvas. */
function regroupOf(
  session: LabSession,
  node: CanvasNode,
  event: MouseEvent | TouchEvent | React.MouseEvent,
  homeBox: Box | undefined,
): Regroup | undefined {
  const surface = surfaceOf(session)
  if (surface === undefined || !('clientX' in event) || session.building.getState().isFixed) return undefined
  const own = homeOf(surface.layout, node)?.machine
  const isAlone = node.type === 'namespace' || (node.type === 'machine' && own?.nested.length === 0)
  if (!isAlone || own === undefined) return undefined
  const namespace = movedName(node.id)
  const point = surface.flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
  const at = { x: Math.round(point.x - HELD_AT.x), y: Math.round(point.y - HELD_AT.y) }
  const below = namespaceAt(surface.layout, point, namespace)
  if (below !== undefined && below.kind !== 'canvas' && below.machine !== own.name)
    return { namespace, machine: below.machine, at }
  const hasLeft = node.type === 'namespace' && homeBox !== undefined && !contains(homeBox, point, LEAVE_PX)
  return hasLeft ? { namespace, machine: undefined, at } : undefined
}

/** The machine that a frame is, or is in. */
function homeOf(layout: CanvasLayout | undefined, { id, type }: CanvasNode): PlacedMachine | undefined {
  const name = movedName(id)
  return layout?.machines.find(({ machine }) =>
    type === 'machine' ? machine.name === name : machine.nested.some((nested) => nested.name === name),
  )
}
