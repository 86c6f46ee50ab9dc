/** The command line of Butskoy's `traceroute`: what it takes and what it refuses, in its words. */
import type { Ipv4Address } from '../../wire/address.ts'
import { SECOND_NS } from '../formats/units.ts'
import type { ProcessContext } from '../process/context.ts'
import { TCP_ACK, TCP_CWR, TCP_ECE, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../../wire/tcp.ts'
import { CommandError } from './command-error.ts'
import { getopt } from './getopt.ts'
import { lookUpHost, unresolvedHint } from './hosts.ts'

/** IPv4 and UDP, or IPv4 and ICMP echo. */
export const HEADERS = 28
const FIRST_PORT = 33_434
/** The port of -U, which stays the same. */
const FIXED_PORT = 53
/** The port of -T. */
const HTTP_PORT = 80
const MAX_HOPS = 255
const MAX_PROBES = 10
const MAX_PACKET_BYTES = 65_000
/** A longer pause between two probes is meant in milliseconds. */
const PAUSE_SECONDS_LIMIT = 10

export type TraceMethod = 'udp' | 'icmp' | 'tcp'

export interface TraceOptions {
  readonly host: string
  readonly target: Ipv4Address
  readonly numeric: boolean
  /** The probes must not be cut on their way (-F). */
  readonly keepsWhole: boolean
  readonly tos: number
  readonly method: TraceMethod
  /** -O info: the flags of a final answer of TCP. */
  readonly showsFlags: boolean
  /** Flags of the segments of TCP. */
  readonly flags: number
  /** --sport: all probes leave from it, one after the other. */
  readonly sourcePort: number | undefined
  readonly firstTtl: number
  readonly maxTtl: number
  readonly probesPerHop: number
  /** Probes under way together. */
  readonly together: number
  /** At least so long from one probe to the next (-z). */
  readonly pauseNs: number
  /** How long to wait, and how many times longer than answers of this hop and of later hops. */
  readonly waitS: number
  readonly hereFactor: number
  readonly nearFactor: number
  readonly packetBytes: number
  readonly port: number
  /** All probes go to one port (-U). */
  readonly isPortFixed: boolean
  readonly device: string | undefined
  readonly source: Ipv4Address | undefined
}

/** `!` and `@` stand for --sport and --mtu, which have no letters. */
const SPEC = '46dFITUnN:q:w:m:f:p:s:i:z:t:erM:O:!:@'
const LONG = {
  icmp: 'I',
  tcp: 'T',
  module: 'M',
  options: 'O',
  sport: '!',
  mtu: '@',
  udp: 'U',
  queries: 'q',
  'max-hops': 'm',
  'sim-queries': 'N',
  first: 'f',
  wait: 'w',
  port: 'p',
  source: 's',
  interface: 'i',
  sendwait: 'z',
  tos: 't',
  'dont-fragment': 'F',
}

/** Reads the words behind `traceroute`. Throws CommandError with what the command says of wrong ones. */
export function parseTraceOptions(ctx: ProcessContext): TraceOptions {
  const { options, operands, problem } = getopt(ctx.args, SPEC, LONG)
  if (problem !== undefined) throw new CommandError(badOption(ctx, problem), 2)
  const [host, bytes] = operands
  if (host === undefined) throw new CommandError('Specify "host" missing argument.', 2)
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  const value = (letter: string): string | undefined => options.findLast(([other]) => other === letter)?.[1]
  const number = (letter: string, otherwise: number, form = /^(0x[0-9a-f]+|\d+)$/i): number => {
    const text = value(letter)
    if (text !== undefined && !form.test(text))
      throw new CommandError(`Cannot handle \`-${letter}' option with arg \`${text}'`, 2)
    return text === undefined ? otherwise : Number(text)
  }
  if (has('@'))
    throw new CommandError(
      'traceroute: --mtu is not modelled in vethlab. Use ping -M do -s SIZE to find the path MTU.',
      2,
    )
  const { method, isPortFixed } = methodOf(options)
  const details = (value('O') ?? '').split(',').filter((word) => word !== '')
  if (details.includes('help')) throw new HelpAsked()
  const flags = flagsOf(details)
  const sourcePort = has('!') ? number('!', 0) : undefined
  const target = lookUpHost(ctx, host)
  if (target === undefined) {
    throw new CommandError(
      `${host}: Name or service not known\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc ${ctx.args.length})${unresolvedHint(host)}`,
      2,
    )
  }
  const source = value('s')
  const waits = (value('w') ?? (sourcePort === undefined ? '5.0,3,10' : '5')).split(',').map(Number)
  if (waits.some((wait) => Number.isNaN(wait) || wait < 0))
    throw new CommandError(`bad wait specifications \`${[0, 1, 2].map((at) => waits[at] ?? 0).join(',')}' used`, 2)
  const pause = number('z', 0, /^\d*\.?\d+$/)
  return checked({
    host,
    target,
    numeric: has('n'),
    keepsWhole: has('F'),
    tos: number('t', 0),
    method,
    showsFlags: details.includes('info'),
    flags,
    sourcePort,
    firstTtl: number('f', 1),
    maxTtl: number('m', 30),
    probesPerHop: number('q', 3),
    together: sourcePort === undefined ? Math.max(1, number('N', 16)) : 1,
    pauseNs: (pause >= PAUSE_SECONDS_LIMIT ? pause / 1000 : pause) * SECOND_NS,
    waitS: waits[0] ?? 5,
    hereFactor: waits[1] ?? 0,
    nearFactor: waits[2] ?? 0,
    packetBytes: Math.max(HEADERS, /^\d+$/.test(bytes ?? '') ? Number(bytes) : 60),
    port: number('p', method === 'tcp' ? HTTP_PORT : isPortFixed ? FIXED_PORT : FIRST_PORT),
    isPortFixed,
    device: value('i'),
    source: source === undefined ? undefined : lookUpHost(ctx, source),
  })
}

/** `-O help` asks for the words of a method; there are enough of them in the usage. */
export class HelpAsked extends Error {
  override readonly name = 'HelpAsked'
}

/** By -M: the short options are the same said shorter, and the last one counts. */
const MODULES: Readonly<Record<string, { readonly method: TraceMethod; readonly isPortFixed: boolean }>> = {
  default: { method: 'udp', isPortFixed: false },
  udp: { method: 'udp', isPortFixed: true },
  icmp: { method: 'icmp', isPortFixed: false },
  tcp: { method: 'tcp', isPortFixed: true },
}
const SHORTCUTS: Readonly<Record<string, string>> = { I: 'icmp', T: 'tcp', U: 'udp' }
const LEFT_OUT_MODULES: ReadonlySet<string> = new Set(['tcpconn', 'udplite', 'dccp', 'raw'])

function methodOf(options: readonly (readonly [letter: string, value: string])[]): (typeof MODULES)[string] {
  const asked = options
    .map(([letter, value]) => (letter === 'M' ? value : SHORTCUTS[letter]))
    .filter((name) => name !== undefined)
  const name = asked.at(-1) ?? 'default'
  if (LEFT_OUT_MODULES.has(name))
    throw new CommandError(`traceroute: -M ${name} is not modelled in vethlab. Use -M udp, -M icmp or -M tcp.`, 2)
  const found = MODULES[name]
  if (found === undefined) throw new CommandError(`Unknown traceroute module ${name}`, 2)
  return found
}

const FLAGS: Readonly<Record<string, number>> = {
  fin: TCP_FIN,
  syn: TCP_SYN,
  rst: TCP_RST,
  psh: TCP_PSH,
  ack: TCP_ACK,
  urg: TCP_URG,
  ece: TCP_ECE,
  cwr: TCP_CWR,
}

/** The flags that -O names; SYN when it names none. */
function flagsOf(details: readonly string[]): number {
  const exact = details.map((word) => /^flags=(0x[0-9a-f]+|\d+)$/i.exec(word)?.[1]).find((word) => word !== undefined)
  const named = details.reduce((flags, word) => flags | (FLAGS[word] ?? 0), 0)
  return exact === undefined ? (named === 0 ? TCP_SYN : named) : Number(exact) & 0xff
}

/** The names of a segment's flags, as -O info prints them. */
export function flagNames(flags: number): string {
  return Object.entries(FLAGS)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name)
    .join(',')
}

/** A word that is no option, in the words of its parser (libsupp's CLIF). */
function badOption(ctx: ProcessContext, problem: string): string {
  const name = /'([^']*)'/.exec(problem)?.[1] ?? ''
  const isLong = name.startsWith('-')
  const at = ctx.args.findIndex((word) => (isLong ? word === name : /^-[^-]/.test(word) && word.includes(name)))
  return `Bad option \`${isLong ? name : `-${name}`}' (argc ${at + 1})`
}

/** Refuses what is out of range, in the order in which the command looks at it. */
function checked(options: TraceOptions): TraceOptions {
  const { firstTtl, maxTtl, probesPerHop, packetBytes } = options
  const refusals: readonly (readonly [boolean, string])[] = [
    [firstTtl === 0 || firstTtl > maxTtl, 'first hop out of range'],
    [maxTtl > MAX_HOPS, `max hops cannot be more than ${MAX_HOPS}`],
    [probesPerHop === 0 || probesPerHop > MAX_PROBES, `no more than ${MAX_PROBES} probes per hop`],
    [packetBytes > MAX_PACKET_BYTES, `too big packetlen ${packetBytes} specified`],
  ]
  const refusal = refusals.find(([holds]) => holds)
  if (refusal !== undefined) throw new CommandError(refusal[1], 2)
  return options
}
