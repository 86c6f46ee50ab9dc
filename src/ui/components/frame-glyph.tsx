// The chip of a frame: shape and colour together tell its kind, here, on the canvas and on the timeline alike.
import type { Glyph } from '../../contract/protocol.ts'
import { GLYPH_COLOUR_NAME, GLYPH_PATHS } from './glyph-paths.ts'

/** The colour of a glyph as a custom property of the theme. */
export const GLYPH_COLOUR = Object.fromEntries(
  Object.entries(GLYPH_COLOUR_NAME).map(([glyph, name]) => [glyph, `var(${name})`]),
) as Readonly<Record<Glyph, string>>

const FILLS = { colour: 'currentColor', surface: 'var(--surface)', none: 'none' } as const

/** For use inside an SVG, around the origin of its place. */
export function FrameGlyphShape({ glyph }: { readonly glyph: Glyph }) {
  return (
    <g style={{ color: GLYPH_COLOUR[glyph] }} stroke="currentColor" strokeLinejoin="round">
      {GLYPH_PATHS[glyph].map(({ d, fill, strokeWidth }) => (
        <path key={d} d={d} fill={FILLS[fill]} strokeWidth={strokeWidth} />
      ))}
    </g>
  )
}

/** For use in text and lists. Decorative: the kind is named in words beside it. */
export function FrameGlyph({ glyph, size = 14 }: { readonly glyph: Glyph; readonly size?: number }) {
  return (
    <svg className="frame-glyph" width={size} height={size} viewBox="-8 -8 16 16" aria-hidden="true">
      <FrameGlyphShape glyph={glyph} />
    </svg>
  )
}
