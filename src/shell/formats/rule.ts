/** `ip rule`. */
import type { NumberRange, RuleView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { formatIpv4, type Ipv4Address } from '../../wire/address.ts'
import { realmName } from './realm.ts'
import { tableName, tosName } from './route.ts'

interface Prefix {
  readonly address: Ipv4Address
  readonly length: number
}

const prefixText = ({ address, length }: Prefix): string =>
  length === 32 ? formatIpv4(address) : `${formatIpv4(address)}/${length}`

/** Who made a rule that does not say: the kernel made those for its three tables. */
export function ruleOrigin({ priority, action }: RuleView): 'kernel' | 'unspec' {
  const own = action.kind === 'lookup' && BUILT_IN.some(([at, table]) => at === priority && table === action.table)
  return own ? 'kernel' : 'unspec'
}

const BUILT_IN = [
  [0, 255],
  [32766, 254],
  [32767, 253],
] as const

/** One rule. */
export function ruleLine(reads: KernelReads, netns: NetnsId, rule: RuleView, details = false): string {
  let line = `${rule.priority}:\t${rule.not ? 'not ' : ''}from ${rule.from === undefined ? 'all' : prefixText(rule.from)}`
  if (rule.to !== undefined) line += ` to ${prefixText(rule.to)}`
  if (rule.tos !== 0) line += ` tos ${tosName(rule.tos)}`
  if (rule.fwmark !== 0 || rule.fwmask !== 0) {
    const mask = rule.fwmask === 0 || rule.fwmask === 0xffffffff ? '' : `/0x${rule.fwmask.toString(16)}`
    line += ` fwmark 0x${rule.fwmark.toString(16)}${mask}`
  }
  const device = (name: string): string => (reads.linkByName(netns, name) === undefined ? `${name} [detached]` : name)
  if (rule.iif !== '') line += ` iif ${device(rule.iif)}`
  if (rule.oif !== '') line += ` oif ${device(rule.oif)}`
  const { users, ipProtocol, sourcePorts, destinationPorts } = rule
  if (users !== undefined) line += ` uidrange ${users.first}-${users.last}`
  if (ipProtocol !== undefined) line += ` ipproto ${ipProtocolName(ipProtocol)}`
  if (sourcePorts !== undefined) line += ` sport ${rangeText(sourcePorts)}`
  if (destinationPorts !== undefined) line += ` dport ${rangeText(destinationPorts)}`
  return `${line}${actionText(reads, netns, rule)}${originText(rule, details)}\n`
}

/** A range with one number in it is that number. */
const rangeText = ({ first, last }: NumberRange): string => (first === last ? `${first}` : `${first}-${last}`)

/** Whether a goto leads nowhere, because there is no rule of that preference (FIB_RULE_UNRESOLVED). */
export function isUnresolved(reads: KernelReads, netns: NetnsId, { action }: RuleView): boolean {
  return action.kind === 'goto' && !reads.rules(netns).some(({ priority }) => priority === action.target)
}

function actionText(reads: KernelReads, netns: NetnsId, rule: RuleView): string {
  const { action, suppressPrefixLength, suppressGroup, realms } = rule
  let text = action.kind === 'lookup' ? ` lookup ${tableName(action.table)}` : ''
  if (suppressPrefixLength !== undefined) text += ` suppress_prefixlength ${suppressPrefixLength}`
  if (suppressGroup !== undefined) text += ` suppress_ifgroup ${suppressGroup === 0 ? 'default' : suppressGroup}`
  if (realms !== undefined) text += ` ${realmsText(realms)}`
  if (action.kind === 'lookup') return text
  if (action.kind !== 'goto') return `${text} ${action.kind}`
  return `${text} goto ${action.target}${isUnresolved(reads, netns, rule) ? ' [unresolved]' : ''}`
}

/** `realms from/to`, or only `to`. */
function realmsText(realms: number): string {
  const from = realms >>> 16
  return `realms ${from === 0 ? '' : `${realmName(from)}/`}${realmName(realms & 0xffff)}`
}

/** Told of rules that something else than a person's command made. */
function originText(rule: RuleView, details: boolean): string {
  const origin = rule.protocol ?? ruleOrigin(rule)
  return details || (origin !== 'unspec' && origin !== 'kernel') ? ` proto ${origin}` : ''
}

/** The protocols of /etc/protocols that labs have a use for. */
const IP_PROTOCOLS: readonly (readonly [number, string])[] = [
  [0, 'ip'],
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipencap'],
  [6, 'tcp'],
  [8, 'egp'],
  [17, 'udp'],
  [33, 'dccp'],
  [41, 'ipv6'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'ipv6-icmp'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [132, 'sctp'],
  [136, 'udplite'],
]

/** A protocol as iproute2 names it (inet_proto_n2a). */
export function ipProtocolName(protocol: number): string {
  return IP_PROTOCOLS.find(([number]) => number === protocol)?.[1] ?? `ipproto-${protocol}`
}

/** A protocol by name or number; undefined when there is none (inet_proto_a2n). */
export function ipProtocolNamed(word: string): number | undefined {
  const number = /^\d+$/.test(word) ? Number(word) : IP_PROTOCOLS.find(([, name]) => name === word)?.[0]
  return number === undefined || number > 255 ? undefined : number
}
