// From what is selected to names and back: numbers of namespaces and interfaces are given anew when a lab is built.
import { allSelected } from '../stores/building-store.ts'
import type { NetworkState } from '../stores/network-store.ts'
import type { Selected, SelectionName } from '../stores/selection-store.ts'
import type { LabSession } from './session.ts'

/** The names of everything that is selected. */
export function selectedNames({
  network,
  selection,
  building,
}: Pick<LabSession, 'network' | 'selection' | 'building'>): readonly SelectionName[] {
  const all = allSelected(building.getState(), selection.getState())
  return all.flatMap((each) => selectedName(network.getState(), each) ?? [])
}

function selectedName(network: NetworkState, selected: Selected): SelectionName | undefined {
  if (selected.kind === 'machine') return selected
  if (selected.kind === 'namespace') {
    const namespace = network.namespaceById.get(selected.netns)
    return namespace === undefined ? undefined : { kind: 'namespace', namespace: namespace.name }
  }
  const link = network.linkById.get(selected.device)
  const namespace = link === undefined ? undefined : network.namespaceById.get(link.netns)
  if (link === undefined || namespace === undefined) return undefined
  return { kind: 'device', namespace: namespace.name, name: link.name }
}

/** What has these names now; nothing when it is gone. */
export function namedSelection(network: NetworkState, wanted: SelectionName): Selected | undefined {
  if (wanted.kind === 'machine') return wanted
  const namespace = network.view?.namespaces.find(({ name }) => name === wanted.namespace)
  if (namespace === undefined) return undefined
  if (wanted.kind === 'namespace') return { kind: 'namespace', netns: namespace.netns }
  const link = namespace.links.find(({ name }) => name === wanted.name)
  return link === undefined ? undefined : { kind: 'device', device: link.device }
}
