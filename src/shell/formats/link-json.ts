/** `ip -j link` and `ip -j addr`: the fields of a device in iproute2's names and order. */
import type { AddressView, LinkDetails, LinkView, PortView } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatIpv4, formatMac, ZERO_MAC } from '../../wire/address.ts'
import type { JsonDecimal, JsonObject } from './json.ts'
import { broadcastOf, groupName, linkFlags, type LinkFormat, localLower, netnsNumber, operState } from './link.ts'
import { bridgeGroupAddress, hundredths, looseBridgeId, mtuLimits, tsoLimit, vlanFlags } from './link-details.ts'

/** An address that does not expire. */
const FOREVER = 4_294_967_295

export interface LinkJsonFormat extends LinkFormat {
  /** `ip link` tells the link mode, `ip addr` does not. */
  readonly withMode: boolean
  /** False for `ip -4 addr`, which leaves the link layer's addresses out. */
  readonly withLinkLayer: boolean
}

/** What the device is linked to: by name in its own namespace, else by number. */
function linkedTo(reads: KernelReads, link: LinkView): JsonObject {
  if (link.linkDevice === 0) return {}
  const lower = localLower(reads, link)
  return lower === undefined ? { link_index: link.linkIfindex } : { link: lower.name }
}

/** One device. */
export function linkJson(reads: KernelReads, link: LinkView, format: LinkJsonFormat): JsonObject {
  const isLoopback = link.details.kind === 'lo'
  const hasPermanent = link.permanentMac !== link.mac && link.permanentMac !== ZERO_MAC
  return {
    ifindex: link.ifindex,
    ...linkedTo(reads, link),
    ifname: link.name,
    flags: flagList(reads, link),
    mtu: link.mtuBytes,
    qdisc: link.qdisc,
    master: link.master === 0 ? undefined : (reads.device(link.master)?.name ?? `if${link.master}`),
    operstate: operState(link),
    linkmode: format.withMode ? (link.linkMode ?? 'DEFAULT') : undefined,
    group: groupName(link),
    txqlen: link.txQueueLength === 0 ? undefined : link.txQueueLength,
    ...(format.withLinkLayer
      ? {
          link_type: isLoopback ? 'loopback' : 'ether',
          address: formatMac(link.mac),
          broadcast: formatMac(broadcastOf(link)),
          permaddr: hasPermanent ? formatMac(link.permanentMac) : undefined,
        }
      : {}),
    link_netnsid: netnsNumber(reads, link),
    ...(format.details === true ? details(reads, link) : {}),
    // `ip addr` tells it among the details only.
    ifalias: link.alias === '' || !(format.withMode || format.details === true) ? undefined : link.alias,
    stats64: format.statistics === true && format.withMode ? statistics(link) : undefined,
    altnames: link.altNames === undefined ? undefined : [...link.altNames],
  }
}

const flagList = (reads: KernelReads, link: LinkView): readonly string[] =>
  linkFlags(reads, link)
    .split(',')
    .filter((flag) => flag !== '')

function statistics({ stats }: LinkView): JsonObject {
  return {
    rx: {
      bytes: stats.rxBytes,
      packets: stats.rxPackets,
      errors: 0,
      dropped: stats.rxDropped,
      over_errors: 0,
      multicast: stats.rxMulticast,
    },
    tx: {
      bytes: stats.txBytes,
      packets: stats.txPackets,
      errors: 0,
      dropped: stats.txDropped,
      carrier_errors: 0,
      collisions: 0,
    },
  }
}

/** `ip -j -br link` */
export function briefLinkJson(reads: KernelReads, link: LinkView): JsonObject {
  return { ...briefStart(reads, link), address: formatMac(link.mac), flags: flagList(reads, link) }
}

function briefStart(reads: KernelReads, link: LinkView): JsonObject {
  return { ...linkedTo(reads, link), ifname: link.name, operstate: operState(link) }
}

/** `ip -j addr`: a device with addresses. */
export function addressJson(
  reads: KernelReads,
  link: LinkView,
  addresses: readonly AddressView[],
  format: LinkJsonFormat,
): JsonObject {
  return {
    ...linkJson(reads, link, { ...format, withMode: false }),
    addr_info: addresses.map(addressInfo),
    stats64: format.statistics === true ? statistics(link) : undefined,
  }
}

function addressInfo(address: AddressView): JsonObject {
  const { broadcast, secondary, noPrefixRoute, label, scope } = address
  return {
    family: 'inet',
    ...localPart(address),
    broadcast: broadcast === undefined ? undefined : formatIpv4(broadcast),
    scope,
    secondary: secondary ? true : undefined,
    deprecated: address.preferredSeconds === 0 ? true : undefined,
    dynamic: address.validSeconds === undefined ? undefined : true,
    noprefixroute: noPrefixRoute ? true : undefined,
    label,
    valid_life_time: address.validSeconds ?? FOREVER,
    preferred_life_time: address.validSeconds === undefined ? FOREVER : (address.preferredSeconds ?? FOREVER),
  }
}

function localPart({ address, peer, prefixLength, metric }: AddressView): JsonObject {
  return {
    local: formatIpv4(address),
    address: peer === address ? undefined : formatIpv4(peer),
    prefixlen: prefixLength,
    metric: metric === 0 ? undefined : metric,
  }
}

/** `ip -j -br addr` */
export function briefAddressJson(reads: KernelReads, link: LinkView, addresses: readonly AddressView[]): JsonObject {
  return { ...briefStart(reads, link), addr_info: addresses.map(localPart) }
}

function details(reads: KernelReads, link: LinkView): JsonObject {
  const [minMtu, maxMtu] = mtuLimits(reads, link)
  const kind = link.details.kind
  const port = link.port === undefined ? {} : { info_slave_kind: 'bridge', info_slave_data: portData(link.port) }
  return {
    promiscuity: link.promiscuityCount,
    allmulti: link.allMulticastCount,
    min_mtu: minMtu,
    max_mtu: maxMtu,
    linkinfo: kind === 'lo' ? undefined : { info_kind: kind, info_data: kindData(link.details), ...port },
    num_tx_queues: 1,
    num_rx_queues: 1,
    gso_max_size: 65_536,
    gso_max_segs: 65_535,
    tso_max_size: tsoLimit(reads, link, 0),
    tso_max_segs: 65_535,
    gro_max_size: 65_536,
  }
}

function kindData(kind: LinkDetails): JsonObject | undefined {
  switch (kind.kind) {
    case 'lo':
    case 'dummy':
    case 'veth':
      return undefined
    case 'vlan':
      return {
        protocol: kind.protocol,
        id: kind.id,
        flags: vlanFlags(kind),
        ingress_qos: kind.ingressMap.length === 0 ? undefined : kind.ingressMap.map((entry) => ({ ...entry })),
        egress_qos: kind.egressMap.length === 0 ? undefined : kind.egressMap.map((entry) => ({ ...entry })),
      }
    case 'macvlan': {
      const length = kind.broadcastQueueLength
      const hasSources = kind.mode === 'source'
      return {
        mode: kind.mode,
        flags: kind.noPromisc ? 'nopromisc' : kind.noDst ? 'nodst' : undefined,
        bcqueuelen: length,
        usedbcqueuelen: kind.usedQueueLength,
        macaddr_count: hasSources ? kind.sources.length : undefined,
        macaddr_data: hasSources && kind.sources.length > 0 ? kind.sources.map(formatMac) : undefined,
      }
    }
    case 'ipvlan':
      return { mode: kind.mode, [kind.flag]: true }
    case 'bridge':
      return bridgeData(kind)
  }
}

/** What a bridge says of multicast besides snooping; the lab has the kernel's defaults. */
const MULTICAST_DEFAULTS = {
  no_linklocal_learn: 0,
  mcast_vlan_snooping: 0,
  mcast_router: 1,
  mcast_query_use_ifaddr: 0,
  mcast_querier: 0,
  mcast_hash_elasticity: 16,
  mcast_hash_max: 4096,
  mcast_last_member_cnt: 2,
  mcast_startup_query_cnt: 2,
  mcast_last_member_intvl: 100,
  mcast_membership_intvl: 26_000,
  mcast_querier_intvl: 25_500,
  mcast_query_intvl: 12_500,
  mcast_query_response_intvl: 1000,
  mcast_startup_query_intvl: 3124,
  mcast_stats_enabled: 0,
  mcast_igmp_version: 2,
  mcast_mld_version: 1,
} as const

const flag = (value: boolean): number => (value ? 1 : 0)
const timer = (ms = 0): JsonDecimal => ({ decimal: (Math.floor(ms / 10) / 100).toFixed(2) })

function bridgeData(bridge: Extract<LinkDetails, { kind: 'bridge' }>): JsonObject {
  const tree = bridge.spanningTree
  return {
    forward_delay: hundredths(bridge.forwardDelayMs),
    hello_time: hundredths(bridge.helloTimeMs),
    max_age: hundredths(bridge.maxAgeMs),
    ageing_time: hundredths(bridge.ageingTimeMs),
    stp_state: flag(bridge.stpState),
    priority: bridge.priority,
    vlan_filtering: flag(bridge.vlanFiltering),
    vlan_protocol: bridge.vlanProtocol,
    bridge_id: looseBridgeId(bridge.bridgeId),
    root_id: looseBridgeId(bridge.designatedRoot),
    root_port: bridge.rootPort,
    root_path_cost: bridge.rootPathCost,
    topology_change: flag(bridge.topologyChange),
    topology_change_detected: flag(tree?.topologyChangeDetected === true),
    hello_timer: timer(tree?.helloTimerMs),
    tcn_timer: timer(tree?.tcnTimerMs),
    topology_change_timer: timer(tree?.topologyChangeTimerMs),
    gc_timer: timer(tree?.gcTimerMs),
    vlan_default_pvid: bridge.defaultPvid,
    vlan_stats_enabled: 0,
    vlan_stats_per_port: 0,
    group_fwd_mask: bridge.groupFwdMask.toString(16),
    group_addr: bridgeGroupAddress(bridge),
    mcast_snooping: flag(bridge.mcastSnooping),
    ...MULTICAST_DEFAULTS,
    nf_call_iptables: 0,
    nf_call_ip6tables: 0,
    nf_call_arptables: 0,
  }
}

function portData(port: PortView): JsonObject {
  const tree = port.spanningTree
  return {
    state: port.state,
    priority: port.priority,
    cost: port.cost,
    hairpin: port.hairpin,
    guard: port.guard,
    root_block: port.rootBlock,
    fastleave: false,
    learning: port.learning,
    flood: port.flood,
    id: `0x${((port.priority << 10) | port.portNo).toString(16)}`,
    no: `0x${port.portNo.toString(16)}`,
    designated_port: port.designatedPort,
    designated_cost: port.designatedCost,
    bridge_id: looseBridgeId(port.designatedBridge),
    root_id: looseBridgeId(port.designatedRoot),
    hold_timer: timer(tree?.holdTimerMs),
    message_age_timer: timer(tree?.messageAgeTimerMs),
    forward_delay_timer: timer(tree?.forwardDelayTimerMs),
    topology_change_ack: flag(tree?.topologyChangeAck === true),
    config_pending: flag(tree?.configPending === true),
    proxy_arp: false,
    proxy_arp_wifi: false,
    multicast_router: 1,
    mcast_flood: port.mcastFlood,
    bcast_flood: port.bcastFlood,
    mcast_to_unicast: false,
    neigh_suppress: port.neighSuppress,
    group_fwd_mask: String(port.groupFwdMask),
    group_fwd_mask_str: `0x${port.groupFwdMask.toString(16)}`,
    vlan_tunnel: false,
    isolated: port.isolated,
    locked: port.locked,
  }
}
