// The chip of a frame: shape and colour together tell its kind, here, on the canvas and on the timeline alike.
import type { Glyph } from '../../contract/protocol.ts'

/** The colour of a glyph as a custom property of the theme. */
export const GLYPH_COLOUR: Readonly<Record<Glyph, string>> = {
  'arp-request': 'var(--proto-arp)',
  'arp-reply': 'var(--proto-arp)',
  'icmp-request': 'var(--proto-icmp)',
  'icmp-reply': 'var(--proto-icmp)',
  'icmp-error': 'var(--proto-icmp)',
  udp: 'var(--proto-udp)',
  tcp: 'var(--proto-tcp)',
  stp: 'var(--proto-stp)',
  other: 'var(--proto-other)',
  drop: 'var(--proto-drop)',
}

/** Shapes around the origin, 16 pixels wide; filled ones use the current colour. */
const SHAPES: Readonly<Record<Glyph, React.ReactNode>> = {
  'arp-request': <path d="M-5 7V-7H6L3 -3L6 1H-5" fill="var(--surface)" />,
  'arp-reply': <path d="M-5 7V-7H6L3 -3L6 1H-5" fill="currentColor" />,
  'icmp-request': <path d="M-7 -2.5H1V-6L7 0L1 6V2.5H-7Z" fill="currentColor" />,
  'icmp-reply': <path d="M7 -2.5H-1V-6L-7 0L-1 6V2.5H7Z" fill="var(--surface)" />,
  'icmp-error': (
    <path d="M-7 -2.5H-3L-5 2.5H-7ZM-1 -2.5H1V-6L7 0L1 6V2.5H-3Z" fill="currentColor" strokeLinejoin="round" />
  ),
  udp: <rect x="-5.5" y="-5.5" width="11" height="11" rx="1" fill="currentColor" />,
  tcp: (
    <>
      <rect x="-6" y="-6" width="12" height="12" rx="1" fill="var(--surface)" />
      <path d="M-3 -2.5H3M0 -2.5V3.5" />
    </>
  ),
  stp: <circle r="4" fill="currentColor" />,
  other: <path d="M0 -6L6 0L0 6L-6 0Z" fill="var(--surface)" />,
  drop: <path d="M-5 -5L5 5M5 -5L-5 5" strokeWidth="3" />,
}

/** For use inside an SVG, around the origin of its place. */
export function FrameGlyphShape({ glyph }: { readonly glyph: Glyph }) {
  return (
    <g style={{ color: GLYPH_COLOUR[glyph] }} stroke="currentColor" strokeWidth="1.5" fill="none">
      {SHAPES[glyph]}
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
