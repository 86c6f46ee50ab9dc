// What each mode lets through, in small: two children on their parent, the outside below, and the ways that frames may take.
/** Pictures of macvlan's and ipvlan's modes, ipvlan's flags, and a VLAN. */
export type PictureName =
  | `macvlan-${'private' | 'vepa' | 'bridge' | 'passthru' | 'source'}`
  | `ipvlan-${'l2' | 'l3' | 'l3s'}`
  | `ipvlan-flag-${'bridge' | 'private' | 'vepa'}`
  | 'vlan'

const OUT_LEFT = <path key="out-left" d="M30 26v34" />
const OUT_RIGHT = <path key="out-right" d="M90 26v34" />
const ACROSS = <path key="across" d="M36 26v12h48V26" markerEnd="url(#mode-arrow)" />
const HAIRPIN = <path key="hairpin" d="M36 26v40q0 6 6 6h36q6 0 6-6V26" markerEnd="url(#mode-arrow)" />
const CROSS = <path key="cross" className="mode-picture__no" d="m56 20 8 8m0-8-8 8" />
const CROSS_BELOW = <path key="cross-below" className="mode-picture__no" d="m56 66 8 8m0-8-8 8" />
const SWITCH = <rect key="switch" className="mode-picture__outside" x="44" y="66" width="32" height="12" rx="2" />

/** Two boxes for children above, the parent's bar in the middle; what is outside lies below it. */
const WAYS: Readonly<Record<PictureName, React.ReactNode>> = {
  'macvlan-bridge': [OUT_LEFT, OUT_RIGHT, ACROSS],
  'macvlan-private': [OUT_LEFT, OUT_RIGHT, CROSS, CROSS_BELOW],
  'macvlan-vepa': [SWITCH, HAIRPIN, CROSS],
  'macvlan-passthru': [<path key="way" d="M60 26v48" strokeWidth="3" />],
  'macvlan-source': [
    OUT_LEFT,
    <path key="list" d="M20 62h20l-6 8v8l-8-3v-5z" />,
    <path key="no" className="mode-picture__no" d="m86 66 8 8m0-8-8 8" />,
    <path key="cut" className="mode-picture__cut" d="M90 26v32" />,
  ],
  'ipvlan-l2': [
    OUT_LEFT,
    OUT_RIGHT,
    ACROSS,
    <text key="what" x="60" y="74">
      ARP
    </text>,
  ],
  'ipvlan-l3': [
    OUT_LEFT,
    OUT_RIGHT,
    <text key="what" x="60" y="74">
      IP
    </text>,
    <RouterMark key="router" />,
  ],
  'ipvlan-l3s': [OUT_LEFT, OUT_RIGHT, <Wall key="wall" />, <RouterMark key="router" />],
  'ipvlan-flag-bridge': [OUT_LEFT, OUT_RIGHT, ACROSS],
  'ipvlan-flag-private': [OUT_LEFT, OUT_RIGHT, CROSS],
  'ipvlan-flag-vepa': [SWITCH, HAIRPIN, CROSS],
  vlan: [
    <path key="way" d="M60 26v48" />,
    <rect key="tag" className="mode-picture__tag" x="49" y="56" width="22" height="13" rx="2" />,
    <text key="id" x="60" y="66">
      10
    </text>,
  ],
}

const SINGLE: readonly PictureName[] = ['macvlan-passthru', 'vlan']

export function ModePicture({ name }: { readonly name: PictureName }) {
  const isSingle = SINGLE.includes(name)
  return (
    <svg className="mode-picture" width="120" height="84" viewBox="0 0 120 84" aria-hidden="true">
      <defs>
        <marker id="mode-arrow" viewBox="0 0 6 6" refX="4" refY="3" markerWidth="5" markerHeight="5" orient="auto">
          <path d="M0 0l6 3-6 3z" className="mode-picture__head" />
        </marker>
      </defs>
      {isSingle ? (
        <rect className="mode-picture__child" x="42" y="6" width="36" height="20" rx="3" />
      ) : (
        [12, 72].map((x) => <rect key={x} className="mode-picture__child" x={x} y="6" width="36" height="20" rx="3" />)
      )}
      <rect className="mode-picture__parent" x="8" y="42" width="104" height="9" rx="2" />
      <g className="mode-picture__ways">{WAYS[name]}</g>
    </svg>
  )
}

/** The parent's namespace routes. */
function RouterMark() {
  return (
    <g className="mode-picture__router">
      <circle cx="60" cy="46" r="8" />
      <path d="M60 41v10M55 46h10" />
    </g>
  )
}

/** Netfilter's hooks of the parent's namespace. */
function Wall() {
  return <path className="mode-picture__wall" d="M22 36h16v4H22zm60 0h16v4H82zM27 36v4m6-4v4m54-4v4m6-4v4" />
}
