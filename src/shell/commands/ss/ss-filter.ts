/** Which sockets `ss` is asked for: `state NAME`, `exclude NAME`, and an expression over addresses and ports. */
import type { SocketView, TcpState } from '../../../contract/read-models.ts'
import { inPrefix, parseIpv4 } from '../../../wire/address.ts'
import { CommandError } from '../command-error.ts'
import { portOfService } from '../services.ts'
import { SS_USAGE } from '../usage/ss.ts'

type Test = (socket: SocketView) => boolean

const STATES: readonly (readonly [name: string, state: TcpState])[] = [
  ['established', 'ESTAB'],
  ['syn-sent', 'SYN-SENT'],
  ['syn-recv', 'SYN-RECV'],
  ['fin-wait-1', 'FIN-WAIT-1'],
  ['fin-wait-2', 'FIN-WAIT-2'],
  ['time-wait', 'TIME-WAIT'],
  ['unconnected', 'CLOSE'],
  ['closed', 'CLOSE'],
  ['close-wait', 'CLOSE-WAIT'],
  ['last-ack', 'LAST-ACK'],
  ['listening', 'LISTEN'],
  ['listen', 'LISTEN'],
  ['closing', 'CLOSING'],
]
const ALL: readonly TcpState[] = [...new Set(STATES.map(([, state]) => state))]
const without = (...left: readonly TcpState[]): readonly TcpState[] => ALL.filter((state) => !left.includes(state))

/** Names for several states at once. */
const GROUPS: Readonly<Record<string, readonly TcpState[]>> = {
  all: ALL,
  connected: without('CLOSE', 'LISTEN'),
  synchronized: without('CLOSE', 'LISTEN', 'SYN-SENT'),
  bucket: ['SYN-RECV', 'TIME-WAIT'],
  big: without('SYN-RECV', 'TIME-WAIT'),
}

function statesOf(name: string): readonly TcpState[] {
  const one = STATES.find(([each]) => each === name.toLowerCase())
  const states = one === undefined ? GROUPS[name.toLowerCase()] : [one[1]]
  if (states === undefined) throw new CommandError(`ss: wrong state name: ${name}`, 255)
  return states
}

export interface SsFilter {
  /** Undefined when no state was named. */
  readonly states: readonly TcpState[] | undefined
  readonly matches: Test
}

/** Reads what stands behind ss's options. Throws a CommandError with what ss says. */
export function parseSsFilter(words: readonly string[], deviceName: (device: number) => string): SsFilter {
  let states: readonly TcpState[] | undefined
  let at = 0
  for (; words[at] === 'state' || words[at] === 'exclude' || words[at] === 'excl'; at += 2) {
    const name = words[at + 1]
    if (name === undefined) throw new CommandError('Command line is not complete. Try option "help"', 255)
    const named = statesOf(name)
    if (words[at] === 'state') states = [...(states ?? []), ...named]
    else states = (states ?? ALL).filter((state) => !named.includes(state))
  }
  const rest = words.slice(at)
  return { states, matches: rest.length === 0 ? () => true : new ExpressionParser(rest, deviceName).parse() }
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
}
const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  eq: '=',
  '==': '=',
  ne: '!=',
  neq: '!=',
  gt: '>',
  lt: '<',
  ge: '>=',
  geq: '>=',
  le: '<=',
  leq: '<=',
}

const TOKEN = /[()]|!=|==|>=|<=|[=<>!]|&&?|\|\|?|[^\s()=<>!&|]+/g

/** `or` binds least, then `and` (which may be left out), then `not`. */
class ExpressionParser {
  readonly #tokens: readonly string[]
  readonly #deviceName: (device: number) => string
  #at = 0

  constructor(words: readonly string[], deviceName: (device: number) => string) {
    this.#deviceName = deviceName
    this.#tokens = words.join(' ').match(TOKEN) ?? []
  }

  parse(): Test {
    const test = this.#either()
    if (this.#at < this.#tokens.length) this.#fail()
    return test
  }

  #either(): Test {
    let test = this.#both()
    while (this.#skip('or', '|', '||')) {
      const [one, other] = [test, this.#both()]
      test = (socket) => one(socket) || other(socket)
    }
    return test
  }

  #both(): Test {
    let test = this.#one()
    for (;;) {
      const next = this.#tokens[this.#at]
      if (!this.#skip('and', '&', '&&') && (next === undefined || [')', 'or', '|', '||'].includes(next))) return test
      const [one, other] = [test, this.#one()]
      test = (socket) => one(socket) && other(socket)
    }
  }

  #one(): Test {
    if (this.#skip('not', '!')) {
      const test = this.#one()
      return (socket) => !test(socket)
    }
    if (this.#skip('(')) {
      const test = this.#either()
      if (!this.#skip(')')) this.#fail()
      return test
    }
    const word = this.#take()
    if (word === 'sport' || word === 'dport') return this.#port(word)
    if (word === 'src' || word === 'dst') return this.#address(word)
    if (word === 'autobound') return () => false
    if (word === 'dev') return this.#device()
    if (word === 'fwmark') return this.#mark()
    throw notAPrefix(word)
  }

  #port(which: 'sport' | 'dport'): Test {
    const next = this.#tokens[this.#at] ?? ''
    const known = OPERATOR_WORDS[next] ?? (next in OPERATORS ? next : undefined)
    if (known !== undefined) this.#at++
    const holds = OPERATORS[known ?? '=']
    const text = this.#take().replace(/^.*:/, '')
    const wanted = /^\d+$/.test(text) ? Number(text) : portOfService(text)
    if (wanted === undefined || holds === undefined) throw notAPort(text)
    return (socket) => holds(which === 'sport' ? socket.localPort : socket.remotePort, wanted)
  }

  #address(which: 'src' | 'dst'): Test {
    const isNot = this.#skip('!=', 'ne', 'neq')
    if (!isNot) this.#skip('=', '==', 'eq')
    const text = this.#take()
    const [, host = '', length, port] = /^([^/:]*)(?:\/(\d+))?(?::(.*))?$/.exec(text) ?? []
    const bits = Math.min(Number(length ?? 32), 32)
    const isAny = host === '' || host === '*'
    const address = isAny ? undefined : parseIpv4(host)
    const number = port === undefined || port === '' || port === '*' ? undefined : Number(port)
    if (!isAny && address === undefined) throw notAPrefix(text)
    if (Number.isNaN(number)) throw notAPort(port ?? '')
    return (socket) => {
      const [ip, at] =
        which === 'src' ? [socket.localAddress, socket.localPort] : [socket.remoteAddress, socket.remotePort]
      const isSame = address === undefined || inPrefix(ip, address, bits)
      return (isSame && (number === undefined || at === number)) !== isNot
    }
  }

  /** The device that a socket is bound to. */
  #device(): Test {
    const isNot = this.#skip('!=', 'ne', 'neq')
    if (!isNot) this.#skip('=', '==', 'eq')
    const name = this.#take()
    return (socket) => (this.#deviceName(socket.device) === name) !== isNot
  }

  /** Sockets here send without a mark. */
  #mark(): Test {
    const isNot = this.#skip('!=', 'ne', 'neq')
    if (!isNot) this.#skip('=', '==', 'eq')
    const [value, mask] = this.#take().split('/')
    const wanted = Number(value) & Number(mask ?? 0xffff_ffff)
    return () => (wanted === 0) !== isNot
  }

  #take(): string {
    const word = this.#tokens[this.#at]
    if (word === undefined) throw this.#complaint()
    this.#at++
    return word
  }

  #skip(...words: readonly string[]): boolean {
    const isNext = words.includes(this.#tokens[this.#at] ?? '')
    if (isNext) this.#at++
    return isNext
  }

  #fail(): never {
    throw this.#complaint()
  }

  #complaint(): CommandError {
    return new CommandError(`ss: bison bellows (while parsing filter): "syntax error!" Sorry.\n${SS_USAGE}`, 255)
  }
}

const notAPrefix = (text: string): CommandError =>
  new CommandError(`Error: an inet prefix is expected rather than "${text}".\nCannot parse dst/src address.`, 1)
const notAPort = (text: string): CommandError =>
  new CommandError(`Error: "${text}" does not look like a port.\nCannot parse dst/src address.`, 1)
