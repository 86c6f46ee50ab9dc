// From the stores to what React Flow draws: the topology, where everything stands, and the nodes.
import type { TFunction } from 'i18next'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { marksOf } from '../../components/marks.ts'
import { lightText } from '../../components/state-light.tsx'
import { useBuilding, useLab, useNetwork, useSelection, useSession } from '../../lab/context.tsx'
import { allSelected } from '../../stores/building-store.ts'
import { namespaceTitle } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { flowNodes } from './flow-nodes.ts'
import type { CanvasNode, NodeWords } from './flow-nodes.ts'
import type { Point } from './geometry.ts'
import { createNodeKeeper, topologyKeeperOf } from './keep-same.ts'
import { layoutCanvas } from './layout.ts'
import type { CanvasLayout } from './layout.ts'
import type { DrawnWire } from './layout-wires.ts'
import { notesOf } from './notes.ts'
import type { Note } from './notes.ts'
import type { Topology } from './topology.ts'
import { addressTexts, topologyOf } from './topology.ts'
import type { Parts } from './use-in-parts.ts'
import { FEW, useInParts } from './use-in-parts.ts'

export interface CanvasPicture {
  readonly topology: Topology
  readonly layout: CanvasLayout
  readonly notes: readonly Note[]
  /** Of a large lab that has just been opened, those that are in the page by now; of its lines too. */
  readonly nodes: CanvasNode[]
  readonly wires: readonly DrawnWire[]
  /** Whether the layout is there: not in the first moment of a large lab. */
  readonly hasBegun: boolean
  /** Of a picture that is not all there yet: how much is, and a way to stop there and to go on. */
  readonly drawn: Drawn | undefined
}

export interface Drawn extends Pick<Parts, 'isHeld' | 'hold'> {
  readonly done: number
  readonly total: number
}

/** The picture with what is being moved where the pointer has it: machines and namespaces by name, notes by id. */
export function useCanvasPicture(dragged: ReadonlyMap<string, Point>): CanvasPicture {
  const { t } = useTranslation()
  const session = useSession()
  const namespaces = useNetwork(({ view }) => view?.namespaces)
  const machines = useLab((state) => state.machines)
  const positions = useLab((state) => state.positions)
  const document = useLab((state) => state.document)
  const selected = useSelection((state) => state.selected)
  const group = useBuilding((state) => state.group)
  const folded = useBuilding((state) => state.folded)
  const gliding = useBuilding((state) => state.gliding)
  const moving = gliding ?? dragged
  const isFixed = useBuilding((state) => state.isFixed)
  const [keepNodes] = useState(createNodeKeeper)

  const opening = useLab((state) => state.opening)
  const total = useNetwork(thingsToDraw)
  const { count: limit, isHeld, hold } = useInParts(total, opening, FIRST_PART)
  const hasBegun = limit > 0

  const topology = useMemo(
    () => (hasBegun ? topologyKeeperOf(session)(namespaces, machines) : NOTHING),
    [session, hasBegun, namespaces, machines],
  )
  const layout = useMemo(() => layoutCanvas(topology, positions, folded, moving), [topology, positions, moving, folded])
  const noteCorner = useMemo(() => cornerOf(layout), [layout])
  const notes = useMemo(
    () => notesOf(document, noteCorner).map((note) => ({ ...note, ...moving.get(note.id) })),
    [document, noteCorner, moving],
  )
  const words = useMemo(() => nodeWords(t, isFixed), [t, isFixed])
  const nodes = useMemo(
    () =>
      keepNodes(flowNodes({ topology, layout, notes, selected: allSelected({ group }, { selected }), words, limit })),
    [keepNodes, topology, layout, notes, selected, group, words, limit],
  )
  const wires = useMemo(
    () => (limit === Infinity ? layout.wires : layout.wires.slice(0, (layout.wires.length * limit) / total)),
    [layout, limit, total],
  )
  const drawn = useMemo(
    () => (total > FEW && limit < total ? { done: limit, total, isHeld, hold } : undefined),
    [limit, total, isHeld, hold],
  )
  return { topology, layout, notes, nodes, wires, hasBegun, drawn }
}

const NOTHING = topologyOf({ at: 0, namespaces: [] }, [])
/** Of a loopback only its light is drawn, in the title of its namespace. */
function thingsToDraw({ linkById, namespaceById }: NetworkState): number {
  let count = namespaceById.size
  for (const { details } of linkById.values()) if (details.kind !== 'lo') count++
  return count
}

/** As many as a slow machine draws between two frames. */
const FIRST_PART = 32

/** Above the upper left of everything. */
function cornerOf({ machines }: CanvasLayout): Point {
  if (machines.length === 0) return { x: 0, y: 0 }
  const x = Math.min(...machines.map(({ box }) => box.x))
  return { x, y: Math.min(...machines.map(({ box }) => box.y)) - 32 }
}

function nodeWords(t: TFunction, isFixed: boolean): NodeWords {
  return {
    machine: (name, role) => t('canvas.machineLabel', { name, role: t(`role.${role}`) }),
    namespace: (name) => t('canvas.namespaceLabel', { name }),
    note: (text) => t('canvas.noteLabel', { text }),
    plug: (name) => (isFixed ? undefined : t('canvas.plug', { name })),
    device: (link, namespace) =>
      t('canvas.deviceLabel', {
        name: `${namespaceTitle(namespace)}/${link.name}`,
        kind: [link.details.kind, ...marksOf(link).map(({ text }) => text)].join(' '),
        state: lightText(link),
        addresses: link.addresses.length === 0 ? t('canvas.noAddress') : addressTexts(link).join(', '),
      }),
  }
}
