/** Command line of OpenBSD netcat 1.219 as Debian has it. */
import type { Ipv4Address } from '../../../wire/address.ts'
import { CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { parseHostAddress } from '../hosts.ts'
import { portOfService } from '../services.ts'

export interface NcOptions {
  readonly udp: boolean
  /** May send to a broadcast address. */
  readonly broadcast: boolean
  readonly listen: boolean
  /** Serve one connection after the other. */
  readonly keep: boolean
  readonly verbose: boolean
  readonly numeric: boolean
  /** Only look whether the port is open. */
  readonly scan: boolean
  /** Tell the other side when standard input has ended. */
  readonly shutdownAfterEof: boolean
  readonly noStdin: boolean
  readonly crlf: boolean
  /** Seconds after the end of standard input until it quits; negative: never. */
  readonly quitS: number
  /** Seconds without traffic, or without a connection, until it quits; undefined: never. */
  readonly timeoutS: number | undefined
  readonly intervalS: number
  readonly receiveLimit: number
  readonly source: Ipv4Address | undefined
  readonly sourcePort: number
  readonly ttl: number | undefined
  readonly tos: number | undefined
  /** Empty when it listens everywhere. */
  readonly host: string
  readonly ports: readonly number[]
}

const USAGE =
  'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n' +
  '\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n' +
  '\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n' +
  '\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n' +
  '\t  [destination] [port]'

const HELP = [
  '\tCommand Summary:',
  '\t\t-4\t\tUse IPv4',
  '\t\t-6\t\tUse IPv6',
  '\t\t-b\t\tAllow broadcast',
  '\t\t-C\t\tSend CRLF as line-ending',
  '\t\t-D\t\tEnable the debug socket option',
  '\t\t-d\t\tDetach from stdin',
  '\t\t-F\t\tPass socket fd',
  '\t\t-h\t\tThis help text',
  '\t\t-I length\tTCP receive buffer length',
  '\t\t-i interval\tDelay interval for lines sent, ports scanned',
  '\t\t-k\t\tKeep inbound sockets open for multiple connects',
  '\t\t-l\t\tListen mode, for inbound connects',
  '\t\t-M ttl\t\tOutgoing TTL / Hop Limit',
  '\t\t-m minttl\tMinimum incoming TTL / Hop Limit',
  '\t\t-N\t\tShutdown the network socket after EOF on stdin',
  '\t\t-n\t\tSuppress name/port resolutions',
  '\t\t-O length\tTCP send buffer length',
  '\t\t-P proxyuser\tUsername for proxy authentication',
  '\t\t-p port\t\tSpecify local port for remote connects',
  '\t\t-q secs\t\tquit after EOF on stdin and delay of secs',
  '\t\t-r\t\tRandomize remote ports',
  '\t\t-S\t\tEnable the TCP MD5 signature option',
  '\t\t-s sourceaddr\tLocal source address',
  '\t\t-T keyword\tTOS value',
  '\t\t-t\t\tAnswer TELNET negotiation',
  '\t\t-U\t\tUse UNIX domain socket',
  '\t\t-u\t\tUDP mode',
  '\t\t-V rtable\tSpecify alternate routing table',
  '\t\t-v\t\tVerbose',
  '\t\t-W recvlimit\tTerminate after receiving a number of packets',
  '\t\t-w timeout\tTimeout for connects and final net reads',
  '\t\t-X proto\tProxy protocol: "4", "5" (SOCKS) or "connect"',
  '\t\t-x addr[:port]\tSpecify proxy address and port',
  '\t\t-Z\t\tDCCP mode',
  '\t\t-z\t\tZero-I/O mode [used for scanning]',
  '\tPort numbers can be individual or ranges: lo-hi [inclusive]',
].join('\n')

const HIGHEST_PORT = 65_535
const HIGHEST_TTL = 255
const HIGHEST_NUMBER = 2 ** 31 - 1
const UNMODELLED: Readonly<Record<string, string>> = {
  '6': 'IPv6 is not modelled in vethlab.',
  U: 'Unix sockets are not modelled in vethlab.',
  X: 'Proxies are not modelled in vethlab.',
  x: 'Proxies are not modelled in vethlab.',
  S: 'TCP MD5 signatures are not modelled in vethlab.',
  F: 'Passing file descriptors is not modelled in vethlab.',
  Z: 'DCCP is not modelled in vethlab.',
}

/** Reads the arguments; a refusal is what nc prints, with status 1. */
export function parseNc(args: readonly string[]): NcOptions {
  const { options, operands, problem } = getopt(args, '46bCDdFhI:i:klM:m:NnO:P:p:q:rSs:T:tUuV:vW:w:X:x:Zz')
  if (problem !== undefined) throw new CommandError(`nc: ${problem}\n${USAGE}`, 1)
  const letters = new Set(options.map(([letter]) => letter))
  if (letters.has('h')) throw new CommandError(`OpenBSD netcat (Debian patchlevel 1.219-1)\n${USAGE}\n${HELP}`, 0)
  const value = (letter: string): string | undefined => options.findLast(([other]) => other === letter)?.[1]
  if (letters.has('V')) throw new CommandError('nc: no alternate routing table support available', 1)
  const proxy = value('X')
  if (proxy !== undefined && !['4', '5', 'connect'].includes(proxy))
    throw new CommandError('nc: unsupported proxy protocol', 1)
  for (const [letter, text] of Object.entries(UNMODELLED))
    if (letters.has(letter)) throw new CommandError(`nc: ${text}`, 1)
  const numbers = numbersOf(value)
  const listen = letters.has('l')
  const { host, portText } = target(operands, { listen, port: value('p'), source: value('s') })
  if (listen && letters.has('z')) throw new CommandError('nc: cannot use -z and -l', 1)
  if (!listen && letters.has('k')) throw new CommandError('nc: must use -l with -k', 1)
  return {
    udp: letters.has('u'),
    broadcast: letters.has('b'),
    listen,
    keep: letters.has('k'),
    verbose: letters.has('v'),
    numeric: letters.has('n'),
    scan: letters.has('z'),
    shutdownAfterEof: letters.has('N') || numbers.quitS >= 0,
    noStdin: letters.has('d'),
    crlf: letters.has('C'),
    ...numbers,
    source: listen ? undefined : sourceAddress(value('s')),
    sourcePort: listen ? 0 : servicePort(value('p') ?? '0'),
    tos: value('T') === undefined ? undefined : typeOfService(value('T') ?? ''),
    host,
    ports: listen ? [servicePort(portText)] : portList(portText),
  }
}

type Numbers = Pick<NcOptions, 'quitS' | 'timeoutS' | 'intervalS' | 'receiveLimit' | 'ttl'>

/** The options that are numbers, those that change nothing here too, in the order in which nc complains. */
function numbersOf(value: (letter: string) => string | undefined): Numbers {
  const given = (letter: string, name: string, least: number): number | undefined => {
    const text = value(letter)
    return text === undefined ? undefined : number(name, text, least)
  }
  given('I', 'TCP receive window', 1)
  given('O', 'TCP send window', 1)
  timeToLive('minttl', value('m'))
  return {
    quitS: given('q', 'quit timer', -HIGHEST_NUMBER) ?? -1,
    timeoutS: given('w', 'timeout', 0),
    intervalS: given('i', 'interval', 0) ?? 0,
    receiveLimit: given('W', 'receive limit', 1) ?? 0,
    ttl: timeToLive('ttl', value('M')),
  }
}

interface Chosen {
  readonly listen: boolean
  readonly port: string | undefined
  readonly source: string | undefined
}

/** Host and port from what is left of the line: a listener may name its port alone, or with -p and its address with -s. */
function target(operands: readonly string[], { listen, port, source }: Chosen): { host: string; portText: string } {
  const [first, second] = operands
  const usage = new CommandError(USAGE, 1)
  const missing = new CommandError('nc: missing port number', 1)
  if (listen) {
    if (operands.length > 2 || (operands.length > 0 && (port !== undefined || source !== undefined))) throw usage
    if (first === undefined && port === undefined) throw missing
    return second === undefined
      ? { host: source ?? '', portText: first ?? port ?? '' }
      : { host: first ?? '', portText: second }
  }
  if (first === undefined) throw usage
  if (second === undefined) throw missing
  return { host: first, portText: second }
}

function number(name: string, text: string, least: number): number {
  if (!/^-?\d+$/.test(text)) throw new CommandError(`nc: ${name} invalid: ${text}`, 1)
  const value = Number(text)
  if (value < least) throw new CommandError(`nc: ${name} too small: ${text}`, 1)
  if (value > HIGHEST_NUMBER) throw new CommandError(`nc: ${name} too large: ${text}`, 1)
  return value
}

function timeToLive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new CommandError(`nc: ${name} is invalid`, 1)
  if (Number(text) > HIGHEST_TTL) throw new CommandError(`nc: ${name} is too large`, 1)
  if (name === 'ttl' && Number(text) === 0) throw new CommandError('nc: set IP TTL: Invalid argument', 1)
  return Number(text)
}

/** The words for values of the type-of-service byte, those of differentiated services and the old ones. */
const TYPES_OF_SERVICE: Readonly<Record<string, number>> = {
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((level) => [`cs${level}`, level << 5])),
  ...Object.fromEntries([1, 2, 3, 4].flatMap((k) => [1, 2, 3].map((j) => [`af${k}${j}`, (k << 5) | (j << 3)]))),
  critical: 0xa0,
  ef: 0xb8,
  inetcontrol: 0xc0,
  lowcost: 0x02,
  lowdelay: 0x10,
  netcontrol: 0xe0,
  reliability: 0x04,
  throughput: 0x08,
}

function typeOfService(text: string): number {
  const value = TYPES_OF_SERVICE[text.toLowerCase()] ?? (/^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : NaN)
  if (!(value >= 0 && value <= 255)) throw new CommandError(`nc: illegal tos value ${text}`, 1)
  return value
}

function sourceAddress(text: string | undefined): Ipv4Address | undefined {
  if (text === undefined) return undefined
  const address = parseHostAddress(text)
  if (address === undefined) throw new CommandError('nc: getaddrinfo: Temporary failure in name resolution', 1)
  return address
}

/** A port of our own, which the C library reads: it takes any number, of which the lowest 16 bits count. */
function servicePort(text: string): number {
  const known = /^\d+$/.test(text) ? Number(text) % (HIGHEST_PORT + 1) : portOfService(text)
  if (known === undefined) throw new CommandError('nc: getaddrinfo: Servname not supported for ai_socktype', 1)
  return known
}

function port(text: string): number {
  if (/^\d+$/.test(text)) {
    const value = Number(text)
    if (value > HIGHEST_PORT) throw new CommandError(`nc: port number too large: ${text}`, 1)
    if (value < 1) throw new CommandError(`nc: port number too small: ${text}`, 1)
    return value
  }
  const known = portOfService(text)
  if (known === undefined) throw new CommandError(`nc: port number invalid: ${text}`, 1)
  return known
}

/** One port, or a range such as `20-25`. */
function portList(text: string): number[] {
  const [low = '', high] = text.split(/-(.*)/s)
  if (high === undefined || !/^\d/.test(text)) return [port(text)]
  const ends = [port(low), port(high)].sort((a, b) => a - b)
  const [from = 0, to = 0] = ends
  return Array.from({ length: to - from + 1 }, (_, k) => from + k)
}
