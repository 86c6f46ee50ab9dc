/** `ip -j route`, `rule`, `neigh` and the tables of `bridge -j`. */
import type {
  LinkView,
  NeighView,
  NexthopView,
  NumberRange,
  RouteDecisionView,
  RouteView,
  RuleView,
} from '../../contract/read-models.ts'
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { formatIpv4, formatMac } from '../../wire/address.ts'
import { vlansOf } from './bridge-link.ts'
import { type FdbFormat, type FdbRow, fdbState } from './fdb.ts'
import type { JsonObject } from './json.ts'
import { linkFlags } from './link.ts'
import { hasAddress, type NeighFormat } from './neigh.ts'
import {
  cacheFlagWords,
  destinationText,
  hexOver,
  metricsJson,
  type RouteAsked,
  type RouteFormat,
  TABLE_LOCAL,
  TABLE_MAIN,
  tableName,
  tosName,
} from './route.ts'
import { realmName } from './realm.ts'
import { ipProtocolName, isUnresolved } from './rule.ts'
import { SECOND_NS } from './units.ts'

const gatewayOf = (hop: NexthopView | undefined): string | undefined =>
  hop?.gateway === undefined ? undefined : formatIpv4(hop.gateway)

const deviceOf = (reads: KernelReads, hop: NexthopView | undefined): string | undefined =>
  hop === undefined || hop.device === 0 ? undefined : (reads.device(hop.device)?.name ?? `if${hop.device}`)

const hopFlags = (hop: NexthopView | undefined): readonly string[] => [
  ...(hop?.dead === true ? ['dead'] : []),
  ...(hop?.onlink === true ? ['onlink'] : []),
  ...(hop?.linkDown === true ? ['linkdown'] : []),
]

/** One route. */
export function routeJson(reads: KernelReads, route: RouteView, format: RouteFormat = {}): JsonObject {
  const details = format.details === true
  const single = route.nexthops.length === 1 ? route.nexthops[0] : undefined
  const shown = <T>(hidden: boolean | undefined, value: T): T | undefined => (hidden === true ? undefined : value)
  return {
    type: route.type === 'unicast' && !details ? undefined : route.type,
    dst: destinationText(route.destination, route.prefixLength),
    tos: route.tos === 0 ? undefined : tosName(route.tos),
    nhid: route.nhid,
    gateway: shown(format.hideGateway, gatewayOf(single)),
    dev: shown(format.hideDevice, deviceOf(reads, single)),
    table: shown(format.hideTable, route.table === TABLE_MAIN ? undefined : tableName(route.table)),
    protocol: shown(format.hideProtocol, route.protocol !== 'boot' || details ? route.protocol : undefined),
    scope: shown(format.hideScope, route.scope !== 'global' || details ? route.scope : undefined),
    prefsrc: route.source === undefined ? undefined : shown(format.hideSource, formatIpv4(route.source)),
    metric: route.metric === 0 ? undefined : route.metric,
    flags: hopFlags(single),
    ...realmsJson(route.realms),
    metrics: metricsJson(route.mtuBytes, route.otherMetrics),
    nexthops:
      route.nexthops.length < 2
        ? undefined
        : route.nexthops.map((hop) => ({
            gateway: gatewayOf(hop),
            dev: deviceOf(reads, hop),
            weight: hop.weight,
            flags: hopFlags(hop),
          })),
  }
}

/** The answer of `ip -j route get`. */
export function routeGetJson(
  reads: KernelReads,
  netns: NetnsId,
  asked: RouteAsked,
  decision: RouteDecisionView,
): JsonObject {
  const { nexthop, type, route } = decision
  const isLocal = type === 'local'
  const loopback = reads.links(netns).find((link) => link.details.kind === 'lo')
  const left = decision.expiresAt === undefined ? undefined : Math.floor((decision.expiresAt - reads.now()) / SECOND_NS)
  const mtu = decision.pathMtuBytes ?? route.mtuBytes
  const source = decision.source
  const isNamed = route.table !== TABLE_MAIN && route.table !== 0
  return {
    type: type === 'unicast' ? undefined : type,
    dst: formatIpv4(asked.destination),
    from: asked.from === undefined ? undefined : formatIpv4(asked.from),
    gateway: isLocal ? undefined : gatewayOf(nexthop),
    dev: isLocal || nexthop === undefined ? (loopback?.name ?? 'lo') : deviceOf(reads, nexthop),
    table: isNamed || isLocal ? tableName(isLocal ? TABLE_LOCAL : route.table) : undefined,
    prefsrc: asked.from === undefined && source !== undefined && source !== 0 ? formatIpv4(source) : undefined,
    mark: asked.mark === undefined || asked.mark === 0 ? undefined : hexOver(asked.mark),
    flags: [],
    uid: asked.iif === undefined ? (asked.user ?? 0) : undefined,
    cache: cacheFlagWords(asked, decision, loopback?.device),
    expires: left,
    metrics: metricsJson(mtu, route.otherMetrics),
    iif: asked.iif,
  }
}

/** The realm of the source, where there is one, is in the upper half. */
function realmsJson(realms: number | undefined): JsonObject {
  if (realms === undefined) return {}
  const from = realms >>> 16
  return { flow_from: from === 0 ? undefined : realmName(from), flow_to: realmName(realms & 0xffff) }
}

/** One port, or the ends of a range. */
function portsJson(name: string, ports: NumberRange | undefined): JsonObject {
  if (ports === undefined) return {}
  if (ports.first === ports.last) return { [name]: ports.first }
  return { [`${name}_start`]: ports.first, [`${name}_end`]: ports.last }
}

/** One rule. */
export function ruleJson(reads: KernelReads, netns: NetnsId, rule: RuleView): JsonObject {
  const isGone = (name: string): null | undefined =>
    name === '' || reads.linkByName(netns, name) !== undefined ? undefined : null
  const { from, to, action, suppressGroup } = rule
  const length = (prefix: RuleView['from']): number | undefined =>
    prefix === undefined || prefix.length === 32 ? undefined : prefix.length
  const hasMask = rule.fwmask !== 0 && rule.fwmask !== 0xffffffff
  return {
    priority: rule.priority,
    not: rule.not ? null : undefined,
    src: from === undefined ? 'all' : formatIpv4(from.address),
    srclen: length(from),
    dst: to === undefined ? undefined : formatIpv4(to.address),
    dstlen: length(to),
    tos: rule.tos === 0 ? undefined : tosName(rule.tos),
    fwmark: rule.fwmark === 0 && rule.fwmask === 0 ? undefined : `0x${rule.fwmark.toString(16)}`,
    fwmask: hasMask ? `0x${rule.fwmask.toString(16)}` : undefined,
    iif: rule.iif === '' ? undefined : rule.iif,
    iif_detached: isGone(rule.iif),
    oif: rule.oif === '' ? undefined : rule.oif,
    oif_detached: isGone(rule.oif),
    uid_start: rule.users?.first,
    uid_end: rule.users?.last,
    ipproto: rule.ipProtocol === undefined ? undefined : ipProtocolName(rule.ipProtocol),
    ...portsJson('sport', rule.sourcePorts),
    ...portsJson('dport', rule.destinationPorts),
    table: action.kind === 'lookup' ? tableName(action.table) : undefined,
    suppress_prefixlength: rule.suppressPrefixLength,
    suppress_ifgroup: suppressGroup === undefined ? undefined : suppressGroup === 0 ? 'default' : String(suppressGroup),
    ...realmsJson(rule.realms),
    goto: action.kind === 'goto' ? action.target : undefined,
    unresolved: isUnresolved(reads, netns, rule) ? null : undefined,
    nop: action.kind === 'nop' ? null : undefined,
    action: ['lookup', 'goto', 'nop'].includes(action.kind) ? undefined : action.kind,
    protocol: rule.protocol,
  }
}

/** One neighbour. */
export function neighJson(reads: KernelReads, entry: NeighView, format: NeighFormat = {}): JsonObject {
  const ago = (at: number): number => Math.floor((reads.now() - at) / SECOND_NS)
  const start = {
    dst: formatIpv4(entry.ip),
    dev: format.hideDevice === true || entry.device === 0 ? undefined : (reads.device(entry.device)?.name ?? ''),
  }
  if (entry.proxy) return { ...start, proxy: null }
  return {
    ...start,
    lladdr: hasAddress(entry) && entry.mac !== undefined ? formatMac(entry.mac) : undefined,
    ...(format.statistics === true
      ? {
          used: ago(entry.usedAt),
          confirmed: ago(entry.confirmedAt),
          updated: ago(entry.updatedAt),
          probes: entry.probes,
        }
      : {}),
    router: entry.router === true ? null : undefined,
    managed: entry.managed === true ? null : undefined,
    extern_learn: entry.externLearn === true ? null : undefined,
    state: entry.state === 'NONE' ? undefined : [entry.state],
  }
}

/** One forwarding entry of `bridge -j fdb`. */
export function fdbJson(reads: KernelReads, row: FdbRow, format: FdbFormat = {}): JsonObject {
  const { entry } = row
  const ago = (at: number): number => Math.floor((reads.now() - at) / SECOND_NS)
  const hasUse = format.statistics === true && entry !== undefined
  const flags = [
    ...(entry === undefined ? ['self'] : []),
    ...(entry?.sticky === true ? ['sticky'] : []),
    ...(entry?.externLearn === true ? ['extern_learn'] : []),
  ]
  return {
    mac: formatMac(row.mac),
    ifname: format.hideDevice === true ? undefined : row.link.name,
    vlan: entry === undefined || entry.vlan === 0 ? undefined : entry.vlan,
    used: hasUse ? ago(entry.usedAt) : undefined,
    updated: hasUse ? ago(entry.updatedAt) : undefined,
    flags,
    master: entry === undefined ? undefined : (reads.device(entry.bridge)?.name ?? ''),
    state: fdbState(reads, row),
  }
}

/** One port of `bridge -j link`; undefined for a device that is none. */
export function bridgeLinkJson(reads: KernelReads, link: LinkView, details: boolean): JsonObject | undefined {
  const { port } = link
  if (port === undefined) return undefined
  const lower = link.linkIfindex === 0 || link.linkIfindex === link.ifindex ? undefined : link.linkIfindex
  const known = lower === undefined ? undefined : reads.link(link.netns, lower)
  return {
    ifindex: link.ifindex,
    link: known?.name,
    link_index: lower !== undefined && known === undefined ? lower : undefined,
    ifname: link.name,
    flags: linkFlags(reads, link)
      .replace(/,M-DOWN$/, '')
      .split(','),
    mtu: link.mtuBytes,
    master: reads.device(link.master)?.name ?? '',
    state: port.state,
    priority: port.priority,
    cost: port.cost,
    ...(details
      ? {
          hairpin: port.hairpin,
          guard: port.guard,
          root_block: port.rootBlock,
          fastleave: false,
          learning: port.learning,
          flood: port.flood,
          mcast_flood: port.mcastFlood,
          bcast_flood: port.bcastFlood,
          mcast_router: 1,
          mcast_to_unicast: false,
          neigh_suppress: port.neighSuppress,
          vlan_tunnel: false,
          isolated: port.isolated,
          locked: port.locked,
        }
      : {}),
  }
}

/** The memberships of a device for `bridge -j vlan`; undefined without any. */
export function vlanJson(link: LinkView, only?: number): JsonObject | undefined {
  const vlans = vlansOf(link, only)
  if (vlans.length === 0) return undefined
  return {
    ifname: link.name,
    vlans: vlans.map(({ id, pvid, untagged }) => ({
      vlan: id,
      flags: pvid || untagged ? [...(pvid ? ['PVID'] : []), ...(untagged ? ['Egress Untagged'] : [])] : undefined,
    })),
  }
}
