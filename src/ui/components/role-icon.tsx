// Pictures of what a machine or a namespace plays. Drawn on a 16-pixel grid with the text's colour.
import type { Role } from '../features/canvas/topology.ts'

const SHAPES: Readonly<Record<Role, React.ReactNode>> = {
  host: (
    <>
      <rect x="2.5" y="2.5" width="11" height="4.5" rx="1" />
      <rect x="2.5" y="9" width="11" height="4.5" rx="1" />
      <path d="M5 4.75h.01M5 11.25h.01M8 4.75h3M8 11.25h3" />
    </>
  ),
  router: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 7V3.8M6.6 5.2 8 3.8l1.4 1.4M8 9v3.2M6.6 10.8 8 12.2l1.4-1.4M3.6 8H6M10 8h2.4" />
    </>
  ),
  switch: (
    <>
      <rect x="1.5" y="4.5" width="13" height="7" rx="1.2" />
      <path d="M4 7h6.5M9 5.8 10.5 7M12 9.3H5.5M7 10.5 5.5 9.3" />
    </>
  ),
  container: (
    <>
      <path d="m8 1.8 5.6 3v6.4L8 14.2l-5.6-3V4.8z" />
      <path d="M2.6 4.9 8 7.8l5.4-2.9M8 7.8v6.2" />
    </>
  ),
  vm: (
    <>
      <rect x="2" y="2.5" width="12" height="8.5" rx="1" />
      <path d="M5.5 13.5h5M8 11v2.5M6 8.2V5.4h4v2.8z" />
    </>
  ),
  outside: <path d="M4.4 12.5a2.9 2.9 0 0 1-.3-5.8 4.1 4.1 0 0 1 7.9-.7 3.3 3.3 0 0 1-.3 6.5z" />,
}

/** The picture alone; whoever shows it names the role in words too. */
export function RoleIcon({ role, size = 16 }: { readonly role: Role; readonly size?: number }) {
  return (
    <svg
      className="role-icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {SHAPES[role]}
    </svg>
  )
}
