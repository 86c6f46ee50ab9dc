/** Command line of OpenBSD netcat 1.219 as Debian has it. */
import type { Ipv4Address } from '../../../wire/address.ts'
import { CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { parseHostAddress } from '../hosts.ts'
import { portOfService } from '../services.ts'

export interface NcOptions {
  readonly udp: boolean
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

const HIGHEST_PORT = 65_535
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
  if (letters.has('h')) throw new CommandError(`OpenBSD netcat (Debian patchlevel 1.219-1)\n${USAGE}`, 0)
  for (const [letter, text] of Object.entries(UNMODELLED))
    if (letters.has(letter)) throw new CommandError(`nc: ${text}`, 1)
  const value = (letter: string): string | undefined => options.findLast(([other]) => other === letter)?.[1]
  const listen = letters.has('l')
  if (listen && letters.has('z')) throw new CommandError('nc: cannot use -z and -l', 1)
  if (!listen && letters.has('k')) throw new CommandError('nc: must use -l with -k', 1)
  const pText = value('p')
  const { host, portText } = target(operands, listen, pText)
  const source = value('s')
  const address = source === undefined ? undefined : parseHostAddress(source)
  if (source !== undefined && address === undefined)
    throw new CommandError(`nc: getaddrinfo: Name or service not known`, 1)
  const quitS = value('q') === undefined ? -1 : number('q', value('q'), -HIGHEST_PORT)
  return {
    udp: letters.has('u'),
    listen,
    keep: letters.has('k'),
    verbose: letters.has('v'),
    numeric: letters.has('n'),
    scan: letters.has('z'),
    shutdownAfterEof: letters.has('N') || quitS >= 0,
    noStdin: letters.has('d'),
    crlf: letters.has('C'),
    quitS,
    timeoutS: value('w') === undefined ? undefined : number('w', value('w'), 0),
    intervalS: number('i', value('i') ?? '0', 0),
    receiveLimit: number('W', value('W') ?? '0', 0),
    source: address,
    sourcePort: pText === undefined || listen ? 0 : port(pText),
    ttl: value('M') === undefined ? undefined : number('M', value('M'), 1),
    tos: value('T') === undefined ? undefined : typeOfService(value('T') ?? ''),
    host,
    ports: portList(portText),
  }
}

/** Host and port from what is left of the line: a listener may name its port alone, or with -p. */
function target(
  operands: readonly string[],
  listen: boolean,
  pText: string | undefined,
): { host: string; portText: string } {
  const [first, second] = operands
  if (operands.length > 2) throw new CommandError(USAGE, 1)
  if (first !== undefined && second !== undefined) return { host: first, portText: second }
  if (!listen) throw new CommandError(USAGE, 1)
  if (first === undefined) {
    if (pText === undefined) throw new CommandError('nc: missing port with option -l', 1)
    return { host: '', portText: pText }
  }
  return pText === undefined ? { host: '', portText: first } : { host: first, portText: pText }
}

function number(letter: string, text: string | undefined, least: number): number {
  const names: Readonly<Record<string, string>> = {
    w: 'timeout',
    i: 'interval',
    q: 'quit timer',
    W: 'receive limit',
    M: 'ttl',
  }
  const value = Number(text)
  if (text === undefined || !/^-?\d+$/.test(text))
    throw new CommandError(`nc: ${names[letter] ?? letter} invalid: ${text ?? ''}`, 1)
  if (value < least) throw new CommandError(`nc: ${names[letter] ?? letter} too small: ${text}`, 1)
  return value
}

function typeOfService(text: string): number {
  const words: Readonly<Record<string, number>> = { lowdelay: 16, throughput: 8, reliability: 4, critical: 0xa0 }
  const value = words[text] ?? Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 255)
    throw new CommandError(`nc: illegal tos/traffic class value ${text}`, 1)
  return value
}

function port(text: string): number {
  if (/^\d+$/.test(text)) {
    const value = Number(text)
    if (value > HIGHEST_PORT) throw new CommandError(`nc: port number too large: ${text}`, 1)
    if (value < 1) throw new CommandError(`nc: port number too small: ${text}`, 1)
    return value
  }
  const known = portOfService(text)
  if (known === undefined) throw new CommandError(`nc: service "${text}" unknown`, 1)
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
