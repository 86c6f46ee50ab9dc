// The frame of one machine: its own namespace above, the nested ones below, as wide as they need.
import { FRAME_PADDING, TITLE_HEIGHT, onGrid, titleWidth } from './geometry.ts'
import type { Box, Point } from './geometry.ts'
import type { PlacedNamespace } from './namespace-layout.ts'
import type { MachineNode, NamespaceNode } from './topology.ts'

export interface FramedNamespace {
  readonly placed: PlacedNamespace
  /** Relative to the machine's frame. */
  readonly box: Box
  readonly isRoot: boolean
}

/** A machine's frame before it has a place. */
export interface Frame {
  readonly size: { readonly width: number; readonly height: number }
  readonly namespaces: readonly FramedNamespace[]
  readonly overhang: PlacedNamespace['overhang']
}

/** Positions that the author or the reader has chosen: of machines on the canvas, of nested namespaces in their machine. */
export type Positions = ReadonlyMap<string, Point>

/** Lays out a namespace by itself, at least so wide. */
export type FrameOf = (namespace: NamespaceNode, minWidth?: number) => PlacedNamespace

const COLUMN_GAP = 40
const NESTED_GAP = 32

export function foldedFrame({ name }: MachineNode): Frame {
  // Beside the name stands how much is inside.
  const size = { width: onGrid(titleWidth(name) + 24), height: TITLE_HEIGHT }
  return { size, namespaces: [], overhang: { top: 0, bottom: 0, left: 0, right: 0 } }
}

export function frameMachine(machine: MachineNode, frameOf: FrameOf, positions: Positions): Frame {
  const nested = machine.nested.map((namespace) => frameOf(namespace))
  const rootAlone = machine.root === undefined ? undefined : frameOf(machine.root)
  if (nested.length === 0 && rootAlone !== undefined) {
    const box = { x: 0, y: 0, ...rootAlone.size }
    return {
      size: rootAlone.size,
      namespaces: [{ placed: rootAlone, box, isRoot: true }],
      overhang: rootAlone.overhang,
    }
  }
  const rootHeight =
    rootAlone === undefined ? TITLE_HEIGHT + 8 : rootAlone.size.height + rootAlone.overhang.bottom + NESTED_GAP
  const top = rootHeight + Math.max(0, ...nested.map(({ overhang }) => overhang.top))
  const boxes = placeNested(nested, { top, minWidth: rootAlone?.size.width ?? titleWidth(machine.name), positions })
  const right = Math.max(...boxes.map((box, index) => box.x + box.width + (nested[index]?.overhang.right ?? 0)))
  const bottom = Math.max(...boxes.map((box, index) => box.y + box.height + (nested[index]?.overhang.bottom ?? 0)))
  const width = onGrid(Math.max(right + FRAME_PADDING, rootAlone?.size.width ?? titleWidth(machine.name)))
  const root = machine.root === undefined ? undefined : frameOf(machine.root, width)
  const rootFrame =
    root === undefined ? [] : [{ placed: root, box: { x: 0, y: 0, width, height: root.size.height }, isRoot: true }]
  const nestedFrames = nested.flatMap((placed, index) => {
    const box = boxes[index]
    return box === undefined ? [] : [{ placed, box, isRoot: false }]
  })
  const overhang = { ...(root?.overhang ?? { top: 0, left: 0, right: 0 }), bottom: 0 }
  return {
    size: { width, height: onGrid(bottom + FRAME_PADDING) },
    namespaces: [...rootFrame, ...nestedFrames],
    overhang,
  }
}

function placeNested(
  nested: readonly PlacedNamespace[],
  { top, minWidth, positions }: { readonly top: number; readonly minWidth: number; readonly positions: Positions },
): readonly Box[] {
  const total = nested.reduce(
    (sum, { size, overhang }) => sum + size.width + overhang.left + overhang.right + COLUMN_GAP / 2,
    -COLUMN_GAP / 2,
  )
  let x = Math.max(FRAME_PADDING, (minWidth - total) / 2)
  return nested.map(({ name, size, overhang }) => {
    const corner = positions.get(name) ?? { x: onGrid(x + overhang.left), y: onGrid(top) }
    x += size.width + overhang.left + overhang.right + COLUMN_GAP / 2
    return { x: Math.max(corner.x, FRAME_PADDING / 2), y: Math.max(corner.y, TITLE_HEIGHT), ...size }
  })
}
