// From the layout to React Flow's nodes. The layout is the model; these are its shadow and are never edited by hand.
import type { Node } from '@xyflow/react'
import type { LinkView } from '../../../contract/read-models.ts'
import type { Selected } from '../../stores/selection-store.ts'
import { keyOfSelected } from '../../stores/selection-store.ts'
import type { FramedNamespace } from './layout-frames.ts'
import type { CanvasLayout, PlacedMachine } from './layout.ts'
import type { PlacedDevice } from './namespace-layout.ts'
import { noteSize } from './notes.ts'
import type { Note } from './notes.ts'
import type { NamespaceNode, Role, Topology } from './topology.ts'
import { namespacesOf } from './topology.ts'

export type MachineFlowNode = Node<
  {
    readonly name: string
    readonly role: Role
    readonly loopback: LinkView | undefined
    readonly firewallRules: number
    readonly titleTop: number
    /** The part of the frame that is the machine's own namespace. */
    readonly rootHeight: number | undefined
    /** What its plus is called; undefined where no cable can end. */
    readonly plug: string | undefined
    readonly isFolded: boolean
    /** Interfaces and namespaces that are folded away. */
    readonly foldedCount: number
    readonly target: Selected
  },
  'machine'
>
export type NamespaceFlowNode = Node<
  {
    readonly name: string
    readonly role: Role
    readonly loopback: LinkView | undefined
    readonly firewallRules: number
    readonly titleTop: number
    readonly plug: string | undefined
    readonly target: Selected
  },
  'namespace'
>
export type SocketFlowNode = Node<
  {
    readonly link: LinkView
    readonly side: PlacedDevice['side']
    readonly isChild: boolean
    readonly target: Selected
  },
  'socket'
>
/** Where a port is plugged into a bus. */
export interface Slot {
  readonly x: number
  readonly edge: 'top' | 'bottom'
}

export type BusFlowNode = Node<
  { readonly link: LinkView; readonly slots: readonly Slot[]; readonly target: Selected },
  'bus'
>
/** A note has no counterpart in the network: it stands only in the lab's text. */
export type NoteFlowNode = Node<{ readonly note: Note; readonly target: undefined }, 'note'>
export type CanvasNode = MachineFlowNode | NamespaceFlowNode | SocketFlowNode | BusFlowNode | NoteFlowNode

/** What a screen reader says of a node; the canvas passes translated words in. */
export interface NodeWords {
  readonly machine: (name: string, role: Role) => string
  readonly namespace: (name: string) => string
  readonly device: (link: LinkView, namespace: string) => string
  readonly note: (text: string) => string
  /** The name of a namespace's plus; undefined where nothing can be built. */
  readonly plug: (name: string) => string | undefined
}

interface Building {
  readonly topology: Topology
  readonly layout: CanvasLayout
  readonly notes: readonly Note[]
  readonly selected: readonly Selected[]
  readonly words: NodeWords
  /** So many are enough for now; those of one machine come together. Missing: all. */
  readonly limit?: number
}

/** All nodes, parents before their children, as React Flow wants them. */
export function flowNodes(building: Building): readonly CanvasNode[] {
  const { layout, notes, words, limit = Infinity } = building
  const selected = new Set(building.selected.map(keyOfSelected))
  const nodes: CanvasNode[] = []
  for (const placed of layout.machines) {
    if (nodes.length >= limit) return nodes
    nodes.push(...selectedAmong(keptNodes(placed, building), selected))
  }
  for (const note of notes) nodes.push(noteNode(note, words))
  return nodes
}

/** The nodes of one machine, none of them selected, and by what they would be. */
interface MachineNodes {
  readonly topology: Topology
  readonly words: NodeWords
  readonly nodes: readonly CanvasNode[]
  readonly indexOf: ReadonlyMap<string, number>
}

const NODES = new WeakMap<PlacedMachine, MachineNodes>()

/** While one machine is dragged the others are the same objects, and so are their nodes. */
function keptNodes(placed: PlacedMachine, building: Building): MachineNodes {
  const { topology, words } = building
  const known = NODES.get(placed)
  if (known?.topology === topology && known.words === words) return known
  const nodes = machineNodes(placed, building)
  const indexOf = new Map(
    nodes.flatMap(({ data: { target } }, index) => (target === undefined ? [] : [[keyOfSelected(target), index]])),
  )
  const made = { topology, words, nodes, indexOf }
  NODES.set(placed, made)
  return made
}

function selectedAmong({ nodes, indexOf }: MachineNodes, selected: ReadonlySet<string>): readonly CanvasNode[] {
  let changed: CanvasNode[] | undefined
  for (const key of selected) {
    const index = indexOf.get(key)
    const node = index === undefined ? undefined : nodes[index]
    if (index === undefined || node === undefined) continue
    changed ??= [...nodes]
    changed[index] = { ...node, selected: true }
  }
  return changed ?? nodes
}

function noteNode(note: Note, words: NodeWords): NoteFlowNode {
  const position = { x: note.x, y: note.y }
  const size = { ...sized(noteSize(note.text)), zIndex: 2 }
  return {
    id: note.id,
    type: 'note',
    position,
    ...size,
    ariaLabel: words.note(note.text),
    data: { note, target: undefined },
  }
}

function machineNodes(placed: PlacedMachine, building: Building): readonly CanvasNode[] {
  const { machine, box, namespaces, isFolded } = placed
  const root = namespaces.find(({ isRoot }) => isRoot)
  const target: Selected =
    machine.root === undefined
      ? { kind: 'machine', name: machine.name }
      : { kind: 'namespace', netns: machine.root.netns }
  const frame: MachineFlowNode = {
    id: `machine:${machine.name}`,
    type: 'machine',
    position: { x: box.x, y: box.y },
    ...sized(box),
    zIndex: 0,
    draggable: true,
    selected: false,
    ariaLabel: building.words.machine(machine.name, machine.role),
    data: {
      name: machine.name,
      role: machine.role,
      loopback: machine.root?.loopback,
      firewallRules: machine.root?.firewallRules ?? 0,
      titleTop: root?.placed.titleTop ?? 0,
      rootHeight: machine.nested.length === 0 ? undefined : root?.placed.size.height,
      plug: machine.root === undefined ? undefined : building.words.plug(machine.root.name),
      isFolded,
      foldedCount: isFolded ? countInside(machine) : 0,
      target,
    },
  }
  const members = new Map(namespacesOf(machine).map((namespace) => [namespace.name, namespace]))
  return [frame, ...namespaces.flatMap((framed) => namespaceNodes(framed, { ...building, machine: frame.id, members }))]
}

function countInside(machine: PlacedMachine['machine']): number {
  const namespaces = namespacesOf(machine)
  return namespaces.reduce((sum, { bridges, devices }) => sum + bridges.length + devices.length, machine.nested.length)
}

function namespaceNodes(
  framed: FramedNamespace,
  building: Building & { readonly machine: string; readonly members: ReadonlyMap<string, NamespaceNode> },
): readonly CanvasNode[] {
  const { placed, box, isRoot } = framed
  const namespace = building.members.get(placed.name)
  if (namespace === undefined) return []
  const parentId = isRoot ? building.machine : `namespace:${placed.name}`
  const target: Selected = { kind: 'namespace', netns: namespace.netns }
  const frame: NamespaceFlowNode = {
    id: parentId,
    type: 'namespace',
    parentId: building.machine,
    position: { x: box.x, y: box.y },
    ...sized(box),
    zIndex: 1,
    draggable: true,
    selected: false,
    ariaLabel: building.words.namespace(placed.name),
    data: {
      name: placed.name,
      role: namespace.role,
      loopback: namespace.loopback,
      firewallRules: namespace.firewallRules,
      titleTop: placed.titleTop,
      plug: building.words.plug(placed.name),
      target,
    },
  }
  const within: Within = { ...building, parentId, placed: framed }
  const buses = placed.buses.flatMap((bus) => busNode(bus, within))
  const sockets = placed.chips.flatMap((chip) => socketNode(chip, within))
  return [...(isRoot ? [] : [frame]), ...buses, ...sockets]
}

type Within = Building & { readonly parentId: string; readonly placed: FramedNamespace }

function socketNode({ device, box, side }: PlacedDevice, within: Within): readonly SocketFlowNode[] {
  const { topology, parentId, words } = within
  const link = topology.deviceById.get(device)
  if (link === undefined) return []
  const target: Selected = { kind: 'device', device }
  const isChild = link.linkDevice !== 0 && link.details.kind !== 'veth'
  const base = { id: `device:${device}`, parentId, position: { x: box.x, y: box.y }, ...sized(box), zIndex: 12 }
  const ariaLabel = words.device(link, topology.homeOf.get(device)?.namespace ?? '')
  const state = { draggable: false, selected: false, ariaLabel }
  return [{ ...base, ...state, type: 'socket', data: { link, side, isChild, target } }]
}

function busNode({ device, box }: PlacedDevice, within: Within): readonly BusFlowNode[] {
  const { topology, parentId, words, placed } = within
  const link = topology.deviceById.get(device)
  if (link === undefined) return []
  const isPort = (chip: PlacedDevice): boolean => topology.deviceById.get(chip.device)?.master === device
  const ports = placed.placed.chips.filter((chip) => isPort(chip) && chip.side !== 'left' && chip.side !== 'right')
  const slots = ports.map((chip): Slot => {
    const x = Math.min(Math.max(chip.box.x + chip.box.width / 2 - box.x, 8), box.width - 8)
    return { x, edge: chip.box.y < box.y ? 'top' : 'bottom' }
  })
  const target: Selected = { kind: 'device', device }
  const base = { id: `device:${device}`, parentId, position: { x: box.x, y: box.y }, ...sized(box), zIndex: 11 }
  const ariaLabel = words.device(link, topology.homeOf.get(device)?.namespace ?? '')
  const state = { draggable: false, selected: false, ariaLabel }
  return [{ ...base, ...state, type: 'bus', data: { link, slots, target } }]
}

/** Sizes are known before the browser measures, so that the first picture needs no second pass. */
function sized({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height, measured: { width, height } }
}
