/** What new interfaces get when they join a segment: addresses, and the way out. */
import { formatIpv4, inPrefix, type Ipv4Address, type Ipv4Prefix } from '../../wire/address.ts'
import { subnetOf } from './addresses.ts'
import type { Draft } from './draft.ts'
import type { DeviceRef } from './gesture.ts'
import type { PlacedLink } from './network-index.ts'
import { segmentOf } from './segment.ts'

interface Joining {
  readonly device: DeviceRef
  /** A router, or the host of the container at the other end: it gets the lowest address, and routes lead to it. */
  readonly isGateway: boolean
}

interface Join {
  /** Who is on the segment already. */
  readonly members: readonly PlacedLink[]
  /** Undefined starts a new subnet. */
  readonly subnet: Ipv4Prefix | undefined
  readonly joining: readonly Joining[]
  /** The third byte that a new subnet 10.0.N.0/24 should have. */
  readonly third?: number
}

/** Gives addresses and default routes; returns the addresses by namespace. */
export function joinSegment(draft: Draft, join: Join): ReadonlyMap<string, Ipv4Address> {
  const given = new Map<string, Ipv4Address>()
  if (join.joining.length === 0) return given
  const subnet = join.subnet ?? draft.addresses.newSubnet(join.third)
  if (subnet === undefined) return given
  const isDirect = join.members.length === 0 && join.joining.length > 1
  const gateways = join.joining.filter(({ isGateway }) => isGateway)
  const others = join.joining.filter(({ isGateway }) => !isGateway)
  for (const { device, isGateway } of [...gateways, ...others]) {
    const prefix = draft.address(device, subnet, isGateway ? 'gateway' : isDirect ? 'end' : 'host')
    if (prefix !== undefined) given.set(device.namespace, prefix.address)
  }
  routeOut(draft, join, subnet, given)
  return given
}

/** Those who come learn the way out that is there; those who are there learn the one that comes. */
function routeOut(
  draft: Draft,
  { members, joining }: Join,
  subnet: Ipv4Prefix,
  given: ReadonlyMap<string, Ipv4Address>,
): void {
  const newGateway = joining.find(({ isGateway }) => isGateway)?.device.namespace
  const gateway = newGateway === undefined ? gatewayOf(draft, members, subnet) : given.get(newGateway)
  if (gateway === undefined) return
  const words = `via ${formatIpv4(gateway)}`
  for (const { device, isGateway } of joining) if (!isGateway) draft.defaultRoute(device.namespace, words)
  if (newGateway === undefined || draft.roleOf(newGateway) !== 'router') return
  for (const { link, namespace } of members) {
    const isReached = link.up && link.addresses.some(({ address }) => inPrefix(address, subnet.address, subnet.length))
    const role = draft.roleOf(namespace.name)
    if (isReached && role !== 'router' && role !== 'outside') draft.defaultRoute(namespace.name, words)
  }
}

/** Who leads out of a segment: a router on it, else the address of a bridge. */
function gatewayOf(draft: Draft, members: readonly PlacedLink[], subnet: Ipv4Prefix): Ipv4Address | undefined {
  const addressOf = ({ link }: PlacedLink): Ipv4Address | undefined =>
    link.addresses.find(({ address }) => inPrefix(address, subnet.address, subnet.length))?.address
  const routers = members.filter(({ namespace }) => draft.roleOf(namespace.name) === 'router')
  const bridges = members.filter(({ link }) => link.details.kind === 'bridge')
  return [...routers, ...bridges].map(addressOf).find((address) => address !== undefined)
}

/** An address and the way out for a child of an interface. */
export function addressSegment(
  draft: Draft,
  child: {
    readonly device: DeviceRef
    readonly parent: PlacedLink
    /** The VLAN tags that its frames have on the parent. */
    readonly tags: readonly number[]
    /** An ipvlan child at layer 3 shares a subnet with its siblings alone, and sends everything to its parent. */
    readonly isRouted: boolean
  },
): void {
  const { device, parent, tags, isRouted } = child
  const members = isRouted ? routedSiblings(draft, parent) : segmentOf(draft.index, parent, tags)
  // A VLAN's number in its subnet is what one looks for first.
  const third = tags[0] === undefined ? {} : { third: tags[0] % 256 }
  const joining = [{ device, isGateway: draft.roleOf(device.namespace) === 'router' }]
  joinSegment(draft, { members, subnet: subnetOf(members), joining, ...third })
  if (isRouted) draft.defaultRoute(device.namespace, `dev ${device.name}`)
}

function routedSiblings(draft: Draft, parent: PlacedLink): readonly PlacedLink[] {
  return draft.index.childrenOf(parent.link).filter(({ link }) => link.details.kind === 'ipvlan')
}
