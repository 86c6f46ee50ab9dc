/** Plans copies: the same links in the same places under fresh names, with MAC and IP addresses of their own. */
import { formatPrefix, type Ipv4Address } from '../../wire/address.ts'
import type { AddressView, LinkView } from '../../contract/read-models.ts'
import { childWords } from './add.ts'
import { endName, layCable } from './cable.ts'
import { linkOr } from './change-link.ts'
import { ip, place } from './commands.ts'
import type { Draft } from './draft.ts'
import type { AddGesture, DeviceRef, Thing } from './gesture.ts'
import { copyName, vlanName } from './names.ts'
import { isChild, rootOf } from './network-index.ts'
import type { PlacedLink } from './network-index.ts'
import { BENCH } from '../plain-commands.ts'
import { firstFreeVlan, VLAN_ID_MAX } from './vlan-ids.ts'
import { refuse } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { copySettings, copySharedSysctls } from './copy-settings.ts'
import { inOrder } from './restore.ts'
import { routeWords } from './route-words.ts'
import { refuseParent } from './rules.ts'

/** What is copied so far. */
export interface Copying {
  readonly draft: Draft
  readonly namespaces: Map<string, string>
  /** By the global id of what was copied. */
  readonly links: Map<number, DeviceRef>
  readonly originals: PlacedLink[]
  readonly addresses: Map<Ipv4Address, Ipv4Address>
}

export function duplicate(draft: Draft, { things }: Extract<AddGesture, { kind: 'duplicate' }>): Refusal | undefined {
  const copying: Copying = { draft, namespaces: new Map(), links: new Map(), originals: [], addresses: new Map() }
  const wanted = new Set<number>()
  for (const thing of things) {
    if (thing.kind === 'link') {
      const placed = linkOr(draft, thing.device)
      if ('code' in placed) return placed
      if (placed.link.details.kind === 'lo') return refuse('loopback-stays', { namespace: placed.namespace.name })
      wanted.add(placed.link.device)
      continue
    }
    if (thing.namespace === BENCH) return refuse('bench-stays')
    if (!draft.hasNamespace(thing.namespace)) return refuse('no-namespace', { namespace: thing.namespace })
    const machine = draft.index.machineOf(thing.namespace)
    const isRoot = rootOf(machine) === thing.namespace
    for (const namespace of isRoot ? machine.namespaces : [thing.namespace]) copyNamespace(copying, namespace)
  }
  for (const { link, namespace } of draft.index.links.values()) {
    const isWanted = wanted.has(link.device) || copying.namespaces.has(namespace.name)
    if (isWanted && link.details.kind !== 'lo') copying.originals.push({ link, namespace })
  }
  // Global ids grow in the order of creation, which is the order in which things can be made again; ports need their bridge.
  const rank = ({ link }: PlacedLink): number => (link.details.kind === 'bridge' ? 0 : 1)
  copying.originals.sort((a, b) => (rank(a) === rank(b) ? a.link.device - b.link.device : rank(a) - rank(b)))
  describeMachines(copying)
  copySharedSysctls(copying)
  for (const original of copying.originals) {
    const refusal = copyLink(copying, original)
    if (refusal !== undefined) return refusal
  }
  for (const original of copying.originals) copyAddresses(copying, original)
  for (const [from, to] of copying.namespaces) copyRoutes(copying, from, to)
  copySettings(copying)
  draft.select(things.flatMap((thing) => copyOfThing(copying, thing) ?? []))
  return undefined
}

function copyOfThing({ draft, namespaces, links }: Copying, thing: Thing): Thing | undefined {
  if (thing.kind === 'namespace') {
    const namespace = namespaces.get(thing.namespace)
    return namespace === undefined ? undefined : { kind: 'namespace', namespace }
  }
  const device = links.get(draft.index.find(thing.device)?.link.device ?? 0)
  return device === undefined ? undefined : { kind: 'link', device }
}

function copyNamespace({ draft, namespaces }: Copying, from: string): void {
  if (namespaces.has(from)) return
  const to = copyName(draft.names, from)
  const root = rootOf(draft.index.machineOf(from))
  const host = root === undefined || root === from ? undefined : (namespaces.get(root) ?? root)
  namespaces.set(from, to)
  draft.addNamespace(to, draft.index.roleOf(from), host)
}

function describeMachines({ draft, namespaces }: Copying): void {
  for (const machine of draft.index.state.machines) {
    const copied = machine.namespaces.filter((namespace) => namespaces.has(namespace))
    if (copied.length === 0) continue
    const root = rootOf(machine)
    const copies = copied.filter((namespace) => namespace !== root).map((namespace) => namespaces.get(namespace) ?? '')
    const newRoot = root === undefined ? undefined : namespaces.get(root)
    if (newRoot !== undefined) draft.describeMachine(newRoot, machine.role, undefined)
    const others = newRoot === undefined ? machine.namespaces.filter((namespace) => namespace !== root) : []
    if (copies.length > 0) {
      draft.direct({ kind: 'machine', name: newRoot ?? machine.name, namespaces: [...others, ...copies] })
    }
  }
}

/** Where the copy of a link goes and what it is called: its own name, unless it stays where the original is. */
function copyOf({ draft, namespaces }: Copying, { link, namespace }: PlacedLink): DeviceRef {
  const home = namespaces.get(namespace.name)
  if (home !== undefined) return { namespace: home, name: link.name }
  return { namespace: namespace.name, name: copyName(draft.deviceNames(namespace.name), link.name) }
}

function copyLink(copying: Copying, original: PlacedLink): Refusal | undefined {
  const { draft, links } = copying
  const { link } = original
  if (links.has(link.device)) return undefined
  if (link.details.kind === 'veth') {
    copyCable(copying, original)
    return undefined
  }
  if (isChild(link)) return copyChild(copying, original)
  const copy = copyOf(copying, original)
  draft.reserve(copy)
  links.set(link.device, copy)
  const { details } = link
  const options = details.kind === 'bridge' ? bridgeWords(details) : ''
  draft.run(ip(copy.namespace, `link add ${copy.name} type ${details.kind}${options}`))
  finish(copying, original, copy)
  return undefined
}

/** What differs from a new bridge; times in hundredths of a second. */
function bridgeWords(details: Extract<LinkView['details'], { kind: 'bridge' }>): string {
  const forwardDelayMs = details.spanningTree?.ownForwardDelayMs ?? details.forwardDelayMs
  const options: readonly (readonly [word: string, value: number, usual: number])[] = [
    ['stp_state', Number(details.stpState), 0],
    ['forward_delay', forwardDelayMs / 10, 1500],
    ['ageing_time', details.ageingTimeMs / 10, 30_000],
    ['priority', details.priority, 32_768],
    ['vlan_filtering', Number(details.vlanFiltering), 0],
    ['vlan_default_pvid', details.defaultPvid, 1],
    ['group_fwd_mask', details.groupFwdMask, 0],
  ]
  const protocol = details.vlanProtocol === '802.1Q' ? '' : ` vlan_protocol ${details.vlanProtocol}`
  return protocol + options.map(([word, value, usual]) => (value === usual ? '' : ` ${word} ${value}`)).join('')
}

/** A cable between copies stays between them; one to something that is not copied gets a second end there. */
function copyCable(copying: Copying, original: PlacedLink): void {
  const { draft, links, originals } = copying
  const copy = copyOf(copying, original)
  draft.reserve(copy)
  links.set(original.link.device, copy)
  const peer = draft.index.peerOf(original.link)
  if (peer === undefined) return
  const isCopied = originals.some(({ link }) => link.device === peer.link.device)
  const far = isCopied ? copyOf(copying, peer) : secondEnd(copying, copy, peer)
  draft.reserve(far)
  links.set(peer.link.device, far)
  layCable(draft, [
    { ...copy, ...masterOf(copying, original) },
    { ...far, ...masterOf(copying, peer) },
  ])
  draft.made({ kind: 'link', device: copy })
  draft.made({ kind: 'link', device: far })
}

function secondEnd(copying: Copying, copy: DeviceRef, peer: PlacedLink): DeviceRef {
  const end = { namespace: peer.namespace.name, ...masterOf(copying, peer) }
  return { namespace: end.namespace, name: endName(copying.draft, end, { namespace: copy.namespace }) }
}

/** The bridge of a port: its copy where that is copied. */
function masterOf({ draft, links }: Copying, { link }: PlacedLink): { readonly bridge?: string } {
  const bridge = draft.index.links.get(link.master)
  if (bridge === undefined) return {}
  return { bridge: links.get(bridge.link.device)?.name ?? bridge.link.name }
}

function copyChild(copying: Copying, original: PlacedLink): Refusal | undefined {
  const { draft, links, namespaces } = copying
  const parent = draft.index.parentOf(original.link)
  if (parent === undefined) return undefined
  const copiedParent = links.get(parent.link.device)
  let child = specOf(original.link)
  let copy = copyOf(copying, original)
  if (copiedParent === undefined) {
    const refusal = refuseParent(draft.index, parent, child)
    if (refusal !== undefined) return refusal
    if (child.kind === 'vlan') {
      child = { ...child, id: firstFreeVlan(draft.index, parent, child.protocol) }
      if (child.id > VLAN_ID_MAX) return refuse('vlan-id-range', { id: String(child.id) })
      const taken = draft.deviceNames(copy.namespace)
      const source = { namespace: copy.namespace, name: parent.link.name }
      if (!namespaces.has(original.namespace.name)) copy = { ...copy, name: vlanName(taken, source, child.id) }
    }
  }
  draft.reserve(copy)
  links.set(original.link.device, copy)
  const lower = copiedParent ?? { namespace: parent.namespace.name, name: parent.link.name }
  const where = copy.namespace === lower.namespace ? '' : ` netns ${place(copy.namespace)}`
  draft.run(ip(lower.namespace, `link add link ${lower.name} name ${copy.name}${where} type ${childWords(child)}`))
  finish(copying, original, copy)
  return undefined
}

function specOf({ details }: LinkView): Parameters<typeof childWords>[0] {
  if (details.kind === 'macvlan') return { kind: 'macvlan', mode: details.mode }
  if (details.kind === 'ipvlan') return { kind: 'ipvlan', mode: details.mode, flag: details.flag }
  return details.kind === 'vlan'
    ? { kind: 'vlan', id: details.id, protocol: details.protocol }
    : { kind: 'macvlan', mode: 'bridge' }
}

function finish(copying: Copying, original: PlacedLink, copy: DeviceRef): void {
  const { draft } = copying
  const { bridge } = masterOf(copying, original)
  if (bridge !== undefined) draft.run(ip(copy.namespace, `link set ${copy.name} master ${bridge}`))
  if (original.link.up) draft.run(ip(copy.namespace, `link set ${copy.name} up`))
  draft.made({ kind: 'link', device: copy })
}

function copyAddresses({ draft, links, addresses }: Copying, { link }: PlacedLink): void {
  const copy = links.get(link.device)
  if (copy === undefined) return
  if (link.mtuBytes !== DEFAULT_MTU_BYTES && !isChild(link)) {
    draft.run(ip(copy.namespace, `link set ${copy.name} mtu ${link.mtuBytes}`))
  }
  for (const view of link.addresses) {
    const address = nextTo(draft, view)
    if (address === undefined) continue
    addresses.set(view.address, address)
    const text = formatPrefix({ address, length: view.prefixLength })
    draft.run(ip(copy.namespace, `addr add ${text} dev ${copy.name}`))
  }
}

/** ETH_DATA_LEN. */
const DEFAULT_MTU_BYTES = 1500
/** An address of its own (`/32`) has neighbours in its numbering at most this far. */
const HOST_ADDRESS_NEIGHBOURHOOD = 24

function nextTo(draft: Draft, { address, prefixLength }: AddressView): Ipv4Address | undefined {
  const length = prefixLength === 32 ? HOST_ADDRESS_NEIGHBOURHOOD : prefixLength
  return draft.addresses.next({ address, length }, 'host')?.address
}

/** The routes that somebody wrote; those that addresses bring come by themselves. */
function copyRoutes(copying: Copying, from: string, to: string): void {
  const { draft } = copying
  const written = (draft.index.namespaces.get(from)?.routes ?? []).filter(({ protocol }) => protocol !== 'kernel')
  for (const route of inOrder(written)) {
    const words = routeWords(route, copying)
    if (words !== undefined) draft.run(ip(to, `route add ${words}`))
  }
}
