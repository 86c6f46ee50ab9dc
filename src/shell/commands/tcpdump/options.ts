/** The options of tcpdump 4.99. */
import { getopt } from '../getopt.ts'

/** `-t` to `-ttttt`: clock, none, seconds, since the line before, date and clock, since the first line. */
export type TimeFormat = 'clock' | 'none' | 'seconds' | 'delta' | 'date' | 'since-first'

export interface TcpdumpSettings {
  readonly interface: string | undefined
  /** 0 is without end. */
  readonly count: number
  readonly linkLevel: boolean
  /** Names for addresses, ports and makers of MAC addresses. */
  readonly withNames: boolean
  readonly verbosity: number
  readonly isQuiet: boolean
  readonly hasAbsoluteNumbers: boolean
  readonly isNumbered: boolean
  readonly time: TimeFormat
  /** `x` and `X`; doubled they begin with the link-level header. `A` is text alone. */
  readonly dump: 'none' | 'hex' | 'hex-ascii' | 'ascii'
  readonly dumpsLinkLevel: boolean
  readonly direction: 'in' | 'out' | 'inout'
  readonly promiscuous: boolean
  readonly snapLength: number
  readonly readFrom: string | undefined
  readonly writeTo: string | undefined
  readonly filterFile: string | undefined
  /** Tells how many packets there are instead of printing them. */
  readonly countsOnly: boolean
  readonly expression: string
}

/** What an argument list asks for: a capture, or only to print something and end. */
export type Request =
  | { readonly kind: 'capture'; readonly settings: TcpdumpSettings }
  | { readonly kind: 'list' | 'version' | 'help' }
  | { readonly kind: 'problem'; readonly message: string; readonly withUsage: boolean }

const LETTERS = 'aAbB:c:C:dDeE:fF:G:hHi:IjJ:KlLm:M:nNOpqQ:r:s:StT:uUvV:w:W:xXy:Yz:Z:#'
const LONG: Readonly<Record<string, string>> = {
  count: 'k',
  'buffer-size': 'B',
  interface: 'i',
  'list-interfaces': 'D',
  'list-data-link-types': 'L',
  help: 'h',
  version: 'g',
  'immediate-mode': 'U',
  'packet-buffered': 'U',
  'no-promiscuous-mode': 'p',
  number: '#',
  print: 'P',
  direction: 'Q',
  'snapshot-length': 's',
  'absolute-tcp-sequence-numbers': 'S',
  'dont-verify-checksums': 'K',
  micro: 'R',
  'relinquish-privileges': 'Z',
}
const DEFAULT_SNAP_LENGTH = 262_144

export const TCPDUMP_VERSION = 'tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\n'
export const TCPDUMP_USAGE =
  'Usage: tcpdump [ -AeKlnpqStvxX# ] [ -c count ] [ --count ] [ -D ] [ -F file ] [ -i interface ]\n' +
  '\t\t[ -Q in|out|inout ] [ -r file ] [ -s snaplen ] [ --version ] [ -w file ] [ expression ]\n'

type Draft = { -readonly [K in keyof TcpdumpSettings]: TcpdumpSettings[K] }

const TIMES: readonly TimeFormat[] = ['clock', 'none', 'seconds', 'delta', 'date', 'since-first']

/** Reads the arguments. */
export function parseOptions(args: readonly string[]): Request {
  // Options end where the expression begins: getopt(3) is asked so by tcpdump, whose `-` words may be part of it.
  const { options, operands, problem } = getopt(args, `${LETTERS}kgPR`, LONG)
  if (problem !== undefined) return { kind: 'problem', message: problem, withUsage: true }
  const draft: Draft = {
    interface: undefined,
    count: 0,
    linkLevel: false,
    withNames: true,
    verbosity: 0,
    isQuiet: false,
    hasAbsoluteNumbers: false,
    isNumbered: false,
    time: 'clock',
    dump: 'none',
    dumpsLinkLevel: false,
    direction: 'inout',
    promiscuous: true,
    snapLength: DEFAULT_SNAP_LENGTH,
    readFrom: undefined,
    writeTo: undefined,
    filterFile: undefined,
    countsOnly: false,
    expression: operands.join(' '),
  }
  for (const [letter, value] of options) {
    const ends = readOption(draft, letter, value)
    if (ends !== undefined) return ends
  }
  return { kind: 'capture', settings: draft }
}

/** Options that only change how something is buffered, or that belong to hardware. */
const WITHOUT_EFFECT = 'abBCdfGHIjJKlmMNOTuUVWyYzZER'

function readOption(draft: Draft, letter: string, value: string): Request | undefined {
  switch (letter) {
    case 'D':
      return { kind: 'list' }
    case 'h':
      return { kind: 'help' }
    case 'g':
      return { kind: 'version' }
    case 'i':
      draft.interface = value
      return undefined
    case 'c':
    case 's':
      return readNumber(draft, letter, value)
    case 'Q':
      if (value !== 'in' && value !== 'out' && value !== 'inout')
        return { kind: 'problem', message: `unknown capture direction \`${value}'`, withUsage: false }
      draft.direction = value
      return undefined
    case 'r':
      draft.readFrom = value
      return undefined
    case 'w':
      draft.writeTo = value
      return undefined
    case 'F':
      draft.filterFile = value
      return undefined
    default:
      if (!WITHOUT_EFFECT.includes(letter)) readFlag(draft, letter)
      return undefined
  }
}

function readNumber(draft: Draft, letter: 'c' | 's', value: string): Request | undefined {
  const number = /^\d+$/.test(value) ? Number(value) : undefined
  if (letter === 'c') {
    if (number === undefined || number === 0)
      return { kind: 'problem', message: `invalid packet count ${value}`, withUsage: false }
    draft.count = number
  } else {
    if (number === undefined || number > DEFAULT_SNAP_LENGTH)
      return { kind: 'problem', message: `invalid snaplen ${value}`, withUsage: false }
    draft.snapLength = number === 0 ? DEFAULT_SNAP_LENGTH : number
  }
  return undefined
}

function readFlag(draft: Draft, letter: string): void {
  switch (letter) {
    case 'e':
      draft.linkLevel = true
      break
    case 'n':
      draft.withNames = false
      break
    case 'v':
      draft.verbosity += 1
      break
    case 'q':
      draft.isQuiet = true
      break
    case 'S':
      draft.hasAbsoluteNumbers = true
      break
    case '#':
      draft.isNumbered = true
      break
    case 'p':
      draft.promiscuous = false
      break
    case 'k':
      draft.countsOnly = true
      break
    case 't':
      draft.time = TIMES[Math.min(TIMES.indexOf(draft.time) + 1, TIMES.length - 1)]!
      break
    case 'A':
      draft.dump = 'ascii'
      break
    case 'x':
    case 'X':
      readDump(draft, letter === 'x' ? 'hex' : 'hex-ascii')
  }
}

/** The second `-x` or `-X` adds the link-level header. */
function readDump(draft: Draft, dump: 'hex' | 'hex-ascii'): void {
  if (draft.dump === dump) draft.dumpsLinkLevel = true
  draft.dump = dump
}
