/** The command line of conntrack: one command, and which flows it is about. */
import type { FlowTupleView, NatRange } from '../../../contract/firewall.ts'
import { type Ipv4Address, parseIpv4, prefixMask } from '../../../wire/address.ts'
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ipv4.ts'
import { CommandError } from '../command-error.ts'

export const PROGRAM = 'conntrack v1.4.7 (conntrack-tools)'
const HINT = "\nTry `conntrack -h' or 'conntrack --help' for more information."

export type Action = 'L' | 'G' | 'D' | 'I' | 'A' | 'U' | 'E' | 'F' | 'C' | 'S' | 'h' | 'V'
export type FlowTable = 'conntrack' | 'expect' | 'dying' | 'unconfirmed'

/** An address with the part of it that counts. */
export interface MaskedAddress {
  readonly address: Ipv4Address
  readonly mask: number
}

/** What was said about flows: to find them, or to make one. */
export interface FlowWords {
  source: MaskedAddress | undefined
  destination: MaskedAddress | undefined
  replySource: MaskedAddress | undefined
  replyDestination: MaskedAddress | undefined
  protocol: number | undefined
  isIpv6: boolean
  /** Numbers of the protocol, by option: `sport`, `reply-dport`, `icmp-type`. */
  numbers: Map<string, number>
  state: string | undefined
  statuses: readonly string[]
  mark: { readonly value: number; readonly mask: number } | undefined
  timeoutSeconds: number | undefined
  sourceNat: NatRange | 'any' | undefined
  destinationNat: NatRange | 'any' | undefined
  anyNat: NatRange | 'any' | undefined
  zone: number
}

export interface Parsed {
  readonly action: Action
  readonly table: FlowTable
  readonly flow: FlowWords
  readonly outputs: ReadonlySet<string>
  /** Of `-E`; empty means all. */
  readonly events: ReadonlySet<string>
  readonly bufferBytes: number | undefined
}

const ACTIONS: Readonly<Record<string, Action>> = {
  dump: 'L',
  get: 'G',
  delete: 'D',
  create: 'I',
  add: 'A',
  update: 'U',
  event: 'E',
  flush: 'F',
  count: 'C',
  stats: 'S',
  help: 'h',
  version: 'V',
}
const ACTION_LETTERS: ReadonlySet<string> = new Set(Object.values(ACTIONS))
const TABLES: readonly FlowTable[] = ['conntrack', 'expect', 'dying', 'unconfirmed']

/** Letters of the long options; those of a protocol keep a name. */
const LONG: Readonly<Record<string, string>> = {
  src: 's',
  'orig-src': 's',
  dst: 'd',
  'orig-dst': 'd',
  'reply-src': 'r',
  'reply-dst': 'q',
  proto: 'p',
  protonum: 'p',
  family: 'f',
  timeout: 't',
  status: 'u',
  mark: 'm',
  zone: 'w',
  'orig-zone': 'w',
  'reply-zone': 'w',
  zero: 'z',
  output: 'o',
  'event-mask': 'e',
  'buffer-size': 'b',
  label: 'l',
  'src-nat': 'n',
  'dst-nat': 'g',
  'any-nat': 'j',
  'mask-src': 'mask-src',
  'mask-dst': 'mask-dst',
}
/** How a refusal names an option. */
const FULL_NAMES: Readonly<Record<string, string>> = {
  s: 'orig-src',
  d: 'orig-dst',
  p: 'protonum',
  r: 'reply-src',
  q: 'reply-dst',
  t: 'timeout',
  u: 'status',
  m: 'mark',
  e: 'event-mask',
  o: 'output',
  n: 'src-nat',
  g: 'dst-nat',
  j: 'any-nat',
  b: 'buffer-size',
  z: 'zero',
}
const PROTOCOL_OPTIONS: Readonly<Record<string, string>> = {
  sport: 'sport',
  'orig-port-src': 'sport',
  dport: 'dport',
  'orig-port-dst': 'dport',
  'reply-port-src': 'reply-sport',
  'reply-port-dst': 'reply-dport',
  state: 'state',
  'icmp-type': 'icmp-type',
  'icmp-code': 'icmp-code',
  'icmp-id': 'icmp-id',
}
const OPTIONAL_VALUE: ReadonlySet<string> = new Set(['n', 'g', 'j'])
const WITHOUT_VALUE: ReadonlySet<string> = new Set(['z'])
/** Options that a command does not take (commands_v_options). */
const ILLEGAL: Readonly<Record<Action, string>> = {
  L: 'teb',
  G: 'teb',
  D: 'eb',
  I: 'ebz',
  A: 'ebz',
  U: 'ebz',
  E: 'tz',
  F: 'sdrqptumeongjbz',
  C: 'sdrqptumeongjbz',
  S: 'sdrqptumeongjbz',
  h: '',
  V: '',
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: PROTOCOL_ICMP,
  tcp: PROTOCOL_TCP,
  udp: PROTOCOL_UDP,
}
const OTHER_PROTOCOLS: Readonly<Record<string, number>> = { dccp: 33, gre: 47, icmpv6: 58, sctp: 132, udplite: 136 }
const STATUSES: ReadonlySet<string> = new Set([
  'ASSURED',
  'SEEN_REPLY',
  'UNREPLIED',
  'SRC_NAT',
  'DST_NAT',
  'EXPECTED',
  'FIXED_TIMEOUT',
  'OFFLOAD',
  'HW_OFFLOAD',
  'UNSET',
])
const TCP_STATE_NAMES: ReadonlySet<string> = new Set([
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'LISTEN',
  'SYN_SENT2',
])
const OUTPUTS: ReadonlySet<string> = new Set([
  'xml',
  'extended',
  'timestamp',
  'id',
  'ktimestamp',
  'labels',
  'userspace',
  'save',
])
const EVENTS: ReadonlySet<string> = new Set(['NEW', 'UPDATES', 'DESTROY', 'ALL'])

/** A refusal of the command line. */
function problem(text: string): CommandError {
  return new CommandError(`${PROGRAM}: ${text}${HINT}`, 2)
}

/** A refusal of the kernel. */
export function failed(text: string): CommandError {
  return new CommandError(`${PROGRAM}: Operation failed: ${text}`, 1)
}

const noWords = (): FlowWords => ({
  source: undefined,
  destination: undefined,
  replySource: undefined,
  replyDestination: undefined,
  protocol: undefined,
  isIpv6: false,
  numbers: new Map(),
  state: undefined,
  statuses: [],
  mark: undefined,
  timeoutSeconds: undefined,
  sourceNat: undefined,
  destinationNat: undefined,
  anyNat: undefined,
  zone: 0,
})

/** Reads the command line. Throws what the tool says of a bad one. */
export function parseConntrack(args: readonly string[]): Parsed {
  const words = [...args]
  const flow = noWords()
  const seen: string[] = []
  let action: Action | undefined
  let table: FlowTable = 'conntrack'
  let outputs: ReadonlySet<string> = new Set()
  let events: ReadonlySet<string> = new Set()
  let bufferBytes: number | undefined
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    // What stands alone between the options is passed over.
    if (!word.startsWith('-')) continue
    const { letter, inline } = optionOf(word, flow)
    if (ACTION_LETTERS.has(letter)) {
      if (action !== undefined) throw problem('Invalid commands combination')
      action = letter as Action
      const named = words[0]?.startsWith('-') === false ? words.shift() : undefined
      const found = TABLES.find((each) => each === named)
      if (named !== undefined && found === undefined) throw problem(`unknown type \`${named}'`)
      table = found ?? table
      continue
    }
    seen.push(letter)
    if (WITHOUT_VALUE.has(letter)) continue
    const isOptional = OPTIONAL_VALUE.has(letter)
    const value = inline ?? (isOptional && words[0]?.startsWith('-') !== false ? undefined : words.shift())
    if (value === undefined && !isOptional) throw problem(`option \`${word}' requires an argument`)
    if (letter === 'o') outputs = listOf(value ?? '', OUTPUTS)
    else if (letter === 'e') events = listOf(value ?? '', EVENTS)
    else if (letter === 'b') bufferBytes = Number.parseInt(value ?? '', 10)
    else setWord(flow, letter, value)
  }
  if (action === undefined) throw problem('you need to supply a command')
  const illegal = seen.find((letter) => ILLEGAL[action].includes(letter))
  if (illegal !== undefined) throw problem(`Illegal option \`--${FULL_NAMES[illegal] ?? illegal}' with this command`)
  return { action, table, flow, outputs, events, bufferBytes }
}

function optionOf(word: string, flow: FlowWords): { readonly letter: string; readonly inline: string | undefined } {
  if (!word.startsWith('--')) {
    const letter = word.slice(1, 2)
    const isKnown = ACTION_LETTERS.has(letter) || Object.values(LONG).includes(letter)
    if (!isKnown) throw problem(`unknown option \`${word}'`)
    return { letter, inline: word.length > 2 ? word.slice(2) : undefined }
  }
  const [name = '', inline] = word.slice(2).split(/=(.*)/s)
  // The options of a protocol are there only behind its -p.
  const ofProtocol = flow.protocol === undefined ? undefined : PROTOCOL_OPTIONS[name]
  const letter = ACTIONS[name] ?? LONG[name] ?? ofProtocol
  if (letter === undefined) throw problem(`unknown option \`${word}'`)
  return { letter, inline }
}

function listOf(value: string, known: ReadonlySet<string>): ReadonlySet<string> {
  const names = value.split(',')
  const bad = names.find((name) => !known.has(name) && !known.has(name.toUpperCase()))
  if (bad !== undefined) throw problem(`Bad parameter \`${value}'`)
  return new Set(names.map((name) => (known.has(name) ? name : name.toUpperCase())))
}

function setWord(flow: FlowWords, letter: string, value: string | undefined): void {
  const text = value ?? ''
  switch (letter) {
    case 's':
      flow.source = maskedAddress(text)
      return
    case 'd':
      flow.destination = maskedAddress(text)
      return
    case 'r':
      flow.replySource = maskedAddress(text)
      return
    case 'q':
      flow.replyDestination = maskedAddress(text)
      return
    case 'mask-src':
      if (flow.source !== undefined) flow.source = { ...flow.source, mask: maskedAddress(text).address }
      return
    case 'mask-dst':
      if (flow.destination !== undefined) flow.destination = { ...flow.destination, mask: maskedAddress(text).address }
      return
    case 'p':
      flow.protocol = protocolNumber(text)
      return
    case 'f':
      if (text !== 'ipv4' && text !== 'ipv6') throw problem(`\`${text}' unsupported protocol`)
      flow.isIpv6 = text === 'ipv6'
      return
    case 'u':
      flow.statuses = [...listOf(text, STATUSES)]
      return
    case 'm': {
      const [number, mask] = text.split('/')
      flow.mark = { value: Number(number), mask: mask === undefined ? 0xffff_ffff : Number(mask) }
      return
    }
    case 't':
      flow.timeoutSeconds = Number.parseInt(text, 10)
      return
    case 'n':
      flow.sourceNat = natWord(value)
      return
    case 'g':
      flow.destinationNat = natWord(value)
      return
    case 'j':
      flow.anyNat = natWord(value)
      return
    case 'w':
      flow.zone = Number.parseInt(text, 10)
      return
    case 'l':
      throw problem(`unknown label '${text}'`)
    case 'state':
      flow.state = text.toUpperCase()
      if (!TCP_STATE_NAMES.has(flow.state)) throw problem(`unknown TCP state \`${text}'`)
      return
    default:
      flow.numbers.set(letter, Number.parseInt(text, 10))
  }
}

function protocolNumber(text: string): number {
  const name = text.toLowerCase()
  const number = PROTOCOLS[name] ?? OTHER_PROTOCOLS[name] ?? (/^\d+$/.test(text) ? Number(text) : undefined)
  if (number === undefined) throw problem(`\`${text}' unsupported protocol`)
  return number
}

function maskedAddress(text: string): MaskedAddress {
  const [host = '', prefix] = text.split('/')
  const address = parseIpv4(host)
  if (address === undefined) throw problem(`Invalid IP address \`${text}'`)
  const length = prefix === undefined ? 32 : Number(prefix)
  if (!Number.isInteger(length) || length < 0 || length > 32) throw problem(`Invalid netmask \`${prefix ?? ''}'`)
  return { address, mask: length === 0 ? 0 : prefixMask(length) }
}

/** `ADDRESS[:PORT]`, or nothing. */
function natWord(value: string | undefined): NatRange | 'any' {
  if (value === undefined) return 'any'
  const [host = '', port] = value.split(':')
  const address = parseIpv4(host)
  if (address === undefined) throw problem(`Invalid IP address \`${host}'`)
  const plain = { random: false, randomFully: false, persistent: false, addresses: { from: address, to: address } }
  return port === undefined ? plain : { ...plain, ports: { from: Number(port), to: Number(port) } }
}

/** The one flow that is named, in its first direction; a refusal says what is missing (generic_opt_check, tcp_options_check). */
export function namedTuple({ flow, action }: Parsed): FlowTupleView {
  const { source, destination, protocol, numbers } = flow
  if (protocol === undefined) throw problem("You need to supply the `--protonum' option for this command")
  const makes = action === 'I' || action === 'A'
  if (makes && flow.timeoutSeconds === undefined)
    throw problem("You need to supply the `--timeout' option for this command")
  if (source === undefined || destination === undefined) {
    if (flow.replySource !== undefined && flow.replyDestination !== undefined) throw failed('invalid parameters')
    throw problem("you have to specify `--src' and `--dst'")
  }
  const ends = { source: source.address, destination: destination.address, sourcePort: 0, destinationPort: 0 }
  if (protocol === PROTOCOL_ICMP) {
    for (const name of ['icmp-type', 'icmp-code', 'icmp-id'])
      if (!numbers.has(name)) throw problem(`You need to supply the \`--${name}' option for this command`)
    const [type = 0, code = 0, id = 0] = ['icmp-type', 'icmp-code', 'icmp-id'].map((name) => numbers.get(name))
    return { ...ends, icmp: { type, code, id } }
  }
  const sourcePort = numbers.get('sport')
  const destinationPort = numbers.get('dport')
  const hasPorts = protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP
  if (hasPorts && (sourcePort === undefined || destinationPort === undefined))
    throw problem("you have to specify `--sport' and `--dport'")
  if (makes && protocol === PROTOCOL_TCP && flow.state === undefined)
    throw problem("You need to supply the `--state' option for this command")
  return { ...ends, sourcePort: sourcePort ?? 0, destinationPort: destinationPort ?? 0, icmp: undefined }
}
