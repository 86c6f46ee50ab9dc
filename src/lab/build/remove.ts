/** Plans for what goes, and for what is called differently. */
import type { LinkView } from '../../contract/read-models.ts'
import { BENCH } from '../plain-commands.ts'
import { linkOr } from './change-link.ts'
import { ip } from './commands.ts'
import type { Draft } from './draft.ts'
import type { ChangeGesture, DeviceRef } from './gesture.ts'
import { refOf, rootOf } from './network-index.ts'
import type { PlacedLink } from './network-index.ts'
import { refuse, UNSUPPORTED } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { restore } from './restore.ts'
import { refuseDeviceName, refuseNamespaceName } from './rules.ts'

type Gesture<K extends ChangeGesture['kind']> = Extract<ChangeGesture, { kind: K }>

/** A machine goes with its containers; a link with its other end and its children. */
export function deleteThings(draft: Draft, { things }: Gesture<'delete'>): Refusal | undefined {
  const namespaces = new Set<string>()
  for (const thing of things) {
    if (thing.kind !== 'namespace') continue
    const refusal = refuseRemoval(draft, thing.namespace)
    if (refusal !== undefined) return refusal
    const machine = draft.index.machineOf(thing.namespace)
    const isRoot = rootOf(machine) === thing.namespace
    for (const namespace of isRoot ? machine.namespaces : [thing.namespace]) namespaces.add(namespace)
  }
  const gone = new Set<number>()
  for (const name of namespaces) {
    for (const link of draft.index.namespaces.get(name)?.links ?? []) goes(draft, link, gone)
  }
  for (const thing of things) {
    if (thing.kind !== 'link') continue
    const placed = linkOr(draft, thing.device)
    if ('code' in placed) return placed
    const { link, namespace } = placed
    if (link.details.kind === 'lo') return refuse('loopback-stays', { namespace: namespace.name }, UNSUPPORTED)
    if (gone.has(link.device)) continue
    goes(draft, link, gone)
    draft.run(ip(namespace.name, `link del ${link.name}`))
  }
  // Containers go before their machine, in the reverse order of building.
  for (const namespace of [...namespaces].reverse()) draft.run(`ip netns del ${namespace}`)
  forget(draft, namespaces)
  return undefined
}

function refuseRemoval(draft: Draft, namespace: string): Refusal | undefined {
  if (namespace === BENCH) return refuse('bench-stays')
  if (draft.hasNamespace(namespace)) return undefined
  const linux = `Cannot remove namespace file "/run/netns/${namespace}": No such file or directory`
  return refuse('no-namespace', { namespace }, linux)
}

/** Notes what disappears together with a link. */
function goes(draft: Draft, link: LinkView, gone: Set<number>): void {
  if (gone.has(link.device)) return
  gone.add(link.device)
  const peer = draft.index.peerOf(link)
  if (peer !== undefined) goes(draft, peer.link, gone)
  for (const child of draft.index.childrenOf(link)) goes(draft, child.link, gone)
}

/** Drops what the lab's directives say about namespaces that are gone. */
function forget(draft: Draft, namespaces: ReadonlySet<string>): void {
  for (const name of namespaces) {
    draft.drop({ kind: 'at', name, x: 0, y: 0 })
    draft.drop({ kind: 'role', name, role: '' })
    draft.drop({ kind: 'alias', machine: name, pairs: [] })
    draft.drop({ kind: 'machine', name, namespaces: [] })
  }
  for (const machine of draft.index.state.machines) {
    if (namespaces.has(machine.name)) continue
    const left = machine.namespaces.filter((namespace) => !namespaces.has(namespace))
    if (left.length === machine.namespaces.length) continue
    const root = rootOf(machine)
    const members = left.filter((namespace) => namespace !== root)
    const directive = { kind: 'machine', name: machine.name, namespaces: members } as const
    if (members.length > 0) draft.direct(directive)
    else draft.drop(directive)
  }
}

/** A link is renamed by Linux; for a namespace it has no command, so that the lab's text changes instead. */
export function rename(draft: Draft, { thing, name }: Gesture<'rename'>): Refusal | undefined {
  if (thing.kind === 'namespace') {
    if (thing.namespace === BENCH) return refuse('bench-stays')
    if (!draft.hasNamespace(thing.namespace)) return refuse('no-namespace', { namespace: thing.namespace })
    const refusal = refuseNamespaceName(name, draft.names)
    if (refusal !== undefined) return refusal
    draft.rename({ from: thing.namespace, to: name })
    draft.made({ kind: 'namespace', namespace: name })
    return undefined
  }
  const { device } = thing
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const refusal = refuseDeviceName(name, draft.deviceNames(device.namespace), device.namespace)
  if (refusal !== undefined) return refusal
  const renamed = { namespace: device.namespace, name }
  const command = ip(device.namespace, `link set ${device.name} name ${name}`)
  draft.rewrite({ kind: 'link-name', device, name, mac: placed.link.mac })
  if (placed.link.up) renameWhileDown(draft, placed, renamed, command)
  else draft.run(command)
  draft.made({ kind: 'link', device: renamed })
  return undefined
}

/** dev_change_name refuses a link that is up. Going down costs it the routes and neighbours that somebody wrote. */
function renameWhileDown(draft: Draft, placed: PlacedLink, renamed: DeviceRef, command: string): void {
  const { namespace } = renamed
  // VLAN interfaces go down and up with their parent.
  const links = new Map([[placed.link.device, renamed]])
  for (const device of links.keys()) {
    for (const child of draft.index.childrenOf(draft.index.links.get(device)?.link ?? placed.link)) {
      if (child.link.details.kind === 'vlan') links.set(child.link.device, refOf(child))
    }
  }
  draft.run(ip(namespace, `link set ${placed.link.name} down`))
  draft.run(command)
  draft.run(ip(namespace, `link set ${renamed.name} up`))
  restore(draft, links)
}
