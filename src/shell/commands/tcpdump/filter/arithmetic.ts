/** Arithmetic in capture filters: `tcp[tcpflags] & tcp-syn != 0`, `len > 64`. */
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../../../../wire/ethernet.ts'
import { and, byteAt, type FilterPacket, networkAt, type Test, wordAt } from './packet.ts'
import {
  ETHERTYPE_IPV6,
  ETHERTYPE_RARP,
  etherType,
  ipProtocol,
  isFirstFragment,
  PROTOCOL_NUMBERS,
} from './primitives.ts'
import { FilterError, syntaxError, type Token } from './tokens.ts'
import type { TokenCursor } from './cursor.ts'

/** A number of a packet, and what the packet must be for it to be there. */
interface Value {
  readonly of: (packet: FilterPacket) => number
  readonly needs: Test | undefined
}

const CONSTANTS: Readonly<Record<string, number>> = {
  icmptype: 0,
  icmpcode: 1,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-sourcequench': 4,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-routeradvert': 9,
  'icmp-routersolicit': 10,
  'icmp-timxceed': 11,
  'icmp-paramprob': 12,
  'icmp-tstamp': 13,
  'icmp-tstampreply': 14,
  'icmp-ireq': 15,
  'icmp-ireqreply': 16,
  'icmp-maskreq': 17,
  'icmp-maskreply': 18,
  tcpflags: 13,
  'tcp-fin': 1,
  'tcp-syn': 2,
  'tcp-rst': 4,
  'tcp-push': 8,
  'tcp-ack': 16,
  'tcp-urg': 32,
  'tcp-ece': 64,
  'tcp-cwr': 128,
}

/** Signs from the weakest to the strongest. */
const LEVELS: readonly (readonly string[])[] = [
  ['|', '&', '^'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '|': (a, b) => a | b,
  '&': (a, b) => a & b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => (b > 31 ? 0 : a << b),
  '>>': (a, b) => (b > 31 ? 0 : a >>> b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => Math.imul(a, b),
  '/': (a, b) => (b === 0 ? Number.NaN : Math.floor(a / b)),
  '%': (a, b) => (b === 0 ? Number.NaN : a % b),
}

const RELATIONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
}

const bothNeeds = (a: Value, b: Value): Test | undefined =>
  a.needs === undefined || b.needs === undefined ? (a.needs ?? b.needs) : and(a.needs, b.needs)

/** True for a token that arithmetic may begin with, when a sign follows. */
export function mayBeArithmetic(token: Token, next: Token | undefined): boolean {
  const isOpen = next?.kind === 'sign' && next.text === '['
  if (token.kind === 'number') return next?.kind === 'sign' && !['&&', '||', ')', '!'].includes(next.text)
  if (token.kind === 'sign') return token.text === '-' || token.text === '('
  return token.kind === 'word' && (isOpen || token.text === 'len' || token.text in CONSTANTS)
}

/** `value relation value`. Throws FilterError where the words are something else. */
export function parseComparison(cursor: TokenCursor, depth: number): Test {
  const left = parseLevel(cursor, depth, 0)
  const relation = RELATIONS[cursor.takeSign() ?? '']
  if (relation === undefined) throw syntaxError()
  const right = parseLevel(cursor, depth, 0)
  const test: Test = (packet) => relation(left.of(packet) >>> 0, right.of(packet) >>> 0)
  const needs = bothNeeds(left, right)
  return needs === undefined ? test : and(needs, test)
}

function parseLevel(cursor: TokenCursor, depth: number, level: number): Value {
  const signs = LEVELS[level]
  if (signs === undefined) return parseFactor(cursor, depth)
  let left = parseLevel(cursor, depth, level + 1)
  for (let sign = cursor.acceptSign(signs); sign !== undefined; sign = cursor.acceptSign(signs)) {
    const before = left
    const right = parseLevel(cursor, depth, level + 1)
    const operation = OPERATIONS[sign]!
    left = { of: (packet) => operation(before.of(packet), right.of(packet)) >>> 0, needs: bothNeeds(before, right) }
  }
  return left
}

function parseFactor(cursor: TokenCursor, depth: number): Value {
  const token = cursor.take()
  if (token?.kind === 'number') return { of: () => token.value, needs: undefined }
  if (token?.kind === 'sign' && token.text === '-') {
    const value = parseFactor(cursor, depth)
    return { ...value, of: (packet) => -value.of(packet) >>> 0 }
  }
  if (token?.kind === 'sign' && token.text === '(') {
    const value = parseLevel(cursor, depth, 0)
    if (cursor.takeSign() !== ')') throw syntaxError()
    return value
  }
  if (token?.kind !== 'word') throw syntaxError()
  if (token.text === 'len' || token.text === 'length') return { of: ({ bytes }) => bytes.length, needs: undefined }
  const constant = CONSTANTS[token.text]
  if (constant !== undefined) return { of: () => constant, needs: undefined }
  return parseAccess(cursor, token.text, depth)
}

/** `proto[offset:size]` */
function parseAccess(cursor: TokenCursor, protocol: string, depth: number): Value {
  if (cursor.takeSign() !== '[') throw syntaxError()
  const offset = parseLevel(cursor, depth, 0)
  let size = 1
  if (cursor.acceptSign([':']) !== undefined) {
    const token = cursor.take()
    if (token?.kind !== 'number') throw syntaxError()
    size = token.value
  }
  if (cursor.takeSign() !== ']') throw syntaxError()
  if (size !== 1 && size !== 2 && size !== 4) throw new FilterError('data size must be 1, 2, or 4')
  const { base, needs } = layer(protocol, depth)
  const inner = offset.needs
  return {
    of: (packet) => wordAt(packet, base(packet) + offset.of(packet), size),
    needs: inner === undefined || needs === undefined ? (needs ?? inner) : and(needs, inner),
  }
}

const NETWORK_TYPES: Readonly<Record<string, number>> = {
  ip: ETHERTYPE_IPV4,
  arp: ETHERTYPE_ARP,
  rarp: ETHERTYPE_RARP,
  ip6: ETHERTYPE_IPV6,
}

/** Where a protocol's header begins, and what the packet must be. */
function layer(
  protocol: string,
  depth: number,
): { readonly base: (packet: FilterPacket) => number; readonly needs: Test | undefined } {
  if (protocol === 'ether' || protocol === 'link') return { base: () => 0, needs: undefined }
  const type = NETWORK_TYPES[protocol]
  if (type !== undefined) return { base: (packet) => networkAt(packet, depth), needs: etherType(type, depth) }
  const number = PROTOCOL_NUMBERS[protocol]
  if (number === undefined) throw syntaxError()
  return {
    base: (packet) => {
      const at = networkAt(packet, depth)
      return at + (byteAt(packet, at) & 15) * 4
    },
    needs: and(ipProtocol(number, depth, false), isFirstFragment(depth)),
  }
}
