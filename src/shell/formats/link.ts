/** `ip link`: one device as iproute2 6.1 prints it. Linux fills the fields in rtnl_fill_ifinfo. */
import type { LinkView } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { BROADCAST_MAC, formatMac, type MacAddress, ZERO_MAC } from '../../wire/address.ts'
import { linkDetailLines } from './link-details.ts'

export interface LinkFormat {
  /** `-d` */
  readonly details?: boolean
  /** `-s` */
  readonly statistics?: boolean
  /** `-s -s` */
  readonly errors?: boolean
  /** `-o`: one line, with a backslash where lines end. */
  readonly oneLine?: boolean
  /** `-br` */
  readonly brief?: boolean
}

/** Words between the angle brackets, in iproute2's order. */
export function linkFlags(reads: KernelReads, link: LinkView): string {
  const isRunning = link.up && (link.operState === 'UP' || link.operState === 'UNKNOWN')
  const lower = localLower(reads, link)
  const flags: readonly (readonly [boolean, string])[] = [
    [link.up && !isRunning, 'NO-CARRIER'],
    [link.details.kind === 'lo', 'LOOPBACK'],
    [link.broadcast, 'BROADCAST'],
    [link.multicast, 'MULTICAST'],
    [link.noArp, 'NOARP'],
    [link.allMulticast, 'ALLMULTI'],
    [link.promisc, 'PROMISC'],
    [link.dynamic === true, 'DYNAMIC'],
    [link.noTrailers === true, 'NOTRAILERS'],
    [link.up, 'UP'],
    [link.up && link.carrier, 'LOWER_UP'],
    [lower !== undefined && !lower.up, 'M-DOWN'],
  ]
  return flags.flatMap(([isSet, word]) => (isSet ? [word] : [])).join(',')
}

/** The device at the other end or below, if it is in the same namespace. */
export function localLower(reads: KernelReads, link: LinkView): LinkView | undefined {
  return link.linkDevice === 0 || link.linkNetns !== link.netns ? undefined : reads.device(link.linkDevice)
}

/** `eth0@if2`: the name, and what the device is linked to. */
function nameWithLink(reads: KernelReads, link: LinkView): string {
  if (link.linkDevice === 0) return link.name
  const lower = localLower(reads, link)
  return `${link.name}@${lower?.name ?? `if${link.linkIfindex}`}`
}

/** The state that netlink reports: what is not up is DOWN, whatever it was before. */
export function operState(link: LinkView): string {
  return link.up ? link.operState : 'DOWN'
}

/** The first line; `withMode` for `ip link`, which also prints the link mode. */
export function linkHeader(reads: KernelReads, link: LinkView, withMode: boolean): string {
  const master = link.master === 0 ? '' : `master ${reads.device(link.master)?.name ?? `if${link.master}`} `
  const mode = withMode ? ` mode ${link.linkMode ?? 'DEFAULT'}` : ''
  return (
    `${link.ifindex}: ${nameWithLink(reads, link)}: <${linkFlags(reads, link)}> mtu ${link.mtuBytes} ` +
    `qdisc ${link.qdisc} ${master}state ${operState(link)}${mode} group ${groupName(link)}${queueLength(link)}`
  )
}

/** A group as iproute2 names it; /etc/iproute2/group knows one name. */
export function groupName({ group }: LinkView): string {
  return group === 0 ? 'default' : String(group)
}

function queueLength({ txQueueLength }: LinkView): string {
  return txQueueLength === 0 ? '' : ` qlen ${txQueueLength}`
}

/** Namespaces are numbered by the first link into them; undefined for a link within its own. */
export function netnsNumber(reads: KernelReads, link: LinkView): number | undefined {
  if (link.linkDevice === 0 || link.linkNetns === link.netns) return undefined
  const seen = new Set<number>()
  for (const { linkDevice, linkNetns, netns } of reads.links(link.netns))
    if (linkDevice !== 0 && linkNetns !== netns) seen.add(linkNetns)
  return [...seen].indexOf(link.linkNetns)
}

/** Whom frames for everybody are addressed to. */
export function broadcastOf(link: LinkView): MacAddress {
  return link.broadcastMac ?? (link.details.kind === 'lo' ? ZERO_MAC : BROADCAST_MAC)
}

/** The second line: addresses of the link layer and where the other end is. */
export function linkAddressLine(reads: KernelReads, link: LinkView): string {
  const isLoopback = link.details.kind === 'lo'
  const permanent =
    link.permanentMac !== link.mac && link.permanentMac !== ZERO_MAC ? ` permaddr ${formatMac(link.permanentMac)}` : ''
  return `    link/${isLoopback ? 'loopback' : 'ether'} ${formatMac(link.mac)} brd ${formatMac(broadcastOf(link))}${permanent}${linkNetns(reads, link)}`
}

/** The namespace of the other end, where that is another one. */
export function linkNetns(reads: KernelReads, link: LinkView): string {
  const number = netnsNumber(reads, link)
  if (number === undefined) return ''
  const name = reads.isAnonymousNetns(link.linkNetns) ? '' : reads.netnsName(link.linkNetns)
  return name === undefined || name === '' ? ` link-netnsid ${number}` : ` link-netns ${name}`
}

/** A device for `ip monitor`, which tells neither the link mode nor the length of the queue. */
export function linkMonitorText(reads: KernelReads, link: LinkView, format: LinkFormat): string {
  if (format.brief === true) return briefStart(reads, link)
  const header = linkHeader(reads, link, false).replace(/(?: qlen \d+)?$/, ' ')
  const lines = [header, linkAddressLine(reads, link)]
  if (format.details === true) {
    const [tail, ...more] = linkDetailLines(reads, link)
    lines[1] += tail ?? ''
    lines.push(...more)
  }
  return `${lines.join(format.oneLine === true ? '\\' : '\n')}\n`
}

/** Further names, one a line. */
export function altNameLines({ altNames = [] }: LinkView): string[] {
  return altNames.map((name) => `    altname ${name}`)
}

/** All lines of a device for `ip link`. */
export function linkText(reads: KernelReads, link: LinkView, format: LinkFormat = {}): string {
  const lines = [linkHeader(reads, link, true), linkAddressLine(reads, link)]
  if (format.details === true) {
    const [tail, ...more] = linkDetailLines(reads, link)
    lines[1] += tail ?? ''
    lines.push(...more)
  }
  if (link.alias !== '') lines.push(`    alias ${link.alias}`)
  if (format.statistics === true) lines.push(...statisticsLines(link, format.errors))
  lines.push(...altNameLines(link))
  return `${lines.join(format.oneLine === true ? '\\' : '\n')}\n`
}

const COLUMNS = [10, 7, 6, 7, 7, 7] as const

/** `-s -s`: kinds of errors, none of which happen here. */
const RX_ERRORS = ['length', 'crc', 'frame', 'fifo', 'overrun'] as const
const TX_ERRORS = ['aborted', 'fifo', 'window', 'heartbt', 'transns'] as const

/** `-s`: counters under their headings; `-s -s` adds the kinds of errors. */
export function statisticsLines({ stats }: LinkView, withErrors = false): string[] {
  const rx = [stats.rxBytes, stats.rxPackets, 0, stats.rxDropped, 0, stats.rxMulticast]
  const tx = [stats.txBytes, stats.txPackets, 0, stats.txDropped, 0, 0]
  const widths = COLUMNS.map((width, k) => Math.max(width, String(rx[k]).length, String(tx[k]).length))
  const heading = (name: string, words: readonly string[]): string =>
    `    ${name}: ${words.map((word, k) => word.padStart(k === 0 ? widths[0]! - 4 : widths[k]!)).join(' ')}           `
  const values = (numbers: readonly number[]): string =>
    `    ${numbers.map((value, k) => String(value).padStart(widths[k]!)).join(' ')} `
  const errors = (name: string, words: readonly string[]): readonly string[] => {
    if (!withErrors) return []
    const cells = words.map((word, k) => [word, Math.max(COLUMNS[k + 1]!, word.length)] as const)
    const first = widths[0]! - name.length - 8
    return [
      `    ${name} errors: ${' '.repeat(Math.max(0, first))}${cells.map(([word, width]) => word.padStart(width)).join(' ')}`,
      `    ${' '.repeat(widths[0]!)} ${cells.map(([, width]) => '0'.padStart(width)).join(' ')} `,
    ]
  }
  return [
    heading('RX', ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast']),
    values(rx),
    ...errors('RX', RX_ERRORS),
    heading('TX', ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns']),
    values(tx),
    ...errors('TX', TX_ERRORS),
  ]
}

/** `ip -br link`. */
export function briefLink(reads: KernelReads, link: LinkView): string {
  return `${briefStart(reads, link)}${formatMac(link.mac)} <${linkFlags(reads, link)}> \n`
}

/** Name and state in columns, as every `-br` line begins. */
export function briefStart(reads: KernelReads, link: LinkView): string {
  return `${nameWithLink(reads, link).padEnd(16)} ${operState(link).padEnd(14)} `
}
