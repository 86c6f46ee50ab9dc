/** Names, addresses and numbers behind their qualifiers: `src host 10.0.0.1`, `tcp port http`, `ether proto 0x806`. */
import { parseMac, prefixMask } from '../../../../wire/address.ts'
import type { FilterSettings } from './filter.ts'
import type { Test } from './packet.ts'
import * as primitives from './primitives.ts'
import { FilterError, syntaxError, type Token } from './tokens.ts'

export const PROTOCOL_WORDS = [
  'ether',
  'link',
  'ip',
  'arp',
  'rarp',
  'ip6',
  'tcp',
  'udp',
  'sctp',
  'icmp',
  'igmp',
  'igrp',
  'pim',
  'vrrp',
  'carp',
  'esp',
  'ah',
  'icmp6',
  'stp',
] as const
export type ProtocolWord = (typeof PROTOCOL_WORDS)[number]
export type Kind = 'host' | 'net' | 'port' | 'portrange' | 'proto' | 'protochain' | 'gateway'

export interface Qualifiers {
  readonly protocol: ProtocolWord | undefined
  readonly direction: primitives.Direction | undefined
  readonly kind: Kind | undefined
}

export const NO_QUALIFIERS: Qualifiers = { protocol: undefined, direction: undefined, kind: undefined }

/** What the next address without qualifiers inherits: `src 10.0.0.1 or 10.0.0.2` is two hosts. */
export function kindOf(qualifiers: Qualifiers): Qualifiers {
  return qualifiers.kind === undefined ? { ...qualifiers, kind: 'host' } : qualifiers
}

interface Range {
  readonly length?: number
  readonly mask?: string
}

/** The test for one name. Throws FilterError. */
export function testOfName(
  token: Exclude<Token, { kind: 'sign' }>,
  range: Range,
  qualifiers: Qualifiers,
  depth: number,
  settings: FilterSettings,
): Test {
  const kind = qualifiers.kind ?? 'host'
  if (token.kind === 'word' && RESERVED.has(token.text)) throw syntaxError()
  if (kind === 'gateway') throw new FilterError("'gateway' not supported in this configuration")
  if (kind === 'protochain') throw new FilterError('protochain is not modelled in vethlab: use proto')
  if (kind === 'port' || kind === 'portrange') return portTest(token, qualifiers, kind, depth, settings)
  if (kind === 'proto') return protocolTest(token, qualifiers, depth)
  if (qualifiers.protocol === 'ether' || qualifiers.protocol === 'link') return linkTest(token, qualifiers, settings)
  return addressTest(token, range, qualifiers, kind, depth, settings)
}

/** Keywords, which are no names unless a backslash stands before them. */
const RESERVED = new Set<string>([
  ...PROTOCOL_WORDS,
  ...'host net port portrange proto protochain gateway src dst and or not broadcast multicast less greater vlan mask len inbound outbound'.split(
    ' ',
  ),
])

function linkTest(token: Token, { direction }: Qualifiers, settings: FilterSettings): Test {
  if (!settings.hasEthernet)
    throw new FilterError('ethernet addresses supported only on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel')
  const mac = token.kind === 'mac' ? parseMac(token.text.replaceAll('-', ':')) : undefined
  if (mac !== undefined) return primitives.linkAddress(direction ?? 'src or dst', mac)
  if (token.kind === 'address' || token.kind === 'number') throw new FilterError('illegal link layer address')
  throw new FilterError(`unknown ether host '${token.text}'`)
}

function addressTest(
  token: Token,
  range: Range,
  { protocol, direction = 'src or dst' }: Qualifiers,
  kind: 'host' | 'net',
  depth: number,
  settings: FilterSettings,
): Test {
  if (token.kind === 'mac') throw new FilterError('ethernet address used in non-ether expression')
  const net = netOf(token, range, kind, settings)
  switch (protocol) {
    case undefined:
      return primitives.anyAddress(direction, net, depth)
    case 'ip':
    case 'arp':
    case 'rarp':
      return primitives.networkAddress(protocol, direction, net, depth)
    case 'ip6':
      throw new FilterError("'ip6' modifier applied to ip host")
    default:
      throw new FilterError(`'${protocol}' modifier applied to ${kind}`)
  }
}

/** An address with the part of it that counts. Missing numbers at its end do not. */
function netOf(token: Token, { length, mask }: Range, kind: 'host' | 'net', settings: FilterSettings): primitives.Net {
  if (token.kind === 'word' || token.kind === 'name') {
    const address = settings.host(token.text)
    if (address === undefined) throw new FilterError(`unknown ${kind === 'net' ? 'network' : 'host'} '${token.text}'`)
    return { address, mask: 0xffffffff }
  }
  const parts = token.kind === 'number' ? bytesOf(token.value) : token.text.split('.').map(Number)
  if (parts.some((part) => part > 255)) throw new FilterError(`invalid IPv4 address '${token.text}'`)
  const address = [0, 1, 2, 3].reduce((value, k) => value * 256 + (parts[k] ?? 0), 0)
  if (length !== undefined && length > 32) throw new FilterError('mask length must be <= 32')
  const given = length !== undefined || mask !== undefined
  const bits = mask !== undefined ? addressOf(mask) : prefixMask(length ?? parts.length * 8)
  if (given && (address & bits) >>> 0 !== address) {
    throw new FilterError(
      `non-network bits set in "${token.text}${mask === undefined ? `/${length!}` : ` mask ${mask}`}"`,
    )
  }
  return { address: (address & bits) >>> 0, mask: bits }
}

/** The bytes of a number without leading zeros: `net 10` is 10.0.0.0/8. */
function bytesOf(value: number): number[] {
  const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? bytes : bytes.slice(first)
}

function addressOf(text: string): number {
  const parts = text.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) throw syntaxError()
  return parts.reduce((value, part) => value * 256 + part, 0)
}

function portTest(
  token: Token,
  { protocol, direction = 'src or dst' }: Qualifiers,
  kind: 'port' | 'portrange',
  depth: number,
  settings: FilterSettings,
): Test {
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp')
    throw new FilterError(`illegal qualifier of 'port'`)
  const numbers = primitives.PROTOCOL_NUMBERS
  const protocols = protocol === undefined ? [numbers['tcp']!, numbers['udp']!, numbers['sctp']!] : [numbers[protocol]!]
  const [first = '', last = first] = kind === 'portrange' ? token.text.split('-') : [token.text]
  return primitives.port(protocols, direction, portOf(first, settings), portOf(last, settings), depth)
}

function portOf(text: string, settings: FilterSettings): number {
  const number = /^\d+$/.test(text) ? Number(text) : settings.port(text)
  if (number === undefined) throw new FilterError(`unknown port '${text}'`)
  if (number > 65_535) throw new FilterError(`illegal port number ${number} > 65535`)
  return number
}

function protocolTest(token: Token, { protocol }: Qualifiers, depth: number): Test {
  const isLink = protocol === 'ether' || protocol === 'link'
  const names = isLink ? primitives.ETHERTYPE_NUMBERS : primitives.PROTOCOL_NUMBERS
  const number = token.kind === 'number' ? token.value : names[token.text]
  if (number === undefined) throw new FilterError(`unknown ${isLink ? 'ether' : 'ip'} proto '${token.text}'`)
  if (isLink) return primitives.etherType(number, depth)
  if (protocol === 'ip6') return primitives.ip6Protocol(number, depth)
  if (protocol !== undefined && protocol !== 'ip') throw new FilterError(`'${protocol} proto' is bogus`)
  return primitives.ipProtocol(number, depth, protocol === undefined)
}
