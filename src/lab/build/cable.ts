/** Plans for veth pairs: the names of their ends, their ports, and the addresses that they bring. */
import type { Ipv4Prefix } from '../../wire/address.ts'
import { formatIpv4 } from '../../wire/address.ts'
import { ip, place } from './commands.ts'
import type { Draft } from './draft.ts'
import type { CableEnd, DeviceRef } from './gesture.ts'
import { joinSegment } from './join.ts'
import { namedAfter, nicName } from './names.ts'
import { refuse } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { segmentOf } from './segment.ts'
import { subnetOf } from './addresses.ts'

interface NamedEnd extends CableEnd, DeviceRef {}

/** What a caller knows better than the cable: the subnet of both ends, and that each is the other's default route. */
export interface CableOptions {
  readonly subnet?: Ipv4Prefix
  readonly isMutual?: boolean
}

/** A veth pair with both ends up, in their bridges or with addresses. */
export function cable(
  draft: Draft,
  { from, to }: { readonly from: CableEnd; readonly to: CableEnd },
  options: CableOptions = {},
): Refusal | undefined {
  const refusal = refuseEnd(draft, from) ?? refuseEnd(draft, to)
  if (refusal !== undefined) return refusal
  const ends = nameEnds(draft, from, to)
  layCable(draft, ends)
  for (const { namespace, name } of ends) draft.made({ kind: 'link', device: { namespace, name } })
  giveAddresses(draft, ends, options)
  return undefined
}

/** Why a cable can't end somewhere. */
export function refuseEnd(draft: Draft, { namespace, bridge }: CableEnd): Refusal | undefined {
  if (!draft.hasNamespace(namespace)) return refuse('no-namespace', { namespace })
  if (bridge === undefined) return undefined
  const present = draft.index.find({ namespace, name: bridge })
  if (present === undefined) {
    // A switch that this very plan makes has its bridge, but not yet in the network.
    return draft.deviceNames(namespace).has(bridge) ? undefined : refuse('no-device', { device: bridge, namespace })
  }
  return present.link.details.kind === 'bridge' ? undefined : refuse('not-a-bridge', { device: bridge })
}

function nameEnds(draft: Draft, from: CableEnd, to: CableEnd): readonly [NamedEnd, NamedEnd] {
  const first = { ...from, name: endName(draft, from, to) }
  draft.reserve(first)
  const second = { ...to, name: endName(draft, to, from) }
  draft.reserve(second)
  return [first, second]
}

/** A host's end of a container's cable and a switch's port are named after the far end; everything else is a NIC. */
export function endName(draft: Draft, end: CableEnd, other: CableEnd): string {
  const taken = draft.deviceNames(end.namespace)
  if (draft.roleOf(other.namespace) === 'vm' && end.bridge !== undefined)
    return namedAfter(taken, 'tap', other.namespace)
  if (draft.isInside(other.namespace, end.namespace)) return namedAfter(taken, 'veth', other.namespace)
  if (end.namespace === other.namespace) {
    return end.bridge === undefined ? namedAfter(taken, 'veth', '') : namedAfter(taken, 'p', other.bridge ?? '')
  }
  const isSwitchPort = end.bridge !== undefined && draft.roleOf(end.namespace) === 'switch'
  const isSibling = end.bridge !== undefined && draft.machineOf(end.namespace) === draft.machineOf(other.namespace)
  return isSwitchPort || isSibling ? namedAfter(taken, 'p', other.namespace) : nicName(taken)
}

/** The pair is made on the side that hosts the other, the way one would type it there. */
export function layCable(draft: Draft, ends: readonly [NamedEnd, NamedEnd]): void {
  const [from, to] = ends
  const isHostedByTo =
    to.namespace === '' || (from.namespace !== '' && from.bridge === undefined && to.bridge !== undefined)
  const [near, far] = isHostedByTo ? [to, from] : [from, to]
  const where = far.namespace === near.namespace ? '' : ` netns ${place(far.namespace)}`
  draft.run(ip(near.namespace, `link add ${near.name} type veth peer name ${far.name}${where}`))
  for (const { namespace, name, bridge } of [near, far]) {
    if (bridge !== undefined) draft.run(ip(namespace, `link set ${name} master ${bridge}`))
    draft.run(ip(namespace, `link set ${name} up`))
  }
}

function giveAddresses(
  draft: Draft,
  ends: readonly [NamedEnd, NamedEnd],
  { subnet, isMutual = false }: CableOptions,
): void {
  const members = ends.flatMap(({ namespace, bridge }) => {
    const present = bridge === undefined ? undefined : draft.index.find({ namespace, name: bridge })
    return present === undefined ? [] : segmentOf(draft.index, present)
  })
  const [from, to] = ends
  // Both ends in one kernel: it would have a second address on a segment of its own, which is hardly ever meant.
  if (from.namespace === to.namespace) return
  // An end without a bridge is where IP begins, but not in a switch, which has none.
  const speaks = (end: NamedEnd): boolean => end.bridge === undefined && draft.roleOf(end.namespace) !== 'switch'
  const isLeading = (end: NamedEnd, other: NamedEnd): boolean =>
    draft.roleOf(end.namespace) === 'router' || draft.isInside(other.namespace, end.namespace)
  const joining = [
    { end: from, isGateway: isLeading(from, to) },
    { end: to, isGateway: isLeading(to, from) },
  ].filter(({ end }) => speaks(end))
  const joined = joinSegment(draft, {
    members,
    subnet: subnet ?? subnetOf(members),
    joining: joining.map(({ end, isGateway }) => ({ device: end, isGateway })),
  })
  if (!isMutual) return
  for (const [near, far] of [ends, [to, from]] as const) {
    const address = joined.get(far.namespace)
    if (address !== undefined) draft.defaultRoute(near.namespace, `via ${formatIpv4(address)}`)
  }
}
