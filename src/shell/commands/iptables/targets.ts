/** The targets of iptables (-j): their options and what they become. */
import { REJECT_WITH, type NatRange, type RejectWith } from '../../../contract/firewall.ts'
import type { Ipv4Address } from '../../../wire/address.ts'
import { parseIpv4 } from '../../../wire/address.ts'
import { MARK_OPTIONS, markEdit } from './match-words.ts'
import { maskedHost } from './names.ts'
import { option, type GivenOptions, type OptionSpec, type RuleFrame, type TargetExtension } from './option.ts'
import { ParameterProblem } from './problem.ts'
import { MANGLE_TARGETS } from './targets-mangle.ts'
import { TOLD_TARGETS } from './targets-told.ts'

const plain = (name: 'ACCEPT' | 'DROP' | 'RETURN'): TargetExtension => ({
  name,
  options: [],
  make: () => ({ kind: name }),
})

/** Short forms of --reject-with, beside the beginnings of the long ones. */
const REJECT_ALIASES: Readonly<Record<string, RejectWith>> = {
  'net-unreach': 'icmp-net-unreachable',
  'host-unreach': 'icmp-host-unreachable',
  'proto-unreach': 'icmp-proto-unreachable',
  'port-unreach': 'icmp-port-unreachable',
  'net-prohib': 'icmp-net-prohibited',
  'host-prohib': 'icmp-host-prohibited',
  'tcp-rst': 'tcp-reset',
  'admin-prohib': 'icmp-admin-prohibited',
}

const reject: TargetExtension = {
  name: 'REJECT',
  options: [option('reject-with', 1, false)],
  make(given) {
    const word = (given.value('reject-with') ?? 'icmp-port-unreachable').toLowerCase()
    const short = Object.keys(REJECT_ALIASES).find((name) => name.startsWith(word))
    const chosen = REJECT_WITH.find((name) => name.startsWith(word)) ?? REJECT_ALIASES[short ?? '']
    if (chosen === undefined) throw new ParameterProblem(`unknown reject type "${given.value('reject-with') ?? ''}"`)
    return { kind: 'REJECT', with: chosen }
  },
}

const LOG_LEVELS: readonly (readonly [name: string, level: number])[] = [
  ['alert', 1],
  ['crit', 2],
  ['debug', 7],
  ['emerg', 0],
  ['error', 3],
  ['info', 6],
  ['notice', 5],
  ['panic', 0],
  ['warning', 4],
]

const LOG_PREFIX_LENGTH = 29

const log: TargetExtension = {
  name: 'LOG',
  options: [
    option('log-prefix', 1, false),
    option('log-level', 1, false),
    option('log-tcp-sequence', 0, false),
    option('log-tcp-options', 0, false),
    option('log-ip-options', 0, false),
    option('log-uid', 0, false),
    option('log-macdecode', 0, false),
  ],
  make(given) {
    const word = given.value('log-level')
    const named = LOG_LEVELS.find(([name]) => word !== undefined && name.startsWith(word.toLowerCase()))?.[1]
    const level = word === undefined ? 4 : /^[0-7]$/.test(word) ? Number(word) : named
    if (level === undefined) throw new ParameterProblem(`log level "${word ?? ''}" unknown\n`)
    const flag = (name: string, bit: number): number => (given.has(name) ? bit : 0)
    return {
      kind: 'LOG',
      prefix: (given.value('log-prefix') ?? '').slice(0, LOG_PREFIX_LENGTH),
      level,
      flags:
        flag('log-tcp-sequence', 1) +
        flag('log-tcp-options', 2) +
        flag('log-ip-options', 4) +
        flag('log-uid', 8) +
        flag('log-macdecode', 32),
    }
  },
}

const mark: TargetExtension = {
  name: 'MARK',
  options: MARK_OPTIONS.map((name) => option(name, 1, false)),
  make(given) {
    given.atMostOne('MARK', MARK_OPTIONS)
    const edit = markEdit('MARK', given)
    if (edit === undefined)
      throw new ParameterProblem('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required')
    return { kind: 'MARK', ...edit }
  },
}

const notrack: TargetExtension = { name: 'NOTRACK', options: [], make: () => ({ kind: 'CT', alias: true }) }

const ct: TargetExtension = {
  name: 'CT',
  options: [option('notrack', 0, false)],
  make(given) {
    if (!given.has('notrack')) throw new ParameterProblem('CT: only --notrack is part of vethlab')
    return { kind: 'CT', alias: false }
  },
}

const NAT_OPTIONS = [option('random', 0, false), option('random-fully', 0, false), option('persistent', 0, false)]

function natFlags(given: GivenOptions): Pick<NatRange, 'random' | 'randomFully' | 'persistent'> {
  return { random: given.has('random'), randomFully: given.has('random-fully'), persistent: given.has('persistent') }
}

/** Those with ports, and ICMP, whose ids are moved likewise. */
const PORT_PROTOCOLS = [1, 6, 17, 33, 132]

function natPorts(word: string, frame: RuleFrame): NonNullable<NatRange['ports']> {
  if (frame.protocol === undefined || frame.protocol.not || !PORT_PROTOCOLS.includes(frame.protocol.number))
    throw new ParameterProblem('Need TCP, UDP, SCTP or DCCP with port specification')
  const [first = '', last = first] = word.split('-')
  const port = (text: string): number => {
    if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 65535)
      throw new ParameterProblem(`Port \`${text}' not valid`)
    return Number(text)
  }
  const range = { from: port(first), to: port(last) }
  if (range.from > range.to) throw new ParameterProblem(`Port range \`${last}' funky`)
  return range
}

/** `1.2.3.4`, `1.2.3.4-1.2.3.9`, `1.2.3.4:80`, `:80-90`. */
function natRange(word: string, frame: RuleFrame): Pick<NatRange, 'addresses' | 'ports'> {
  const [hosts = '', numbers] = word.split(':')
  const address = (text: string): Ipv4Address => {
    const value = parseIpv4(text)
    if (value === undefined) throw new ParameterProblem(`Bad IP address "${text}"`)
    return value
  }
  const ports = numbers === undefined ? {} : { ports: natPorts(numbers, frame) }
  if (hosts === '' && numbers !== undefined) return ports
  const [first = '', last = first] = hosts.split('-')
  return { addresses: { from: address(first), to: address(last) }, ...ports }
}

const snat: TargetExtension = {
  name: 'SNAT',
  options: [option('to-source', 1, false), ...NAT_OPTIONS],
  make: (given, frame) => ({
    kind: 'SNAT',
    range: { ...natRange(given.need('SNAT', 'to-source').values[0] ?? '', frame), ...natFlags(given) },
  }),
}

const dnat: TargetExtension = {
  name: 'DNAT',
  options: [option('to-destination', 1, false), ...NAT_OPTIONS],
  make: (given, frame) => ({
    kind: 'DNAT',
    range: { ...natRange(given.need('DNAT', 'to-destination').values[0] ?? '', frame), ...natFlags(given) },
  }),
}

const netmap: TargetExtension = {
  name: 'NETMAP',
  options: [option('to', 1, false)],
  make(given, frame) {
    const { address, mask } = maskedHost(frame.ctx, given.need('NETMAP', 'to').values[0] ?? '')
    return { kind: 'NETMAP', network: address, mask }
  },
}

const toPorts = (name: 'MASQUERADE' | 'REDIRECT', options: readonly OptionSpec[]): TargetExtension => ({
  name,
  options: [option('to-ports', 1, false), ...options],
  make(given, frame) {
    const word = given.value('to-ports')
    const ports = word === undefined ? {} : { ports: natPorts(word, frame) }
    return { kind: name, range: { ...ports, ...natFlags(given) } }
  },
})

export const TARGETS: readonly TargetExtension[] = [
  plain('ACCEPT'),
  plain('DROP'),
  plain('RETURN'),
  reject,
  log,
  mark,
  ...MANGLE_TARGETS,
  ...TOLD_TARGETS,
  notrack,
  ct,
  snat,
  dnat,
  netmap,
  toPorts('MASQUERADE', [option('random', 0, false), option('random-fully', 0, false)]),
  toPorts('REDIRECT', [option('random', 0, false)]),
]
