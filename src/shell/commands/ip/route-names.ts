/** Names that iproute2 has for tables, scopes, origins and types of routes. */
import type { AddressScope, RouteMetric, RouteProtocol, RouteType } from '../../../contract/read-models.ts'
import { DSFIELD_NAMES, TABLE_LOCAL, TABLE_MAIN } from '../../formats/route.ts'
import { ipProtocolNamed } from '../../formats/rule.ts'
import { named, parseInteger } from '../arguments.ts'

export const ROUTE_TYPES: readonly RouteType[] = [
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'prohibit',
  'unreachable',
  'blackhole',
  'throw',
]

/** rt_scopes of iproute2. */
const SCOPES: Readonly<Record<number, AddressScope>> = {
  0: 'global',
  200: 'site',
  253: 'link',
  254: 'host',
  255: 'nowhere',
}

/** A scope by its name or its number. */
export function scopeNamed(word: string): AddressScope | undefined {
  const named = Object.values(SCOPES).find((scope) => scope === word)
  const number = parseInteger(word)
  if (named !== undefined || number === undefined || number > 255) return named
  return SCOPES[number] ?? `${number}`
}

/** A type of service by its name or its number, which is hexadecimal with or without a sign of it (rtnl_dsfield_a2n). */
export function dsfieldNamed(word: string): number | undefined {
  for (const [tos, name] of DSFIELD_NAMES) if (name === word) return tos
  const value = /^(0[xX])?[0-9a-fA-F]+$/.test(word) ? Number.parseInt(word, 16) : Number.NaN
  return value <= 255 ? value : undefined
}

/** A table by name or number, or undefined. */
export function tableNamed(word: string): number | undefined {
  switch (word) {
    case 'main':
      return TABLE_MAIN
    case 'local':
      return TABLE_LOCAL
    case 'default':
      return 253
    default:
      return parseInteger(word)
  }
}

/** rt_protos of iproute2. */
const PROTOCOLS: Readonly<Record<number, RouteProtocol>> = {
  0: 'unspec',
  1: 'redirect',
  2: 'kernel',
  3: 'boot',
  4: 'static',
  8: 'gated',
  9: 'ra',
  10: 'mrt',
  11: 'zebra',
  12: 'bird',
  13: 'dnrouted',
  14: 'xorp',
  15: 'ntk',
  16: 'dhcp',
  18: 'keepalived',
  42: 'babel',
  99: 'openr',
  186: 'bgp',
  187: 'isis',
  188: 'ospf',
  189: 'rip',
  192: 'eigrp',
}

/** A route's origin by name or number, or undefined. */
export function protocolNamed(word: string): RouteProtocol | undefined {
  if (Object.values(PROTOCOLS).includes(word)) return word
  const number = parseInteger(word)
  return number === undefined || number > 255 ? undefined : (PROTOCOLS[number] ?? String(number))
}

/** The same of an argument that must name one. */
export function protocolOf(word: string): RouteProtocol {
  return named(word, protocolNamed, '"protocol" value is invalid\n')
}

/** The protocol of an IP packet, as an argument that must name one. */
export function ipProtocolOf(word: string): number {
  return named(word, ipProtocolNamed, 'Invalid "ipproto" value\n')
}

/** `to` or `from/to`, as one number with `from` in the upper half (get_rt_realms_or_raw). */
export function realmsNamed(word: string): number | undefined {
  const parts = word.split('/').map(realmNamed)
  const [first, second] = parts
  if (first === undefined || (parts.length > 1 && second === undefined) || parts.length > 2) return undefined
  return second === undefined ? first : first * 0x10000 + second
}

/** A realm by number, or by the one name that there is. */
function realmNamed(word: string): number | undefined {
  if (word === 'cosmos') return 0
  const number = parseInteger(word)
  return number === undefined || number > 0xffff ? undefined : number
}

/** What a route may say besides its MTU, in the order in which iproute2 prints it (mx_names). */
export const OTHER_METRICS: readonly string[] = [
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'features',
  'rto_min',
  'initrwnd',
  'quickack',
  'congctl',
  'fastopen_no_cookie',
]

/** How many parts of a millisecond a time is kept in. */
const TIME_PARTS: Readonly<Record<string, number>> = { rtt: 8, rttvar: 4, rto_min: 1 }

/** Reads the words behind a metric's name; undefined for one that makes no sense. */
export function readMetric(name: string, word: string, isLocked: boolean): RouteMetric | undefined {
  const metric = (value: number | undefined, locked = isLocked): RouteMetric | undefined =>
    value === undefined ? undefined : { name, value, locked }
  const parts = TIME_PARTS[name]
  if (parts !== undefined) return metric(timeOf(word, parts), isLocked || name === 'rto_min')
  if (name === 'congctl') return { name, value: 0, text: word, locked: isLocked }
  if (name === 'features') return metric(word === 'ecn' ? 1 : undefined)
  const value = parseInteger(word)
  if (value === undefined || value > 0xffff_ffff) return undefined
  if (name === 'hoplimit') return metric(value > 255 ? undefined : value)
  if (name === 'fastopen_no_cookie' || name === 'quickack') return metric(value > 1 ? undefined : value)
  return metric(name === 'advmss' ? Math.min(value, ADVMSS_MAX) : value)
}

/** The largest segment that fits a packet (fib_convert_metrics). */
const ADVMSS_MAX = 65_535 - 40

/** `50` as it is kept, `50ms` and `2s` in milliseconds (get_time_rtt). */
function timeOf(word: string, parts: number): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|msec|msecs|s|sec|secs)?$/.exec(word) ?? []
  if (number === undefined) return undefined
  const milliseconds = Number(number) * (unit?.startsWith('s') === true ? 1000 : 1)
  return unit === undefined ? Number(number) : Math.ceil(milliseconds * parts)
}
