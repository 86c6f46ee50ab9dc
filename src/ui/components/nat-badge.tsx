// Marks a frame that NAT has rewritten, in lists as on the timeline.
import './nat-badge.css'

export function NatBadge({ children }: { readonly children: string }) {
  return <span className="nat-badge">{children}</span>
}
