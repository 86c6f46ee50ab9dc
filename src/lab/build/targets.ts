/** Where something may be dropped: the same rules by which a plan is refused, asked for everything on the canvas. */
import { Draft } from './draft.ts'
import type { CableEnd, ChildSpec, DeviceRef, Thing } from './gesture.ts'
import { indexOf, refOf } from './network-index.ts'
import type { NetworkIndex, PlacedLink } from './network-index.ts'
import type { BuildState } from './plan.ts'
import { planGesture } from './plan.ts'
import { refuseChildPlace, refuseMove, refuseParent, refusePort } from './rules.ts'
import { refuseEnd } from './cable.ts'

/** What is being dragged, or drawn from. */
export type TargetSource =
  /** A cable: to namespaces and bridges. */
  | { readonly kind: 'cable'; readonly from: CableEnd }
  /** An interface: into other namespaces, or onto bridges. */
  | { readonly kind: 'link'; readonly device: DeviceRef }
  /** A child of an interface: to the namespaces of its machine. */
  | { readonly kind: 'child'; readonly parent: DeviceRef; readonly child: ChildSpec }
  /** A namespace: into other machines, by the namespaces that they are. */
  | { readonly kind: 'namespace'; readonly namespace: string }
  /** A new bridge or dummy: into namespaces. */
  | { readonly kind: 'add-link' }
  /** A new container: into machines, by any of their namespaces. */
  | { readonly kind: 'add-container' }
  /** A new virtual machine: onto bridges. */
  | { readonly kind: 'add-vm' }
  /** A new child: onto interfaces that can have one. */
  | { readonly kind: 'add-child'; readonly child: ChildSpec }

/** A thing as one text, for sets: `ns` for a namespace, `ns/dev` for an interface. */
export function thingKey(thing: Thing): string {
  return thing.kind === 'namespace' ? thing.namespace : `${thing.device.namespace}/${thing.device.name}`
}

/** The things on which a drop would be carried out, by `thingKey`. */
export function legalTargets(source: TargetSource, state: BuildState): ReadonlySet<string> {
  const index = indexOf(state)
  const namespaces = isNamespaceLegal(source, index)
  const links = isLinkLegal(source, index)
  const keys = new Set<string>()
  for (const name of index.namespaces.keys()) {
    if (namespaces(name)) keys.add(thingKey({ kind: 'namespace', namespace: name }))
  }
  for (const placed of index.links.values()) {
    if (links(placed)) keys.add(thingKey({ kind: 'link', device: refOf(placed) }))
  }
  return keys
}

const none = (): boolean => false

function isNamespaceLegal(source: TargetSource, index: NetworkIndex): (namespace: string) => boolean {
  switch (source.kind) {
    case 'cable':
    case 'add-link':
    case 'add-container':
      return source.kind === 'cable' && !isEnd(index, source.from) ? none : () => true
    case 'link': {
      const placed = index.find(source.device)
      return placed === undefined ? none : (namespace) => refuseMove(index, placed, namespace) === undefined
    }
    case 'child': {
      const { parent, child } = source
      const placed = index.find(parent)
      if (placed === undefined || refuseParent(index, placed, child) !== undefined) return none
      return (namespace) => refuseChildPlace(index, parent, namespace) === undefined
    }
    case 'namespace':
      return (namespace) => {
        const machine = index.machineOf(namespace).name
        return planGesture({ kind: 'regroup', namespace: source.namespace, machine }, index.state).ok
      }
    case 'add-vm':
    case 'add-child':
      return none
  }
}

function isLinkLegal(source: TargetSource, index: NetworkIndex): (placed: PlacedLink) => boolean {
  const isBridge = ({ link }: PlacedLink): boolean => link.details.kind === 'bridge'
  switch (source.kind) {
    case 'cable':
      return isEnd(index, source.from) ? isBridge : none
    case 'add-vm':
      return isBridge
    case 'link': {
      const dragged = index.find(source.device)
      if (dragged === undefined) return none
      return (placed) => placed.link.device !== dragged.link.master && refusePort(index, dragged, placed) === undefined
    }
    case 'add-child':
      return (placed) => refuseParent(index, placed, source.child) === undefined
    default:
      return none
  }
}

function isEnd(index: NetworkIndex, end: CableEnd): boolean {
  return refuseEnd(new Draft(index.state), end) === undefined
}
