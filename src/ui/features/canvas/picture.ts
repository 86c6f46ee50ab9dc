// The canvas as a picture file: the same layout, drawn in plain SVG with the colours of the theme.
import type { LinkView } from '../../../contract/read-models.ts'
import { modeMarks } from '../../components/marks.ts'
import { lightOf } from '../../components/state-light.tsx'
import { around, pathOf, pointOn } from './geometry.ts'
import type { Box } from './geometry.ts'
import type { CanvasLayout, PlacedMachine } from './layout.ts'
import type { DrawnWire } from './layout-wires.ts'
import { addressTexts } from './topology.ts'
import type { Topology } from './topology.ts'

/** Colours by what they are for. */
export interface PictureColours {
  readonly background: string
  readonly surface: string
  readonly sunken: string
  readonly line: string
  readonly text: string
  readonly muted: string
  readonly good: string
  readonly bad: string
}

const MARGIN = 24
const SANS = 'Inter, system-ui, sans-serif'
const MONO = 'JetBrains Mono, ui-monospace, monospace'

/** An SVG document of the whole canvas. */
export function pictureSvg(layout: CanvasLayout, topology: Topology, colours: PictureColours): string {
  const frame = bounds(layout)
  const parts = [
    `<rect x="${frame.x}" y="${frame.y}" width="${frame.width}" height="${frame.height}" fill="${colours.background}"/>`,
    ...layout.machines.map((machine) => machinePart(machine, colours)),
    ...layout.wires.map((wire) => wirePart(wire, colours)),
    ...[...layout.deviceBox].map(([device, { box, isBus }]) => {
      const link = topology.deviceById.get(device)
      return link === undefined ? '' : devicePart(link, box, isBus, colours)
    }),
  ]
  const view = `${frame.x} ${frame.y} ${frame.width} ${frame.height}`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${frame.width}" height="${frame.height}" viewBox="${view}">\n${parts.join('\n')}\n</svg>\n`
}

/** What the picture takes in, with a margin. */
function bounds({ machines, deviceBox }: CanvasLayout): Box {
  const boxes = [...machines.map(({ box }) => box), ...[...deviceBox.values()].map(({ box }) => box)]
  if (boxes.length === 0) return { x: 0, y: 0, width: 2 * MARGIN, height: 2 * MARGIN }
  const { x, y, width, height } = around(boxes)
  return { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN }
}

function machinePart({ machine, box, namespaces }: PlacedMachine, colours: PictureColours): string {
  const nested = namespaces.filter(({ isRoot }) => !isRoot)
  const root = namespaces.find(({ isRoot }) => isRoot)
  const inner = nested.map(({ placed, box: own }) => {
    const at = { ...own, x: box.x + own.x, y: box.y + own.y }
    return rectangle(at, colours.surface, colours.line) + title(placed.name, at, placed.titleTop, colours)
  })
  const fill = nested.length === 0 ? colours.surface : colours.sunken
  return (
    rectangle(box, fill, colours.line) + title(machine.name, box, root?.placed.titleTop ?? 0, colours) + inner.join('')
  )
}

function wirePart({ kind, curve }: DrawnWire, { muted, text }: PictureColours): string {
  const dash = kind === 'parent' ? ' stroke-dasharray="4 3"' : ''
  const width = kind === 'port' ? 5 : 2
  const plugs = kind === 'cable' || kind === 'veth' ? [pointOn(curve, 0), pointOn(curve, 1)] : []
  const ends = plugs.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="3" fill="${text}"/>`)
  return `<path d="${pathOf(curve)}" fill="none" stroke="${muted}" stroke-width="${width}"${dash}/>${ends.join('')}`
}

function devicePart(link: LinkView, box: Box, isBus: boolean, colours: PictureColours): string {
  const isUp = lightOf(link) === 'up'
  const mode = modeMarks(link).map(({ text }) => text)
  const name = [link.name, ...mode].join('  ')
  const lamp = isUp
    ? `<circle cx="${box.x + 12}" cy="${box.y + 12}" r="4" fill="${colours.good}"/>`
    : `<rect x="${box.x + 8}" y="${box.y + 8}" width="8" height="8" fill="none" stroke="${colours.bad}" stroke-width="1.5"/>`
  const addresses = addressTexts(link)
  const lines = isBus
    ? [label([name, ...addresses].join('  '), box.x + 22, box.y + 16, colours.text, 12)]
    : [
        label(name, box.x + 22, box.y + 16, colours.text, 12),
        ...addresses.map((address, index) => label(address, box.x + 8, box.y + 34 + index * 15, colours.muted, 11)),
      ]
  return rectangle(box, isBus ? colours.sunken : colours.surface, colours.line) + lamp + lines.join('')
}

function rectangle({ x, y, width, height }: Box, fill: string, stroke: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${stroke}"/>`
}

function title(name: string, { x, y }: Box, titleTop: number, { text }: PictureColours): string {
  const place = `x="${x + 12}" y="${y + titleTop + 19}"`
  return `<text ${place} font-family="${SANS}" font-size="14" font-weight="600" fill="${text}">${escaped(name)}</text>`
}

function label(words: string, x: number, y: number, fill: string, size: number): string {
  return `<text x="${x}" y="${y}" font-family="${MONO}" font-size="${size}" fill="${fill}" xml:space="preserve">${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
