// What the canvas shows of a network, without any coordinates: machines, their namespaces, the devices in them and the lines between.
import type { NamespaceView, NetworkView } from '../../../contract/protocol.ts'
import type { LinkView } from '../../../contract/read-models.ts'
import { formatIpv4 } from '../../../wire/address.ts'

export const ROLES = ['host', 'router', 'switch', 'container', 'vm', 'outside'] as const
export type Role = (typeof ROLES)[number]

/** Which namespaces make up a machine, as the lab's text says or implies. */
export interface MachineGroup {
  readonly name: string
  readonly namespaces: readonly string[]
  readonly role?: string | undefined
}

export interface NamespaceNode {
  readonly netns: number
  readonly name: string
  readonly role: Role
  /** Shown only as a light in the title, unless it has addresses of its own. */
  readonly loopback: LinkView | undefined
  readonly firewallRules: number
  readonly bridges: readonly LinkView[]
  /** Everything else that has a picture of its own, in the order of ifindex. */
  readonly devices: readonly LinkView[]
}

export interface MachineNode {
  readonly name: string
  readonly role: Role
  /** The namespace that is the machine itself: it has the machine's name. Undefined for a machine of equal namespaces. */
  readonly root: NamespaceNode | undefined
  readonly nested: readonly NamespaceNode[]
}

/**
 * - `cable`: a veth pair between two machines.
 * - `veth`: a veth pair inside a machine.
 * - `port`: a device and the bridge that it is a port of.
 * - `parent`: a VLAN, macvlan or ipvlan child and the device it hangs on.
 */
export type WireKind = 'cable' | 'veth' | 'port' | 'parent'

export interface Wire {
  readonly id: string
  readonly kind: WireKind
  /** For `port` and `parent` the lower end: the port, the child. */
  readonly from: number
  readonly to: number
}

export interface Topology {
  readonly machines: readonly MachineNode[]
  readonly wires: readonly Wire[]
  readonly deviceById: ReadonlyMap<number, LinkView>
  /** The machine and the namespace of each device. */
  readonly homeOf: ReadonlyMap<number, { readonly machine: string; readonly namespace: string }>
}

/** Arranges a network into machines. Namespaces that no group names are machines of their own. */
export function topologyOf(network: NetworkView, groups: readonly MachineGroup[]): Topology {
  const machines = machinesOf(network, groups)
  const deviceById = new Map(network.namespaces.flatMap(({ links }) => links.map((link) => [link.device, link])))
  const homeOf = new Map<number, { machine: string; namespace: string }>()
  for (const machine of machines) {
    for (const namespace of namespacesOf(machine)) {
      const home = { machine: machine.name, namespace: namespace.name }
      for (const link of allDevices(namespace)) homeOf.set(link.device, home)
    }
  }
  return { machines, deviceById, homeOf, wires: wiresOf(deviceById, homeOf) }
}

/** Root first. */
export function namespacesOf(machine: MachineNode): readonly NamespaceNode[] {
  return machine.root === undefined ? machine.nested : [machine.root, ...machine.nested]
}

/** Addresses with prefix length, as `ip addr` writes them. */
export function addressTexts(link: LinkView): readonly string[] {
  return link.addresses.map(({ address, prefixLength }) => `${formatIpv4(address)}/${prefixLength}`)
}

function allDevices({ bridges, devices, loopback }: NamespaceNode): readonly LinkView[] {
  return [...bridges, ...devices, ...(loopback === undefined ? [] : [loopback])]
}

function machinesOf(network: NetworkView, groups: readonly MachineGroup[]): readonly MachineNode[] {
  const namespaces = network.namespaces.filter(isShown)
  const viewByName = new Map(namespaces.map((view) => [view.name, view]))
  const machines: MachineNode[] = []
  const taken = new Set<string>()
  const add = ({ name, namespaces: names, role }: MachineGroup): void => {
    const views = names.flatMap((member) => (taken.has(member) ? [] : (viewByName.get(member) ?? [])))
    if (views.length === 0) return
    for (const view of views) taken.add(view.name)
    // The bench's own namespace has no name: it is the machine that its group names.
    const rootView = views.find((view) => view.name === name) ?? views.find((view) => view.name === '')
    const hasNested = views.length > 1
    const nested = views.filter((view) => view !== rootView).map((view) => namespaceNode(view, 'container'))
    const guess = rootView === undefined ? 'host' : guessRole(rootView, hasNested)
    const machineRole = asRole(role) ?? guess
    const root = rootView === undefined ? undefined : namespaceNode(rootView, machineRole)
    machines.push({ name, role: machineRole, root, nested })
  }
  for (const group of groups) add(group)
  for (const { name } of namespaces) if (!taken.has(name)) add({ name, namespaces: [name] })
  return machines
}

/** The bench's own namespace has no name; it is part of the picture only when the lab uses it. */
function isShown({ name, links }: NamespaceView): boolean {
  return name !== '' || links.some(({ details }) => details.kind !== 'lo')
}

function namespaceNode(view: NamespaceView, role: Role): NamespaceNode {
  const loopback = view.links.find(({ details }) => details.kind === 'lo')
  const bridges = view.links.filter(({ details }) => details.kind === 'bridge')
  const isOrdinary = (link: LinkView): boolean =>
    link.details.kind !== 'bridge' && (link !== loopback || hasOwnAddress(link))
  const ordered = [...view.links].sort((a, b) => a.ifindex - b.ifindex)
  const { netns, name, firewallRules } = view
  return { netns, name, role, loopback, firewallRules, bridges, devices: ordered.filter(isOrdinary) }
}

/** An address on lo beyond 127.0.0.1/8 is part of a lab's story. */
function hasOwnAddress(loopback: LinkView): boolean {
  return loopback.addresses.some(({ address }) => address >>> 24 !== 127)
}

function asRole(text: string | undefined): Role | undefined {
  return ROLES.find((role) => role === text)
}

function guessRole(view: NamespaceView, hasNested: boolean): Role {
  if (/^(outside|internet|inet|wan|isp)/i.test(view.name)) return 'outside'
  if (/^(vm|guest)/i.test(view.name)) return 'vm'
  const ordinary = view.links.filter(({ details }) => details.kind !== 'lo')
  const isBridging = ordinary.some(({ details }) => details.kind === 'bridge')
  if (isBridging && !hasNested && ordinary.every(({ addresses }) => addresses.length === 0)) return 'switch'
  if (/^(gw|gateway|router|rtr|r\d*$)/i.test(view.name)) return 'router'
  if (/^(ctr|ns|pod|container|c\d+$)/i.test(view.name) && !hasNested) return 'container'
  return 'host'
}

function wiresOf(
  deviceById: ReadonlyMap<number, LinkView>,
  homeOf: ReadonlyMap<number, { readonly machine: string }>,
): readonly Wire[] {
  const wires: Wire[] = []
  for (const link of deviceById.values()) {
    const { device, linkDevice, master, details } = link
    if (master !== 0 && deviceById.has(master)) {
      wires.push({ id: `port:${device}`, kind: 'port', from: device, to: master })
    }
    if (linkDevice === 0 || !deviceById.has(linkDevice)) continue
    if (details.kind !== 'veth') {
      wires.push({ id: `parent:${device}`, kind: 'parent', from: device, to: linkDevice })
    } else if (device < linkDevice) {
      const isInside = homeOf.get(device)?.machine === homeOf.get(linkDevice)?.machine
      wires.push({ id: `veth:${device}`, kind: isInside ? 'veth' : 'cable', from: device, to: linkDevice })
    }
  }
  return wires
}
