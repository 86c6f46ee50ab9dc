/** The options of ping (iputils 20221126). */
import { PING_USAGE } from '../usage/probes.ts'
import { formatIpv4, type Ipv4Address } from '../../../wire/address.ts'
import { CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { parseHostAddress } from '../hosts.ts'

export interface PingOptions {
  /** -c; 0 for without end. */
  count: number
  intervalMs: number
  /** As fast as answers come, a dot for each request that has none (-f). */
  flood: boolean
  /** As fast as answers come (-A). */
  adaptive: boolean
  /** With a bell for each answer (-a). */
  audible: boolean
  /** Only to what is on the link (-r, SO_DONTROUTE). */
  dontRoute: boolean
  /** -W: how long to wait for an answer after the last request. */
  lingerMs: number
  /** -w in seconds; 0 for none. */
  deadlineS: number
  dataLength: number
  ttl: number | undefined
  tos: number | undefined
  device: string | undefined
  /** -I ADDRESS */
  source: Ipv4Address | undefined
  mtuDiscover: 'do' | 'want' | 'dont' | undefined
  ident: number | undefined
  preload: number
  pattern: readonly number[]
  outstanding: boolean
  quiet: boolean
  numeric: boolean
  broadcast: boolean
  verbose: boolean
  /** -4: the other family is not even tried. */
  onlyIpv4: boolean
  timestamps: boolean
  stickySource: boolean
  destination: string
}

const SPEC = '4aAbBc:CdDe:fF:hI:i:l:Lm:M:nN:Op:qQ:rRs:S:t:T:UvVw:W:6'

/** Warnings that do not stop ping come first, then the options. */
export interface ParsedPing {
  readonly warnings: string
  readonly options: PingOptions
}

export function parsePing(args: readonly string[]): ParsedPing {
  const { options: list, operands, problem } = getopt(args, SPEC)
  if (problem !== undefined) throw new CommandError(`ping: ${problem}\n${PING_USAGE}`, 2)
  const parsed: PingOptions = {
    count: 0,
    intervalMs: 1000,
    flood: false,
    adaptive: false,
    audible: false,
    dontRoute: false,
    lingerMs: 10_000,
    deadlineS: 0,
    dataLength: 56,
    ttl: undefined,
    tos: undefined,
    device: undefined,
    source: undefined,
    mtuDiscover: undefined,
    ident: undefined,
    preload: 1,
    pattern: [],
    outstanding: false,
    quiet: false,
    numeric: false,
    broadcast: false,
    verbose: false,
    onlyIpv4: false,
    timestamps: false,
    stickySource: false,
    destination: '',
  }
  let warnings = ''
  for (const [letter, value] of list) {
    if (!applySwitch(parsed, letter) && !applyNumber(parsed, letter, value)) {
      warnings += applyTime(parsed, letter, value) ?? applyWord(parsed, letter, value)
    }
  }
  if (parsed.flood && !list.some(([letter]) => letter === 'i')) parsed.intervalMs = 0
  const destination = operands.at(-1)
  if (destination === undefined) throw new CommandError('ping: usage error: Destination address required', 1)
  if (operands.length > 1)
    throw new CommandError('ping: source routes are not modelled in vethlab. Name one destination.', 2)
  parsed.destination = destination
  return { warnings, options: parsed }
}

const SWITCHES: Readonly<Record<string, keyof PingOptions | 'none'>> = {
  O: 'outstanding',
  q: 'quiet',
  n: 'numeric',
  b: 'broadcast',
  v: 'verbose',
  D: 'timestamps',
  B: 'stickySource',
  '4': 'onlyIpv4',
  a: 'audible',
  C: 'none',
  d: 'none',
  L: 'none',
  r: 'dontRoute',
  f: 'flood',
  A: 'adaptive',
  U: 'none',
}

function applySwitch(parsed: PingOptions, letter: string): boolean {
  const name = SWITCHES[letter]
  if (name === undefined) return false
  if (name !== 'none') Object.assign(parsed, { [name]: true })
  return true
}

/** What to use in the place of options that are left out: packets have no options of IP here. */
const INSTEAD: Readonly<Record<string, string>> = {
  R: ' Use traceroute for the way there; the timeline shows the way back too.',
  T: ' The timeline shows when each packet passed each interface.',
}

const LONG_MAX = '9223372036854775807'
const INT_MAX = 2147483647

const NUMBERS: Readonly<
  Record<string, readonly [name: keyof PingOptions, least: number, most: number, mostText?: string]>
> = {
  c: ['count', 1, Number.MAX_SAFE_INTEGER, LONG_MAX],
  w: ['deadlineS', 0, INT_MAX],
  s: ['dataLength', 0, INT_MAX],
  t: ['ttl', 0, 255],
  e: ['ident', 0, 65_535],
  l: ['preload', 1, 65_536],
}

function applyNumber(parsed: PingOptions, letter: string, value: string): boolean {
  const entry = NUMBERS[letter]
  if (entry === undefined) return false
  const [name, least, most, mostText = String(most)] = entry
  if (!/^[-+]?\d+$/.test(value)) throw new CommandError(`ping: invalid argument: '${value}'`, 1)
  const number = Number(value)
  if (number < least || number > most) {
    throw new CommandError(`ping: invalid argument: '${value}': out of range: ${least} <= value <= ${mostText}`, 1)
  }
  if (name === 'ttl' && number === 0)
    throw new CommandError('ping: cannot set unicast time-to-live: Invalid argument', 2)
  Object.assign(parsed, { [name]: number })
  return true
}

/** -i and -W take decimal seconds. Garbage counts as 0 and is warned of. */
function applyTime(parsed: PingOptions, letter: string, value: string): string | undefined {
  if (letter !== 'i' && letter !== 'W') return undefined
  const isSound = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(value)
  const seconds = isSound ? Number(value) : 0
  // A negative interval is as good as none.
  if ((seconds < 0 && letter === 'W') || seconds >= INT_MAX / 1000) {
    throw new CommandError(
      letter === 'i' ? `ping: bad timing interval: ${value}` : `ping: bad linger time: ${value}`,
      2,
    )
  }
  if (letter === 'i') parsed.intervalMs = Math.max(0, Math.trunc(seconds * 1000))
  else parsed.lingerMs = Math.trunc(seconds * 1000)
  return isSound
    ? ''
    : `ping: option argument contains garbage: ${value}\nping: this will become fatal error in the future\n`
}

function applyWord(parsed: PingOptions, letter: string, value: string): string {
  switch (letter) {
    case 'I': {
      const source = parseHostAddress(value)
      if (source !== undefined && formatIpv4(source) === value) parsed.source = source
      else parsed.device = value
      return ''
    }
    case 'M':
      if (value !== 'do' && value !== 'dont' && value !== 'want')
        throw new CommandError(`ping: invalid -M argument: ${value}`, 2)
      parsed.mtuDiscover = value
      return ''
    case 'Q':
      parsed.tos = typeOfService(value)
      return ''
    case 'p':
      parsed.pattern = patternBytes(value)
      return ''
    case 'h':
      throw new CommandError(PING_USAGE, 2)
    case 'S':
    case 'F':
    case 'N':
    case 'm':
      return ''
    case '6':
      throw new CommandError('ping: IPv6 is not modelled in vethlab.', 2)
    default:
      throw new CommandError(`ping: -${letter} is not modelled in vethlab.${INSTEAD[letter] ?? ''}`, 2)
  }
}

function typeOfService(value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number)) throw new CommandError(`ping: bad TOS value: ${value}`, 2)
  if (number < 0 || number > 255)
    throw new CommandError(`ping: the decimal value of TOS bits must be in range 0-255: ${number}`, 2)
  return number
}

function patternBytes(value: string): number[] {
  if (!/^[0-9a-fA-F]{1,32}$/.test(value))
    throw new CommandError('ping: patterns must be specified as hex digits: ' + value, 2)
  return (value.match(/../g) ?? [value]).map((digits) => Number.parseInt(digits, 16))
}
