// The tables of all kernels at the cursor: what canvas, tree and inspector show.
import { createStore } from 'zustand/vanilla'
import type { NamespaceView, NetworkView } from '../../contract/protocol.ts'
import type { LinkView } from '../../contract/read-models.ts'
import { keepSame } from './same-data.ts'

export interface NetworkState {
  /** Undefined until a lab is open. */
  readonly view: NetworkView | undefined
  readonly linkById: ReadonlyMap<number, LinkView>
  readonly namespaceById: ReadonlyMap<number, NamespaceView>
}

const EMPTY: NetworkState = { view: undefined, linkById: new Map(), namespaceById: new Map() }

export const createNetworkStore = () => createStore<NetworkState>(() => EMPTY)
export type NetworkStore = ReturnType<typeof createNetworkStore>

/** The state that shows a later view of the same lab: what is as before are the same objects, but for the view itself. */
export function laterNetworkState(before: NetworkState, later: NetworkView): NetworkState {
  const { namespaces } = keepSame(before.view, later)
  const view = { at: later.at, namespaces }
  return namespaces === before.view?.namespaces ? { ...before, view } : networkStateOf(view)
}

/** The state that shows a view. */
export function networkStateOf(view: NetworkView): NetworkState {
  return {
    view,
    linkById: new Map(view.namespaces.flatMap(({ links }) => links.map((link) => [link.device, link]))),
    namespaceById: new Map(view.namespaces.map((namespace) => [namespace.netns, namespace])),
  }
}

/** How a namespace is called: the bench's own one has no name of its own. */
export function namespaceTitle(name: string): string {
  return name === '' ? 'bench' : name
}

/** `ns/dev`, as interfaces are written everywhere; the id where the device is gone. */
export function interfaceName({ linkById, namespaceById }: NetworkState, device: number): string {
  const link = linkById.get(device)
  if (link === undefined) return `#${device}`
  return `${namespaceTitle(namespaceById.get(link.netns)?.name ?? String(link.netns))}/${link.name}`
}
