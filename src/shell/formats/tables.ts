/** Whole tables of a namespace, for the state that a recording ends with and for the page. */
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { addressText } from './addr.ts'
import { fdbLine, fdbRows } from './fdb.ts'
import { type LinkFormat, linkText } from './link.ts'
import { ARP_HEADER, arpEntries, arpLine, isShown, neighLine } from './neigh.ts'
import { routeText, TABLE_MAIN } from './route.ts'

/** `ip link`, or with details `ip -d link`. */
export function formatLink(reads: KernelReads, netns: NetnsId, format: LinkFormat = {}): string {
  return reads
    .links(netns)
    .map((link) => linkText(reads, link, format))
    .join('')
}

/** `ip addr` */
export function formatAddr(reads: KernelReads, netns: NetnsId): string {
  return reads
    .links(netns)
    .map((link) => addressText(reads, link, link.addresses))
    .join('')
}

/** `ip route` */
export function formatRoute(reads: KernelReads, netns: NetnsId): string {
  return reads
    .routes(netns, TABLE_MAIN)
    .map((route) => routeText(reads, route))
    .join('')
}

/** `ip neigh` */
export function formatNeigh(reads: KernelReads, netns: NetnsId): string {
  return reads
    .neighbours(netns)
    .filter(isShown)
    .map((entry) => neighLine(reads, entry))
    .join('')
}

/** `bridge fdb show` */
export function formatFdb(reads: KernelReads, netns: NetnsId): string {
  return fdbRows(reads, netns)
    .map((row) => fdbLine(reads, row))
    .join('')
}

/** `arp -n` */
export function formatArp(reads: KernelReads, netns: NetnsId): string {
  const entries = arpEntries(reads.neighbours(netns))
  if (entries.length === 0) return ''
  return ARP_HEADER + entries.map((entry) => arpLine(reads, entry)).join('')
}
