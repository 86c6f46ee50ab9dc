/** Matches on a packet's flow and on what came before it. */
import {
  CT_STATES,
  CT_STATUSES,
  type AddressMatch,
  type ConntrackMatch,
  type CtStatus,
  type PortMatch,
  type RangeMatch,
} from '../../../contract/firewall.ts'
import { ipv4FromNumber, parseIpv4 } from '../../../wire/address.ts'
import { ctStates, integer, markValue, numberRange } from './match-words.ts'
import { maskedHost, portNumber, protocolNumber } from './names.ts'
import { option, type GivenOption, type GivenOptions, type MatchExtension, type RuleFrame } from './option.ts'
import { ParameterProblem } from './problem.ts'

const U32 = 0xffff_ffff

function flowAddress(given: GivenOption | undefined, frame: RuleFrame): AddressMatch | undefined {
  return given === undefined ? undefined : { not: given.not, ...maskedHost(frame.ctx, given.values[0] ?? '') }
}

function flowPort(given: GivenOption | undefined): PortMatch | undefined {
  if (given === undefined) return undefined
  const [first = '', last = first] = (given.values[0] ?? '').split(':')
  const port = (word: string): number => {
    const number = portNumber(word)
    if (number === undefined) throw new ParameterProblem(`Port "${word}" does not resolve to anything.\n`)
    return number
  }
  return { not: given.not, from: port(first), to: port(last) }
}

function flowStatus(given: GivenOption | undefined): ConntrackMatch['status'] {
  if (given === undefined) return undefined
  const names = (given.values[0] ?? '').split(',')
  const wanted = names.flatMap((name): CtStatus[] => {
    const status = CT_STATUSES.find((each) => each === name.toUpperCase())
    if (status === undefined && name.toUpperCase() !== 'NONE') throw new ParameterProblem(`Bad ctstatus "${name}"`)
    return status === undefined ? [] : [status]
  })
  return { not: given.not, statuses: CT_STATUSES.filter((status) => wanted.includes(status)) }
}

function flowDirection(given: GivenOption | undefined): ConntrackMatch['direction'] {
  if (given === undefined) return undefined
  const word = given.values[0] ?? ''
  const direction = (['ORIGINAL', 'REPLY'] as const).find((each) => each === word.toUpperCase())
  if (direction === undefined) throw new ParameterProblem(`conntrack: Bad value for "--ctdir" option: "${word}"`)
  return direction
}

/** Only what was asked for: a missing field asks nothing. */
function without<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

function conntrackMatch(given: GivenOptions, frame: RuleFrame): ConntrackMatch {
  const [state, protocol, expire] = [given.get('ctstate'), given.get('ctproto'), given.get('ctexpire')]
  const fields = {
    state:
      state === undefined
        ? undefined
        : { not: state.not, states: ctStates(state.values[0] ?? '', 'ctstate', CT_STATES) },
    protocol:
      protocol === undefined ? undefined : { not: protocol.not, number: protocolNumber(protocol.values[0] ?? '') },
    origSource: flowAddress(given.get('ctorigsrc'), frame),
    origDestination: flowAddress(given.get('ctorigdst'), frame),
    replySource: flowAddress(given.get('ctreplsrc'), frame),
    replyDestination: flowAddress(given.get('ctrepldst'), frame),
    origSourcePort: flowPort(given.get('ctorigsrcport')),
    origDestinationPort: flowPort(given.get('ctorigdstport')),
    replySourcePort: flowPort(given.get('ctreplsrcport')),
    replyDestinationPort: flowPort(given.get('ctrepldstport')),
    status: flowStatus(given.get('ctstatus')),
    expire: expire === undefined ? undefined : numberRange('conntrack', expire, U32),
    direction: flowDirection(given.get('ctdir')),
  }
  if (Object.values(fields).every((field) => field === undefined))
    throw new ParameterProblem('conntrack: At least one option is required')
  return { kind: 'conntrack', ...without<Omit<ConntrackMatch, 'kind'>>(fields) }
}

const conntrack: MatchExtension = {
  name: 'conntrack',
  options: [
    ...['ctstate', 'ctproto', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst', 'ctorigsrcport', 'ctorigdstport'],
    ...['ctreplsrcport', 'ctrepldstport', 'ctstatus', 'ctexpire'],
  ]
    .map((name) => option(name))
    .concat(option('ctdir', 1, false)),
  make: conntrackMatch,
}

const connmark: MatchExtension = {
  name: 'connmark',
  options: [option('mark')],
  make(given) {
    const wanted = given.need('connmark', 'mark')
    return { kind: 'connmark', not: wanted.not, ...markValue('connmark', 'mark', wanted.values[0] ?? '') }
  },
}

const connlimit: MatchExtension = {
  name: 'connlimit',
  options: [
    option('connlimit-upto'),
    option('connlimit-above'),
    option('connlimit-mask', 1, false),
    option('connlimit-saddr', 0, false),
    option('connlimit-daddr', 0, false),
  ],
  make(given) {
    given.atMostOne('connlimit', ['connlimit-upto', 'connlimit-above'])
    const upto = given.get('connlimit-upto')
    const wanted = upto ?? given.get('connlimit-above')
    if (wanted === undefined) throw new ParameterProblem('You must specify "--connlimit-above" or "--connlimit-upto".')
    const mask = given.get('connlimit-mask')
    return {
      kind: 'connlimit',
      not: (upto !== undefined) !== wanted.not,
      limit: integer('connlimit', wanted, 0, U32),
      maskLength: mask === undefined ? 32 : Math.min(32, integer('connlimit', mask, 0, 128)),
      which: given.has('connlimit-daddr') ? 'daddr' : 'saddr',
    }
  },
}

const COUNTS = ['packets', 'bytes', 'avgpkt'] as const
const WAYS = ['original', 'reply', 'both'] as const

/** One of some words, or iptables' complaint. */
function oneOf<T extends string>(name: string, words: readonly T[], word: string): T {
  const found = words.find((each) => each === word)
  if (found === undefined) throw new ParameterProblem(`Unknown --${name} \`${word}'`)
  return found
}

/** `5` and `5:` have no upper end. */
function carried(given: GivenOption): RangeMatch {
  const words = (given.values[0] ?? '').split(':')
  const bad = words.find((word) => !/^\d*$/.test(word))
  if (bad !== undefined || words[0] === '' || words.length > 2) {
    const near = `near "${bad ?? words[0] ?? ''}", or out of range (0-18446744073709551615)`
    throw new ParameterProblem(`connbytes: bad value for option "--connbytes" ${near}.\n`)
  }
  const [from = 0, to = 0] = words.map(Number)
  if (words.length === 1 || words[1] === '') return { not: given.not, from, to: Number.MAX_SAFE_INTEGER }
  if (from > to) throw new ParameterProblem(`${from} should be less than ${to}`)
  return { not: given.not, from, to }
}

const connbytes: MatchExtension = {
  name: 'connbytes',
  options: [option('connbytes'), option('connbytes-dir', 1, false), option('connbytes-mode', 1, false)],
  make(given) {
    const range = given.need('connbytes', 'connbytes')
    const [way] = given.need('connbytes', 'connbytes-dir').values
    const [counts] = given.need('connbytes', 'connbytes-mode').values
    return {
      kind: 'connbytes',
      ...carried(range),
      counts: oneOf('connbytes-mode', COUNTS, counts ?? ''),
      way: oneOf('connbytes-dir', WAYS, way ?? ''),
    }
  },
}

const RECENT_MODES = ['set', 'rcheck', 'update', 'remove'] as const

const recent: MatchExtension = {
  name: 'recent',
  options: [
    ...RECENT_MODES.map((name) => option(name, 0)),
    ...['name', 'seconds', 'hitcount', 'mask'].map((name) => option(name, 1, false)),
    ...['rttl', 'reap', 'rsource', 'rdest'].map((name) => option(name, 0, false)),
  ],
  make(given) {
    given.atMostOne('recent', RECENT_MODES)
    const mode = RECENT_MODES.find((each) => given.has(each))
    if (mode === undefined)
      throw new ParameterProblem("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'")
    if (given.has('reap') && !given.has('seconds'))
      throw new ParameterProblem('recent: option "--reap" also requires "--seconds".\n')
    const number = (name: string): number => {
      const wanted = given.get(name)
      return wanted === undefined ? 0 : integer('recent', wanted, 1, U32)
    }
    return {
      kind: 'recent',
      not: given.get(mode)?.not === true,
      mode,
      name: given.value('name') ?? 'DEFAULT',
      mask: parseIpv4(given.value('mask') ?? '') ?? ipv4FromNumber(U32),
      which: given.has('rdest') ? 'destination' : 'source',
      seconds: number('seconds'),
      hitcount: number('hitcount'),
      reap: given.has('reap'),
      rttl: given.has('rttl'),
    }
  },
}

/** The parts in 2^31 that a probability is kept as. */
const CERTAIN = 0x8000_0000

function statisticNth(given: GivenOptions): { every: number; packet: number; not: boolean } {
  const [every, packet] = [given.get('every'), given.get('packet')]
  if (every === undefined && packet === undefined)
    throw new ParameterProblem('--every and --packet must be specified when using nth mode')
  const count = every === undefined ? 0 : integer('statistic', every, 1, U32)
  if (packet === undefined) throw new ParameterProblem('statistic: option "--every" also requires "--packet".\n')
  const first = integer('statistic', packet, 0, U32)
  if (first >= count) throw new ParameterProblem('the --packet p must be 0 <= p <= n-1')
  return { every: count, packet: first, not: every?.not === true }
}

const statistic: MatchExtension = {
  name: 'statistic',
  options: [option('mode', 1, false), option('probability'), option('every'), option('packet', 1, false)],
  make(given) {
    const mode = given.value('mode')
    const chance = given.get('probability')
    if (mode === undefined && (chance !== undefined || given.has('every') || given.has('packet')))
      given.need('statistic', 'mode')
    if (mode !== undefined && mode !== 'nth' && mode !== 'random') throw new ParameterProblem(`Bad mode "${mode}"`)
    if (mode === 'nth') return { kind: 'statistic', mode, ...statisticNth(given) }
    if (chance === undefined) throw new ParameterProblem('--probability must be specified when using random mode')
    const value = /^[\d.]+$/.test(chance.values[0] ?? '') ? Number(chance.values[0]) : Number.NaN
    if (!(value >= 0 && value <= 1))
      throw new ParameterProblem('statistic: bad value for option "--probability", or out of range (0-1).\n')
    return { kind: 'statistic', mode: 'random', not: chance.not, parts: Math.round(value * CERTAIN) }
  },
}

export const FLOW_MATCHES: readonly MatchExtension[] = [conntrack, connmark, connlimit, connbytes, recent, statistic]
