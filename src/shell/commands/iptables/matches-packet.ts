/** Matches on fields of a packet, on who sent it, and on what it holds. */
import { PACKET_TYPES, type FirewallMatch, type RangeMatch } from '../../../contract/firewall.ts'
import { parseIpv4 } from '../../../wire/address.ts'
import { dscpOfClass, integer, numberRange, tosValue } from './match-words.ts'
import { option, type GivenOption, type GivenOptions, type MatchExtension } from './option.ts'
import { ParameterProblem } from './problem.ts'

const BYTE = 255
const U16 = 65_535
/** The largest count that is told as possible (UINT64_MAX); ours hold exactly only what a double does. */
const U64 = 2n ** 64n - 1n

function addressRange(given: GivenOption | undefined): RangeMatch | undefined {
  if (given === undefined) return undefined
  const word = given.values[0] ?? ''
  const [first = '', last = first] = word.split('-')
  const [from, to] = [parseIpv4(first), parseIpv4(last)]
  if (from === undefined || to === undefined)
    throw new ParameterProblem(`iprange: Bad value for "--${given.name}" option: "${word}"`)
  return { not: given.not, from, to }
}

const iprange: MatchExtension = {
  name: 'iprange',
  options: [option('src-range'), option('dst-range')],
  make(given) {
    const [source, destination] = [addressRange(given.get('src-range')), addressRange(given.get('dst-range'))]
    if (source === undefined && destination === undefined)
      throw new ParameterProblem("iprange match: You must specify `--src-range' or `--dst-range'")
    return {
      kind: 'iprange',
      ...(source === undefined ? {} : { source }),
      ...(destination === undefined ? {} : { destination }),
    }
  },
}

const TTL_COMPARISONS = [
  ['ttl-lt', 'lt'],
  ['ttl-gt', 'gt'],
  ['ttl-eq', 'eq'],
  ['ttl', 'eq'],
] as const

const ttl: MatchExtension = {
  name: 'ttl',
  options: [option('ttl-eq'), option('ttl-lt', 1, false), option('ttl-gt', 1, false), option('ttl')],
  make(given) {
    given.atMostOne(
      'ttl',
      TTL_COMPARISONS.map(([name]) => name),
    )
    for (const [name, how] of TTL_COMPARISONS) {
      const wanted = given.get(name)
      if (wanted === undefined) continue
      return { kind: 'ttl', how: wanted.not ? 'ne' : how, value: integer('ttl', wanted, 0, BYTE) }
    }
    throw new ParameterProblem("TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt")
  },
}

const length: MatchExtension = {
  name: 'length',
  options: [option('length')],
  make: (given) => ({ kind: 'length', ...numberRange('length', given.need('length', 'length'), U16) }),
}

const tcpmss: MatchExtension = {
  name: 'tcpmss',
  options: [option('mss')],
  make: (given) => ({ kind: 'tcpmss', ...numberRange('tcpmss', given.need('tcpmss', 'mss'), U16) }),
}

const tos: MatchExtension = {
  name: 'tos',
  options: [option('tos')],
  make(given) {
    const wanted = given.need('tos', 'tos')
    return { kind: 'tos', not: wanted.not, ...tosValue(wanted.values[0] ?? '') }
  },
}

const dscp: MatchExtension = {
  name: 'dscp',
  options: [option('dscp'), option('dscp-class')],
  make(given) {
    given.atMostOne('dscp', ['dscp', 'dscp-class'])
    const [value, named] = [given.get('dscp'), given.get('dscp-class')]
    if (value !== undefined) return { kind: 'dscp', not: value.not, value: integer('dscp', value, 0, 63) }
    if (named === undefined) throw new ParameterProblem('DSCP match: Parameter --dscp is required')
    return { kind: 'dscp', not: named.not, value: dscpOfClass(named.values[0] ?? '') }
  },
}

const PACKET_TYPE_ALIASES: Readonly<Record<string, (typeof PACKET_TYPES)[number]>> = {
  host: 'unicast',
  bcast: 'broadcast',
  mcast: 'multicast',
}

const pkttype: MatchExtension = {
  name: 'pkttype',
  options: [option('pkt-type')],
  make(given) {
    const wanted = given.need('pkttype', 'pkt-type')
    const word = wanted.values[0] ?? ''
    const type = PACKET_TYPES.find((each) => each === word.toLowerCase()) ?? PACKET_TYPE_ALIASES[word.toLowerCase()]
    if (type === undefined) throw new ParameterProblem(`Bad packet type '${word}'`)
    return { kind: 'pkttype', not: wanted.not, type }
  },
}

/** `root`, `1000`, `1000-1005`. A lab knows no other user's name. */
function ids(given: GivenOption | undefined): RangeMatch | undefined {
  if (given === undefined) return undefined
  const word = given.values[0] ?? ''
  if (word === 'root') return { not: given.not, from: 0, to: 0 }
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? []
  if (first === undefined) throw new ParameterProblem(`owner: Bad value for "--${given.name}" option: "${word}"`)
  return { not: given.not, from: Number(first), to: Number(last ?? first) }
}

const owner: MatchExtension = {
  name: 'owner',
  options: [option('uid-owner'), option('gid-owner'), option('socket-exists', 0)],
  make(given) {
    const [uid, gid] = [ids(given.get('uid-owner')), ids(given.get('gid-owner'))]
    const socketExists = given.get('socket-exists')
    if (uid === undefined && gid === undefined && socketExists === undefined)
      throw new ParameterProblem('owner: At least one of --uid-owner, --gid-owner or --socket-exists is required')
    return {
      kind: 'owner',
      ...(socketExists === undefined ? {} : { socketExists: { not: socketExists.not } }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    }
  },
}

/** `|41 42|` within a text stands for bytes in hexadecimal. */
function hexString(word: string): string {
  return word.replace(/\|([^|]*)\|/g, (_, digits: string) =>
    (digits.match(/[\da-f]{2}/gi) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join(''),
  )
}

const string: MatchExtension = {
  name: 'string',
  options: [
    option('string'),
    option('hex-string'),
    option('algo', 1, false),
    option('from', 1, false),
    option('to', 1, false),
    option('icase', 0, false),
  ],
  make(given) {
    const [plain, hex] = [given.get('string'), given.get('hex-string')]
    const wanted = plain ?? hex
    if (wanted !== undefined) given.need('string', 'algo')
    if (wanted === undefined) throw new ParameterProblem("STRING match: You must specify `--string' or `--hex-string'")
    const [from, to] = [given.get('from'), given.get('to')]
    return {
      kind: 'string',
      not: wanted.not,
      text: plain === undefined ? hexString(wanted.values[0] ?? '') : (plain.values[0] ?? ''),
      // Linux has a third way to search; all of them find the same.
      algorithm: given.value('algo') === 'kmp' ? 'kmp' : 'bm',
      from: from === undefined ? 0 : integer('string', from, 0, U16),
      to: to === undefined ? U16 : integer('string', to, 0, U16),
      ignoreCase: given.has('icase'),
    }
  },
}

const quota: MatchExtension = {
  name: 'quota',
  options: [option('quota')],
  make(given: GivenOptions): FirewallMatch {
    const wanted = given.need('quota', 'quota')
    return { kind: 'quota', not: wanted.not, bytes: integer('quota', wanted, 0, U64) }
  },
}

export const PACKET_MATCHES: readonly MatchExtension[] = [
  iprange,
  ttl,
  length,
  tcpmss,
  tos,
  dscp,
  pkttype,
  owner,
  string,
  quota,
]
