// A glyph for each kind of network device, on a 14-pixel grid.
import type { LinkKindName } from '../../contract/read-models.ts'

const SHAPES: Readonly<Record<LinkKindName, React.ReactNode>> = {
  lo: <path d="M10.5 5.5A4 4 0 1 0 11 8M11 3.5v2.2H8.8" />,
  // Two plugs of one cable.
  veth: <path d="M1.5 7h2M10.5 7h2M3.5 5h2.2v4H3.5zM8.3 5h2.2v4H8.3zM5.7 7h2.6" />,
  bridge: <path d="M1.5 8.5h11M3.5 8.5V5M7 8.5V5M10.5 8.5V5M1.5 10.5h11" />,
  dummy: <path d="M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM3.8 10.2l6.4-6.4" />,
  vlan: <path d="M2 4h6l4 3-4 3H2zM4.5 7h.01" />,
  macvlan: <path d="M2 3.5h10M7 3.5V6M3.5 6h7v5h-7zM5.5 8.5h3" />,
  ipvlan: <path d="M2 3.5h10M7 3.5V6M3.5 6h7v5h-7zM7 7.7v1.8" />,
}

/** The glyph of a kind; decorative, since the kind is always named in words nearby. */
export function KindIcon({ kind, size = 14 }: { readonly kind: LinkKindName; readonly size?: number }) {
  return (
    <svg
      className="kind-icon"
      width={size}
      height={size}
      viewBox="0 0 14 14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {SHAPES[kind]}
    </svg>
  )
}
