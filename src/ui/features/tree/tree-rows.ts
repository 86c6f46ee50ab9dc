// The rows of the lab tree: machines, their namespaces, their interfaces, in the order of creation.
import type { LinkView } from '../../../contract/read-models.ts'
import { addressTexts } from '../canvas/topology.ts'
import type { MachineNode, NamespaceNode, Role, Topology } from '../canvas/topology.ts'
import type { Note } from '../canvas/notes.ts'
import type { Selected } from '../../stores/selection-store.ts'

export interface TreeRow {
  readonly id: string
  /** From 1. */
  readonly level: number
  readonly name: string
  readonly role: Role | undefined
  readonly link: LinkView | undefined
  readonly addresses: string
  /** A note is nothing that the inspector could show. */
  readonly target: Selected | undefined
  readonly note?: Note
  readonly hasChildren: boolean
  /** The row that this one is folded into. */
  readonly parentId: string | undefined
  /** Place among its siblings, from 1, and their number. */
  readonly position: number
  readonly setSize: number
}

/** All rows, folded ones included; the notes of the canvas come last. */
export function treeRows({ machines }: Topology, notes: readonly Note[] = []): readonly TreeRow[] {
  const setSize = machines.length + notes.length
  return [
    ...machines.flatMap((machine, index) => machineRows(machine, { position: index + 1, setSize })),
    ...notes.map((note, index) => noteRow(note, { position: machines.length + index + 1, setSize })),
  ]
}

function noteRow(note: Note, place: Place): TreeRow {
  const nothing = { role: undefined, link: undefined, addresses: '', target: undefined, parentId: undefined }
  return { id: note.id, level: 1, name: note.text, ...nothing, note, hasChildren: false, ...place }
}

/** The rows that are visible when some are folded. */
export function visibleRows(rows: readonly TreeRow[], folded: ReadonlySet<string>): readonly TreeRow[] {
  const hidden = new Set<string>()
  return rows.filter(({ id, parentId }) => {
    const isHidden = parentId !== undefined && (folded.has(parentId) || hidden.has(parentId))
    if (isHidden) hidden.add(id)
    return !isHidden
  })
}

interface Place {
  readonly position: number
  readonly setSize: number
}

interface Nested {
  readonly level: number
  readonly parentId: string
}

/** A machine that is a namespace itself is one row with it, and its containers lie below its interfaces, as on the canvas. */
function machineRows(machine: MachineNode, place: Place): readonly TreeRow[] {
  const { name, role, root, nested } = machine
  const links = root === undefined ? [] : linksOf(root)
  const id = root === undefined ? `machine:${name}` : `namespace:${root.netns}`
  const row: TreeRow = {
    id,
    level: 1,
    name,
    role,
    link: undefined,
    addresses: '',
    target: root === undefined ? { kind: 'machine', name } : { kind: 'namespace', netns: root.netns },
    hasChildren: links.length + nested.length > 0,
    parentId: undefined,
    ...place,
  }
  const setSize = links.length + nested.length
  const below = { level: 2, parentId: id, setSize }
  return [
    row,
    ...links.map((link, index) => linkRow(link, { ...below, position: index + 1 })),
    ...nested.flatMap((namespace, index) => namespaceRows(namespace, { ...below, position: links.length + index + 1 })),
  ]
}

function namespaceRows(namespace: NamespaceNode, place: Place & Nested): readonly TreeRow[] {
  const { netns, name, role } = namespace
  const id = `namespace:${netns}`
  const links = linksOf(namespace)
  const row: TreeRow = {
    id,
    name,
    role,
    link: undefined,
    addresses: '',
    target: { kind: 'namespace', netns },
    hasChildren: links.length > 0,
    ...place,
  }
  const below = { level: place.level + 1, parentId: id, setSize: links.length }
  return [row, ...links.map((link, index) => linkRow(link, { ...below, position: index + 1 }))]
}

/** All interfaces of a namespace in the order of ifindex, lo included. */
function linksOf({ bridges, devices, loopback }: NamespaceNode): readonly LinkView[] {
  const shown = [...bridges, ...devices, ...(loopback === undefined || devices.includes(loopback) ? [] : [loopback])]
  return shown.sort((a, b) => a.ifindex - b.ifindex)
}

function linkRow(link: LinkView, place: Place & Nested): TreeRow {
  return {
    id: `device:${link.device}`,
    name: link.name,
    role: undefined,
    link,
    addresses: addressTexts(link).join(', '),
    target: { kind: 'device', device: link.device },
    hasChildren: false,
    ...place,
  }
}
