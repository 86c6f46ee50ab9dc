/** /proc/net: tables of a namespace as the kernel prints them for those who read files. */
import type { LinkView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { formatIpv4, formatMac, prefixMask } from '../../wire/address.ts'
import { procNetTcp, procNetUdp } from './proc-sockets.ts'
import { procConntrack } from '../formats/conntrack.ts'

/** Files that are there in every namespace. */
export const PROC_NET_FILES: readonly string[] = ['arp', 'dev', 'nf_conntrack', 'route', 'tcp', 'udp', 'vlan']

/** The content of a file of /proc/net, or undefined. */
export function procNetFile(reads: KernelReads, netns: NetnsId, name: string): string | undefined {
  switch (name) {
    case 'arp':
      return procNetArp(reads, netns)
    case 'dev':
      return procNetDev(reads, netns)
    case 'route':
      return procNetRoute(reads, netns)
    case 'nf_conntrack':
      return procConntrack(reads.conntrack(netns), reads.now())
    case 'tcp':
      return procNetTcp(reads, netns)
    case 'udp':
      return procNetUdp(reads, netns)
    case 'vlan/config':
      return procVlanConfig(reads, netns)
    default:
      return name.startsWith('vlan/') ? procVlan(reads, reads.linkByName(netns, name.slice(5))) : undefined
  }
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
      [stats.rxMulticast, 9],
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
  const routes = reads.routes(netns, MAIN_TABLE)
  // The table is made with its first route.
  if (routes.length === 0) return ''
  const rows = routes.flatMap((route) => {
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

const lowerName = (reads: KernelReads, link: LinkView): string => reads.device(link.linkDevice)?.name ?? ''

/** Linux: vlan_seq_show. */
function procVlanConfig(reads: KernelReads, netns: NetnsId): string {
  const rows = reads
    .links(netns)
    .flatMap((link) =>
      link.details.kind === 'vlan'
        ? [`${link.name.padEnd(15)}| ${link.details.id}  | ${lowerName(reads, link)}\n`]
        : [],
    )
  return `VLAN Dev name\t | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\n${rows.join('')}`
}

/** One VLAN interface. Linux: vlandev_seq_show. */
function procVlan(reads: KernelReads, link: LinkView | undefined): string | undefined {
  if (link?.details.kind !== 'vlan') return undefined
  const { id, reorderHeader, ingressMap, egressMap } = link.details
  const { rxPackets, rxBytes, txPackets, txBytes } = link.stats
  const count = (label: string, value: number): string => `${label.padStart(30)} ${String(value).padStart(12)}\n`
  const ingress = Array.from({ length: 8 }, (_, from) => ingressMap.find((entry) => entry.from === from)?.to ?? 0)
  const inward = ingress.map((to, from) => `${from}:${to}${from < 6 ? '  ' : from === 6 ? ' ' : ''}`).join('')
  const outward = egressMap.map(({ from, to }) => `${from}:${to} `).join('')
  return (
    `${link.name}  VID: ${id}\t REORDER_HDR: ${reorderHeader ? 1 : 0}  dev->priv_flags: 1021\n` +
    `${count('total frames received', rxPackets)}${count('total bytes received', rxBytes)}` +
    `${count('Broadcast/Multicast Rcvd', 0)}\n` +
    `${count('total frames transmitted', txPackets)}${count('total bytes transmitted', txBytes)}` +
    `Device: ${lowerName(reads, link)}\nINGRESS priority mappings: ${inward}\n EGRESS priority mappings: ${outward}\n`
  )
}
