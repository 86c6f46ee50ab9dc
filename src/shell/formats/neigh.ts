/** `ip neigh` and the two forms of `arp`. */
import type { NeighView } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatIpv4, formatMac } from '../../wire/address.ts'
import { SECOND_NS } from './units.ts'

export interface NeighFormat {
  readonly hideDevice?: boolean
  readonly statistics?: boolean
}

export const hasAddress = ({ state, mac }: NeighView): boolean =>
  mac !== undefined && state !== 'INCOMPLETE' && state !== 'FAILED' && state !== 'NONE'

/** One line of `ip neigh`. Device 0 is a proxy entry for every device. */
export function neighLine(reads: KernelReads, entry: NeighView, format: NeighFormat = {}): string {
  const device =
    format.hideDevice === true || entry.device === 0 ? '' : `dev ${reads.device(entry.device)?.name ?? ''} `
  if (entry.proxy) return `${formatIpv4(entry.ip)} ${device}proxy \n`
  const mac = hasAddress(entry) && entry.mac !== undefined ? `lladdr ${formatMac(entry.mac)} ` : ''
  const state = entry.state === 'NONE' ? '' : `${entry.state} `
  const used = format.statistics === true ? usedText(reads.now(), entry) : ''
  const flags =
    (entry.router === true ? 'router ' : '') +
    (entry.managed === true ? 'managed ' : '') +
    (entry.externLearn === true ? 'extern_learn ' : '')
  const protocol = entry.protocol === undefined ? '' : `proto ${entry.protocol} `
  return `${formatIpv4(entry.ip)} ${device}${mac}${used}${flags}${state}${protocol}\n`
}

function usedText(now: number, entry: NeighView): string {
  const ago = (at: number): number => Math.floor((now - at) / SECOND_NS)
  return ` used ${ago(entry.usedAt)}/${ago(entry.confirmedAt)}/${ago(entry.updatedAt)}probes ${entry.probes} `
}

/** What `ip neigh` shows without a filter: neither NOARP nor entries without a state. */
export function isShown({ state, proxy }: NeighView): boolean {
  return !proxy && state !== 'NOARP' && state !== 'NONE'
}

/** What `arp` shows: the entries of /proc/net/arp, the proxy entries last. */
export function arpEntries(entries: readonly NeighView[]): NeighView[] {
  return [...entries.filter(isShown), ...entries.filter(({ proxy }) => proxy)]
}

export const ARP_HEADER = 'Address                  HWtype  HWaddress           Flags Mask            Iface\n'

const deviceName = (reads: KernelReads, entry: NeighView): string =>
  entry.device === 0 ? '*' : (reads.device(entry.device)?.name ?? '')

/** One line of `arp -n`; `host` is the address or its name. */
export function arpLine(reads: KernelReads, entry: NeighView, host = formatIpv4(entry.ip)): string {
  const device = deviceName(reads, entry)
  const name = host.padEnd(25)
  if (entry.proxy) return `${name}${'*'.padEnd(8)}${'<from_interface>'.padEnd(20)}${'MP'.padEnd(22)}${device}\n`
  if (!hasAddress(entry) || entry.mac === undefined) {
    return `${name}${' '.repeat(8)}${'(incomplete)'.padEnd(42)}${device}\n`
  }
  const flags = entry.state === 'PERMANENT' ? 'CM' : 'C'
  const hardware = reads.device(entry.device)?.details.kind === 'lo' ? 'loop' : 'ether'
  return `${name}${hardware.padEnd(8)}${formatMac(entry.mac).padEnd(20)}${flags.padEnd(22)}${device}\n`
}

/** One line of `arp -a`; `name` is `?` without a resolver. */
export function arpBsdLine(reads: KernelReads, entry: NeighView, name = '?'): string {
  const device = deviceName(reads, entry)
  const start = `${name} (${formatIpv4(entry.ip)}) at `
  if (entry.proxy) return `${start}<from_interface> PERM PUB on ${device}\n`
  if (!hasAddress(entry) || entry.mac === undefined) return `${start}<incomplete> on ${device}\n`
  const hardware = reads.device(entry.device)?.details.kind === 'lo' ? 'loop' : 'ether'
  return `${start}${formatMac(entry.mac)} [${hardware}]${entry.state === 'PERMANENT' ? ' PERM' : ''} on ${device}\n`
}
