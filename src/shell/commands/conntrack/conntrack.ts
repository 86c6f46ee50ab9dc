/** `conntrack` of conntrack-tools: shows, counts and deletes tracked flows. */
import type { ConntrackView, FlowTupleView } from '../../../contract/firewall.ts'
import { formatIpv4, parseIpv4 } from '../../../wire/address.ts'
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, protocolName } from '../../../wire/ipv4.ts'
import { SECOND_NS } from '../../formats/units.ts'
import type { Command, ProcessContext } from '../../process/context.ts'
import { CommandError, command } from '../command-error.ts'

const PROGRAM = 'conntrack v1.4.7 (conntrack-tools)'
const HINT = "\nTry `conntrack -h' or 'conntrack --help' for more information."
const USAGE =
  'Command line interface for the connection tracking system. Version 1.4.7\nUsage: conntrack [commands] [options]\n\n' +
  'Commands:\n  -L [options]\t\tList the flows\n  -D [options]\t\tDelete flows\n  -F\t\t\tForget all flows\n' +
  '  -C\t\t\tShow how many there are\n\nOptions:\n  -s, --src, --orig-src ip\tSource address from original direction\n' +
  '  -d, --dst, --orig-dst ip\tDestination address from original direction\n' +
  '  -r, --reply-src ip\t\tSource address from reply direction\n' +
  '  -q, --reply-dst ip\t\tDestination address from reply direction\n' +
  "  -p, --proto proto\t\tLayer 4 protocol, eg. 'tcp'\n  --sport, --dport port\t\tPorts of TCP and UDP\n" +
  '  --icmp-type, --icmp-code, --icmp-id\tOf ICMP\n  -n, --src-nat; -g, --dst-nat; -j, --any-nat\tTranslated flows only\n' +
  '  -u, --status status\t\teg. ASSURED\n  -o, --output type\t\teg. extended\n'

/** Which flows are meant; each test must hold. */
type Filter = (flow: ConntrackView) => boolean

interface Parsed {
  readonly action: 'L' | 'D' | 'F' | 'C' | 'h' | 'V'
  readonly filters: readonly Filter[]
  readonly extended: boolean
  readonly withId: boolean
}

const LONG: Readonly<Record<string, string>> = {
  dump: 'L',
  list: 'L',
  delete: 'D',
  flush: 'F',
  count: 'C',
  help: 'h',
  version: 'V',
  src: 's',
  'orig-src': 's',
  dst: 'd',
  'orig-dst': 'd',
  'reply-src': 'r',
  'reply-dst': 'q',
  proto: 'p',
  protonum: 'p',
  family: 'f',
  output: 'o',
  status: 'u',
  mark: 'm',
  'src-nat': 'n',
  'dst-nat': 'g',
  'any-nat': 'j',
  sport: 'sport',
  dport: 'dport',
  'orig-port-src': 'sport',
  'orig-port-dst': 'dport',
  state: 'state',
  'icmp-type': 'icmp-type',
  'icmp-code': 'icmp-code',
  'icmp-id': 'icmp-id',
}

const TAKES_VALUE = new Set([
  's',
  'd',
  'r',
  'q',
  'p',
  'f',
  'o',
  'u',
  'm',
  'sport',
  'dport',
  'state',
  'icmp-type',
  'icmp-code',
  'icmp-id',
])
const PROTOCOL_OPTIONS: ReadonlySet<string> = new Set(['sport', 'dport', 'state', 'icmp-type', 'icmp-code', 'icmp-id'])
/** Statuses of a flow that can be asked for. */
const STATUSES: ReadonlySet<string> = new Set([
  'ASSURED',
  'SEEN_REPLY',
  'UNREPLIED',
  'SRC_NAT',
  'DST_NAT',
  'EXPECTED',
  'FIXED_TIMEOUT',
])
const ACTIONS = ['L', 'D', 'F', 'C', 'h', 'V'] as const
const PROTOCOLS: Readonly<Record<string, number>> = { icmp: PROTOCOL_ICMP, tcp: PROTOCOL_TCP, udp: PROTOCOL_UDP }

export const conntrack: Command = command('conntrack', 'show and delete tracked flows', async (ctx) => {
  if (ctx.args.length === 0) return ctx.out(USAGE).then(() => 0)
  const parsed = parse(ctx)
  const chosen = ctx.read.conntrack(ctx.netns).filter((flow) => parsed.filters.every((filter) => filter(flow)))
  const lines = chosen.map((flow) => flowLine(flow, ctx.now, parsed)).join('')
  switch (parsed.action) {
    case 'h':
      return ctx.out(USAGE).then(() => 0)
    case 'V':
      return ctx.out(`${PROGRAM}\n`).then(() => 0)
    case 'C':
      return ctx.out(`${chosen.length}\n`).then(() => 0)
    case 'F':
      ctx.call({ kind: 'conntrack.delete', netns: ctx.netns })
      await ctx.err(`${PROGRAM}: connection tracking table has been emptied.\n`)
      return 0
    case 'L':
      await ctx.out(lines)
      await ctx.err(`${PROGRAM}: ${chosen.length} flow entries have been shown.\n`)
      return 0
    case 'D':
      ctx.call({ kind: 'conntrack.delete', netns: ctx.netns, ids: chosen.map(({ id }) => id) })
      await ctx.out(lines)
      await ctx.err(`${PROGRAM}: ${chosen.length} flow entries have been deleted.\n`)
      return chosen.length > 0 ? 0 : 1
  }
})

function problem(text: string): CommandError {
  return new CommandError(`${PROGRAM}: ${text}${HINT}`, 2)
}

function parse(ctx: ProcessContext): Parsed {
  const words = [...ctx.args]
  let hasProtocol = false
  const filters: Filter[] = []
  let action: Parsed['action'] | undefined
  let output = ''
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [name = '', inline] = word.startsWith('--') ? word.slice(2).split(/=(.*)/s) : [word.slice(1)]
    const letter = word.startsWith('--') ? LONG[name] : name
    const found = ACTIONS.find((each) => each === letter)
    if (found !== undefined) {
      action ??= found
      const table = words[0]?.startsWith('-') === false ? words.shift() : undefined
      if (table !== undefined && table !== 'conntrack') throw problem(`unknown type \`${table}'`)
      continue
    }
    // The options of a protocol are there only behind its -p.
    if (letter === 'p') hasProtocol = true
    const isOrphan = letter !== undefined && PROTOCOL_OPTIONS.has(letter) && !hasProtocol
    if (!word.startsWith('-') || letter === undefined || isOrphan) throw problem(`unknown option \`${word}'`)
    if (!TAKES_VALUE.has(letter)) {
      filters.push(natFilter(letter, word))
      continue
    }
    const value = inline ?? words.shift()
    if (value === undefined) throw problem(`option \`${word}' requires an argument`)
    if (letter === 'o') output = value
    else if (letter !== 'f') filters.push(valueFilter(letter, value))
  }
  if (action === undefined) throw problem('you need to supply a command')
  const outputs = output.split(',')
  return { action, filters, extended: outputs.includes('extended'), withId: outputs.includes('id') }
}

function natFilter(letter: string, word: string): Filter {
  switch (letter) {
    case 'n':
      return hasSourceNat
    case 'g':
      return hasDestinationNat
    case 'j':
      return (flow) => hasSourceNat(flow) || hasDestinationNat(flow)
    default:
      throw problem(`unknown option \`${word}'`)
  }
}

/**
 * The library compares ports, and where ports would be an echo has its type on one side and its id on the other: once NAT has decided about
 * one, it counts as translated (getobjopt_is_spat, getobjopt_is_dpat).
 */
const hasSourceNat: Filter = (flow) => flow.sourceNat || (flow.original.icmp !== undefined && flow.sourceNatDone)
const hasDestinationNat: Filter = (flow) =>
  flow.destinationNat || (flow.original.icmp !== undefined && flow.destinationNatDone)

function valueFilter(letter: string, value: string): Filter {
  switch (letter) {
    case 's':
    case 'd':
    case 'r':
    case 'q':
      return addressFilter(letter, value)
    case 'p': {
      const protocol = PROTOCOLS[value.toLowerCase()] ?? (/^\d+$/.test(value) ? Number(value) : undefined)
      if (protocol === undefined) throw problem(`\`${value}' unsupported protocol`)
      return (flow) => flow.protocol === protocol
    }
    case 'u': {
      const status = value.toUpperCase()
      if (status === 'UNSET') throw new CommandError(`${PROGRAM}: Operation failed: invalid parameters`, 1)
      if (!STATUSES.has(status)) throw problem(`Bad parameter \`${value}'`)
      return (flow) =>
        (status === 'ASSURED' && flow.assured) ||
        (status === 'SEEN_REPLY' && flow.seenReply) ||
        (status === 'UNREPLIED' && !flow.seenReply) ||
        (status === 'SRC_NAT' && flow.sourceNat) ||
        (status === 'DST_NAT' && flow.destinationNat)
    }
    case 'state':
      return ({ state }) => state === value.toUpperCase()
    case 'm':
      return (flow) => flow.mark === Number(value)
    case 'sport':
      return ({ original }) => original.sourcePort === Number(value)
    case 'dport':
      return ({ original }) => original.destinationPort === Number(value)
    default: {
      const key = letter === 'icmp-type' ? 'type' : letter === 'icmp-code' ? 'code' : 'id'
      return ({ original }) => original.icmp?.[key] === Number(value)
    }
  }
}

function addressFilter(letter: 's' | 'd' | 'r' | 'q', value: string): Filter {
  const address = parseIpv4(value)
  if (address === undefined) throw problem(`Invalid IP address \`${value}'.`)
  const which = letter === 's' || letter === 'r' ? 'source' : 'destination'
  const direction = letter === 's' || letter === 'd' ? 'original' : 'reply'
  return (flow) => flow[direction][which] === address
}

/** One flow as the kernel and the tool print it. */
function flowLine(
  flow: ConntrackView,
  now: number,
  { extended, withId }: { readonly extended: boolean; readonly withId: boolean },
): string {
  const known = Object.values(PROTOCOLS).includes(flow.protocol)
  const protocol = (known ? protocolName(flow.protocol) : 'unknown').padEnd(8)
  const left = Math.max(0, Math.floor((flow.expiresAt - now) / SECOND_NS))
  return (
    `${extended ? 'ipv4     2 ' : ''}${protocol} ${flow.protocol} ${left} ` +
    `${flow.state === '' ? '' : `${flow.state} `}${tupleText(flow.original, flow.protocol)} ` +
    `${flow.seenReply ? '' : '[UNREPLIED] '}${tupleText(flow.reply, flow.protocol)} ` +
    `${flow.assured ? '[ASSURED] ' : ''}mark=${flow.mark} use=1${withId ? ` id=${flow.id}` : ''}\n`
  )
}

function tupleText(
  { source, destination, sourcePort, destinationPort, icmp }: FlowTupleView,
  protocol: number,
): string {
  const addresses = `src=${formatIpv4(source)} dst=${formatIpv4(destination)}`
  if (icmp !== undefined) return `${addresses} type=${icmp.type} code=${icmp.code} id=${icmp.id}`
  const hasPorts = protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP
  return hasPorts ? `${addresses} sport=${sourcePort} dport=${destinationPort}` : addresses
}
