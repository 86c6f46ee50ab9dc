/** Plans for changes of one interface. */
import { formatPrefix, isGroupMac, parseMac } from '../../wire/address.ts'
import type { LinkView } from '../../contract/read-models.ts'
import { quoteWord } from '../../shell/syntax/quote.ts'
import { childWords } from './add.ts'
import { bridge as bridgeCommand, ip, place } from './commands.ts'
import type { Draft } from './draft.ts'
import type { ChangeGesture, DeviceRef, LinkChange } from './gesture.ts'
import type { PlacedLink } from './network-index.ts'
import { nicName } from './names.ts'
import { INVALID, OUT_OF_RANGE, refuse, UNSUPPORTED } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { refuseMove, refusePort } from './rules.ts'

type Gesture<K extends ChangeGesture['kind']> = Extract<ChangeGesture, { kind: K }>

/** The link, or why there is none. */
export function linkOr(draft: Draft, device: DeviceRef): PlacedLink | Refusal {
  const params = { device: device.name, namespace: device.namespace }
  return draft.index.find(device) ?? refuse('no-device', params, `Cannot find device "${device.name}"`)
}

export function setMaster(draft: Draft, { device, bridge }: Gesture<'set-master'>): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  if (bridge === undefined) {
    if (placed.link.master === 0) return refuse('not-a-port', { device: device.name })
    draft.run(ip(device.namespace, `link set ${device.name} nomaster`))
    return undefined
  }
  const master = linkOr(draft, { namespace: device.namespace, name: bridge })
  if ('code' in master) return master
  const refusal = refusePort(draft.index, placed, master)
  if (refusal !== undefined) return refusal
  if (placed.link.master === master.link.device)
    return refuse('already-there', { device: device.name, namespace: bridge })
  draft.run(ip(device.namespace, `link set ${device.name} master ${bridge}`))
  if (!placed.link.up) draft.run(ip(device.namespace, `link set ${device.name} up`))
  return undefined
}

/** A link that moves loses its addresses and its being up; both come back, since the network around it stays the same. */
export function moveLink(draft: Draft, { device, namespace }: Gesture<'move-link'>): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const refusal = refuseMove(draft.index, placed, namespace)
  if (refusal !== undefined) return refusal
  const taken = draft.deviceNames(namespace)
  const name = taken.has(device.name) ? nicName(taken) : device.name
  const moved = { namespace, name }
  const newName = name === device.name ? '' : ` name ${name}`
  draft.reserve(moved)
  draft.run(ip(device.namespace, `link set ${device.name} netns ${place(namespace)}${newName}`))
  if (placed.link.up) draft.run(ip(namespace, `link set ${name} up`))
  for (const { address, prefixLength } of placed.link.addresses) {
    draft.run(ip(namespace, `addr add ${formatPrefix({ address, length: prefixLength })} dev ${name}`))
  }
  draft.made({ kind: 'link', device: moved })
  return undefined
}

export function setLink(draft: Draft, { device, change }: Gesture<'set-link'>): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const refusal = refuseChange(draft, placed, change)
  if (refusal !== undefined) return refusal
  draft.run(ip(device.namespace, `link set ${device.name} ${changeWords(change)}`))
  return undefined
}

function changeWords(change: LinkChange): string {
  switch (change.property) {
    case 'up':
      return change.on ? 'up' : 'down'
    case 'promisc':
    case 'arp':
    case 'multicast':
    case 'allmulticast':
      return `${change.property} ${change.on ? 'on' : 'off'}`
    case 'mtu':
      return `mtu ${change.value}`
    case 'address':
      return `address ${change.value}`
    case 'alias':
      return `alias ${quoteWord(change.value)}`
  }
}

/** IFALIASZ less the final zero. */
const ALIAS_LIMIT = 255

function refuseChange(draft: Draft, placed: PlacedLink, change: LinkChange): Refusal | undefined {
  const { link } = placed
  switch (change.property) {
    case 'address':
      return refuseMac(link, change.value)
    case 'mtu':
      return refuseMtu(draft, link, change.value)
    case 'alias':
      return change.value.length > ALIAS_LIMIT || /[\n\r]/.test(change.value) ? refuse('text-invalid') : undefined
    case 'up': {
      const parent = draft.index.parentOf(link)
      return change.on && parent?.link.up === false && link.details.kind !== 'ipvlan'
        ? refuse('parent-down', { device: link.name, parent: parent.link.name }, 'RTNETLINK answers: Network is down')
        : undefined
    }
    default:
      return undefined
  }
}

/** eth_mac_addr; ipvlan children have no address of their own to set. */
function refuseMac(link: LinkView, value: string): Refusal | undefined {
  const address = parseMac(value)
  if (address === undefined) return refuse('mac-invalid', { value }, `"${value}" is invalid lladdr.`)
  if (link.details.kind === 'ipvlan') return refuse('mac-of-parent', { device: link.name }, UNSUPPORTED)
  const isUsable = address !== 0 && !isGroupMac(address)
  return isUsable ? undefined : refuse('mac-group', { value }, 'RTNETLINK answers: Cannot assign requested address')
}

/** ETH_MIN_MTU and ETH_MAX_MTU. */
const MTU_MIN = 68
const MTU_MAX = 65535

function refuseMtu(draft: Draft, link: LinkView, value: number): Refusal | undefined {
  const { kind } = link.details
  const [min, max] = kind === 'lo' || kind === 'dummy' ? [0, 2 ** 31 - 1] : [MTU_MIN, MTU_MAX]
  const params = { value: String(value), min: String(min), max: String(max) }
  if (!Number.isInteger(value)) return refuse('mtu-range', params)
  if (value < min) return refuse('mtu-range', params, 'Error: mtu less than device minimum.')
  if (value > max) return refuse('mtu-range', params, 'Error: mtu greater than device maximum.')
  const parent = draft.index.parentOf(link)
  if (parent === undefined || kind === 'ipvlan' || value <= parent.link.mtuBytes) return undefined
  const limits = { device: link.name, parent: parent.link.name, limit: String(parent.link.mtuBytes) }
  return refuse('mtu-over-parent', limits, kind === 'vlan' ? OUT_OF_RANGE : INVALID)
}

export function setPortFlag(draft: Draft, { device, flag, on }: Gesture<'set-port-flag'>): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  if (placed.link.port === undefined) return refuse('not-a-port', { device: device.name }, UNSUPPORTED)
  draft.run(bridgeCommand(device.namespace, `link set dev ${device.name} ${flag} ${on ? 'on' : 'off'}`))
  return undefined
}

/** What `ip link set DEV type bridge` takes, in its units (times in hundredths of a second). */
const BRIDGE_RANGES: Readonly<Record<Gesture<'set-bridge'>['option'], readonly [number, number]>> = {
  stp_state: [0, 1],
  vlan_filtering: [0, 1],
  ageing_time: [0, 4294967295],
  forward_delay: [200, 3000],
  priority: [0, 65535],
  vlan_default_pvid: [0, 4094],
}

export function setBridge(draft: Draft, { device, option, value }: Gesture<'set-bridge'>): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const { details } = placed.link
  if (details.kind !== 'bridge') return refuse('not-a-bridge', { device: device.name }, UNSUPPORTED)
  // Without spanning tree nothing waits for the delay, and br_set_forward_delay takes any.
  const [low, max] = BRIDGE_RANGES[option]
  const min = option === 'forward_delay' && !details.stpState ? 0 : low
  if (!Number.isInteger(value) || value < min || value > max) {
    const params = { option, value: String(value), min: String(min), max: String(max) }
    return refuse('value-range', params, option === 'forward_delay' ? OUT_OF_RANGE : '')
  }
  draft.run(ip(device.namespace, `link set ${device.name} type bridge ${option} ${value}`))
  return undefined
}

/** macvlan_changelink and ipvlan_nl_changelink. */
export function setChild(draft: Draft, { device, child }: Gesture<'set-child'>): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const { details } = placed.link
  if (child.kind === 'vlan') return refuse('vlan-fixed', { device: device.name })
  if (details.kind !== child.kind) return refuse('not-a-child', { device: device.name, kind: child.kind }, UNSUPPORTED)
  if (child.kind === 'macvlan' && details.kind === 'macvlan') {
    const isFixed = (details.mode === 'passthru') !== (child.mode === 'passthru')
    if (isFixed) return refuse('passthru-fixed', { device: device.name }, INVALID)
  }
  // The flag is always said: one that is left out is the bridge's only for a new parent.
  const words = child.kind === 'ipvlan' ? `ipvlan mode ${child.mode} ${child.flag}` : childWords(child)
  draft.run(ip(device.namespace, `link set ${device.name} type ${words}`))
  return undefined
}
