// Colours and chips for the 2D canvas, from the theme's custom properties. Chips are drawn once and then copied.
import { GLYPHS } from '../../../contract/protocol.ts'
import { GLYPH_COLOUR_NAME, GLYPH_PATHS } from '../../components/glyph-paths.ts'

export interface Palette {
  readonly surface: string
  readonly sunken: string
  readonly hover: string
  readonly line: string
  readonly lineStrong: string
  readonly text: string
  readonly muted: string
  readonly accent: string
  readonly accentSoft: string
  readonly drop: string
  /** By glyph code. */
  readonly glyphs: readonly string[]
  readonly sprites: readonly CanvasImageSource[]
  /** The badge of a frame that NAT has rewritten. */
  readonly natSprite: CanvasImageSource
  readonly fontSans: string
  readonly fontMono: string
  readonly pixelRatio: number
}

/** Side of a chip's picture, in CSS pixels. */
export const CHIP_PX = 16
/** Side of the badge of NAT. */
export const BADGE_PX = 9
/** A chip is drawn somewhat smaller than in lists, so that a lane keeps air. */
const CHIP_SCALE = 0.8

/** Reads the theme as it stands on an element. */
export function readPalette(element: Element, pixelRatio: number): Palette {
  const style = getComputedStyle(element)
  const read = (name: string): string => style.getPropertyValue(name).trim()
  const surface = read('--surface')
  const glyphs = GLYPHS.map((glyph) => read(GLYPH_COLOUR_NAME[glyph]))
  return {
    surface,
    sunken: read('--surface-sunken'),
    hover: read('--surface-hover'),
    line: read('--line'),
    lineStrong: read('--line-strong'),
    text: read('--text-main'),
    muted: read('--text-muted'),
    accent: read('--accent'),
    accentSoft: read('--accent-soft'),
    drop: read('--proto-drop'),
    glyphs,
    sprites: GLYPHS.map((_, code) => drawSprite(code, glyphs[code] ?? '', surface, pixelRatio)),
    natSprite: drawBadge('N', { ground: read('--text-main'), text: surface, font: read('--font-sans') }, pixelRatio),
    fontSans: read('--font-sans'),
    fontMono: read('--font-mono'),
    pixelRatio,
  }
}

function drawSprite(code: number, colour: string, surface: string, pixelRatio: number): CanvasImageSource {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = Math.ceil(CHIP_PX * pixelRatio)
  const context = canvas.getContext('2d')
  const glyph = GLYPHS[code]
  if (context === null || glyph === undefined) return canvas
  const scale = pixelRatio * CHIP_SCALE
  context.setTransform(scale, 0, 0, scale, canvas.width / 2, canvas.height / 2)
  context.lineJoin = 'round'
  context.strokeStyle = colour
  for (const { d, fill, strokeWidth } of GLYPH_PATHS[glyph]) {
    const path = new Path2D(d)
    // A halo in the colour of the ground keeps a chip apart from arrows and neighbours.
    context.lineWidth = strokeWidth + 2
    context.strokeStyle = surface
    context.stroke(path)
    if (fill !== 'none') {
      context.fillStyle = fill === 'colour' ? colour : surface
      context.fill(path)
    }
    context.lineWidth = strokeWidth
    context.strokeStyle = colour
    context.stroke(path)
  }
  return canvas
}

interface BadgeLook {
  readonly ground: string
  readonly text: string
  readonly font: string
}

function drawBadge(letter: string, { ground, text, font }: BadgeLook, pixelRatio: number): CanvasImageSource {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = Math.ceil(BADGE_PX * pixelRatio)
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  context.setTransform(pixelRatio, 0, 0, pixelRatio, canvas.width / 2, canvas.height / 2)
  context.fillStyle = ground
  context.beginPath()
  context.roundRect(-BADGE_PX / 2, -BADGE_PX / 2, BADGE_PX, BADGE_PX, 2)
  context.fill()
  context.fillStyle = text
  context.font = `700 7px ${font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(letter, 0, 0.5)
  return canvas
}
