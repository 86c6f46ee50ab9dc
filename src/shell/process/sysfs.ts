/** /sys/class/net: what scripts read of an interface, a bridge and its ports, and what of it they write. */
import type { Errno } from '../../contract/errno.ts'
import type { LinkView, PortState, PortView } from '../../contract/read-models.ts'
import type { BridgeSettings, KernelReads, LinkChanges, NetnsId, PortSettings } from '../../kernel/api.ts'
import { formatMac } from '../../wire/address.ts'
import { broadcastOf } from '../formats/link.ts'
import type { ProcessContext } from './context.ts'

const ROOT = /^\/sys\/(?:class|devices\/virtual)\/net\/([^/]+)\/(.+)$/

/** The content of a file below /sys/class/net, or undefined. */
export function linkFile(reads: KernelReads, netns: NetnsId, path: string): string | undefined {
  const match = ROOT.exec(throughLinks(reads, netns, path))
  const link = match === null ? undefined : reads.linkByName(netns, match[1]!)
  if (match === null || link === undefined) return undefined
  const value = linkAttribute(reads, link, match[2]!)
  return value === undefined ? undefined : `${value}\n`
}

/** The same path without the links that it goes through: `/sys/class/net/eth0/master/mtu` is the bridge's. */
export function throughLinks(reads: KernelReads, netns: NetnsId, path: string): string {
  const match = /^(\/sys\/class\/net\/[^/]+\/(?:master|brport\/bridge|(?:lower|upper)_[^/]+))(\/.*)?$/.exec(path)
  const target = match === null ? undefined : netClassLink(reads, netns, match[1]!)
  if (match === null || target === undefined) return path
  return throughLinks(reads, netns, `/sys/class/net/${target.replace(/^.*\//, '')}${match[2] ?? ''}`)
}

/** What a link below /sys/class/net points to: to itself among the devices, to its bridge, to those above and below it. */
export function netClassLink(reads: KernelReads, netns: NetnsId, path: string): string | undefined {
  const match = /^\/sys\/class\/net\/([^/]+)(?:\/(.+))?$/.exec(path)
  const link = match === null ? undefined : reads.linkByName(netns, match[1]!)
  if (match === null || link === undefined) return undefined
  const name = match[2]
  if (name === undefined) return `../../devices/virtual/net/${link.name}`
  const master = link.master === 0 ? undefined : reads.device(link.master)?.name
  if (master !== undefined && (name === 'master' || name === 'brport/bridge' || name === `upper_${master}`))
    return name === 'brport/bridge' ? `../../${master}` : `../${master}`
  const other = /^(lower|upper)_(.+)$/.exec(name)
  const found = other === null ? undefined : reads.linkByName(netns, other[2]!)
  const [above, below] = other?.[1] === 'lower' ? [link, found] : [found, link]
  if (found === undefined || above === undefined || below === undefined) return undefined
  const isAbove = below.master === above.device || (above.linkDevice === below.device && above.details.kind !== 'veth')
  return isAbove ? `../${found.name}` : undefined
}

function linkAttribute(reads: KernelReads, link: LinkView, attribute: string): string | number | undefined {
  switch (attribute) {
    case 'address':
      return formatMac(link.mac)
    case 'mtu':
      return link.mtuBytes
    case 'ifindex':
      return link.ifindex
    case 'iflink':
      return link.linkIfindex === 0 ? link.ifindex : link.linkIfindex
    case 'operstate':
      return (link.up ? link.operState : 'DOWN').toLowerCase()
    case 'carrier':
      return link.carrier ? 1 : 0
    case 'broadcast':
      return formatMac(broadcastOf(link))
    case 'type':
      return isLoopback(link) ? ARPHRD_LOOPBACK : ARPHRD_ETHER
    case 'flags':
      return `0x${interfaceFlags(link).toString(16)}`
    case 'addr_len':
      return 6
    case 'tx_queue_len':
      return link.txQueueLength
    case 'netdev_group':
      return link.group
    case 'ifalias':
      return link.alias
    case 'speed':
      return endsInCable(reads, link) ? 10_000 : undefined
    case 'duplex':
      return endsInCable(reads, link) ? 'full' : undefined
    case 'dormant':
      return 0
    case 'link_mode':
      return link.linkMode === 'DORMANT' ? 1 : 0
    default:
      return statistic(link, attribute) ?? bridgeAttribute(link, attribute) ?? portAttribute(reads, link, attribute)
  }
}

const ARPHRD_ETHER = 1
const ARPHRD_LOOPBACK = 772

/** A veth says of itself what it can do; VLANs and children say what their lower device says (veth_get_link_ksettings). */
function endsInCable(reads: KernelReads, link: LinkView): boolean {
  const { kind } = link.details
  if (kind === 'veth') return true
  const lower = kind === 'vlan' || kind === 'macvlan' || kind === 'ipvlan' ? reads.device(link.linkDevice) : undefined
  return lower !== undefined && endsInCable(reads, lower)
}

const isLoopback = (link: LinkView): boolean => link.details.kind === 'lo'

/** IFF_UP and the other flags that are kept, not those worked out from the state. */
function interfaceFlags(link: LinkView): number {
  const bits: readonly (readonly [boolean, number])[] = [
    [link.up, 0x1],
    [link.broadcast, 0x2],
    [isLoopback(link), 0x8],
    [link.noTrailers === true, 0x20],
    [link.noArp, 0x80],
    [link.promisc, 0x100],
    [link.allMulticast, 0x200],
    [link.multicast, 0x1000],
    [link.dynamic === true, 0x8000],
  ]
  return bits.reduce((sum, [isSet, bit]) => sum + (isSet ? bit : 0), 0)
}

const COUNTERS: Readonly<Record<string, keyof LinkView['stats']>> = {
  rx_bytes: 'rxBytes',
  rx_packets: 'rxPackets',
  rx_dropped: 'rxDropped',
  multicast: 'rxMulticast',
  tx_bytes: 'txBytes',
  tx_packets: 'txPackets',
  tx_dropped: 'txDropped',
}

/** `statistics/rx_bytes` and the others; what the lab does not count is 0. */
function statistic(link: LinkView, attribute: string): number | undefined {
  const name = /^statistics\/((?:rx|tx)_[a-z_]+|collisions|multicast)$/.exec(attribute)?.[1]
  if (name === undefined) return undefined
  const counter = COUNTERS[name]
  return counter === undefined ? 0 : link.stats[counter]
}

type BridgeDetails = Extract<LinkView['details'], { kind: 'bridge' }>

/** An attribute: how it reads, and the change that a number written to it makes; it cannot be written without one. */
interface Attribute<View, Settings> {
  readonly read: (view: View) => string | number | undefined
  readonly write?: (value: number) => Settings
}

const yes = (value: boolean): number => (value ? 1 : 0)
/** Times are hundredths of a second. */
const time = (
  key: 'ageingTimeMs' | 'forwardDelayMs' | 'helloTimeMs' | 'maxAgeMs',
): Attribute<BridgeDetails, BridgeSettings> => ({
  read: (bridge) => bridge[key] / 10,
  write: (value) => ({ [key]: value * 10 }),
})

/** `bridge/stp_state` and what else scripts read of a bridge. Linux: br_sysfs_br.c. */
export const BRIDGE_ATTRIBUTES: Readonly<Record<string, Attribute<BridgeDetails, BridgeSettings>>> = {
  ageing_time: time('ageingTimeMs'),
  bridge_id: { read: ({ bridgeId }) => bridgeId },
  default_pvid: { read: ({ defaultPvid }) => defaultPvid, write: (value) => ({ defaultPvid: value }) },
  flush: { read: () => undefined, write: () => ({ flushFdb: true }) },
  forward_delay: time('forwardDelayMs'),
  group_addr: { read: () => '01:80:c2:00:00:00' },
  group_fwd_mask: {
    read: ({ groupFwdMask }) => `0x${groupFwdMask.toString(16)}`,
    write: (value) => ({ groupFwdMask: value }),
  },
  hello_time: time('helloTimeMs'),
  max_age: time('maxAgeMs'),
  multicast_snooping: {
    read: ({ mcastSnooping }) => yes(mcastSnooping),
    write: (value) => ({ mcastSnooping: value !== 0 }),
  },
  priority: { read: ({ priority }) => priority, write: (value) => ({ priority: value }) },
  root_id: { read: ({ designatedRoot }) => designatedRoot },
  root_path_cost: { read: ({ rootPathCost }) => rootPathCost },
  root_port: { read: ({ rootPort }) => rootPort },
  stp_state: { read: ({ stpState }) => yes(stpState), write: (value) => ({ stpState: value !== 0 }) },
  topology_change: { read: ({ topologyChange }) => yes(topologyChange) },
  vlan_filtering: {
    read: ({ vlanFiltering }) => yes(vlanFiltering),
    write: (value) => ({ vlanFiltering: value !== 0 }),
  },
  vlan_protocol: { read: ({ vlanProtocol }) => (vlanProtocol === '802.1ad' ? '0x88a8' : '0x8100') },
}

const STATE_NUMBERS: readonly PortState[] = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

const flag = (
  key:
    | 'hairpin'
    | 'learning'
    | 'flood'
    | 'mcastFlood'
    | 'bcastFlood'
    | 'isolated'
    | 'neighSuppress'
    | 'guard'
    | 'rootBlock',
): Attribute<PortView, PortSettings> => ({ read: (port) => yes(port[key]), write: (value) => ({ [key]: value !== 0 }) })

/** `brport/hairpin_mode` and what else a port of a bridge has. Linux: br_sysfs_if.c. */
export const PORT_ATTRIBUTES: Readonly<Record<string, Attribute<PortView, PortSettings>>> = {
  bpdu_guard: flag('guard'),
  broadcast_flood: flag('bcastFlood'),
  designated_bridge: { read: ({ designatedBridge }) => designatedBridge },
  designated_cost: { read: ({ designatedCost }) => designatedCost },
  designated_port: { read: ({ designatedPort }) => designatedPort },
  designated_root: { read: ({ designatedRoot }) => designatedRoot },
  flush: { read: () => undefined, write: () => ({ flushFdb: true }) },
  group_fwd_mask: {
    read: ({ groupFwdMask }) => `0x${groupFwdMask.toString(16)}`,
    write: (value) => ({ groupFwdMask: value }),
  },
  hairpin_mode: flag('hairpin'),
  isolated: flag('isolated'),
  learning: flag('learning'),
  multicast_flood: flag('mcastFlood'),
  neigh_suppress: flag('neighSuppress'),
  path_cost: { read: ({ cost }) => cost, write: (value) => ({ cost: value }) },
  port_id: { read: ({ priority, portNo }) => `0x${((priority << 10) | portNo).toString(16)}` },
  port_no: { read: ({ portNo }) => `0x${portNo.toString(16)}` },
  priority: { read: ({ priority }) => priority, write: (value) => ({ priority: value }) },
  root_block: flag('rootBlock'),
  state: { read: ({ state }) => STATE_NUMBERS.indexOf(state) },
  unicast_flood: flag('flood'),
}

function bridgeAttribute({ details }: LinkView, attribute: string): string | number | undefined {
  if (details.kind !== 'bridge' || !attribute.startsWith('bridge/')) return undefined
  return BRIDGE_ATTRIBUTES[attribute.slice('bridge/'.length)]?.read(details)
}

/** `brport/hairpin_mode` of a port, or `brif/PORT/hairpin_mode` of its bridge. */
function portOf(reads: KernelReads, link: LinkView, attribute: string): { port: LinkView; name: string } | undefined {
  const own = /^brport\/([a-z_]+)$/.exec(attribute)
  if (own !== null) return { port: link, name: own[1]! }
  const below = /^brif\/([^/]+)\/([a-z_]+)$/.exec(attribute)
  if (below === null) return undefined
  const port = reads.linkByName(link.netns, below[1]!)
  return port?.master === link.device ? { port, name: below[2]! } : undefined
}

function portAttribute(reads: KernelReads, link: LinkView, attribute: string): string | number | undefined {
  const found = portOf(reads, link, attribute)
  return found?.port.port === undefined ? undefined : PORT_ATTRIBUTES[found.name]?.read(found.port.port)
}

/** Whether there is such a file, be it one that can only be written. */
export function isNetClassFile(reads: KernelReads, netns: NetnsId, path: string): boolean {
  return linkFile(reads, netns, path) !== undefined || /^\/sys\/class\/net\/[^/]+\/(?:bridge|brport)\/flush$/.test(path)
}

/** Writes an attribute; the refusal, or undefined. */
export function writeNetClassFile(ctx: ProcessContext, path: string, value: string): Errno | undefined {
  const match = ROOT.exec(throughLinks(ctx.read, ctx.netns, path))
  const link = match === null ? undefined : ctx.read.linkByName(ctx.netns, match[1]!)
  if (match === null || link === undefined) return 'ENODEV'
  const attribute = match[2]!
  const number = Number(value)
  if (attribute === 'ifalias') return set(ctx, link.ifindex, { alias: value })
  const change = changeOf(ctx.read, link, attribute)
  if (change === undefined) return 'EACCES'
  if (value === '' || !Number.isInteger(number)) return 'EINVAL'
  return set(ctx, change.ifindex, change.make(number))
}

function changeOf(
  reads: KernelReads,
  link: LinkView,
  attribute: string,
): { readonly ifindex: number; readonly make: (value: number) => LinkChanges } | undefined {
  const { ifindex } = link
  if (attribute === 'mtu') return { ifindex, make: (mtuBytes) => ({ mtuBytes }) }
  if (attribute === 'tx_queue_len') return { ifindex, make: (txQueueLength) => ({ txQueueLength }) }
  if (attribute === 'netdev_group') return { ifindex, make: (group) => ({ group }) }
  if (attribute === 'carrier') return { ifindex, make: (carrier) => ({ carrier: carrier !== 0 }) }
  const ofBridge = attribute.startsWith('bridge/') ? BRIDGE_ATTRIBUTES[attribute.slice('bridge/'.length)] : undefined
  if (ofBridge?.write !== undefined && link.details.kind === 'bridge') {
    const { write } = ofBridge
    return { ifindex, make: (value) => ({ data: { kind: 'bridge', ...write(value) } }) }
  }
  const found = portOf(reads, link, attribute)
  const write = found === undefined ? undefined : PORT_ATTRIBUTES[found.name]?.write
  if (found === undefined || write === undefined) return undefined
  return { ifindex: found.port.ifindex, make: (value) => ({ port: write(value) }) }
}

function set(ctx: ProcessContext, ifindex: number, changes: LinkChanges): Errno | undefined {
  const result = ctx.call({ kind: 'link.set', netns: ctx.netns, ifindex, changes })
  return result.ok ? undefined : result.error.errno
}
