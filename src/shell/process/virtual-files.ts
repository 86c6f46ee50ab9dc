/** /proc/net and /sys/class/net: what scripts read to learn about interfaces, and the few attributes that they write. */
import type { Errno } from '../../contract/errno.ts'
import type { LinkView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId, PortSettings } from '../../kernel/api.ts'
import { formatIpv4, formatMac, prefixMask } from '../../wire/address.ts'
import { procConntrack } from '../formats/conntrack.ts'
import type { ProcessContext } from './context.ts'

/** The content of a file below /proc/net or /sys/class/net, or undefined. */
export function netClassFile(reads: KernelReads, netns: NetnsId, path: string): string | undefined {
  if (path === '/proc/net/arp') return procNetArp(reads, netns)
  if (path === '/proc/net/dev') return procNetDev(reads, netns)
  if (path === '/proc/net/route') return procNetRoute(reads, netns)
  if (path === '/proc/net/nf_conntrack') return procConntrack(reads.conntrack(netns), reads.now())
  const match = /^\/sys\/class\/net\/([^/]+)\/(.+)$/.exec(path)
  if (match === null) return undefined
  const link = reads.linkByName(netns, match[1]!)
  if (link === undefined) return undefined
  const value = linkAttribute(reads, link, match[2]!)
  return value === undefined ? undefined : `${value}\n`
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
      return isLoopback(link) ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'
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
    default:
      return statistic(link, attribute) ?? bridgeAttribute(link, attribute) ?? portAttribute(reads, link, attribute)
  }
}

const ARPHRD_ETHER = 1
const ARPHRD_LOOPBACK = 772

const isLoopback = (link: LinkView): boolean => link.details.kind === 'lo'

/** IFF_UP and the other flags that are kept, not those worked out from the state. */
function interfaceFlags(link: LinkView): number {
  const bits: readonly (readonly [boolean, number])[] = [
    [link.up, 0x1],
    [link.broadcast, 0x2],
    [isLoopback(link), 0x8],
    [link.noArp, 0x80],
    [link.promisc, 0x100],
    [link.allMulticast, 0x200],
    [link.multicast, 0x1000],
  ]
  return bits.reduce((sum, [isSet, bit]) => sum + (isSet ? bit : 0), 0)
}

const COUNTERS: Readonly<Record<string, keyof LinkView['stats']>> = {
  rx_bytes: 'rxBytes',
  rx_packets: 'rxPackets',
  rx_dropped: 'rxDropped',
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

/** `bridge/stp_state` and what else scripts read of a bridge; times are hundredths of a second. */
function bridgeAttribute({ details }: LinkView, attribute: string): string | number | undefined {
  if (details.kind !== 'bridge') return undefined
  switch (attribute) {
    case 'bridge/ageing_time':
      return details.ageingTimeMs / 10
    case 'bridge/forward_delay':
      return details.forwardDelayMs / 10
    case 'bridge/hello_time':
      return details.helloTimeMs / 10
    case 'bridge/max_age':
      return details.maxAgeMs / 10
    case 'bridge/bridge_id':
      return details.bridgeId
    case 'bridge/root_id':
      return details.designatedRoot
    case 'bridge/root_port':
      return details.rootPort
    case 'bridge/root_path_cost':
      return details.rootPathCost
    case 'bridge/priority':
      return details.priority
    case 'bridge/stp_state':
      return details.stpState ? 1 : 0
    case 'bridge/vlan_filtering':
      return details.vlanFiltering ? 1 : 0
    case 'bridge/default_pvid':
      return details.defaultPvid
    case 'bridge/multicast_snooping':
      return details.mcastSnooping ? 1 : 0
    case 'bridge/group_fwd_mask':
      return `0x${details.groupFwdMask.toString(16)}`
    default:
      return undefined
  }
}

const PORT_FLAGS: Readonly<Record<string, 'hairpin' | 'learning' | 'flood' | 'isolated'>> = {
  hairpin_mode: 'hairpin',
  learning: 'learning',
  unicast_flood: 'flood',
  isolated: 'isolated',
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

function portAttribute(reads: KernelReads, link: LinkView, attribute: string): number | undefined {
  const found = portOf(reads, link, attribute)
  const flag = found === undefined ? undefined : PORT_FLAGS[found.name]
  if (found?.port.port === undefined || flag === undefined) return undefined
  return found.port.port[flag] ? 1 : 0
}

/** Writes an attribute; the refusal, or undefined. */
export function writeNetClassFile(ctx: ProcessContext, path: string, value: string): Errno | undefined {
  const match = /^\/sys\/class\/net\/([^/]+)\/(.+)$/.exec(path)
  const link = match === null ? undefined : ctx.read.linkByName(ctx.netns, match[1]!)
  if (match === null || link === undefined) return 'ENODEV'
  if (match[2] === 'mtu') return set(ctx, link.ifindex, { mtuBytes: Number(value) })
  const found = portOf(ctx.read, link, match[2]!)
  const flag = found === undefined ? undefined : PORT_FLAGS[found.name]
  if (found === undefined || flag === undefined) return 'EACCES'
  if (value !== '0' && value !== '1') return 'EINVAL'
  const port: PortSettings = { [flag]: value === '1' }
  return set(ctx, found.port.ifindex, { port })
}

function set(
  ctx: ProcessContext,
  ifindex: number,
  changes: { mtuBytes: number } | { port: PortSettings },
): Errno | undefined {
  const result = ctx.call({ kind: 'link.set', netns: ctx.netns, ifindex, changes })
  return result.ok ? undefined : result.error.errno
}

/** Linux: dev_seq_printf_stats. */
function procNetDev(reads: KernelReads, netns: NetnsId): string {
  const rows = reads.links(netns).map(({ name, stats }) => {
    const cells: readonly (readonly [value: number, width: number])[] = [
      [stats.rxBytes, 7],
      [stats.rxPackets, 7],
      [0, 4],
      [stats.rxDropped, 4],
      [0, 4],
      [0, 5],
      [0, 10],
      [0, 9],
      [stats.txBytes, 8],
      [stats.txPackets, 7],
      [0, 4],
      [stats.txDropped, 4],
      [0, 4],
      [0, 5],
      [0, 7],
      [0, 10],
    ]
    return `${name.padStart(6)}: ${cells.map(([value, width]) => String(value).padStart(width)).join(' ')}\n`
  })
  return (
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n' +
    rows.join('')
  )
}

const PROC_ROUTE_WIDTH = 127

/** The main table with addresses as the processor stores them. Linux: fib_route_seq_show. */
function procNetRoute(reads: KernelReads, netns: NetnsId): string {
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'
  const rows = reads.routes(netns, MAIN_TABLE).flatMap((route) => {
    if (route.type === 'broadcast' || route.type === 'multicast') return []
    const hop = route.nexthops[0]
    const isReject = route.type === 'unreachable' || route.type === 'prohibit'
    const flags =
      1 + (hop?.gateway === undefined ? 0 : 2) + (route.prefixLength === 32 ? 4 : 0) + (isReject ? 0x200 : 0)
    const device = hop === undefined ? '*' : (reads.device(hop.device)?.name ?? '*')
    const mask = prefixMask(route.prefixLength)
    return [
      `${device}\t${littleEndian(route.destination)}\t${littleEndian(hop?.gateway ?? 0)}\t${hex(flags, 4)}\t0\t0\t${route.metric}\t` +
        `${littleEndian(mask)}\t${route.mtuBytes}\t0\t0`,
    ]
  })
  return [head, ...rows].map((line) => `${line.padEnd(PROC_ROUTE_WIDTH)}\n`).join('')
}

const MAIN_TABLE = 254
const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0')
const littleEndian = (value: number): string =>
  hex((((value & 255) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0, 8)

/** Linux: arp_format_neigh_entry. */
function procNetArp(reads: KernelReads, netns: NetnsId): string {
  const rows = reads.neighbours(netns).filter(({ state, proxy }) => !proxy && state !== 'NOARP' && state !== 'NONE')
  const lines = rows.map((entry) => {
    const known = entry.mac !== undefined && entry.state !== 'FAILED' && entry.state !== 'INCOMPLETE'
    const flags = entry.state === 'PERMANENT' ? '0x6' : known ? '0x2' : '0x0'
    const mac = known ? formatMac(entry.mac) : '00:00:00:00:00:00'
    const device = reads.device(entry.device)?.name ?? ''
    return `${formatIpv4(entry.ip).padEnd(16)} 0x1         ${flags}         ${mac}     *        ${device}\n`
  })
  return `IP address       HW type     Flags       HW address            Mask     Device\n${lines.join('')}`
}
