// One namespace's frame: its title, its sockets on the four edges, its buses and what lies inside.
import type { LinkView } from '../../../contract/read-models.ts'
import {
  BUS_HEIGHT,
  CHIP_GAP,
  FRAME_PADDING,
  LOOP_DEPTH,
  SOCKET_OVERLAP,
  TITLE_HEIGHT,
  busWidth,
  chipSize,
  onGrid,
  titleWidth,
} from './geometry.ts'
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
  /** Where the title begins: below the sockets of the top edge, where they leave it no room beside them. */
  readonly titleTop: number
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

const BUS_GAP = 14
const LEAST_WIDTH = 104
/** Between the sockets of a side edge and what lies inside. */
const SIDE_ROOM = 28
const INNER_ROW_LIMIT = 4
/** Between a cable that hangs below its sockets and what lies under it. */
const LOOP_ROOM = 8

/** Lays out a namespace's frame, at least `minWidth` wide. */
export function layoutNamespace(
  namespace: NamespaceNode,
  headingOf: (device: number) => Heading,
  minWidth = 0,
): PlacedNamespace {
  const bySide = sortedBySide(namespace, headingOf)
  const title = titleWidth(namespace.name)
  // A port's line into its bus would run through a title below it, so then the title stands beside the sockets.
  const isTitleBeside = bySide.top.some(({ master }) => master !== 0)
  const titleTop = bySide.top.length > 0 && !isTitleBeside ? SOCKET_OVERLAP - 2 : 0
  const innerRows = innerRowsOf(namespace, bySide.inner)
  // Lines to parents and buses from a side edge need to be seen.
  const room = { left: bySide.left.length > 0 ? SIDE_ROOM : 0, right: bySide.right.length > 0 ? SIDE_ROOM : 0 }
  const titleRoom = isTitleBeside ? title : FRAME_PADDING
  const needed = widthNeeded(namespace, { bySide, innerRows, titleRoom, sideRoom: room.left + room.right })
  const width = onGrid(Math.max(minWidth, title, needed, LEAST_WIDTH))
  const place = (
    links: readonly LinkView[],
    side: Side,
    from: number,
    yOf: (height: number) => number,
  ): PlacedDevice[] => {
    const row = rowOf(links, namespace)
    const left = from + Math.max(0, (width - from - row.width - (from === 0 ? 0 : FRAME_PADDING)) / 2)
    return row.chips.map(({ link, x, size }) => ({
      device: link.device,
      side,
      box: { x: left + x, y: yOf(size.height), ...size },
    }))
  }
  const top = place(bySide.top, 'top', isTitleBeside ? title : 0, (height) => SOCKET_OVERLAP - height)
  const below = [bySide.bottom, ...innerRows].flatMap((row) => place(row, 'bottom', 0, () => 0))
  const spans = busSpans(namespace, [...top, ...below], width)
  const busRows = Math.max(0, ...spans.map(({ row }) => row + 1))
  const busTop = titleTop + TITLE_HEIGHT + 8
  let floor = busTop + busRows * (BUS_HEIGHT + BUS_GAP)
  const inner = innerRows.flatMap((row) => {
    const rowTop = floor
    const shift = (room.left - room.right) / 2
    const placed = place(row, 'inner', 0, () => rowTop).map((chip) => ({
      ...chip,
      box: { ...chip.box, x: chip.box.x + shift },
    }))
    const hangs = row.some((link) => isPairedWithin(link, row))
    floor += Math.max(...placed.map(({ box }) => box.height)) + (hangs ? LOOP_DEPTH + LOOP_ROOM : CHIP_GAP + 4)
    return placed
  })
  const sideHeight = Math.max(columnHeight(bySide.left), columnHeight(bySide.right))
  const least = Math.max(floor, titleTop + TITLE_HEIGHT + sideHeight)
  const height = onGrid(least + (bySide.bottom.length > 0 ? SOCKET_OVERLAP + 2 : 0))
  const outer = [
    ...top,
    ...columnOf(bySide.left, 'left', { x: (size) => SOCKET_OVERLAP - size.width, height }),
    ...columnOf(bySide.right, 'right', { x: () => width - SOCKET_OVERLAP, height }),
    ...place(bySide.bottom, 'bottom', 0, () => height - SOCKET_OVERLAP),
  ]
  const buses = spans.map(({ device, x, width: busSpan, row }) => {
    const box = { x, y: busTop + row * (BUS_HEIGHT + BUS_GAP), width: busSpan, height: BUS_HEIGHT }
    return { device, box, side: 'inner' as const }
  })
  const size = { width, height }
  return { name: namespace.name, size, titleTop, chips: [...outer, ...inner], buses, overhang: overhangOf(outer, size) }
}

/** Whether the other end of a veth pair lies in the same row: its cable hangs below both. */
function isPairedWithin({ details, linkDevice }: LinkView, row: readonly LinkView[]): boolean {
  return details.kind === 'veth' && row.some(({ device }) => device === linkDevice)
}

interface Contents {
  readonly bySide: BySide
  readonly innerRows: readonly (readonly LinkView[])[]
  /** Left of the sockets of the top edge. */
  readonly titleRoom: number
  /** Inside both side edges together. */
  readonly sideRoom: number
}

/** How wide a frame has to be for its rows and its buses. */
function widthNeeded(namespace: NamespaceNode, { bySide, innerRows, titleRoom, sideRoom }: Contents): number {
  const spanOf = (links: readonly LinkView[]): number => rowOf(links, namespace).width
  const buses = looseBusWidth(namespace, [...bySide.top, ...bySide.bottom, ...bySide.inner])
  return Math.max(
    titleRoom + spanOf(bySide.top) + FRAME_PADDING,
    spanOf(bySide.bottom) + FRAME_PADDING * 2,
    Math.max(buses, ...innerRows.map(spanOf)) + FRAME_PADDING * 2 + sideRoom,
  )
}

type BySide = Readonly<Record<Side, readonly LinkView[]>>

/** On each edge in the order of where the lines lead; ports of one bridge stay together, so that its bus is one stretch. */
function sortedBySide({ devices }: NamespaceNode, headingOf: (device: number) => Heading): BySide {
  const bySide: Record<Side, LinkView[]> = { top: [], bottom: [], left: [], right: [], inner: [] }
  for (const link of devices) bySide[headingOf(link.device).side].push(link)
  for (const links of Object.values(bySide)) {
    const order = (link: LinkView): number => headingOf(link.device).order
    const groupOrder = (link: LinkView): number => {
      const group = link.master === 0 ? [link] : links.filter(({ master }) => master === link.master)
      return group.reduce((sum, each) => sum + order(each), 0) / group.length
    }
    // Sorting keeps the order of equals, so the last key goes first.
    links.sort((a, b) => order(a) - order(b)).sort((a, b) => a.master - b.master)
    const orderOf = new Map(links.map((link) => [link, groupOrder(link)]))
    links.sort((a, b) => (orderOf.get(a) ?? 0) - (orderOf.get(b) ?? 0))
  }
  return bySide
}

interface Row {
  readonly width: number
  readonly chips: readonly { readonly link: LinkView; readonly x: number; readonly size: Size }[]
}

/** Sockets side by side. The ports of a bridge get at least the room of its bus, so that two buses lie beside each other. */
function rowOf(links: readonly LinkView[], { bridges }: NamespaceNode): Row {
  const chips: Row['chips'][number][] = []
  let x = 0
  for (let at = 0; at < links.length;) {
    const master = links[at]?.master ?? 0
    const rest = links.slice(at)
    const end = rest.findIndex((link) => link.master !== master)
    const group = master === 0 ? rest.slice(0, 1) : rest.slice(0, end < 0 ? rest.length : end)
    const sizes = group.map(chipSize)
    const natural = sizes.reduce((sum, size) => sum + size.width + CHIP_GAP, -CHIP_GAP)
    const bridge = bridges.find(({ device }) => device === master)
    const slack = Math.max(0, (bridge === undefined ? 0 : busWidth(bridge)) - natural)
    x += slack / 2
    for (const [index, link] of group.entries()) {
      const size = sizes[index] ?? chipSize(link)
      chips.push({ link, x, size })
      x += size.width + CHIP_GAP
    }
    x += slack / 2
    at += group.length
  }
  return { width: Math.max(0, x - CHIP_GAP), chips }
}

/** The room that buses take, side by side, which no row of ports makes room for. */
function looseBusWidth({ bridges }: NamespaceNode, rowed: readonly LinkView[]): number {
  const loose = bridges.filter((bridge) => rowed.every(({ master }) => master !== bridge.device))
  return loose.reduce((sum, bridge) => sum + busWidth(bridge) + CHIP_GAP, 0)
}

interface BusSpan {
  readonly device: number
  readonly x: number
  readonly width: number
  readonly row: number
}

/** A bus spans its ports. Buses whose spans overlap lie one below the other. */
function busSpans(
  { bridges, devices }: NamespaceNode,
  chips: readonly PlacedDevice[],
  width: number,
): readonly BusSpan[] {
  const boxOf = new Map(chips.map(({ device, box }) => [device, box]))
  const spans: BusSpan[] = []
  for (const bridge of bridges) {
    const ports = devices
      .filter(({ master }) => master === bridge.device)
      .flatMap(({ device }) => boxOf.get(device) ?? [])
    const least = busWidth(bridge)
    const from = Math.min(...ports.map(({ x }) => x), ports.length === 0 ? (width - least) / 2 : Infinity)
    const to = Math.max(...ports.map((port) => port.x + port.width), ports.length === 0 ? (width + least) / 2 : 0)
    const span = Math.max(to - from, least)
    const wanted = (from + to - span) / 2
    const x = Math.max(FRAME_PADDING / 2, Math.min(wanted, width - FRAME_PADDING / 2 - span))
    let row = 0
    while (spans.some((other) => other.row === row && x < other.x + other.width + 4 && other.x < x + span + 4)) row++
    spans.push({ device: bridge.device, x, width: span, row })
  }
  return spans
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

/** Children lie below their parents; a row that gets too long goes on in the next. */
function innerRowsOf({ devices }: NamespaceNode, inner: readonly LinkView[]): readonly (readonly LinkView[])[] {
  const byId = new Map(devices.map((link) => [link.device, link]))
  const depthOf = (link: LinkView): number => {
    const parent = link.details.kind === 'veth' ? undefined : byId.get(link.linkDevice)
    return parent === undefined || !inner.includes(parent) ? 0 : depthOf(parent) + 1
  }
  const depths = inner.map(depthOf)
  const levels = [...new Set(depths)].sort((a, b) => a - b)
  return levels.flatMap((level) => {
    const links = inner.filter((_, index) => depths[index] === level)
    const count = Math.ceil(links.length / INNER_ROW_LIMIT)
    return Array.from({ length: count }, (_, row) => links.slice(row * INNER_ROW_LIMIT, (row + 1) * INNER_ROW_LIMIT))
  })
}
