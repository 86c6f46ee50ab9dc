// Which field a byte belongs to, and the tree as rows. Pure.
import type { DissectedLayer } from '../../../wire/dissect.ts'

/** A row of the header tree. */
export interface FieldRow {
  /** The way from the top, by index: unique even where ids repeat. */
  readonly path: string
  readonly depth: number
  readonly field: DissectedLayer
  readonly isOpen: boolean
  readonly hasChildren: boolean
}

/** The rows of a tree whose open ones are told by path. */
export function rowsOfTree(layers: readonly DissectedLayer[], isOpen: (path: string) => boolean): readonly FieldRow[] {
  const rows: FieldRow[] = []
  const visit = (fields: readonly DissectedLayer[], parent: string, depth: number): void => {
    for (const [index, field] of fields.entries()) {
      const path = parent === '' ? String(index) : `${parent}.${index}`
      const children = field.children ?? []
      const hasChildren = children.length > 0
      const open = hasChildren && isOpen(path)
      rows.push({ path, depth, field, isOpen: open, hasChildren })
      if (open) visit(children, path, depth + 1)
    }
  }
  visit(layers, '', 0)
  return rows
}

/** The path of the smallest field that holds a byte; of several of a size the first. Undefined where none does. */
export function pathOfByte(layers: readonly DissectedLayer[], offset: number): string | undefined {
  let best: { readonly path: string; readonly length: number } | undefined
  const visit = (fields: readonly DissectedLayer[], parent: string): void => {
    for (const [index, field] of fields.entries()) {
      if (offset < field.from || offset >= field.to) continue
      const path = parent === '' ? String(index) : `${parent}.${index}`
      const length = field.to - field.from
      if (best === undefined || length < best.length) best = { path, length }
      visit(field.children ?? [], path)
    }
  }
  visit(layers, '')
  return best?.path
}

/** The field at a path. */
export function fieldAt(layers: readonly DissectedLayer[], path: string): DissectedLayer | undefined {
  let fields: readonly DissectedLayer[] = layers
  let field: DissectedLayer | undefined
  for (const index of path.split('.')) {
    field = fields[Number(index)]
    fields = field?.children ?? []
  }
  return field
}

/** A field of a box diagram: bits of a row of 32, as RFCs draw them. */
export interface Box {
  readonly path: string
  readonly field: DissectedLayer
  /** Row and column of its first bit within the layer, and how many bits it has in this row. */
  readonly row: number
  readonly column: number
  readonly bits: number
  readonly isContinued: boolean
}

/** Sizes and places in bits of fields that share their bytes with others, from the byte at which the field begins. */
const BITS: Readonly<Record<string, readonly [from: number, bits: number]>> = {
  'ip.version': [0, 4],
  'ip.hdr_len': [4, 4],
  'ip.flags': [0, 3],
  'ip.frag_offset': [3, 13],
  'vlan.priority': [0, 3],
  'vlan.dei': [3, 1],
  'vlan.id': [4, 12],
  'tcp.hdr_len': [0, 4],
  'tcp.flags': [4, 12],
}

/** The boxes of one layer, row by row of 32 bits. */
export function boxesOf(layer: DissectedLayer, layerPath: string): readonly Box[] {
  return (layer.children ?? []).flatMap((field, index) => {
    const [shift, ownBits] = BITS[field.id] ?? [0, (field.to - field.from) * 8]
    const path = `${layerPath}.${index}`
    const boxes: Box[] = []
    let from = (field.from - layer.from) * 8 + shift
    const to = from + ownBits
    while (from < to) {
      const row = Math.floor(from / 32)
      const end = Math.min(to, (row + 1) * 32)
      boxes.push({ path, field, row, column: from % 32, bits: end - from, isContinued: boxes.length > 0 })
      from = end
    }
    return boxes
  })
}
