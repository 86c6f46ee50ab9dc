// Sizes of what the canvas draws, and the curves of its lines. Everything is in canvas pixels; text widths are estimates on the safe side.
import type { LinkView } from '../../../contract/read-models.ts'
import { flagMarks, modeMarks } from '../../components/marks.ts'
import type { Mark } from '../../components/marks.ts'
import { addressTexts } from './topology.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Box extends Point, Size {}

/** The smallest box around all of some boxes, of which there is one at least. */
export function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

/** Whether two boxes have some of the canvas in common, or come nearer to each other than `room`. */
export function overlap(a: Box, b: Box, room = 0): boolean {
  const isAcross = a.x < b.x + b.width + room && b.x < a.x + a.width + room
  return isAcross && a.y < b.y + b.height + room && b.y < a.y + a.height + room
}

/** The edge of its namespace that a device sits on; `inner` for those that lead nowhere else. */
export type Side = 'top' | 'bottom' | 'left' | 'right' | 'inner'

const GRID = 4
/** How far a socket reaches into its namespace's frame. */
export const SOCKET_OVERLAP = 12
export const TITLE_HEIGHT = 28
export const BUS_HEIGHT = 24
export const CHIP_GAP = 12
export const FRAME_PADDING = 16
const MONO_WIDTH_12 = 7.3
const MONO_WIDTH_11 = 6.7
const MONO_WIDTH_10 = 6.4
/** Flags on one line of a socket, and such a line's height. */
const MARKS_A_LINE = 2
const MARK_LINE_HEIGHT = 18
const SANS_WIDTH_13 = 7.4
/** More addresses than this end in "+n". */
export const SHOWN_ADDRESSES = 3

/** How many lines of addresses a device shows. */
function addressLines(link: LinkView): number {
  return Math.min(link.addresses.length, SHOWN_ADDRESSES)
}

/** A mark's badge with the gap behind it. */
function markWidth({ text }: Mark): number {
  return text.length * MONO_WIDTH_10 + 28
}

function marksWidth(marks: readonly Mark[]): number {
  return marks.reduce((sum, mark) => sum + markWidth(mark), 0)
}

/** The flags of a socket, on as many lines as keep it narrow. */
export function markLines(link: LinkView): readonly (readonly Mark[])[] {
  const marks = flagMarks(link)
  return Array.from({ length: Math.ceil(marks.length / MARKS_A_LINE) }, (_, line) =>
    marks.slice(line * MARKS_A_LINE, (line + 1) * MARKS_A_LINE),
  )
}

/** A device's socket: a line with light, name, mode and glyph, lines for its flags, and a line for each address. */
export function chipSize(link: LinkView): Size {
  const nameWidth = link.name.length * MONO_WIDTH_12 + 52 + marksWidth(modeMarks(link))
  const addressWidths = addressTexts(link).map((text) => text.length * MONO_WIDTH_11 + 18)
  const flags = markLines(link)
  const flagWidths = flags.map((marks) => marksWidth(marks) + 14)
  const lines = addressLines(link)
  const height = 24 + flags.length * MARK_LINE_HEIGHT + lines * 15 + (lines > 0 ? 1 : 0)
  return { width: onGrid(Math.max(76, nameWidth, ...addressWidths, ...flagWidths)), height }
}

/** Where an address of a placed device stands, or where one more would. */
export function addressBox(
  link: LinkView,
  { box, isBus }: { readonly box: Box; readonly isBus: boolean },
  index: number,
): Pick<Box, 'x' | 'y' | 'width'> {
  const { x, width } = box
  if (isBus) return { x, y: box.y + box.height + 2, width: Math.min(width, BUS_FIELD_WIDTH) }
  const shown = Math.min(index, addressLines(link))
  return { x, y: box.y + 21 + markLines(link).length * MARK_LINE_HEIGHT + shown * ADDRESS_LINE_HEIGHT, width }
}

const BUS_FIELD_WIDTH = 176
const ADDRESS_LINE_HEIGHT = 15

/** The least width of a bridge's bus: its name, its flags, its addresses and its light on one line. */
export function busWidth(link: LinkView): number {
  const addresses = addressTexts(link).slice(0, SHOWN_ADDRESSES).join(' ')
  return onGrid(link.name.length * MONO_WIDTH_12 + addresses.length * MONO_WIDTH_11 + marksWidth(flagMarks(link)) + 76)
}

/** A frame's title: picture, name, light of lo. */
export function titleWidth(name: string): number {
  return onGrid(name.length * SANS_WIDTH_13 + 64)
}

export function onGrid(value: number): number {
  return Math.ceil(value / GRID) * GRID
}

export function centreOf(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** The point of a box that a line towards a side starts from. */
export function plugOf(box: Box, side: Side): Point {
  const { x, y } = centreOf(box)
  if (side === 'top') return { x, y: box.y }
  if (side === 'bottom') return { x, y: box.y + box.height }
  if (side === 'left') return { x: box.x, y }
  if (side === 'right') return { x: box.x + box.width, y }
  return { x, y }
}

/** A cubic curve: two ends and the two points that pull it. */
export type Curve = readonly [Point, Point, Point, Point]

const PULL: Readonly<Record<Side, Point>> = {
  top: { x: 0, y: -1 },
  bottom: { x: 0, y: 1 },
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  inner: { x: 0, y: 0 },
}

const LOOP_REACH = 36
/** How far a line between two ends on one level hangs below them. */
export const LOOP_DEPTH = LOOP_REACH * 0.75

/** The curve of a cable: it leaves each end straight away from its frame, and bends only as far as its way is long. */
export function curveBetween(from: Point, fromSide: Side, to: Point, toSide: Side): Curve {
  const isVertical = PULL[fromSide].y !== 0 && PULL[toSide].y !== 0
  const isLoop = fromSide === toSide
  const distance = isVertical ? Math.abs(to.y - from.y) : Math.abs(to.x - from.x)
  const reach = isLoop ? LOOP_REACH : Math.max(distance * 0.6, 12)
  const pulled = (point: Point, side: Side): Point => ({
    x: point.x + PULL[side].x * reach,
    y: point.y + PULL[side].y * reach,
  })
  return [from, pulled(from, fromSide), pulled(to, toSide), to]
}

/** The point at a share t (0 to 1) of a curve. */
export function pointOn([a, b, c, d]: Curve, t: number): Point {
  const s = 1 - t
  const at = (p: number, q: number, r: number, u: number): number =>
    s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u
  return { x: at(a.x, b.x, c.x, d.x), y: at(a.y, b.y, c.y, d.y) }
}

/** The curve as an SVG path. */
export function pathOf([a, b, c, d]: Curve): string {
  const text = ({ x, y }: Point): string => `${round(x)} ${round(y)}`
  return `M${text(a)} C${text(b)} ${text(c)} ${text(d)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
