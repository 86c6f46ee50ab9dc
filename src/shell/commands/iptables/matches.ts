/** The matches of iptables (-m): their options and what they become. */
import {
  ADDRESS_TYPES,
  CT_STATES,
  type AddressType,
  type AddressTypeMatch,
  type InterfaceMatch,
  type PortMatch,
} from '../../../contract/firewall.ts'
import { parseMac } from '../../../wire/address.ts'
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../../../wire/tcp.ts'
import { ctStates, markValue, portRange, ratePeriod } from './match-words.ts'
import { FLOW_MATCHES } from './matches-flow.ts'
import { PACKET_MATCHES } from './matches-packet.ts'
import { RATE_MATCHES } from './matches-rate.ts'
import { u32 } from './matches-u32.ts'
import { icmpType } from './names.ts'
import { option, type GivenOption, type GivenOptions, type MatchExtension, type RuleFrame } from './option.ts'
import { ParameterProblem } from './problem.ts'

/** Options that say the same: the first name is the one kept. */
export const OPTION_ALIASES: Readonly<Record<string, string>> = {
  'source-port': 'sport',
  'destination-port': 'dport',
  'source-ports': 'sports',
  'destination-ports': 'dports',
}

/** All but the ports up to one are, to nf_tables, those above it. */
function portMatch(given: GivenOption | undefined): PortMatch | undefined {
  if (given === undefined) return undefined
  const { from, to } = portRange(given.values[0] ?? '')
  return given.not && from === 0 && to > 0 && to < 65535
    ? { not: false, from: to + 1, to: 65535 }
    : { not: given.not, from, to }
}

function ports(given: GivenOptions): { sport?: PortMatch; dport?: PortMatch } {
  const [sport, dport] = [portMatch(given.get('sport')), portMatch(given.get('dport'))]
  return { ...(sport === undefined ? {} : { sport }), ...(dport === undefined ? {} : { dport }) }
}

const PORT_OPTIONS = [option('sport'), option('dport'), option('source-port'), option('destination-port')]

const TCP_FLAGS: Readonly<Record<string, number>> = {
  FIN: TCP_FIN,
  SYN: TCP_SYN,
  RST: TCP_RST,
  PSH: TCP_PSH,
  ACK: TCP_ACK,
  URG: TCP_URG,
  ALL: TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK | TCP_URG,
  NONE: 0,
}

function tcpFlags(word: string): number {
  return word.split(',').reduce((flags, name) => {
    const bit = TCP_FLAGS[name.toUpperCase()]
    if (bit === undefined) throw new ParameterProblem(`Unknown TCP flag \`${name}'`)
    return flags | bit
  }, 0)
}

function needProtocol(frame: RuleFrame, number: number, message: string): void {
  if (frame.protocol?.number !== number) throw new ParameterProblem(message)
}

const tcp: MatchExtension = {
  name: 'tcp',
  options: [...PORT_OPTIONS, option('syn', 0), option('tcp-flags', 2), option('tcp-option')],
  make(given, frame) {
    needProtocol(frame, 6, "TCP match requires '-p tcp'")
    const [syn, flags] = [given.get('syn'), given.get('tcp-flags')]
    if (syn !== undefined && flags !== undefined)
      throw new ParameterProblem("Only one of `--syn' or `--tcp-flags'  allowed")
    const kind = given.get('tcp-option')
    const number = Number(kind?.values[0])
    if (kind !== undefined && !(number >= 1 && number <= 255))
      throw new ParameterProblem(`Bad TCP option "${kind.values[0] ?? ''}"`)
    const match = {
      kind: 'tcp',
      ...ports(given),
      ...(kind === undefined ? {} : { option: { not: kind.not, number } }),
    } as const
    if (syn !== undefined)
      return { ...match, flags: { not: syn.not, mask: TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK, set: TCP_SYN } }
    if (flags === undefined) return match
    const [mask = '', set] = flags.values
    if (set === undefined) throw new ParameterProblem('--tcp-flags requires two args.')
    return { ...match, flags: { not: flags.not, mask: tcpFlags(mask), set: tcpFlags(set) } }
  },
}

const udp: MatchExtension = {
  name: 'udp',
  options: PORT_OPTIONS,
  make(given, frame) {
    needProtocol(frame, 17, "UDP match requires '-p udp'")
    return { kind: 'udp', ...ports(given) }
  },
}

const icmp: MatchExtension = {
  name: 'icmp',
  options: [option('icmp-type')],
  make(given) {
    const wanted = given.need('icmp', 'icmp-type')
    return { kind: 'icmp', not: wanted.not, ...icmpType(wanted.values[0] ?? '') }
  },
}

const MULTIPORT_PROTOCOLS = [6, 17, 33, 132, 136]

const MULTIPORT_LISTS = ['sports', 'dports', 'ports'] as const

const multiport: MatchExtension = {
  name: 'multiport',
  options: [option('sports'), option('dports'), option('ports'), option('source-ports'), option('destination-ports')],
  make(given, frame) {
    given.atMostOne('multiport', MULTIPORT_LISTS, { sports: 'source-ports', dports: 'destination-ports' })
    const which = MULTIPORT_LISTS.find((name) => given.has(name))
    const wanted = which === undefined ? undefined : given.get(which)
    if (which === undefined || wanted === undefined) throw new ParameterProblem('multiport expection an option')
    if (frame.protocol !== undefined && !frame.protocol.not && !MULTIPORT_PROTOCOLS.includes(frame.protocol.number))
      throw new ParameterProblem('multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP')
    if (frame.protocol === undefined || frame.protocol.not)
      throw new ParameterProblem("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'")
    const ranges = (wanted.values[0] ?? '').split(',').map(portRange)
    const taken = ranges.reduce((count, range) => count + (range.from === range.to ? 1 : 2), 0)
    if (taken > 15) throw new ParameterProblem('too many ports specified')
    return { kind: 'multiport', not: wanted.not, which, ranges }
  },
}

const state: MatchExtension = {
  name: 'state',
  options: [option('state')],
  make(given) {
    const wanted = given.need('state', 'state')
    return { kind: 'state', not: wanted.not, states: ctStates(wanted.values[0] ?? '', 'state', CT_STATES.slice(0, 5)) }
  },
}

const mac: MatchExtension = {
  name: 'mac',
  options: [option('mac-source')],
  make(given) {
    const wanted = given.need('mac', 'mac-source')
    const source = parseMac(wanted.values[0] ?? '')
    if (source === undefined) throw new ParameterProblem('Invalid MAC address specified.')
    return { kind: 'mac', not: wanted.not, source }
  },
}

function portOfBridge(given: GivenOption | undefined): InterfaceMatch | undefined {
  return given === undefined ? undefined : { not: given.not, name: given.values[0] ?? '' }
}

const physdev: MatchExtension = {
  name: 'physdev',
  options: [
    option('physdev-in'),
    option('physdev-out'),
    option('physdev-is-in', 0),
    option('physdev-is-out', 0),
    option('physdev-is-bridged', 0),
  ],
  make(given) {
    const [physIn, physOut] = [portOfBridge(given.get('physdev-in')), portOfBridge(given.get('physdev-out'))]
    const flags = { isIn: 'physdev-is-in', isOut: 'physdev-is-out', isBridged: 'physdev-is-bridged' } as const
    const set = Object.entries(flags).flatMap(([key, name]) => {
      const flag = given.get(name)
      return flag === undefined ? [] : [[key, { not: flag.not }]]
    })
    if (physIn === undefined && physOut === undefined && set.length === 0)
      throw new ParameterProblem('PHYSDEV: no physdev option specified')
    return {
      kind: 'physdev',
      ...(physIn === undefined ? {} : { physIn }),
      ...(physOut === undefined ? {} : { physOut }),
      ...(Object.fromEntries(set) as { isIn?: { not: boolean } }),
    }
  },
}

/** What the kernel's nft limit takes when no burst, or none at all, is asked for. */
const DEFAULT_BURST = 5

const limit: MatchExtension = {
  name: 'limit',
  options: [option('limit', 1, false), option('limit-burst', 1, false)],
  make(given) {
    const burst = given.value('limit-burst') ?? '0'
    if (!/^\d+$/.test(burst) || Number(burst) > 10_000)
      throw new ParameterProblem('limit: bad value for option "--limit-burst", or out of range (0-10000).\n')
    return {
      kind: 'limit',
      period: ratePeriod(given.value('limit') ?? '3/hour'),
      burst: Number(burst) === 0 ? DEFAULT_BURST : Number(burst),
    }
  },
}

function addressTypes(given: GivenOption | undefined): AddressTypeMatch | undefined {
  if (given === undefined) return undefined
  const wanted = (given.values[0] ?? '').split(',').map((name): AddressType => {
    const type = ADDRESS_TYPES.find((each) => each === name.toUpperCase())
    if (type === undefined) throw new ParameterProblem(`addrtype: bad type "${name}"`)
    return type
  })
  return { not: given.not, types: ADDRESS_TYPES.filter((type) => wanted.includes(type)) }
}

const addrtype: MatchExtension = {
  name: 'addrtype',
  options: [
    option('src-type'),
    option('dst-type'),
    option('limit-iface-in', 0, false),
    option('limit-iface-out', 0, false),
  ],
  make(given) {
    const [source, destination] = [addressTypes(given.get('src-type')), addressTypes(given.get('dst-type'))]
    if (source === undefined && destination === undefined)
      throw new ParameterProblem('addrtype: you must specify --src-type or --dst-type')
    const limitIface = given.has('limit-iface-in') ? 'in' : given.has('limit-iface-out') ? 'out' : undefined
    return {
      kind: 'addrtype',
      ...(source === undefined ? {} : { source }),
      ...(destination === undefined ? {} : { destination }),
      ...(limitIface === undefined ? {} : { limitIface }),
    }
  },
}

const mark: MatchExtension = {
  name: 'mark',
  options: [option('mark')],
  make(given) {
    const wanted = given.need('mark', 'mark')
    return { kind: 'mark', not: wanted.not, ...markValue('mark', 'mark', wanted.values[0] ?? '') }
  },
}

const comment: MatchExtension = {
  name: 'comment',
  options: [option('comment', 1, false)],
  make: (given) => ({ kind: 'comment', text: given.need('comment', 'comment').values[0] ?? '' }),
}

export const MATCHES: readonly MatchExtension[] = [
  tcp,
  udp,
  icmp,
  multiport,
  state,
  mac,
  physdev,
  limit,
  addrtype,
  mark,
  comment,
  ...FLOW_MATCHES,
  ...PACKET_MATCHES,
  ...RATE_MATCHES,
  u32,
]
