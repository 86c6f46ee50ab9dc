/** Finds things in a network by name and by what hangs on what. Made once for a plan. */
import type { NamespaceView } from '../../contract/protocol.ts'
import type { LinkView } from '../../contract/read-models.ts'
import type { MachineRole } from '../machine-names.ts'
import type { Machine } from '../machines.ts'
import type { DeviceRef } from './gesture.ts'
import type { BuildState } from './plan.ts'

/** A link with the namespace that it is in. */
export interface PlacedLink {
  readonly link: LinkView
  readonly namespace: NamespaceView
}

export class NetworkIndex {
  readonly state: BuildState
  readonly namespaces: ReadonlyMap<string, NamespaceView>
  /** All links, by their global id. */
  readonly links: ReadonlyMap<number, PlacedLink>
  readonly #ports = new Map<number, PlacedLink[]>()
  readonly #children = new Map<number, PlacedLink[]>()
  readonly #machines = new Map<string, Machine>()

  constructor(state: BuildState) {
    this.state = state
    this.namespaces = new Map(state.network.namespaces.map((namespace) => [namespace.name, namespace]))
    const links = new Map<number, PlacedLink>()
    for (const namespace of state.network.namespaces) {
      for (const link of namespace.links) {
        const placed = { link, namespace }
        links.set(link.device, placed)
        if (link.master !== 0) addTo(this.#ports, link.master, placed)
        if (isChild(link)) addTo(this.#children, link.linkDevice, placed)
      }
    }
    this.links = links
    for (const machine of state.machines) {
      for (const namespace of machine.namespaces) this.#machines.set(namespace, machine)
    }
  }

  /** A link by name. */
  find(ref: DeviceRef): PlacedLink | undefined {
    const namespace = this.namespaces.get(ref.namespace)
    const link = namespace?.links.find(({ name }) => name === ref.name)
    return namespace === undefined || link === undefined ? undefined : { link, namespace }
  }

  /** The other end of a veth pair. */
  peerOf({ details, linkDevice }: LinkView): PlacedLink | undefined {
    return details.kind === 'veth' ? this.links.get(linkDevice) : undefined
  }

  /** What a VLAN, macvlan or ipvlan child hangs on. */
  parentOf(link: LinkView): PlacedLink | undefined {
    return isChild(link) ? this.links.get(link.linkDevice) : undefined
  }

  portsOf(bridge: LinkView): readonly PlacedLink[] {
    return this.#ports.get(bridge.device) ?? []
  }

  /** VLAN, macvlan and ipvlan children, in whatever namespaces they are. */
  childrenOf(link: LinkView): readonly PlacedLink[] {
    return this.#children.get(link.device) ?? []
  }

  /** The machine of a namespace; one that no machine names is a machine of its own. */
  machineOf(namespace: string): Machine {
    return this.#machines.get(namespace) ?? { name: namespace, namespaces: [namespace], role: 'host' }
  }

  roleOf(namespace: string): MachineRole {
    const machine = this.machineOf(namespace)
    return rootOf(machine) === namespace ? machine.role : 'container'
  }

  /** Whether a namespace is a container in the machine whose own namespace the other is. */
  isInside(namespace: string, host: string): boolean {
    return namespace !== host && rootOf(this.machineOf(namespace)) === host
  }
}

const indexes = new WeakMap<BuildState, NetworkIndex>()

/** The index of a state, made once: a drag asks about the same state again and again. */
export function indexOf(state: BuildState): NetworkIndex {
  const index = indexes.get(state) ?? new NetworkIndex(state)
  indexes.set(state, index)
  return index
}

/** The namespace that is the machine itself; undefined for a machine of equal namespaces. */
export function rootOf({ name, namespaces }: Machine): string | undefined {
  return namespaces.find((namespace) => namespace === name || namespace === '')
}

/** Whether a link hangs on another one. */
export function isChild({ details }: LinkView): boolean {
  return details.kind === 'vlan' || details.kind === 'macvlan' || details.kind === 'ipvlan'
}

export function refOf({ link, namespace }: PlacedLink): DeviceRef {
  return { namespace: namespace.name, name: link.name }
}

function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
