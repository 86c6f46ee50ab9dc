/** `bridge fdb show`. */
import type { FdbView, LinkView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { formatMac, type MacAddress } from '../../wire/address.ts'
import { SECOND_NS } from './units.ts'

/** An entry of a bridge, or (`entry` missing) an address that a device itself listens to. */
export interface FdbRow {
  readonly link: LinkView
  readonly mac: MacAddress
  readonly entry: FdbView | undefined
}

export interface FdbFormat {
  readonly hideDevice?: boolean
  readonly statistics?: boolean
}

/** All rows in the order of the kernel's dump: devices by ifindex; a port's entries before its own addresses, a bridge's after. */
export function fdbRows(reads: KernelReads, netns: NetnsId): FdbRow[] {
  const entries = reads.fdb(netns)
  return reads.links(netns).flatMap((link): FdbRow[] => {
    const learned = entries
      .filter(({ device }) => device === link.device)
      .map((entry) => ({ link, mac: entry.mac, entry }))
    const own = link.filter.map((mac) => ({ link, mac, entry: undefined }))
    return link.details.kind === 'bridge' ? [...own, ...learned] : [...learned, ...own]
  })
}

/** The word at the end of a line; empty for a learned entry. */
export function fdbState(reads: KernelReads, { entry }: FdbRow): 'permanent' | 'static' | 'stale' | '' {
  if (entry === undefined || entry.local) return 'permanent'
  if (entry.isStatic) return 'static'
  const bridge = reads.device(entry.bridge)?.details
  if (bridge?.kind !== 'bridge') return ''
  // While the topology changes, entries live only for the forward delay. Linux: hold_time.
  const heldMs = bridge.topologyChange ? bridge.forwardDelayMs : bridge.ageingTimeMs
  return reads.now() - entry.updatedAt >= heldMs * 1e6 ? 'stale' : ''
}

/** One line. */
export function fdbLine(reads: KernelReads, row: FdbRow, format: FdbFormat = {}): string {
  const { entry } = row
  const device = format.hideDevice === true ? '' : `dev ${row.link.name} `
  const vlan = entry === undefined || entry.vlan === 0 ? '' : `vlan ${entry.vlan} `
  const ago = (at: number): number => Math.floor((reads.now() - at) / SECOND_NS)
  const used =
    format.statistics === true && entry !== undefined ? `used ${ago(entry.usedAt)}/${ago(entry.updatedAt)} ` : ''
  const owner =
    entry === undefined
      ? 'self '
      : `${entry.sticky ? 'sticky ' : ''}${entry.externLearn === true ? 'extern_learn ' : ''}master ${reads.device(entry.bridge)?.name ?? ''} `
  return `${formatMac(row.mac)} ${device}${vlan}${used}${owner}${fdbState(reads, row)}\n`
}

/** An entry as `ip monitor` prints it, which sees a neighbour in it that has no address. */
export function fdbNeighLine(reads: KernelReads, entry: FdbView): string {
  const link = reads.device(entry.device)
  if (link === undefined) return ''
  const state = fdbState(reads, { link, mac: entry.mac, entry })
  const word = { permanent: 'PERMANENT', static: 'NOARP', stale: 'STALE', '': 'REACHABLE' }[state]
  return `dev ${link.name} lladdr ${formatMac(entry.mac)} ${word} \n`
}
