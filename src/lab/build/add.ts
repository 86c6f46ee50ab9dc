/** Plans for new namespaces and links. */
import type { AddGesture, ChildSpec, DeviceRef } from './gesture.ts'
import { addressSegment } from './join.ts'
import { cable } from './cable.ts'
import { ip, place } from './commands.ts'
import type { Draft } from './draft.ts'
import { deviceName, namespaceName, vlanName } from './names.ts'
import type { PlacedLink } from './network-index.ts'
import { rootOf } from './network-index.ts'
import { refuse } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { firstFreeVlan, VLAN_ID_MAX, vlansOf } from './vlan-ids.ts'
import { refuseChildPlace, refuseDeviceName, refuseNamespaceName, refuseParent } from './rules.ts'

type Gesture<K extends AddGesture['kind']> = Extract<AddGesture, { kind: K }>

export function addMachine(draft: Draft, { role, name: wanted, at }: Gesture<'add-machine'>): Refusal | undefined {
  const name = wanted ?? namespaceName(draft.names, role)
  const refusal = refuseNamespaceName(name, draft.names)
  if (refusal !== undefined) return refusal
  draft.addNamespace(name, role)
  draft.describeMachine(name, role, at)
  return role === 'switch' ? addLink(draft, { kind: 'add-link', namespace: name, type: 'bridge' }) : undefined
}

export function addContainer(draft: Draft, { machine, name: wanted }: Gesture<'add-container'>): Refusal | undefined {
  const present = draft.index.state.machines.find((item) => item.name === machine)
  if (present === undefined) return refuse('no-machine', { machine })
  const name = wanted ?? namespaceName(draft.names, 'container')
  const refusal = refuseNamespaceName(name, draft.names)
  if (refusal !== undefined) return refusal
  const root = rootOf(present)
  draft.addNamespace(name, 'container', root)
  const others = present.namespaces.filter((namespace) => namespace !== root)
  draft.direct({ kind: 'machine', name: machine, namespaces: [...others, name] })
  return undefined
}

/** How far the Internet's host stands from its gateway on the canvas, in pixels. */
const INTERNET_OFFSET_X = 320
/** TEST-NET-3, addresses of the world for examples (RFC 5737). */
const WORLD = 0xcb007100

/** A gateway that forwards, with a link to a host of the Internet, each the other's default route. */
export function addOutside(draft: Draft, { at }: Gesture<'add-outside'>): Refusal | undefined {
  const gateway = namespaceName(draft.names, 'gateway')
  const internet = namespaceName(draft.names, 'internet')
  const link = draft.addresses.freeSubnetIn(WORLD, 24, 30)
  if (link === undefined) return refuse('subnets-used-up')
  draft.addNamespace(gateway, 'router')
  draft.addNamespace(internet, 'outside')
  draft.describeMachine(gateway, 'router', at)
  draft.describeMachine(internet, 'outside', at === undefined ? undefined : { x: at.x + INTERNET_OFFSET_X, y: at.y })
  return cable(draft, { from: { namespace: internet }, to: { namespace: gateway } }, { subnet: link, isMutual: true })
}

export function addVm(draft: Draft, { bridge, name: wanted }: Gesture<'add-vm'>): Refusal | undefined {
  const present = draft.index.find(bridge)
  if (present === undefined) return refuse('no-device', { device: bridge.name, namespace: bridge.namespace })
  if (present.link.details.kind !== 'bridge') return refuse('not-a-bridge', { device: bridge.name })
  const name = wanted ?? namespaceName(draft.names, 'vm')
  const refusal = refuseNamespaceName(name, draft.names)
  if (refusal !== undefined) return refusal
  draft.addNamespace(name, 'vm')
  draft.describeMachine(name, 'vm', undefined)
  return cable(draft, { from: { namespace: name }, to: { namespace: bridge.namespace, bridge: bridge.name } })
}

export function addLink(draft: Draft, { namespace, type, name: wanted }: Gesture<'add-link'>): Refusal | undefined {
  if (!draft.hasNamespace(namespace)) return refuse('no-namespace', { namespace })
  const taken = draft.deviceNames(namespace)
  const name = wanted ?? deviceName(taken, type)
  const refusal = refuseDeviceName(name, taken, namespace)
  if (refusal !== undefined) return refusal
  const device = { namespace, name }
  draft.reserve(device)
  draft.run(ip(namespace, `link add ${name} type ${type}`))
  draft.run(ip(namespace, `link set ${name} up`))
  draft.made({ kind: 'link', device })
  if (type === 'bridge' && draft.roleOf(namespace) === 'host') draft.keepRole(namespace)
  return undefined
}

export function addChild(draft: Draft, gesture: Gesture<'add-child'>): Refusal | undefined {
  const parent = draft.index.find(gesture.parent)
  if (parent === undefined) {
    return refuse('no-device', { device: gesture.parent.name, namespace: gesture.parent.namespace })
  }
  const { namespace } = gesture
  if (!draft.hasNamespace(namespace)) return refuse('no-namespace', { namespace })
  const refusal =
    refuseParent(draft.index, parent, gesture.child) ?? refuseChildPlace(draft.index, gesture.parent, namespace)
  if (refusal !== undefined) return refusal
  const child = completeChild(draft, parent, gesture.child)
  if ('code' in child) return child
  const taken = draft.deviceNames(namespace)
  const name = gesture.name ?? childName(taken, gesture.parent, child)
  const badName = refuseDeviceName(name, taken, namespace)
  if (badName !== undefined) return badName
  makeChild(draft, parent, { namespace, name }, child)
  const tags = child.kind === 'vlan' ? [child.id] : []
  const isRouted = child.kind === 'ipvlan' && child.mode !== 'l2'
  addressSegment(draft, { device: { namespace, name }, parent, tags, isRouted })
  return undefined
}

/** A child whose VLAN has its id. */
export type CompleteChild = Exclude<ChildSpec, { kind: 'vlan' }> | VlanChild
interface VlanChild {
  readonly kind: 'vlan'
  readonly id: number
  readonly protocol: '802.1Q' | '802.1ad'
}

/** The commands that make a child in its place and switch it on, its parent first: Linux would refuse it otherwise. */
function makeChild(draft: Draft, parent: PlacedLink, device: DeviceRef, child: CompleteChild): void {
  const home = parent.namespace.name
  const where = device.namespace === home ? '' : ` netns ${place(device.namespace)}`
  draft.reserve(device)
  draft.run(ip(home, `link add link ${parent.link.name} name ${device.name}${where} type ${childWords(child)}`))
  if (!parent.link.up) draft.run(ip(home, `link set ${parent.link.name} up`))
  draft.run(ip(device.namespace, `link set ${device.name} up`))
  draft.made({ kind: 'link', device })
}

/** `macvlan mode vepa`, what stands after `type`. */
export function childWords(child: CompleteChild): string {
  switch (child.kind) {
    case 'macvlan':
      return `macvlan mode ${child.mode}`
    case 'ipvlan':
      return `ipvlan mode ${child.mode}${child.flag === 'bridge' ? '' : ` ${child.flag}`}`
    case 'vlan':
      return `vlan ${child.protocol === '802.1ad' ? 'protocol 802.1ad ' : ''}id ${child.id}`
  }
}

function childName(taken: ReadonlySet<string>, parent: DeviceRef, child: CompleteChild): string {
  return child.kind === 'vlan' ? vlanName(taken, parent, child.id) : deviceName(taken, child.kind)
}

function completeChild(draft: Draft, parent: PlacedLink, child: ChildSpec): CompleteChild | Refusal {
  if (child.kind !== 'vlan') return child
  const protocol = child.protocol ?? '802.1Q'
  const used = vlansOf(draft.index, parent, protocol)
  const id = child.id ?? firstFreeVlan(draft.index, parent, protocol)
  if (!Number.isInteger(id) || id < 1 || id > VLAN_ID_MAX) {
    return refuse('vlan-id-range', { id: String(id) }, 'Error: 8021q: Invalid VLAN id.')
  }
  const holder = used.get(id)
  if (holder === undefined) return { kind: 'vlan', id, protocol }
  return refuse(
    'vlan-taken',
    { id: String(id), device: holder, parent: parent.link.name },
    'Error: 8021q: VLAN device already exists.',
  )
}
