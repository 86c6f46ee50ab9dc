/** A flow as conntrack prints it: a line of text, XML, or a command line that makes it again. */
import type { ConntrackView, FlowTupleView } from '../../contract/firewall.ts'
import type { FlowEvent } from '../../kernel/api.ts'
import { formatIpv4 } from '../../wire/address.ts'
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, protocolName } from '../../wire/ipv4.ts'
import { MICROSECOND_NS, MILLISECOND_NS, SECOND_NS } from './units.ts'

export interface TextOptions {
  /** Of the words that `-o` takes, and `zone`. */
  readonly outputs: ReadonlySet<string>
  /** The moment that the flow is seen at. */
  readonly now: number
  /** Who holds the flow; shown in lists. */
  readonly uses?: number
  readonly event?: FlowEvent
}

export const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n'
export const XML_END = '</conntrack>\n'

/** Protocols that a line calls by name; others are unknown. */
const NAMED_PROTOCOLS: ReadonlySet<number> = new Set([PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP])

const EVENT_LABELS: Readonly<Record<FlowEvent['kind'], string>> = {
  new: '    [NEW] ',
  update: ' [UPDATE] ',
  destroy: '[DESTROY] ',
}
/** The kernel's clock ticks so often. */
const TICK_NS = 4 * MILLISECOND_NS

/** A flow in the form that was asked for, with its end of line. */
export function flowText(flow: ConntrackView, options: TextOptions): string {
  if (options.outputs.has('xml')) return `${flowXml(flow, options)}\n`
  if (options.outputs.has('save')) return `${flowCommand(flow, options)}\n`
  return `${flowLine(flow, options)}\n`
}

/** Whole seconds that a flow has left. */
function secondsLeft(flow: ConntrackView, now: number): number {
  return Math.max(0, Math.floor((flow.expiresAt - now) / SECOND_NS))
}

/** A flow that ends because its time is up tells of no time. */
function timeout(flow: ConntrackView, { now, event }: TextOptions): number | undefined {
  // An event happens within a tick of the clock of the packet that it is about.
  const seconds = secondsLeft(flow, event === undefined ? now : now - TICK_NS + 1)
  return event?.kind === 'destroy' && flow.expiresAt <= now ? undefined : seconds
}

const protocolWord = (protocol: number): string => (NAMED_PROTOCOLS.has(protocol) ? protocolName(protocol) : 'unknown')

function flowLine(flow: ConntrackView, options: TextOptions): string {
  const { event, outputs, uses } = options
  const seconds = timeout(flow, options)
  const showsState = flow.state !== '' && event?.hasState !== false
  const words = [
    ...(outputs.has('extended') ? ['ipv4     2'] : []),
    protocolWord(flow.protocol).padEnd(8),
    `${flow.protocol}`,
    ...(seconds === undefined ? [] : [`${seconds}`]),
    ...(showsState ? [flow.state] : []),
    tupleText(flow.original, flow.protocol),
    ...counterText(flow, options, 'original'),
    ...(flow.seenReply ? [] : ['[UNREPLIED]']),
    tupleText(flow.reply, flow.protocol),
    ...counterText(flow, options, 'reply'),
    ...(flow.assured ? ['[ASSURED]'] : []),
    ...(event?.hasMark === false ? [] : [`mark=${flow.mark}`]),
    ...(outputs.has('zone') ? ['zone=0'] : []),
    ...(uses === undefined ? [] : [`use=${uses}`]),
    ...(outputs.has('id') ? [`id=${flow.id}`] : []),
    ...(event?.portId === undefined ? [] : [`[USERSPACE] portid=${event.portId} progname=conntrack`]),
  ]
  return `${stamp(options)}${event === undefined ? '' : EVENT_LABELS[event.kind]}${words.join(' ')}`
}

/** What went one way; of events only the last tells it (ctnetlink_conntrack_event). */
function counterText({ counters }: ConntrackView, { event }: TextOptions, way: 'original' | 'reply'): string[] {
  if (counters === undefined || (event !== undefined && event.kind !== 'destroy')) return []
  return [`packets=${counters[way].packets} bytes=${counters[way].bytes}`]
}

/** `-o timestamp`, of events. */
function stamp({ event, outputs, now }: TextOptions): string {
  if (event === undefined || !outputs.has('timestamp')) return ''
  const seconds = `${Math.floor(now / SECOND_NS)}`.padEnd(8)
  return `[${seconds}.${`${Math.floor((now % SECOND_NS) / MICROSECOND_NS)}`.padEnd(6)}]\t`
}

const hasPorts = (protocol: number): boolean => protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP

function tupleText(
  { source, destination, sourcePort, destinationPort, icmp }: FlowTupleView,
  protocol: number,
): string {
  const addresses = `src=${formatIpv4(source)} dst=${formatIpv4(destination)}`
  if (icmp !== undefined) return `${addresses} type=${icmp.type} code=${icmp.code} id=${icmp.id}`
  return hasPorts(protocol) ? `${addresses} sport=${sourcePort} dport=${destinationPort}` : addresses
}

function tupleXml(
  direction: string,
  { source, destination, sourcePort, destinationPort }: FlowTupleView,
  protocol: number,
): string {
  const ports = hasPorts(protocol) ? `<sport>${sourcePort}</sport><dport>${destinationPort}</dport>` : ''
  return (
    `<meta direction="${direction}"><layer3 protonum="2" protoname="ipv4"><src>${formatIpv4(source)}</src>` +
    `<dst>${formatIpv4(destination)}</dst></layer3><layer4 protonum="${protocol}" protoname="${protocolWord(protocol)}">` +
    `${ports}</layer4></meta>`
  )
}

function flowXml(flow: ConntrackView, options: TextOptions): string {
  const { event, uses } = options
  const seconds = timeout(flow, options)
  const independent =
    (flow.state !== '' && event?.hasState !== false ? `<state>${flow.state}</state>` : '') +
    (seconds === undefined ? '' : `<timeout>${seconds}</timeout>`) +
    (event?.hasMark === false ? '' : `<mark>${flow.mark}</mark>`) +
    (uses === undefined ? '' : `<use>${uses}</use>`) +
    `<id>${flow.id}</id>` +
    (flow.seenReply ? '' : '<unreplied/>') +
    (flow.assured ? '<assured/>' : '')
  return (
    `<flow${event === undefined ? '' : ` type="${event.kind}"`}>${tupleXml('original', flow.original, flow.protocol)}` +
    `${tupleXml('reply', flow.reply, flow.protocol)}<meta direction="independent">${independent}</meta></flow>`
  )
}

const SAVE_COMMANDS: Readonly<Record<FlowEvent['kind'], string>> = { new: '-A', update: '-U', destroy: '-D' }

/** `-o save`: the reply's destination stands behind `-n` where the source is translated. */
function flowCommand(flow: ConntrackView, options: TextOptions): string {
  const { original, reply, protocol } = flow
  const seconds = timeout(flow, options)
  const statuses = [...(flow.seenReply ? ['SEEN_REPLY'] : []), ...(flow.assured ? ['ASSURED'] : [])]
  const numbers =
    original.icmp !== undefined
      ? `--icmp-type ${original.icmp.type} --icmp-code ${original.icmp.code} --icmp-id ${original.icmp.id}`
      : `--sport ${original.sourcePort} --dport ${original.destinationPort} ` +
        `--reply-port-src ${reply.sourcePort} --reply-port-dst ${reply.destinationPort}`
  return [
    options.event === undefined ? '-A' : SAVE_COMMANDS[options.event.kind],
    ...(seconds === undefined ? [] : [`-t ${seconds}`]),
    `-u ${statuses.length === 0 ? 'UNSET' : statuses.join(',')}`,
    `-s ${formatIpv4(original.source)} -d ${formatIpv4(original.destination)}`,
    flow.destinationNat ? `-g ${formatIpv4(reply.source)}` : `-r ${formatIpv4(reply.source)}`,
    flow.sourceNat ? `-n ${formatIpv4(reply.destination)}` : `-q ${formatIpv4(reply.destination)}`,
    ...(protocol === PROTOCOL_ICMP || hasPorts(protocol)
      ? [`-p ${protocolWord(protocol)}`, numbers]
      : [`-p ${protocol}`]),
    ...(flow.state === '' ? [] : [`--state ${flow.state}`]),
  ].join(' ')
}

const PROC_OUTPUTS: ReadonlySet<string> = new Set(['extended', 'zone'])

/** /proc/net/nf_conntrack. Linux: ct_seq_show. */
export function procConntrack(flows: readonly ConntrackView[], now: number): string {
  return flows.map((flow) => flowText(flow, { outputs: PROC_OUTPUTS, now, uses: 2 })).join('')
}
