/** `ip route` and `ip route get`. Every line ends with a blank, as iproute2 prints it. */
import type { NexthopView, RouteDecisionView, RouteMetric, RouteView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { formatIpv4, ipv4, type Ipv4Address } from '../../wire/address.ts'
import type { JsonObject } from './json.ts'
import { nexthopText } from './nexthop.ts'
import { realmName } from './realm.ts'
import { SECOND_NS } from './units.ts'

export const TABLE_MAIN = 254
export const TABLE_LOCAL = 255

/** Fields that a filter made the same for all lines, so that they are not printed. */
export interface RouteFormat {
  readonly hideDevice?: boolean
  readonly hideTable?: boolean
  readonly hideProtocol?: boolean
  readonly hideScope?: boolean
  readonly hideGateway?: boolean
  readonly hideMetric?: boolean
  readonly hideSource?: boolean
  readonly details?: boolean
  /** Where to look for the object that a route leads by, which details tell of. */
  readonly netns?: NetnsId
}

/** A table's name as /etc/iproute2/rt_tables has it, or its number. */
export function tableName(table: number): string {
  switch (table) {
    case 253:
      return 'default'
    case TABLE_MAIN:
      return 'main'
    case TABLE_LOCAL:
      return 'local'
    default:
      return String(table)
  }
}

/** `default`, `10.0.0.1`, `10.0.0.0/24`. */
export function destinationText(destination: Ipv4Address, prefixLength: number): string {
  if (prefixLength === 0 && destination === 0) return 'default'
  return prefixLength === 32 ? formatIpv4(destination) : `${formatIpv4(destination)}/${prefixLength}`
}

const nexthopFlags = (hop: NexthopView): string =>
  `${hop.dead ? 'dead ' : ''}${hop.onlink ? 'onlink ' : ''}${hop.linkDown ? 'linkdown ' : ''}`

const via = (hop: NexthopView): string => (hop.gateway === undefined ? '' : `via ${formatIpv4(hop.gateway)} `)

function dev(reads: KernelReads, hop: NexthopView): string {
  return hop.device === 0 ? '' : `dev ${reads.device(hop.device)?.name ?? `if${hop.device}`} `
}

/** The lines of a route. */
export function routeText(reads: KernelReads, route: RouteView, format: RouteFormat = {}): string {
  const details = format.details === true
  const single = route.nexthops.length === 1 ? route.nexthops[0] : undefined
  let line = route.type === 'unicast' && !details ? '' : `${route.type} `
  line += `${destinationText(route.destination, route.prefixLength)} `
  if (route.tos !== 0) line += `tos ${tosName(route.tos)} `
  if (route.nhid !== undefined) line += `nhid ${route.nhid} `
  if (single !== undefined) {
    if (format.hideGateway !== true) line += via(single)
    if (format.hideDevice !== true) line += dev(reads, single)
  }
  if (route.table !== TABLE_MAIN && format.hideTable !== true) line += `table ${tableName(route.table)} `
  if ((route.protocol !== 'boot' || details) && format.hideProtocol !== true) line += `proto ${route.protocol} `
  if ((route.scope !== 'global' || details) && format.hideScope !== true) line += `scope ${route.scope} `
  if (route.source !== undefined && format.hideSource !== true) line += `src ${formatIpv4(route.source)} `
  if (route.metric !== 0 && format.hideMetric !== true) line += `metric ${route.metric} `
  if (single !== undefined) line += nexthopFlags(single)
  if (route.realms !== undefined) line += routeRealms(route.realms)
  line += metricsText(route.mtuBytes, route.mtuLocked, route.otherMetrics)
  const more = single === undefined ? route.nexthops : []
  const lines = more.map((hop) => `\tnexthop ${via(hop)}${dev(reads, hop)}weight ${hop.weight} ${nexthopFlags(hop)}`)
  return `${[line, ...objectLines(reads, route, format), ...lines].join('\n')}\n`
}

/** What details tell of the object that a route leads by. */
function objectLines(reads: KernelReads, { nhid }: RouteView, { details, netns }: RouteFormat): readonly string[] {
  if (details !== true || netns === undefined || nhid === undefined) return []
  const object = reads.nexthopObjects(netns).find(({ id }) => id === nhid)
  return object === undefined ? [] : [`\tnh_info ${nexthopText(reads, object, true)}`]
}

/** `realm 4`, or `realms 3/4`. */
function routeRealms(realms: number): string {
  const from = realms >>> 16
  const to = realmName(realms & 0xffff)
  return from === 0 ? `realm ${to} ` : `realms ${realmName(from)}/${to} `
}

function metricsText(mtuBytes: number, isMtuLocked: boolean, metrics: readonly RouteMetric[]): string {
  const others = metrics.map((metric) => `${metric.name} ${metric.locked ? 'lock ' : ''}${metricValue(metric)} `)
  return mtuText(mtuBytes, isMtuLocked) + others.join('')
}

/** How iproute2 names a metric in JSON, where that is another word. */
const JSON_NAMES: Readonly<Record<string, string>> = { congctl: 'congestion' }

/** Metrics as `ip -j` has them; undefined for none. */
export function metricsJson(mtuBytes: number, metrics: readonly RouteMetric[]): JsonObject[] | undefined {
  if (mtuBytes === 0 && metrics.length === 0) return undefined
  const others = metrics.map((metric) => {
    if (metric.name === 'features') return ['ecn', null]
    return [JSON_NAMES[metric.name] ?? metric.name, metric.text ?? milliseconds(metric) ?? metric.value]
  })
  return [{ ...(mtuBytes === 0 ? {} : { mtu: mtuBytes }), ...(Object.fromEntries(others) as JsonObject) }]
}

/** Whole milliseconds of a metric that is a time. */
function milliseconds({ name, value }: RouteMetric): number | undefined {
  if (name === 'rtt') return Math.floor(value / 8)
  if (name === 'rttvar') return Math.floor(value / 4)
  return name === 'rto_min' ? value : undefined
}

function metricValue(metric: RouteMetric): string {
  if (metric.name === 'features') return 'ecn'
  const time = milliseconds(metric)
  if (time === undefined) return metric.text ?? String(metric.value)
  return time >= 1000 ? `${time / 1000}s` : `${time}ms`
}

/** Nothing for 0, which is none. */
function mtuText(mtuBytes: number, locked: boolean): string {
  return mtuBytes === 0 ? '' : `mtu ${locked ? 'lock ' : ''}${mtuBytes} `
}

/** Names of types of service (/etc/iproute2/rt_dsfield). */
export const DSFIELD_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'default'],
  ...[1, 2, 3, 4].flatMap((level) =>
    [1, 2, 3].map((drop) => [(level << 5) + (drop << 3), `AF${level}${drop}`] as const),
  ),
  ...[1, 2, 3, 4, 5, 6, 7].map((level) => [level << 5, `CS${level}`] as const),
  [0xb8, 'EF'],
])

/** A type of service as rt_dsfield names it. */
export function tosName(tos: number): string {
  return DSFIELD_NAMES.get(tos) ?? `0x${tos.toString(16).padStart(2, '0')}`
}

/** What was asked of `ip route get`, as far as the answer repeats it. */
export interface RouteAsked {
  readonly destination: Ipv4Address
  readonly from?: Ipv4Address
  /** Name of the interface of `iif`. */
  readonly iif?: string
  readonly mark?: number
  readonly tos?: number
  readonly user?: number
}

/** The answer of `ip route get`. */
export function routeGetText(
  reads: KernelReads,
  netns: number,
  asked: RouteAsked,
  decision: RouteDecisionView,
  details = false,
): string {
  const { nexthop, type } = decision
  const isLocal = type === 'local'
  let line = type === 'unicast' && !details ? '' : `${type} `
  line += `${formatIpv4(asked.destination)} `
  if (asked.from !== undefined) line += `from ${formatIpv4(asked.from)} `
  if (!isLocal && nexthop !== undefined) line += via(nexthop)
  const loopback = reads.links(netns).find((link) => link.details.kind === 'lo')
  line += isLocal || nexthop === undefined ? `dev ${loopback?.name ?? 'lo'} ` : dev(reads, nexthop)
  const { table } = decision.route
  if ((details || (table !== TABLE_MAIN && table !== TABLE_LOCAL)) && table !== 0) {
    line += `table ${tableName(table)} `
  }
  if (asked.from === undefined && decision.source !== undefined && decision.source !== 0)
    line += `src ${formatIpv4(decision.source)} `
  // The kernel's bit for a group is the one that iproute2 takes for an offload that failed (RTCF_MULTICAST, RTM_F_OFFLOAD_FAILED).
  if (type === 'multicast') line += 'rt_offload_failed '
  if (asked.mark !== undefined && asked.mark !== 0) line += `mark ${hexOver(asked.mark)} `
  if (asked.iif === undefined) line += `uid ${asked.user ?? 0} `
  return `${line}\n    cache ${cacheFlags(asked, decision, loopback?.device)}${cacheRest(reads, asked, decision)}\n`
}

/** Marks from 16 on are printed in hexadecimal. */
export function hexOver(value: number): string {
  return value >= 16 ? `0x${value.toString(16)}` : String(value)
}

/** The one group that every machine listens to (IGMP_ALL_HOSTS). */
const ALL_HOSTS = ipv4('224.0.0.1')

/** Whether this machine gets the packet: what leaves by loopback comes back whatever its type, a group's only where it is joined (__mkroute_output). */
function comesBack(asked: RouteAsked, { type, nexthop }: RouteDecisionView, loopback: number | undefined): boolean {
  if (type === 'multicast') return asked.iif !== undefined || asked.destination === ALL_HOSTS
  return type === 'local' || type === 'broadcast' || (nexthop !== undefined && nexthop.device === loopback)
}

/** The flags of an answer. `loopback` is the namespace's loopback device. */
export function cacheFlagWords(
  asked: RouteAsked,
  decision: RouteDecisionView,
  loopback: number | undefined,
): readonly string[] {
  const { type, cachedRedirect, redirectDue } = decision
  return [
    ...(comesBack(asked, decision, loopback) ? ['local'] : []),
    ...(type === 'broadcast' ? ['brd'] : []),
    ...(type === 'multicast' ? ['mc'] : []),
    ...(redirectDue === true ? ['redirect'] : []),
    ...(cachedRedirect ? ['redirected'] : []),
  ]
}

function cacheFlags(asked: RouteAsked, decision: RouteDecisionView, loopback: number | undefined): string {
  const flags = cacheFlagWords(asked, decision, loopback)
  return flags.length === 0 ? '' : `<${flags.join(',')}> `
}

function cacheRest(reads: KernelReads, asked: RouteAsked, decision: RouteDecisionView): string {
  const left = decision.expiresAt === undefined ? undefined : Math.floor((decision.expiresAt - reads.now()) / SECOND_NS)
  const expires = left === undefined ? '' : `expires ${left}sec `
  const { pathMtuBytes, pathMtuLocked, route } = decision
  const metrics =
    pathMtuBytes === undefined
      ? metricsText(route.mtuBytes, route.mtuLocked, route.otherMetrics)
      : metricsText(pathMtuBytes, pathMtuLocked, route.otherMetrics)
  return `${expires}${metrics}${asked.iif === undefined ? '' : `iif ${asked.iif} `}`
}
