// One namespace's frame: its title, its sockets on the four edges, its buses and what lies inside.
import type { LinkView } from '../../../contract/read-models.ts'
import { BUS_HEIGHT, CHIP_GAP, FRAME_PADDING, SOCKET_OVERLAP, TITLE_HEIGHT, busWidth, chipSize, onGrid, titleWidth } from './geometry.ts'
import type { Box, Side, Size } from './geometry.ts'
import type { NamespaceNode } from './topology.ts'

export interface PlacedDevice {
  readonly device: number
  /** Relative to the namespace's frame; sockets reach beyond it. */
  readonly box: Box
  readonly side: Side
}

export interface PlacedNamespace {
  readonly name: string
  readonly size: Size
  readonly chips: readonly PlacedDevice[]
  readonly buses: readonly PlacedDevice[]
  /** How far the sockets reach beyond each edge. */
  readonly overhang: Readonly<Record<'top' | 'bottom' | 'left' | 'right', number>>
}

/** Where each device leads to: the edge that it sits on, and a key that orders those of one edge. */
export interface Heading {
  readonly side: Side
  readonly order: number
}

const BUS_GAP = 12
const INNER_ROW_LIMIT = 4

/** Lays out a namespace's frame, at least `minWidth` wide. */
export function layoutNamespace(
  namespace: NamespaceNode,
  headingOf: (device: number) => Heading,
  minWidth = 0,
): PlacedNamespace {
  const bySide = sortedBySide(namespace, headingOf)
  const rowWidth = (links: readonly LinkView[]): number =>
    links.reduce((sum, link) => sum + chipSize(link).width + CHIP_GAP, 0) - (links.length > 0 ? CHIP_GAP : 0)
  const title = titleWidth(namespace.name)
  const innerRows = inRowsOf(bySide.inner, INNER_ROW_LIMIT)
  const busesWidth = namespace.bridges.reduce((sum, bridge) => sum + busWidth(bridge) + CHIP_GAP, -CHIP_GAP)
  const width = onGrid(
    Math.max(
      minWidth,
      title + (bySide.top.length > 0 ? rowWidth(bySide.top) + FRAME_PADDING : 0),
      Math.max(0, busesWidth, rowWidth(bySide.bottom), ...innerRows.map(rowWidth)) + FRAME_PADDING * 2,
      104,
    ),
  )
  const chips: PlacedDevice[] = []
  chips.push(...rowOf(bySide.top, 'top', { from: title, to: width - FRAME_PADDING }, (height) => SOCKET_OVERLAP - height))
  const floor = layoutInside(namespace, { bySide, innerRows, width, chips })
  const sideHeight = Math.max(columnHeight(bySide.left), columnHeight(bySide.right))
  const height = onGrid(Math.max(floor, TITLE_HEIGHT + sideHeight) + (bySide.bottom.length > 0 ? SOCKET_OVERLAP + 2 : 0))
  chips.push(...columnOf(bySide.left, 'left', { x: (size) => SOCKET_OVERLAP - size.width, height }))
  chips.push(...columnOf(bySide.right, 'right', { x: () => width - SOCKET_OVERLAP, height }))
  chips.push(...rowOf(bySide.bottom, 'bottom', { from: 0, to: width }, () => height - SOCKET_OVERLAP))
  const inner = chips.filter(({ side }) => side === 'inner')
  const outer = chips.filter(({ side }) => side !== 'inner')
  const buses = layoutBuses(namespace, chips, width)
  return { name: namespace.name, size: { width, height }, chips: [...outer, ...inner], buses, overhang: overhangOf(outer, { width, height }) }
}

type BySide = Readonly<Record<Side, readonly LinkView[]>>

function sortedBySide(namespace: NamespaceNode, headingOf: (device: number) => Heading): BySide {
  const bySide: Record<Side, LinkView[]> = { top: [], bottom: [], left: [], right: [], inner: [] }
  // Ports of one bridge stay together, so that its bus is one stretch.
  const keyed = namespace.devices.map((link) => ({ link, heading: headingOf(link.device) }))
  keyed.sort((a, b) => a.link.master - b.link.master || a.heading.order - b.heading.order)
  const groupOrder = (master: number): number => {
    const orders = keyed.filter(({ link }) => link.master === master).map(({ heading }) => heading.order)
    return orders.reduce((sum, order) => sum + order, 0) / orders.length
  }
  keyed.sort((a, b) => (a.link.master === b.link.master ? 0 : groupOrder(a.link.master) - groupOrder(b.link.master)))
  for (const { link, heading } of keyed) bySide[heading.side].push(link)
  return bySide
}

/** Places what lies inside and returns the height that title, buses and inner rows take. */
function layoutInside(
  { bridges }: NamespaceNode,
  { innerRows, width, chips }: {
    readonly bySide: BySide
    readonly innerRows: readonly (readonly LinkView[])[]
    readonly width: number
    readonly chips: PlacedDevice[]
  },
): number {
  let y = TITLE_HEIGHT + 8 + bridges.length * (BUS_HEIGHT + BUS_GAP)
  for (const row of innerRows) {
    const top = y
    const placed = rowOf(row, 'inner', { from: 0, to: width }, () => top)
    chips.push(...placed)
    y += Math.max(...placed.map(({ box }) => box.height)) + CHIP_GAP
  }
  return y + (innerRows.length > 0 ? 4 : 0)
}

/** A bus spans its ports. Buses whose spans overlap lie one below the other. */
function layoutBuses({ bridges, devices }: NamespaceNode, chips: readonly PlacedDevice[], width: number): readonly PlacedDevice[] {
  const boxOf = new Map(chips.map(({ device, box }) => [device, box]))
  return bridges.map((bridge, index) => {
    const ports = devices.filter(({ master }) => master === bridge.device).flatMap(({ device }) => boxOf.get(device) ?? [])
    const clamp = (x: number): number => Math.min(Math.max(x, FRAME_PADDING / 2), width - FRAME_PADDING / 2)
    const least = busWidth(bridge)
    let from = clamp(Math.min(...ports.map(({ x }) => x), width))
    let to = clamp(Math.max(...ports.map((port) => port.x + port.width), 0))
    if (to - from < least) {
      const centre = ports.length === 0 ? width / 2 : (from + to) / 2
      from = Math.max(FRAME_PADDING / 2, Math.min(centre - least / 2, width - FRAME_PADDING / 2 - least))
      to = from + least
    }
    const y = TITLE_HEIGHT + 8 + index * (BUS_HEIGHT + BUS_GAP)
    return { device: bridge.device, box: { x: from, y, width: to - from, height: BUS_HEIGHT }, side: 'inner' as const }
  })
}

function rowOf(
  links: readonly LinkView[],
  side: Side,
  span: { readonly from: number; readonly to: number },
  yOf: (height: number) => number,
): readonly PlacedDevice[] {
  const sizes = links.map(chipSize)
  const total = sizes.reduce((sum, { width }) => sum + width + CHIP_GAP, -CHIP_GAP)
  let x = span.from + Math.max(0, (span.to - span.from - total) / 2)
  return links.map((link, index) => {
    const size = sizes[index] ?? chipSize(link)
    const box = { x, y: yOf(size.height), ...size }
    x += size.width + CHIP_GAP
    return { device: link.device, box, side }
  })
}

function columnHeight(links: readonly LinkView[]): number {
  return links.reduce((sum, link) => sum + chipSize(link).height + CHIP_GAP, links.length > 0 ? 8 : 0)
}

function columnOf(
  links: readonly LinkView[],
  side: Side,
  { x, height }: { readonly x: (size: Size) => number; readonly height: number },
): readonly PlacedDevice[] {
  let y = TITLE_HEIGHT + Math.max(0, (height - TITLE_HEIGHT - columnHeight(links)) / 2)
  return links.map((link) => {
    const size = chipSize(link)
    const box = { x: x(size), y, ...size }
    y += size.height + CHIP_GAP
    return { device: link.device, box, side }
  })
}

function overhangOf(chips: readonly PlacedDevice[], { width, height }: Size): PlacedNamespace['overhang'] {
  const most = (reach: (box: Box) => number): number => Math.max(0, ...chips.map(({ box }) => reach(box)))
  return {
    top: most(({ y }) => -y),
    left: most(({ x }) => -x),
    bottom: most((box) => box.y + box.height - height),
    right: most((box) => box.x + box.width - width),
  }
}

function inRowsOf<T>(items: readonly T[], limit: number): readonly (readonly T[])[] {
  const rows: T[][] = []
  for (let at = 0; at < items.length; at += limit) rows.push(items.slice(at, at + limit))
  return rows
}
