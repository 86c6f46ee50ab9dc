/** `bridge link` and `bridge vlan`. */
import type { LinkView, VlanMembership } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { linkFlags } from './link.ts'

/** One port: the line, and with `-d` the flags. Undefined for a device that is no port. */
export function bridgeLinkText(reads: KernelReads, link: LinkView, details: boolean): string | undefined {
  const { port } = link
  if (port === undefined) return undefined
  const master = reads.device(link.master)?.name ?? ''
  const line =
    `${link.ifindex}: ${link.name}${linkSuffix(reads, link)}: <${portFlags(reads, link)}> mtu ${link.mtuBytes} ` +
    `master ${master} state ${port.state} priority ${port.priority} cost ${port.cost} \n`
  if (!details) return line
  const on = (value: boolean): string => (value ? 'on' : 'off')
  return (
    `${line}    hairpin ${on(port.hairpin)} guard ${on(port.guard)} root_block ${on(port.rootBlock)} fastleave off ` +
    `learning ${on(port.learning)} flood ${on(port.flood)} mcast_flood ${on(port.mcastFlood)} bcast_flood ${on(port.bcastFlood)} ` +
    `mcast_router 1 mcast_to_unicast off neigh_suppress ${on(port.neighSuppress)} vlan_tunnel off ` +
    `isolated ${on(port.isolated)} locked ${on(port.locked)} \n`
  )
}

/** M-DOWN says that the device with the other end's number is down, which in this namespace may be quite another one (print_name_and_link). */
function portFlags(reads: KernelReads, link: LinkView): string {
  const flags = linkFlags(reads, link).replace(/,M-DOWN$/, '')
  const namesake = link.linkIfindex === link.ifindex ? undefined : reads.link(link.netns, link.linkIfindex)
  return namesake === undefined || namesake.up ? flags : `${flags},M-DOWN`
}

/** The bridge tool looks the other end's number up in this namespace, even when that end is in another one. */
function linkSuffix(reads: KernelReads, link: LinkView): string {
  if (link.linkIfindex === 0 || link.linkIfindex === link.ifindex) return ''
  return `@${reads.link(link.netns, link.linkIfindex)?.name ?? `if${link.linkIfindex}`}`
}

/** What `bridge monitor` says of a link: a port with its state, any other device without. */
export function bridgeMonitorText(reads: KernelReads, link: LinkView): string {
  const port = bridgeLinkText(reads, link, false)
  if (port !== undefined) return port
  return `${link.ifindex}: ${link.name}${linkSuffix(reads, link)}: <${portFlags(reads, link)}> mtu ${link.mtuBytes} \n`
}

export const VLAN_HEADER = 'port              vlan-id  \n'

/** The memberships of a port or a bridge, one a line; empty without any. */
export function vlanLines(link: LinkView, only?: number, details = false): string {
  const rows = vlansOf(link, only).map((vlan) => ({ ...vlan, last: vlan.id }))
  return (details ? inRanges(rows) : rows)
    .map(({ id, last, pvid, untagged }, k) => {
      const name = (k === 0 ? link.name : '').padEnd(17)
      const ids = last === id ? String(id) : `${id}-${last}`
      const state = details ? `${' '.repeat(20)}state forwarding mcast_router 1 \n` : ''
      return `${name} ${ids}${pvid ? ' PVID' : ''}${untagged ? ' Egress Untagged' : ''}\n${state}`
    })
    .join('')
}

interface VlanRange extends VlanMembership {
  readonly last: number
}

/** Neighbouring VLANs that are alike in one (br_vlan_can_enter_range). */
function inRanges(rows: readonly VlanRange[]): VlanRange[] {
  const ranges: VlanRange[] = []
  for (const row of rows) {
    const before = ranges.at(-1)
    const joins =
      before !== undefined &&
      before.last + 1 === row.id &&
      before.untagged === row.untagged &&
      !before.pvid &&
      !row.pvid
    if (joins) ranges[ranges.length - 1] = { ...before, last: row.id }
    else ranges.push(row)
  }
  return ranges
}

/** All memberships, or that of one VLAN. */
export function vlansOf(link: LinkView, only?: number): readonly VlanMembership[] {
  const vlans = link.port?.vlans ?? link.vlans
  return only === undefined ? vlans : vlans.filter(({ id }) => id === only)
}
