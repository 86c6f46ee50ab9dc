// Keeps what looks the same the same object, so that a tick of the clock or a drag redraws only what has changed.
import type { NamespaceView, NetworkView } from '../../../contract/protocol.ts'
import type { LinkView } from '../../../contract/read-models.ts'
import { marksOf } from '../../components/marks.ts'
import { lightText } from '../../components/state-light.tsx'
import type { LabSession } from '../../lab/session.ts'
import type { CanvasNode } from './flow-nodes.ts'
import { addressTexts, topologyOf } from './topology.ts'
import type { MachineGroup, Topology } from './topology.ts'

export type TopologyKeeper = (
  namespaces: NetworkView['namespaces'] | undefined,
  groups: readonly MachineGroup[],
) => Topology

const KEEPERS = new WeakMap<LabSession, TopologyKeeper>()

/** The keeper of a session: canvas and tree show one topology. */
export function topologyKeeperOf(session: LabSession): TopologyKeeper {
  const keeper = KEEPERS.get(session) ?? createTopologyKeeper()
  KEEPERS.set(session, keeper)
  return keeper
}

const NOTHING: NetworkView['namespaces'] = []

/** Returns the topology of a network: the last one again while nothing that a picture shows is different. */
export function createTopologyKeeper(): TopologyKeeper {
  let asked: { readonly views: NetworkView['namespaces']; readonly groups: readonly MachineGroup[] } | undefined
  let kept: { readonly look: string; readonly topology: Topology } | undefined
  let links: ReadonlyMap<number, { readonly look: string; readonly link: LinkView }> = new Map()
  return (views = NOTHING, groups) => {
    if (kept !== undefined && asked?.views === views && asked.groups === groups) return kept.topology
    asked = { views, groups }
    const looks = views.map((view) => view.links.map(lookOf))
    const look = JSON.stringify([
      views.map(({ netns, name, firewallRules }) => [netns, name, firewallRules]),
      looks,
      groups,
    ])
    if (kept?.look === look) return kept.topology
    const same = (link: LinkView, linkLook: string): LinkView => {
      const before = links.get(link.device)
      return before?.look === linkLook ? before.link : link
    }
    const namespaces = views.map((view, index): NamespaceView => {
      return { ...view, links: view.links.map((link, place) => same(link, looks[index]?.[place] ?? '')) }
    })
    links = new Map(
      namespaces.flatMap((view, index) =>
        view.links.map((link, place) => [link.device, { look: looks[index]?.[place] ?? '', link }] as const),
      ),
    )
    kept = { look, topology: topologyOf({ at: 0, namespaces }, groups) }
    return kept.topology
  }
}

/** Everything of an interface that canvas and tree draw: no counter, no timer. */
function lookOf(link: LinkView): string {
  const { device, netns, ifindex, name, master, linkDevice, details, up, carrier, port } = link
  const marks = marksOf(link)
  const lights = [up, carrier, lightText(link), port?.state]
  return JSON.stringify([
    device,
    netns,
    ifindex,
    name,
    master,
    linkDevice,
    details.kind,
    lights,
    marks,
    addressTexts(link),
  ])
}

/** Returns nodes: those that are as they were as the same objects, which React Flow then leaves alone. */
export function createNodeKeeper(): (nodes: readonly CanvasNode[]) => CanvasNode[] {
  let kept: ReadonlyMap<string, CanvasNode> = new Map()
  return (nodes) => {
    const result = nodes.map((node) => {
      const before = kept.get(node.id)
      return before !== undefined && isSame(before, node) ? before : node
    })
    kept = new Map(result.map((node) => [node.id, node]))
    return result
  }
}

/** Equal to the depth of a node's data: those hold texts, numbers, and views that the topology keeps. */
function isSame(a: unknown, b: unknown, depth = 4): boolean {
  if (Object.is(a, b)) return true
  if (depth === 0 || typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))]
  return left.length === right.size && left.every(([key, value]) => isSame(value, right.get(key), depth - 1))
}
