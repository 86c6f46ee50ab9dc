/** The command line of Butskoy's `traceroute`: what it takes and what it refuses, in its words. */
import type { Ipv4Address } from '../../wire/address.ts'
import { SECOND_NS } from '../formats/units.ts'
import type { ProcessContext } from '../process/context.ts'
import { CommandError } from './command-error.ts'
import { getopt } from './getopt.ts'
import { lookUpHost, unresolvedHint } from './hosts.ts'

/** IPv4 and UDP, or IPv4 and ICMP echo. */
export const HEADERS = 28
const FIRST_PORT = 33_434
/** The port of -U, which stays the same. */
const FIXED_PORT = 53
const MAX_HOPS = 255
const MAX_PROBES = 10
const MAX_PACKET_BYTES = 65_000
/** A longer pause between two probes is meant in milliseconds. */
const PAUSE_SECONDS_LIMIT = 10

export interface TraceOptions {
  readonly host: string
  readonly target: Ipv4Address
  readonly numeric: boolean
  /** The probes must not be cut on their way (-F). */
  readonly keepsWhole: boolean
  readonly tos: number
  readonly icmp: boolean
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

/** Reads the words behind `traceroute`. Throws CommandError with what the command says of wrong ones. */
export function parseTraceOptions(ctx: ProcessContext): TraceOptions {
  const { options, operands, problem } = getopt(ctx.args, '46dFITUnN:q:w:m:f:p:s:i:z:t:er', {
    icmp: 'I',
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
  })
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
  if (has('T')) throw new CommandError('traceroute: -T is not modelled in vethlab. Use UDP (the default) or -I.', 2)
  const target = lookUpHost(ctx, host)
  if (target === undefined) {
    throw new CommandError(
      `${host}: Name or service not known\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc ${ctx.args.length})${unresolvedHint(host)}`,
      2,
    )
  }
  const source = value('s')
  const waits = (value('w') ?? '5.0,3,10').split(',').map(Number)
  if (waits.some((wait) => Number.isNaN(wait) || wait < 0))
    throw new CommandError(`bad wait specifications \`${[0, 1, 2].map((at) => waits[at] ?? 0).join(',')}' used`, 2)
  const pause = number('z', 0, /^\d*\.?\d+$/)
  const isPortFixed = has('U')
  return checked({
    host,
    target,
    numeric: has('n'),
    keepsWhole: has('F'),
    tos: number('t', 0),
    icmp: has('I'),
    firstTtl: number('f', 1),
    maxTtl: number('m', 30),
    probesPerHop: number('q', 3),
    together: Math.max(1, number('N', 16)),
    pauseNs: (pause >= PAUSE_SECONDS_LIMIT ? pause / 1000 : pause) * SECOND_NS,
    waitS: waits[0] ?? 5,
    hereFactor: waits[1] ?? 0,
    nearFactor: waits[2] ?? 0,
    packetBytes: Math.max(HEADERS, /^\d+$/.test(bytes ?? '') ? Number(bytes) : 60),
    port: number('p', isPortFixed ? FIXED_PORT : FIRST_PORT),
    isPortFixed,
    device: value('i'),
    source: source === undefined ? undefined : lookUpHost(ctx, source),
  })
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
