/** What Linux refuses to do with links and names, asked before anything is run. */
import type { LinkView } from '../../contract/read-models.ts'
import type { ChildSpec, DeviceRef } from './gesture.ts'
import { DEVICE_NAME_LIMIT, isDeviceName, isPlainWord } from './names.ts'
import type { NetworkIndex, PlacedLink } from './network-index.ts'
import { BUSY, EXISTS, INVALID, refuse, UNSUPPORTED } from './refuse.ts'
import type { Refusal } from './refuse.ts'

/** Linux names links of the kernel by 1 to 15 characters; namespaces are files. */
export function refuseDeviceName(name: string, taken: ReadonlySet<string>, namespace: string): Refusal | undefined {
  if (name.length > DEVICE_NAME_LIMIT) {
    return refuse('name-too-long', { name, limit: String(DEVICE_NAME_LIMIT) }, POLICY)
  }
  if (!isDeviceName(name)) return refuse('name-invalid', { name }, POLICY)
  if (!isPlainWord(name)) return refuse('name-invalid', { name })
  return taken.has(name) ? refuse('device-taken', { name, namespace }, EXISTS) : undefined
}

const POLICY = 'Error: Attribute failed policy validation.'
/** A file's name on Linux. */
const NAMESPACE_NAME_LIMIT = 255

export function refuseNamespaceName(name: string, taken: ReadonlySet<string>): Refusal | undefined {
  if (name.length > NAMESPACE_NAME_LIMIT) {
    return refuse('name-too-long', { name, limit: String(NAMESPACE_NAME_LIMIT) }, `Invalid netns name "${name}"`)
  }
  if (name.includes('/') || name === '.' || name === '..') {
    return refuse('name-invalid', { name }, `Invalid netns name "${name}"`)
  }
  if (!isPlainWord(name)) return refuse('name-invalid', { name })
  if (!taken.has(name)) return undefined
  return refuse('namespace-taken', { name }, `Cannot create namespace file "/run/netns/${name}": File exists`)
}

/** Whether a device can become a port of a bridge (br_add_if). A port of another bridge changes over. */
export function refusePort(
  index: NetworkIndex,
  { link, namespace }: PlacedLink,
  bridge: PlacedLink,
): Refusal | undefined {
  const params = { device: link.name, bridge: bridge.link.name }
  if (bridge.link.details.kind !== 'bridge') return refuse('not-a-bridge', { device: bridge.link.name }, UNSUPPORTED)
  if (link.details.kind === 'lo') return refuse('loopback-as-port', params, INVALID)
  if (link.details.kind === 'bridge') {
    return refuse('bridge-in-bridge', params, 'Error: Can not enslave a bridge to a bridge.')
  }
  if (namespace !== bridge.namespace) {
    return refuse(
      'bridge-elsewhere',
      { ...params, namespace: bridge.namespace.name },
      `Error: argument "${bridge.link.name}" is wrong: Device does not exist`,
    )
  }
  if (link.details.kind === 'ipvlan') return refuse('ipvlan-as-port', params, INVALID)
  const children = hookedChildren(index, link)
  if (children.length > 0) return refuse('parent-as-port', { ...params, children: listOf(children) }, BUSY)
  return standsOn(index, link, bridge.link) ? refuse('port-of-itself', params, BUSY) : undefined
}

/** Whether a device can carry one more child of a kind (macvlan_port_create, ipvlan_link_new, vlan_dev_init). */
export function refuseParent(index: NetworkIndex, { link }: PlacedLink, child: ChildSpec): Refusal | undefined {
  const params = { parent: link.name, kind: child.kind }
  const { kind } = link.details
  if (child.kind === 'vlan') {
    const isUnable = kind === 'lo' || kind === 'ipvlan'
    return isUnable ? refuse('vlan-unsupported', params, 'Error: 8021q: VLANs not supported on device.') : undefined
  }
  if (kind === 'lo') return refuse('loopback-as-parent', params, INVALID)
  const bridge = index.links.get(link.master)
  if (bridge !== undefined) return refuse('port-as-parent', { ...params, bridge: bridge.link.name }, BUSY)
  const children = hookedChildren(index, link)
  const others = children.filter((item) => item.link.details.kind !== child.kind)
  if (others.length > 0) return refuse('other-kind-of-children', { ...params, children: listOf(others) }, BUSY)
  if (child.kind === 'ipvlan') return undefined
  if (kind === 'ipvlan') return refuse('ipvlan-as-parent', params, INVALID)
  const hasPassthru = children.some(
    ({ link: { details } }) => details.kind === 'macvlan' && details.mode === 'passthru',
  )
  const isCrowded = hasPassthru || (child.mode === 'passthru' && children.length > 0)
  return isCrowded ? refuse('passthru-alone', { ...params, children: listOf(children) }, INVALID) : undefined
}

/** A child sees its parent's kernel only: containers of the same machine. */
export function refuseChildPlace(index: NetworkIndex, parent: DeviceRef, namespace: string): Refusal | undefined {
  const home = index.machineOf(parent.namespace)
  const target = index.machineOf(namespace)
  if (home.name === target.name) return undefined
  return refuse('child-stays', { parent: parent.name, machine: home.name, other: target.name })
}

/** Whether a link can go to another namespace (dev_change_net_namespace), and whether it makes sense in the picture. */
export function refuseMove(index: NetworkIndex, { link, namespace }: PlacedLink, target: string): Refusal | undefined {
  const params = { device: link.name, namespace: target }
  const { kind } = link.details
  if (!index.namespaces.has(target)) return refuse('no-namespace', { namespace: target })
  if (kind === 'lo') return refuse('loopback-stays', params, INVALID)
  if (kind === 'bridge') return refuse('bridge-stays', params, INVALID)
  if (namespace.name === target) return refuse('already-there', params)
  const parent = index.parentOf(link)
  if (parent !== undefined) {
    return refuseChildPlace(index, { namespace: parent.namespace.name, name: parent.link.name }, target)
  }
  if (kind === 'veth') return undefined
  const [home, other] = [index.machineOf(namespace.name), index.machineOf(target)]
  return home.name === other.name ? undefined : refuse('software-stays', { ...params, machine: home.name })
}

/** The children that take every frame from their parent first; VLAN interfaces don't. */
function hookedChildren(index: NetworkIndex, link: LinkView): readonly PlacedLink[] {
  return index.childrenOf(link).filter((child) => child.link.details.kind !== 'vlan')
}

/** Whether a bridge is somewhere below a device. */
function standsOn(index: NetworkIndex, link: LinkView, bridge: LinkView): boolean {
  for (let below = index.parentOf(link); below !== undefined; below = index.parentOf(below.link)) {
    if (below.link.device === bridge.device) return true
  }
  return false
}

function listOf(links: readonly PlacedLink[]): string {
  return links.map(({ link }) => link.name).join(', ')
}
