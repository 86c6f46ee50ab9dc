// A glyph for each mark of an interface that has one, on a 14-pixel grid, and the badge that carries glyph and text.
import { useTranslation } from 'react-i18next'
import './marks.css'
import type { Mark, MarkId } from './marks.ts'

/** The bar above is the parent (or the bridge), the strokes below are the ways of the frames. */
const SHAPES: Partial<Readonly<Record<MarkId, React.ReactNode>>> = {
  // Up to the parent, and a wall between the siblings.
  'macvlan-private': <path d="M2 3h10M4 11V5M2.5 6.5 4 5l1.5 1.5M10 11V5M8.5 6.5 10 5l1.5 1.5M7 6v6" />,
  // Out through the parent and back.
  'macvlan-vepa': <path d="M2 5h10M4 12V4.5A2.5 2.5 0 0 1 9 4v8M7.5 10.5 9 12l1.5-1.5" />,
  // From sibling to sibling below the parent.
  'macvlan-bridge': <path d="M2 3h10M4 12V7h6v5M2.5 10.5 4 12l1.5-1.5M8.5 10.5 10 12l1.5-1.5" />,
  // Straight through.
  'macvlan-passthru': <path d="M2 7h3M9 7h3M7 12V2M5.5 3.5 7 2l1.5 1.5M5.5 10.5 7 12l1.5-1.5" />,
  // A list that lets through.
  'macvlan-source': <path d="M2 2.5h10l-4 5V12l-2-1.5v-3z" />,
  'ipvlan-l2': <path d="M2 3h10M4.5 6.5V12H7M9 12h2.5" />,
  'ipvlan-l3': <path d="M2 4h10M4 12V7.5h6V12M7 4v3.5" />,
  'ipvlan-l3s': <path d="M2 4h10M4 12V7.5h6V12M7 4v3.5M5.5 5.7h3" />,
  'ipvlan-flag-private': <path d="M2 3h10M4 11V5M10 11V5M7 6v6" />,
  'ipvlan-flag-vepa': <path d="M2 5h10M4 12V4.5A2.5 2.5 0 0 1 9 4v8M7.5 10.5 9 12l1.5-1.5" />,
  vlan: <path d="M2 4h6l4 3-4 3H2zM4.5 7h.01" />,
  'vlan-ad': <path d="M2 3h6l3 2.5M2 6h6l4 3-4 3H2zM4.5 9h.01" />,
  'no-carrier': <path d="M1.5 7H5M9 7h3.5M5 4.5v5M9 4.5v5M6.2 11.5l1.6-9" />,
  noarp: <path d="M4 12V3h6l-1.5 2L10 7H4M2 2l10 10" />,
  'noarp-l3': <path d="M4 12V3h6l-1.5 2L10 7H4M2 2l10 10" />,
  // An eye that sees everything.
  promisc: (
    <path d="M1.5 7S3.5 3.5 7 3.5 12.5 7 12.5 7 10.5 10.5 7 10.5 1.5 7 1.5 7zM7 5.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8z" />
  ),
  allmulti: <path d="M7 12V8M7 8 3 3M7 8l4-5M7 8V2" />,
  mtu: <path d="M2 4v6M12 4v6M3.5 7h7M5 5.5 3.5 7 5 8.5M9 5.5 10.5 7 9 8.5" />,
  'vlan-filtering': <path d="M2 2.5h10l-4 5V12l-2-1.5v-3z" />,
  stp: <path d="M7 2v3M7 5 3.5 9M7 5l3.5 4M3.5 9v3M10.5 9v3" />,
  'port-state': <path d="M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2zM3.5 10.5l7-7" />,
  // In and out by the same way.
  hairpin: <path d="M4.5 12V6a2.5 2.5 0 0 1 5 0v6M8 10.5 9.5 12l1.5-1.5" />,
  isolated: <path d="M2 7h3M9 7h3M5.7 3v8M8.3 3v8" />,
  'learning-off': <path d="M3 3.5h5a2 2 0 0 1 2 2V11H5a2 2 0 0 1-2-2zM2 12 12 2" />,
  'flood-off': <path d="M2 7h3M5 7l5-4M5 7h6M5 7l5 4M3 12 11 2" />,
  'mcast-flood-off': <path d="M2 7h3M5 7l5-4M5 7l5 4M3 12 11 2" />,
  'bcast-flood-off': <path d="M2 7h3M5 7l5-4M5 7h6M5 7l5 4M3 12 11 2" />,
  locked: <path d="M3.5 6.5h7V12h-7zM5 6.5V4.7a2 2 0 0 1 4 0v1.8" />,
  'neigh-suppress': <path d="M4 12V3h6l-1.5 2L10 7H4M2 2l10 10" />,
  // A wall of bricks.
  firewall: <path d="M2 3h10v8H2zM2 5.7h10M2 8.3h10M6 3v2.7M9 5.7v2.6M5 5.7v2.6M7 8.3V11" />,
  guard: <path d="M7 2 3 3.5V7c0 2.5 2 4 4 5 2-1 4-2.5 4-5V3.5z" />,
  'root-block': <path d="M7 2 3 3.5V7c0 2.5 2 4 4 5 2-1 4-2.5 4-5V3.5zM5 5.5l4 4" />,
  pvid: <path d="M2 4h6l4 3-4 3H2z" />,
  untagged: <path d="M2 4h6l4 3-4 3H2zM2 12 11 2" />,
  tagged: <path d="M2 4h6l4 3-4 3H2zM4.5 7h.01" />,
}

/** Glyph and Linux's word; resting on it tells in a sentence what it means. */
export function MarkBadge({ mark }: { readonly mark: Mark }) {
  const { t } = useTranslation()
  return (
    <span className={`mark${mark.isTrouble ? ' mark--trouble' : ''}`} title={t(`mark.${mark.id}`, mark.params)}>
      <svg
        width="13"
        height="13"
        viewBox="0 0 14 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {SHAPES[mark.id]}
      </svg>
      {mark.text}
    </span>
  )
}
