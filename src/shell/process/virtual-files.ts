/** /proc/net and /sys/class/net: what scripts read to learn about interfaces, and the few attributes that they write. */
import type { Errno } from '../../contract/errno.ts'
import type { LinkView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId, PortSettings } from '../../kernel/api.ts'
import { formatIpv4, formatMac } from '../../wire/address.ts'
import type { ProcessContext } from './context.ts'

/** The content of a file below /proc/net or /sys/class/net, or undefined. */
export function netClassFile(reads: KernelReads, netns: NetnsId, path: string): string | undefined {
  if (path === '/proc/net/arp') return procNetArp(reads, netns)
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
      return link.operState.toLowerCase()
    case 'carrier':
      return link.carrier ? 1 : 0
    default:
      return portAttribute(reads, link, attribute)
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
