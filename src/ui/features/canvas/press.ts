// What a press on the canvas means: it selects, and a second host after a first one proposes a ping between the two.
import type { NamespaceView } from '../../../contract/protocol.ts'
import { formatIpv4 } from '../../../wire/address.ts'
import type { LabSession } from '../../lab/session.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { isSameSelected } from '../../stores/selection-store.ts'
import type { PingEnd, Selected } from '../../stores/selection-store.ts'

/** Selects from the canvas; the press after one on another host that has addresses proposes the ping. */
export function pressOnCanvas({ selection, network }: LabSession, target: Selected): void {
  const { selected, pingFrom, made } = selection.getState()
  selection.setState({ made: undefined })
  if (isSameSelected(selected, target)) return
  const state = network.getState()
  const start = made !== undefined && isSameSelected(selected, made) ? undefined : selected
  const from = pingFrom ?? pingEndOf(start, state)
  const to = pingEndOf(target, state)
  const isPair = from !== undefined && to !== undefined && from.netns !== to.netns
  const canPing = isPair && addressesOf(from, state).length > 0 && addressesOf(to, state).length > 0
  if (canPing) selection.setState({ selected: target, pingFrom: from, pingTo: to })
  else selection.setState({ selected: target, pingFrom: undefined, pingTo: undefined })
}

/** Takes back the proposal, not the selection. */
export function dismissPing({ selection }: LabSession): void {
  selection.setState({ pingFrom: undefined, pingTo: undefined })
}

/** The end of a ping that a selection stands for; machines without a namespace of their own are none. */
export function pingEndOf(selected: Selected | undefined, { linkById }: NetworkState): PingEnd | undefined {
  if (selected === undefined || selected.kind === 'machine') return undefined
  if (selected.kind === 'namespace') return { netns: selected.netns, device: undefined }
  const link = linkById.get(selected.device)
  return link === undefined ? undefined : { netns: link.netns, device: selected.device }
}

/** The addresses that a ping to this end can aim at, the pressed interface's first; loopback's last, 127/8 not at all. */
export function addressesOf(end: PingEnd, { namespaceById }: NetworkState): readonly string[] {
  const namespace = namespaceById.get(end.netns)
  if (namespace === undefined) return []
  const rank = (link: NamespaceView['links'][number]): number =>
    link.device === end.device ? 0 : link.details.kind === 'lo' ? 2 : 1
  const ordered = [...namespace.links].sort((a, b) => a.ifindex - b.ifindex)
  const links = ordered.sort((a, b) => rank(a) - rank(b))
  const addresses = links.flatMap((link) => link.addresses.map(({ address }) => address))
  return [...new Set(addresses.filter((address) => address >>> 24 !== 127).map(formatIpv4))]
}

/** Every namespace that a ping from here can aim at, with its first address. */
export function pingTargets(
  from: PingEnd,
  state: NetworkState,
): readonly { readonly end: PingEnd; readonly name: string }[] {
  return [...state.namespaceById.values()]
    .map(({ netns, name }) => ({ end: { netns, device: undefined }, name }))
    .filter(({ end }) => end.netns !== from.netns && addressesOf(end, state).length > 0)
}
