/** Names that iproute2 has for tables, scopes, origins and types of routes. */
import type { AddressScope, RouteProtocol, RouteType } from '../../../contract/read-models.ts'
import { TABLE_LOCAL, TABLE_MAIN } from '../../formats/route.ts'
import { parseInteger } from '../arguments.ts'

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

const SCOPES: readonly AddressScope[] = ['global', 'site', 'link', 'host', 'nowhere']

/** A scope by its name or its number. */
export function scopeNamed(word: string): AddressScope | undefined {
  const byNumber: Readonly<Record<string, AddressScope>> = {
    '0': 'global',
    '200': 'site',
    '253': 'link',
    '254': 'host',
    '255': 'nowhere',
  }
  return SCOPES.find((scope) => scope === word) ?? byNumber[word]
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

const PROTOCOLS: Readonly<Record<string, RouteProtocol>> = {
  kernel: 'kernel',
  boot: 'boot',
  static: 'static',
  redirect: 'redirect',
  '1': 'redirect',
  '2': 'kernel',
  '3': 'boot',
  '4': 'static',
}
const OTHER_PROTOCOLS = [
  'ra',
  'dhcp',
  'zebra',
  'bird',
  'bgp',
  'ospf',
  'rip',
  'isis',
  'babel',
  'keepalived',
  'gated',
  'other',
]

/** A route's origin by name or number, or undefined. */
export function protocolNamed(word: string): RouteProtocol | undefined {
  const known = PROTOCOLS[word]
  if (known !== undefined) return known
  return OTHER_PROTOCOLS.includes(word) || parseInteger(word) !== undefined ? 'other' : undefined
}
