// The shapes of the frames' chips as SVG paths around the origin, 16 pixels wide: for SVG and for 2D canvases alike.
import type { Glyph } from '../../contract/protocol.ts'

export interface GlyphPath {
  readonly d: string
  /** `colour` is the glyph's own, `surface` hides what lies behind, `none` leaves an outline. */
  readonly fill: 'colour' | 'surface' | 'none'
  readonly strokeWidth: number
}

const filled = (d: string): GlyphPath => ({ d, fill: 'colour', strokeWidth: 1.5 })
const open = (d: string): GlyphPath => ({ d, fill: 'surface', strokeWidth: 1.5 })

export const GLYPH_PATHS: Readonly<Record<Glyph, readonly GlyphPath[]>> = {
  'arp-request': [open('M-5 7V-7H6L3 -3L6 1H-5')],
  'arp-reply': [filled('M-5 7V-7H6L3 -3L6 1H-5')],
  'icmp-request': [filled('M-7 -2.5H1V-6L7 0L1 6V2.5H-7Z')],
  'icmp-reply': [open('M7 -2.5H-1V-6L-7 0L-1 6V2.5H7Z')],
  'icmp-error': [filled('M-7 -2.5H-3L-5 2.5H-7ZM-1 -2.5H1V-6L7 0L1 6V2.5H-3Z')],
  udp: [filled('M-5.5 -5.5H5.5V5.5H-5.5Z')],
  tcp: [open('M-6 -6H6V6H-6Z'), { d: 'M-3 -2.5H3M0 -2.5V3.5', fill: 'none', strokeWidth: 1.5 }],
  stp: [filled('M-4 0A4 4 0 1 1 4 0A4 4 0 1 1 -4 0')],
  other: [open('M0 -6L6 0L0 6L-6 0Z')],
  drop: [{ d: 'M-5 -5L5 5M5 -5L-5 5', fill: 'none', strokeWidth: 3 }],
}

/** The custom property of the theme that holds a glyph's colour. */
export const GLYPH_COLOUR_NAME: Readonly<Record<Glyph, string>> = {
  'arp-request': '--proto-arp',
  'arp-reply': '--proto-arp',
  'icmp-request': '--proto-icmp',
  'icmp-reply': '--proto-icmp',
  'icmp-error': '--proto-icmp',
  udp: '--proto-udp',
  tcp: '--proto-tcp',
  stp: '--proto-stp',
  other: '--proto-other',
  drop: '--proto-drop',
}
