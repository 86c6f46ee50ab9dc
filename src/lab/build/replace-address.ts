/** Plans another address in the place of one. Linux has no single command for it. */
import {
  formatPrefix,
  inPrefix,
  networkOf,
  parsePrefix,
  type Ipv4Address,
  type Ipv4Prefix,
} from '../../wire/address.ts'
import type { RouteView } from '../../contract/read-models.ts'
import { linkOr } from './change-link.ts'
import { ip } from './commands.ts'
import type { Draft } from './draft.ts'
import type { ChangeGesture } from './gesture.ts'
import { refOf } from './network-index.ts'
import type { PlacedLink } from './network-index.ts'
import { EXISTS, refuse } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { restore } from './restore.ts'
import { routeWords } from './route-words.ts'
import { segmentOf } from './segment.ts'

export function replaceAddress(
  draft: Draft,
  { device, address, to }: Extract<ChangeGesture, { kind: 'change-address' }>,
): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const [old, wanted] = [parsePrefix(address.trim()), parsePrefix(to.trim())]
  if (wanted === undefined) {
    return refuse('address-invalid', { address: to }, `Error: any valid prefix is expected rather than "${to}".`)
  }
  const params = { address: formatPrefix(wanted), device: device.name }
  if (old === undefined || !has(placed, old)) {
    return refuse('address-missing', { ...params, address }, 'RTNETLINK answers: Cannot assign requested address')
  }
  if (has(placed, wanted)) return refuse('address-taken', params, EXISTS)
  if (isSameSubnet(old, wanted)) replaceInSubnet(draft, placed, old, wanted)
  else replaceAcross(draft, placed, old, wanted)
  const followers = follow(draft, placed, old, wanted)
  draft.rewrite({
    kind: 'address',
    device,
    from: formatPrefix(old),
    to: formatPrefix(wanted),
    followers: [...new Set(followers)],
  })
  return undefined
}

function has({ link }: PlacedLink, { address, length }: Ipv4Prefix): boolean {
  return link.addresses.some((item) => item.address === address && item.prefixLength === length)
}

/** Whether Linux would take one as a second address of the other's subnet (inet_ifa_match with an equal mask). */
function isSameSubnet(a: Ipv4Prefix, b: Ipv4Prefix): boolean {
  return a.length === b.length && networkOf(a.address, a.length) === networkOf(b.address, b.length)
}

/** The new one would be the old one's second and go with it (__inet_del_ifa), so that the old one goes first. */
function replaceInSubnet(draft: Draft, placed: PlacedLink, old: Ipv4Prefix, wanted: Ipv4Prefix): void {
  const { namespace, name } = refOf(placed)
  draft.run(ip(namespace, `addr del ${formatPrefix(old)} dev ${name}`))
  draft.run(ip(namespace, `addr add ${formatPrefix(wanted)} dev ${name}`))
  const seconds = secondsOf(placed, old)
  for (const second of seconds) draft.run(ip(namespace, `addr add ${formatPrefix(second)} dev ${name}`))
  if (placed.link.addresses.length === seconds.length + 1) {
    restore(
      draft,
      new Map([[placed.link.device, { namespace, name }]]),
      new Map<Ipv4Address, Ipv4Address>([[old.address, wanted.address]]),
    )
  }
}

function replaceAcross(draft: Draft, placed: PlacedLink, old: Ipv4Prefix, wanted: Ipv4Prefix): void {
  const { namespace, name } = refOf(placed)
  draft.run(ip(namespace, `addr add ${formatPrefix(wanted)} dev ${name}`))
  draft.run(ip(namespace, `addr del ${formatPrefix(old)} dev ${name}`))
  for (const second of secondsOf(placed, old)) {
    draft.run(ip(namespace, `addr add ${formatPrefix(second)} dev ${name}`))
  }
}

/** The further addresses of a first one's subnet, which go with it. */
function secondsOf({ link }: PlacedLink, first: Ipv4Prefix): readonly Ipv4Prefix[] {
  const view = link.addresses.find(({ address, prefixLength }) => {
    return address === first.address && prefixLength === first.length
  })
  if (view === undefined || view.secondary) return []
  return link.addresses
    .map(({ address, prefixLength, secondary }) => ({ address, length: prefixLength, secondary }))
    .filter((prefix) => prefix.secondary && isSameSubnet(prefix, first))
}

/** The routes of others on the segment whose gateway it was lead to the new address, where they reach it. Returns their namespaces. */
function follow(draft: Draft, placed: PlacedLink, old: Ipv4Prefix, wanted: Ipv4Prefix): readonly string[] {
  const followers: string[] = []
  const addresses = new Map<Ipv4Address, Ipv4Address>([[old.address, wanted.address]])
  for (const member of segmentOf(draft.index, placed)) {
    const { link, namespace } = member
    if (namespace === placed.namespace) continue
    const isReached = link.addresses.some(({ address, prefixLength }) =>
      inPrefix(wanted.address, address, prefixLength),
    )
    const leadsThere = ({ nexthops }: RouteView): boolean =>
      nexthops.some(({ device, gateway }) => device === link.device && gateway === old.address)
    for (const route of isReached ? namespace.routes.filter(leadsThere) : []) {
      const words = routeWords(route, { links: new Map([[link.device, refOf(member)]]), addresses })
      if (words === undefined) continue
      draft.run(ip(namespace.name, `route replace ${words}`))
      followers.push(namespace.name)
    }
  }
  return followers
}
