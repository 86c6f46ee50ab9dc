/** What `ip -d link` adds: counters, limits, and a line for the kind of link. */
import type { LinkDetails, LinkView, PortView, QosMapping } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatMac } from '../../wire/address.ts'

/** The end of the address line, then lines of their own. */
export function linkDetailLines(reads: KernelReads, link: LinkView): string[] {
  const [minMtu, maxMtu] = mtuLimits(reads, link)
  const counters = ` promiscuity ${link.promiscuityCount}  allmulti ${link.allMulticastCount} minmtu ${minMtu} maxmtu ${maxMtu} `
  const queues =
    'numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 ' +
    `tso_max_size ${tsoLimit(reads, link, 0)} tso_max_segs 65535 gro_max_size 65536 `
  const kind = kindLine(link.details)
  if (kind === undefined) return [counters + queues]
  const port = link.port === undefined ? '' : `\n    ${bridgeSlave(link.port)}`
  return [counters, ...`    ${kind}${port}${queues}`.split('\n')]
}

/** The least and the greatest MTU; a macvlan child’s is at most what the device below may have. */
export function mtuLimits(reads: KernelReads, { details, linkDevice }: LinkView): readonly [number, number] {
  switch (details.kind) {
    case 'lo':
    case 'dummy':
      return [0, 0]
    case 'vlan':
      return [0, 65_535]
    case 'macvlan': {
      const lower = reads.device(linkDevice)
      return [68, lower === undefined ? 65_535 : mtuLimits(reads, lower)[1]]
    }
    default:
      return [68, 65_535]
  }
}

/** Segment size that the device below allows: veth and lo allow more than dummy. */
export function tsoLimit(reads: KernelReads, link: LinkView, depth: number): number {
  switch (link.details.kind) {
    case 'lo':
    case 'veth':
      return 524_280
    case 'dummy':
      return 65_536
    case 'bridge': {
      const ports = reads.links(link.netns).filter((port) => port.master === link.device)
      return ports.length === 0 ? 65_536 : Math.min(...ports.map((port) => tsoLimit(reads, port, depth + 1)))
    }
    default: {
      const lower = link.linkDevice === 0 || depth > 8 ? undefined : reads.device(link.linkDevice)
      return lower === undefined ? 65_536 : tsoLimit(reads, lower, depth + 1)
    }
  }
}

/** The line of a kind, with a blank at its end; lo has none. */
function kindLine(details: LinkDetails): string | undefined {
  switch (details.kind) {
    case 'lo':
      return undefined
    case 'dummy':
      return 'dummy '
    case 'veth':
      return 'veth '
    case 'vlan':
      return `vlan protocol ${details.protocol} id ${details.id} ${vlanTail(details)}`
    case 'macvlan': {
      const sources = details.sources.map((mac) => `${formatMac(mac)} `).join('')
      const remotes = details.mode === 'source' ? `remotes (${details.sources.length}) ${sources}` : ''
      const flags = `${details.noPromisc ? 'nopromisc ' : ''}${details.noDst ? 'nodst ' : ''}`
      const lengths = `bcqueuelen ${details.broadcastQueueLength} usedbcqueuelen ${details.usedQueueLength}`
      return `macvlan mode ${details.mode} ${flags}${lengths} ${remotes}`
    }
    case 'ipvlan':
      return `ipvlan  mode ${details.mode} ${details.flag} `
    case 'bridge':
      return bridgeLine(details)
  }
}

type VlanDetails = Extract<LinkDetails, { kind: 'vlan' }>

/** The flags of a VLAN interface in iproute2's order. */
export function vlanFlags({ reorderHeader, otherFlags }: VlanDetails): string[] {
  return [...(reorderHeader ? ['REORDER_HDR'] : []), ...otherFlags]
}

/** Flags and maps of priorities, the maps on lines of their own; nothing where there are none. */
function vlanTail(details: VlanDetails): string {
  const flags = vlanFlags(details)
  const map = (name: string, mappings: readonly QosMapping[]): string =>
    mappings.length === 0 ? '' : `\n      ${name} { ${mappings.map(({ from, to }) => `${from}:${to} `).join('')}} `
  const maps = map('ingress-qos-map', details.ingressMap) + map('egress-qos-map', details.egressMap)
  return (flags.length === 0 ? '' : `<${flags.join(',')}> `) + maps
}

/** Milliseconds as the hundredths of a second that bridges count in. */
export const hundredths = (ms: number): number => Math.floor(ms / 10)
const flag = (value: boolean): number => (value ? 1 : 0)
/** What is left of a timer: seconds in a field of four, and hundredths. */
const timer = (ms = 0): string =>
  `${String(Math.floor(ms / 1000)).padStart(4)}.${String(Math.floor((ms % 1000) / 10)).padStart(2, '0')}`

/** The address of spanning tree: a provider's bridge has one of its own (recalculate_group_addr). */
export function bridgeGroupAddress({ vlanFiltering, vlanProtocol }: Extract<LinkDetails, { kind: 'bridge' }>): string {
  return vlanFiltering && vlanProtocol === '802.1ad' ? '01:80:c2:00:00:08' : '01:80:c2:00:00:00'
}

function bridgeLine(details: Extract<LinkDetails, { kind: 'bridge' }>): string {
  const tree = details.spanningTree
  return (
    `bridge forward_delay ${hundredths(details.forwardDelayMs)} hello_time ${hundredths(details.helloTimeMs)} ` +
    `max_age ${hundredths(details.maxAgeMs)} ageing_time ${hundredths(details.ageingTimeMs)} ` +
    `stp_state ${flag(details.stpState)} priority ${details.priority} vlan_filtering ${flag(details.vlanFiltering)} ` +
    `vlan_protocol ${details.vlanProtocol} bridge_id ${looseBridgeId(details.bridgeId)} designated_root ${looseBridgeId(details.designatedRoot)} ` +
    `root_port ${details.rootPort} root_path_cost ${details.rootPathCost} topology_change ${flag(details.topologyChange)} ` +
    `topology_change_detected ${flag(tree?.topologyChangeDetected === true)} hello_timer ${timer(tree?.helloTimerMs)} ` +
    `tcn_timer ${timer(tree?.tcnTimerMs)} topology_change_timer ${timer(tree?.topologyChangeTimerMs)} ` +
    `gc_timer ${timer(tree?.gcTimerMs)} ` +
    `vlan_default_pvid ${details.defaultPvid} vlan_stats_enabled 0 vlan_stats_per_port 0 ` +
    `group_fwd_mask ${details.groupFwdMask} group_address ${bridgeGroupAddress(details)} mcast_snooping ${flag(details.mcastSnooping)} ` +
    'no_linklocal_learn 0 mcast_vlan_snooping 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 ' +
    'mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2 ' +
    'mcast_last_member_interval 100 mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500 ' +
    'mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2 ' +
    'mcast_mld_version 1 nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0 '
  )
}

function bridgeSlave(port: PortView): string {
  const on = (value: boolean): string => (value ? 'on' : 'off')
  const portId = (port.priority << 10) | port.portNo
  const tree = port.spanningTree
  return (
    `bridge_slave state ${port.state} priority ${port.priority} cost ${port.cost} hairpin ${on(port.hairpin)} ` +
    `guard ${on(port.guard)} root_block ${on(port.rootBlock)} fastleave off learning ${on(port.learning)} flood ${on(port.flood)} ` +
    `port_id 0x${portId.toString(16)} port_no 0x${port.portNo.toString(16)} designated_port ${port.designatedPort} ` +
    `designated_cost ${port.designatedCost} designated_bridge ${looseBridgeId(port.designatedBridge)} ` +
    `designated_root ${looseBridgeId(port.designatedRoot)} hold_timer ${timer(tree?.holdTimerMs)} ` +
    `message_age_timer ${timer(tree?.messageAgeTimerMs)} forward_delay_timer ${timer(tree?.forwardDelayTimerMs)} ` +
    `topology_change_ack ${flag(tree?.topologyChangeAck === true)} config_pending ${flag(tree?.configPending === true)} ` +
    'proxy_arp off proxy_arp_wifi off mcast_router 1 ' +
    `mcast_fast_leave off mcast_flood ${on(port.mcastFlood)} bcast_flood ${on(port.bcastFlood)} mcast_to_unicast off ` +
    `neigh_suppress ${on(port.neighSuppress)} group_fwd_mask ${port.groupFwdMask} ` +
    `group_fwd_mask_str 0x${port.groupFwdMask.toString(16)} vlan_tunnel off isolated ${on(port.isolated)} locked ${on(port.locked)} `
  )
}

/** `8000.02000000000a` as iproute2 writes it: bytes without leading zeros, `8000.2:0:0:0:0:a`. */
export function looseBridgeId(id: string): string {
  const [priority = '', mac = ''] = id.split('.')
  const bytes = mac.match(/../g) ?? []
  return `${priority}.${bytes.map((byte) => Number.parseInt(byte, 16).toString(16)).join(':')}`
}
