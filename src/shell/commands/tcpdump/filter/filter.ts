/**
 * Capture filters in the language of pcap-filter(7), with its grammar: `and` and `or` bind alike, from left to right; an
 * address without qualifiers takes those of the one before; `vlan` moves all that follows behind a tag.
 */
import { parseMac } from '../../../../wire/address.ts'
import { mayBeArithmetic, parseComparison } from './arithmetic.ts'
import { TokenCursor } from './cursor.ts'
import { and, type FilterPacket, not, or, runTest, type Test } from './packet.ts'
import * as primitives from './primitives.ts'
import {
  type Kind,
  kindOf,
  NO_QUALIFIERS,
  type ProtocolWord,
  PROTOCOL_WORDS,
  type Qualifiers,
  testOfName,
} from './qualified.ts'
import { FilterError, filterTokens, syntaxError } from './tokens.ts'

/** What a filter asks of the machine that it is for. */
export interface FilterSettings {
  readonly host: (name: string) => number | undefined
  readonly port: (name: string) => number | undefined
  /** False for the device `any`, whose packets have no Ethernet header. */
  readonly hasEthernet: boolean
  /** Of the interface, for `ip broadcast`. */
  readonly netmask: number | undefined
}

/** Reads a filter; the empty one takes every packet. Throws FilterError. */
export function compileFilter(text: string, settings: FilterSettings): (packet: FilterPacket) => boolean {
  const cursor = new TokenCursor(filterTokens(text))
  if (cursor.isDone) return () => true
  const { test } = new Parser(cursor, settings).expression()
  if (cursor.peek() !== undefined) throw syntaxError()
  return (packet) => runTest(test, packet)
}

/** A part of a filter and the qualifiers that an address behind it inherits. */
interface Part {
  readonly test: Test
  readonly qualifiers: Qualifiers | undefined
}

const DIRECTIONS = ['src', 'dst'] as const
const KINDS = ['host', 'net', 'port', 'portrange', 'proto', 'protochain', 'gateway'] as const
const plain = (test: Test): Part => ({ test, qualifiers: undefined })

class Parser {
  readonly #cursor: TokenCursor
  readonly #settings: FilterSettings
  /** How many tags the words read so far lie behind. */
  #depth = 0

  constructor(cursor: TokenCursor, settings: FilterSettings) {
    this.#cursor = cursor
    this.#settings = settings
  }

  expression(inherited?: Qualifiers): Part {
    let left = this.#term(inherited)
    for (;;) {
      const operator = this.#operator()
      if (operator === undefined) return left
      const right = this.#term(left.qualifiers ?? inherited)
      const test = operator === 'and' ? and(left.test, right.test) : or(left.test, right.test)
      left = { test, qualifiers: right.qualifiers ?? left.qualifiers }
    }
  }

  #operator(): 'and' | 'or' | undefined {
    const word = this.#cursor.acceptWord(['and', 'or'])
    if (word !== undefined) return word
    const sign = this.#cursor.acceptSign(['&&', '||'])
    return sign === undefined ? undefined : sign === '&&' ? 'and' : 'or'
  }

  #term(inherited: Qualifiers | undefined): Part {
    const cursor = this.#cursor
    if (cursor.acceptWord(['not']) !== undefined || cursor.acceptSign(['!']) !== undefined) {
      const part = this.#term(inherited)
      return { ...part, test: not(part.test) }
    }
    const comparison = this.#comparison()
    if (comparison !== undefined) return plain(comparison)
    if (cursor.acceptSign(['(']) !== undefined) {
      const part = this.expression(inherited)
      if (cursor.takeSign() !== ')') throw syntaxError()
      return part
    }
    return this.#primitive(inherited)
  }

  /** A relation between numbers, where the next words are one. */
  #comparison(): Test | undefined {
    const cursor = this.#cursor
    const first = cursor.peek()
    if (first === undefined || !mayBeArithmetic(first, cursor.peek(1))) return undefined
    const from = cursor.at
    try {
      return parseComparison(cursor, this.#depth)
    } catch (error) {
      // A parenthesis may also hold a part of the filter, and a number may be a port.
      if (!(error instanceof FilterError) || first.kind === 'word') throw error
      cursor.at = from
      return undefined
    }
  }

  #primitive(inherited: Qualifiers | undefined): Part {
    const word = this.#wordPrimitive()
    if (word !== undefined) return plain(word)
    const found = this.#qualifiers()
    if (found === undefined) {
      if (inherited === undefined) throw syntaxError()
      return this.#name(inherited)
    }
    const { qualifiers, isProtocolOnly } = found
    if (isProtocolOnly) return { test: this.#protocol(qualifiers.protocol!), qualifiers: undefined }
    if (this.#cursor.acceptSign(['(']) !== undefined) {
      const part = this.expression(qualifiers)
      if (this.#cursor.takeSign() !== ')') throw syntaxError()
      return { test: part.test, qualifiers }
    }
    return this.#name(qualifiers)
  }

  /** Primitives that are one word, with at most a number behind it. */
  #wordPrimitive(): Test | undefined {
    const { hasEthernet, netmask } = this.#settings
    const cursor = this.#cursor
    const protocol = cursor.peek()
    const second = cursor.peek(1)
    const cast = second?.kind === 'word' && (second.text === 'broadcast' || second.text === 'multicast')
    if (protocol?.kind === 'word' && protocol.text === 'ip' && cast) {
      cursor.at += 2
      return second.text === 'broadcast'
        ? primitives.ipBroadcast(this.#depth, netmask)
        : primitives.ipMulticast(this.#depth)
    }
    if (protocol?.kind === 'word' && protocol.text === 'ether' && cast) cursor.at += 1
    switch (
      cursor.acceptWord([
        'broadcast',
        'multicast',
        'inbound',
        'outbound',
        'less',
        'greater',
        'vlan',
        'gateway',
        'ifname',
        'type',
      ])
    ) {
      case 'broadcast':
        if (!hasEthernet) throw new FilterError('not a broadcast link')
        return primitives.etherBroadcast
      case 'multicast':
        if (!hasEthernet)
          throw new FilterError(
            'link-layer multicast filters supported only on ethernet/FDDI/token ring/ARCNET/802.11/ATM LANE/Fibre Channel',
          )
        return primitives.etherMulticast
      case 'inbound':
        return primitives.inbound
      case 'outbound':
        return primitives.outbound
      case 'less': {
        const most = this.#number()
        return ({ bytes }) => bytes.length <= most
      }
      case 'greater': {
        const least = this.#number()
        return ({ bytes }) => bytes.length >= least
      }
      case 'vlan':
        return this.#vlan()
      case 'gateway':
        throw new FilterError("'gateway' not supported in this configuration")
      case 'ifname':
        throw new FilterError('ifname supported only on PF linktype')
      case 'type':
        throw syntaxError()
      default:
        return undefined
    }
  }

  #number(): number {
    const token = this.#cursor.take()
    if (token?.kind !== 'number') throw syntaxError()
    return token.value
  }

  #vlan(): Test {
    if (!this.#settings.hasEthernet) throw new FilterError('no VLAN support for Linux cooked v2')
    const id = this.#cursor.peek()?.kind === 'number' ? this.#number() : undefined
    if (id !== undefined && id > 4095) throw new FilterError(`VLAN tag ${id} greater than maximum 4095`)
    const test = primitives.vlan(id, this.#depth)
    this.#depth += 1
    return test
  }

  /** `[ protocol ] [ direction ] [ kind ]`, or undefined when none of them is there. */
  #qualifiers(): { readonly qualifiers: Qualifiers; readonly isProtocolOnly: boolean } | undefined {
    const cursor = this.#cursor
    const protocol = cursor.acceptWord(PROTOCOL_WORDS)
    const direction = this.#direction()
    const kind: Kind | undefined = cursor.acceptWord(KINDS)
    if (protocol === undefined && direction === undefined && kind === undefined) return undefined
    return {
      qualifiers: { ...NO_QUALIFIERS, protocol, direction, kind },
      isProtocolOnly: direction === undefined && kind === undefined,
    }
  }

  #direction(): Qualifiers['direction'] {
    const cursor = this.#cursor
    const first = cursor.acceptWord(DIRECTIONS)
    if (first === undefined) return undefined
    const [operator, second] = [cursor.peek(), cursor.peek(1)]
    if (operator?.kind !== 'word' || second?.kind !== 'word' || second.text === first) return first
    if (!DIRECTIONS.some((name) => name === second.text)) return first
    if (operator.text !== 'or' && operator.text !== 'and') return first
    cursor.at += 2
    return operator.text === 'or' ? 'src or dst' : 'src and dst'
  }

  /** A protocol that stands alone: `icmp`. */
  #protocol(word: ProtocolWord): Test {
    const depth = this.#depth
    switch (word) {
      case 'ether':
      case 'link':
        throw syntaxError()
      case 'ip':
      case 'arp':
      case 'rarp':
      case 'ip6':
        return primitives.etherType(primitives.ETHERTYPE_NUMBERS[word]!, depth)
      case 'stp':
        return primitives.etherType(0x42, depth)
      case 'icmp6':
        return primitives.ip6Protocol(58, depth)
      default: {
        const number = primitives.PROTOCOL_NUMBERS[word]!
        return primitives.ipProtocol(number, depth, word !== 'icmp' && word !== 'igmp')
      }
    }
  }

  /** The address, number or name that qualifiers are about, and `/length` or `mask` behind it. */
  #name(qualifiers: Qualifiers): Part {
    const cursor = this.#cursor
    const token = cursor.take()
    if (token === undefined || token.kind === 'sign') throw syntaxError()
    let length: number | undefined
    let mask: string | undefined
    const kind = qualifiers.kind ?? 'host'
    if ((token.kind === 'number' || token.kind === 'address') && (kind === 'host' || kind === 'net')) {
      if (cursor.acceptSign(['/']) !== undefined) length = this.#number()
      else if (cursor.acceptWord(['mask']) !== undefined) mask = cursor.take()?.text ?? ''
    }
    if (token.kind === 'mac' && parseMac(token.text.replaceAll('-', ':')) === undefined) throw syntaxError()
    if (token.kind === 'number' && qualifiers.kind === 'portrange' && cursor.acceptSign(['-']) !== undefined) {
      const to = this.#number()
      const range = { kind: 'name' as const, text: `${token.text}-${to}` }
      return { test: testOfName(range, {}, qualifiers, this.#depth, this.#settings), qualifiers }
    }
    const range = { ...(length === undefined ? {} : { length }), ...(mask === undefined ? {} : { mask }) }
    return { test: testOfName(token, range, qualifiers, this.#depth, this.#settings), qualifiers: kindOf(qualifiers) }
  }
}
