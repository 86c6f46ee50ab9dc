/**
 * Who hears whom at layer 2: the interfaces that a broadcast reaches, through cables, bridges, VLANs and children. That
 * is where an address is proposed from. Links that are down count too, since a lab is often drawn before it is switched on.
 */
import type { LinkView, VlanMembership } from '../../contract/read-models.ts'
import type { NetworkIndex, PlacedLink } from './network-index.ts'

/** Where a frame is: at a device, with VLAN tags, the outermost first. */
interface Place {
  readonly at: PlacedLink
  readonly tags: readonly number[]
}

/** QinQ has two tags; a third one means that VLANs stand on VLANs without end. */
const TAG_LIMIT = 3

/** The interfaces that share the segment of a device, it among them, nearest first. Bridge ports are left out. */
export function segmentOf(index: NetworkIndex, start: PlacedLink, tags: readonly number[] = []): readonly PlacedLink[] {
  const seen = new Set<string>()
  const queue: Place[] = [{ at: start, tags }]
  const members: PlacedLink[] = []
  // The queue grows while it is walked.
  for (const place of queue) {
    const key = `${place.at.link.device} ${place.tags.join(' ')}`
    if (seen.has(key) || place.tags.length > TAG_LIMIT) continue
    seen.add(key)
    if (place.tags.length === 0 && place.at.link.master === 0) members.push(place.at)
    queue.push(...neighboursOf(index, place))
    const bridge = place.at.link.details.kind === 'bridge' ? place.at : index.links.get(place.at.link.master)
    // Whoever comes in second finds everybody told.
    const flood = `${bridge?.link.device ?? 0} flood ${place.tags.join(' ')} ${vlanKey(bridge, place)}`
    if (bridge === undefined || seen.has(flood)) continue
    seen.add(flood)
    queue.push(...throughBridge(index, bridge, place.at.link, place.tags))
  }
  return members
}

/** A bridge that filters floods by the VLAN that a frame comes in with, which its port may decide. */
function vlanKey(bridge: PlacedLink | undefined, { at, tags }: Place): string {
  const details = bridge?.link.details
  if (details?.kind !== 'bridge' || !details.vlanFiltering) return ''
  return String(vlanIn(membershipsOf(at.link), tags)?.id ?? 0)
}

function neighboursOf(index: NetworkIndex, place: Place): readonly Place[] {
  const { at, tags } = place
  const { link } = at
  const next: Place[] = []
  const peer = index.peerOf(link)
  if (peer !== undefined) next.push({ at: peer, tags })
  next.push(...aboveAndBelow(index, place))
  return next
}

/** From a child to its parent and back. An ipvlan child at layer 3 shares a segment with its siblings alone. */
function aboveAndBelow(index: NetworkIndex, { at, tags }: Place): readonly Place[] {
  const { details } = at.link
  const next: Place[] = []
  const parent = index.parentOf(at.link)
  if (isRouted(at.link)) {
    const siblings = parent === undefined ? [] : index.childrenOf(parent.link).filter(({ link }) => isRouted(link))
    next.push(...siblings.map((sibling) => ({ at: sibling, tags })))
  } else if (parent !== undefined) {
    next.push({ at: parent, tags: details.kind === 'vlan' ? [details.id, ...tags] : tags })
  }
  for (const child of index.childrenOf(at.link)) {
    const kind = child.link.details
    if (kind.kind === 'vlan') {
      if (tags[0] === kind.id) next.push({ at: child, tags: tags.slice(1) })
    } else if (!isRouted(child.link)) {
      next.push({ at: child, tags })
    }
  }
  return next
}

function isRouted({ details }: LinkView): boolean {
  return details.kind === 'ipvlan' && details.mode !== 'l2'
}

/** From one port of a bridge, or the bridge itself, to all the others. */
function throughBridge(
  index: NetworkIndex,
  bridge: PlacedLink,
  from: LinkView,
  tags: readonly number[],
): readonly Place[] {
  const { details } = bridge.link
  const all = [bridge, ...index.portsOf(bridge.link)]
  const others = all.filter(({ link }) => link.device !== from.device)
  if (details.kind !== 'bridge' || !details.vlanFiltering) return others.map((at) => ({ at, tags }))
  const vlan = vlanIn(membershipsOf(from), tags)
  if (vlan === undefined) return []
  return others.flatMap((at) => {
    const membership = membershipsOf(at.link).find(({ id }) => id === vlan.id)
    if (membership === undefined) return []
    return [{ at, tags: membership.untagged ? vlan.inner : [vlan.id, ...vlan.inner] }]
  })
}

function membershipsOf(link: LinkView): readonly VlanMembership[] {
  return link.details.kind === 'bridge' ? link.vlans : (link.port?.vlans ?? [])
}

/** The VLAN that a frame belongs to when it comes in, or undefined when it is not let in. */
function vlanIn(
  memberships: readonly VlanMembership[],
  tags: readonly number[],
): { readonly id: number; readonly inner: readonly number[] } | undefined {
  const [outer, ...inner] = tags
  if (outer === undefined) {
    const pvid = memberships.find((membership) => membership.pvid)
    return pvid === undefined ? undefined : { id: pvid.id, inner: [] }
  }
  return memberships.some(({ id }) => id === outer) ? { id: outer, inner } : undefined
}
