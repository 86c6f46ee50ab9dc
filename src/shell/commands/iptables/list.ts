/** What `iptables -L` prints. */
import type {
  FirewallChainView,
  FirewallMatch,
  FirewallRuleSpec,
  FirewallRuleView,
  FirewallTarget,
  PortMatch,
  PortRange,
} from '../../../contract/firewall.ts'
import {
  hex,
  limitText,
  markText,
  maskedAddress,
  natTargetText,
  physdevOptions,
  rangeText,
  tcpFlagsText,
} from '../../../contract/firewall-text.ts'
import { formatIpv4, formatMac, type Ipv4Address } from '../../../wire/address.ts'
import { ICMP_NAMES, portName, protocolName } from './names.ts'

export interface ListFormat {
  readonly numeric: boolean
  readonly verbose: boolean
  readonly exact: boolean
  readonly lineNumbers: boolean
  /** The name of an address, if it has one. */
  readonly nameOf: (address: Ipv4Address) => string | undefined
}

/** One chain: its header, then its rules. */
export function listChain(chain: FirewallChainView, format: ListFormat): string {
  return chainHeader(chain, format) + chain.rules.map((rule, at) => listRule(rule, at + 1, format)).join('')
}

function chainHeader(chain: FirewallChainView, format: ListFormat): string {
  const counted = (value: number): string => number(value, { ...format, padding: 0 })
  const counters = format.verbose ? ` ${counted(chain.packets)} packets, ${counted(chain.bytes)} bytes` : ''
  const about = chain.policy === undefined ? `${chain.references} references` : `policy ${chain.policy}${counters}`
  const columns = format.exact ? '    pkts      bytes ' : ' pkts bytes '
  return (
    `Chain ${chain.name} (${about})\n` +
    `${format.lineNumbers ? 'num  ' : ''}${format.verbose ? columns : ''}` +
    `target     prot opt ${format.verbose ? 'in     out     ' : ''}source               destination         \n`
  )
}

const STEPS = ['K', 'M', 'G', 'T'] as const

/** A count: up to five digits, then in thousands, millions and so on (xtables_print_num). */
function number(value: number, { exact, padding }: { readonly exact: boolean; readonly padding: number }): string {
  if (exact) return String(value).padStart(padding === 0 ? 0 : 8)
  if (value <= 99_999) return String(value).padStart(padding)
  let shown = value
  for (const step of STEPS) {
    shown = Math.floor((shown + 500) / 1000)
    if (shown <= 9999) return `${String(shown).padStart(padding === 0 ? 0 : 4)}${step}`
  }
  return `${shown}T`
}

/** One rule on its line. */
export function listRule(rule: FirewallRuleView, at: number, format: ListFormat): string {
  const { spec } = rule
  const counters = format.verbose
    ? `${number(rule.packets, { ...format, padding: 5 })} ${number(rule.bytes, { ...format, padding: 5 })} `
    : ''
  const isGoto = spec.target?.kind === 'chain' && spec.target.isGoto
  return (
    `${format.lineNumbers ? `${String(at).padEnd(4)} ` : ''}${counters}` +
    `${targetName(spec.target).padEnd(9)} ${protocolColumn(spec, format)} ${fragmentColumn(spec)} ` +
    `${format.verbose ? interfaceColumns(spec, format) : ''}${addressColumns(spec, format)}` +
    `${isGoto ? '[goto] ' : ''}${ruleRest(spec, format)}\n`
  )
}

/** What -v says about a rule that was added or taken away. */
export function verboseRule(spec: FirewallRuleSpec, format: ListFormat): string {
  const name = (match: { readonly not: boolean; readonly name: string } | undefined): string =>
    match === undefined ? '*' : `${match.not ? '!' : ''}${match.name}`
  const numeric = { ...format, numeric: true }
  const inverted = (match: { readonly not: boolean } | undefined): string => (match?.not === true ? '!' : ' ')
  return (
    `${targetName(spec.target)} ${protocolColumn(spec, { ...format, numeric: false }).trimEnd()} ` +
    `opt ${fragmentColumn(spec)} in ${name(spec.inInterface)} out ${name(spec.outInterface)} ` +
    `${inverted(spec.source)}${addressText(spec.source, numeric)}  -> ` +
    `${inverted(spec.destination).trim()}${addressText(spec.destination, numeric)}  ${ruleRest(spec, numeric)}\n`
  )
}

/** Everything behind the columns: each match and the target's options, a blank before each. */
function ruleRest(spec: FirewallRuleSpec, format: ListFormat): string {
  return spec.matches.map((match) => matchText(match, format)).join('') + targetRest(spec.target, format)
}

function targetName(target: FirewallTarget | undefined): string {
  return target === undefined ? '' : target.kind === 'chain' ? target.name : target.kind
}

function protocolColumn({ protocol }: FirewallRuleSpec, { numeric }: ListFormat): string {
  const value = protocol?.number ?? 0
  return `${protocol?.not === true ? '!' : ' '}${(numeric ? String(value) : protocolName(value)).padEnd(4)}`
}

function fragmentColumn({ fragment }: FirewallRuleSpec): string {
  return fragment === undefined ? '--' : fragment.not ? '!f' : '-f'
}

function interfaceColumns(spec: FirewallRuleSpec, { numeric }: ListFormat): string {
  const column = (match: FirewallRuleSpec['inInterface']): string =>
    (match === undefined ? (numeric ? '*' : 'any') : `${match.not ? '!' : ''}${match.name}`).padEnd(6)
  return ` ${column(spec.inInterface)} ${column(spec.outInterface)} `
}

function addressColumns(spec: FirewallRuleSpec, format: ListFormat): string {
  const column = (match: FirewallRuleSpec['source']): string =>
    `${match?.not === true ? '!' : ' '}${addressText(match, format).padEnd(19)} `
  return column(spec.source) + column(spec.destination)
}

function addressText(match: FirewallRuleSpec['source'], { numeric, nameOf }: ListFormat): string {
  if (match === undefined || match.mask === 0) return numeric ? '0.0.0.0/0' : 'anywhere'
  if (match.mask !== 0xffffffff) return maskedAddress(match)
  return (numeric ? undefined : nameOf(match.address)) ?? formatIpv4(match.address)
}

function portRange({ from, to }: PortRange, numeric: boolean): string {
  if (numeric) return rangeText({ from, to })
  return from === to ? portName(from) : `${portName(from)}:${portName(to)}`
}

function portText(which: 'spt' | 'dpt', match: PortMatch | undefined, numeric: boolean): string {
  if (match === undefined) return ''
  return ` ${which}${match.from === match.to ? '' : 's'}:${match.not ? '!' : ''}${portRange(match, numeric)}`
}

function matchText(match: FirewallMatch, { numeric }: ListFormat): string {
  switch (match.kind) {
    case 'tcp':
    case 'udp':
      return (
        ` ${match.kind}${portText('spt', match.sport, numeric)}${portText('dpt', match.dport, numeric)}` +
        (match.kind === 'tcp' ? tcpFlagsListed(match, numeric) : '')
      )
    case 'icmp':
      return icmpText(match, numeric)
    case 'multiport': {
      const list = match.ranges.map((range) => portRange(range, numeric)).join(',')
      return ` multiport ${match.which} ${match.not ? ' !' : ''}${list}`
    }
    case 'state':
      return `${match.not ? ' !' : ''} state ${match.states.join(',')}`
    case 'conntrack':
      return `${match.not ? ' !' : ''} ctstate ${match.states.join(',')}`
    case 'mac':
      return ` MAC${match.not ? ' !' : ''} ${formatMac(match.source)}`
    case 'physdev':
      return ` PHYSDEV match${physdevOptions(match)}`
    case 'limit':
      return ` limit: avg ${limitText(match.period)} burst ${match.burst}`
    case 'addrtype':
      return addrtypeText(match)
    case 'mark':
      return ` mark match${match.not ? ' !' : ''} ${markText(match.value, match.mask)}`
    case 'comment':
      return ` /* ${match.text} */`
  }
}

function tcpFlagsListed({ flags }: Extract<FirewallMatch, { kind: 'tcp' }>, numeric: boolean): string {
  if (flags === undefined) return ''
  const two = (value: number): string => `0x${value.toString(16).padStart(2, '0').toUpperCase()}`
  const shown = numeric
    ? `${two(flags.mask)}/${two(flags.set)}`
    : `${tcpFlagsText(flags.mask)}/${tcpFlagsText(flags.set)}`
  return ` flags:${flags.not ? '!' : ''}${shown}`
}

function icmpText(match: Extract<FirewallMatch, { kind: 'icmp' }>, numeric: boolean): string {
  const { type, codeFrom, codeTo, not } = match
  const named = ICMP_NAMES.find((each) => each.type === type && each.codeFrom === codeFrom && each.codeTo === codeTo)
  if (!numeric && named !== undefined) return ` icmp ${not ? '!' : ''}${named.name}`
  const code =
    type === 255 || (codeFrom === 0 && codeTo === 255) ? '' : ` code ${rangeText({ from: codeFrom, to: codeTo }, '-')}`
  return ` icmp${not ? ' !' : ''}type ${type}${code}`
}

function addrtypeText(match: Extract<FirewallMatch, { kind: 'addrtype' }>): string {
  const part = (name: string, wanted: typeof match.source): string =>
    wanted === undefined ? '' : ` ${name} ${wanted.not ? '!' : ''}${wanted.types.join(',')}`
  const limit = match.limitIface === undefined ? '' : ` limit-${match.limitIface}`
  return ` ADDRTYPE match${part('src-type', match.source)}${part('dst-type', match.destination)}${limit}`
}

const LOG_LEVEL_NAMES = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']

function targetRest(target: FirewallTarget | undefined, { numeric }: ListFormat): string {
  switch (target?.kind) {
    case 'REJECT':
      return ` reject-with ${target.with}`
    case 'LOG':
      return logText(target, numeric)
    case 'MARK':
      return ` MARK ${markTarget(target)}`
    case 'CT':
      return target.alias ? ' NOTRACK' : ' CT notrack'
    case 'SNAT':
    case 'DNAT':
      return ` to:${natTargetText(target.range)}${natFlags(target)}`
    case 'MASQUERADE':
    case 'REDIRECT': {
      const { ports } = target.range
      const words = target.kind === 'REDIRECT' ? 'redir ports' : 'masq ports:'
      return `${ports === undefined ? '' : ` ${words} ${rangeText(ports, '-')}`}${natFlags(target)}`
    }
    default:
      return ''
  }
}

function natFlags({ range }: Extract<FirewallTarget, { readonly range: unknown }>): string {
  return `${range.random ? ' random' : ''}${range.randomFully ? ' random-fully' : ''}${range.persistent ? ' persistent' : ''}`
}

function markTarget({ value, mask }: Extract<FirewallTarget, { kind: 'MARK' }>): string {
  if (value === 0) return `and ${hex(~mask >>> 0)}`
  if (value === mask) return `or ${hex(value)}`
  if (mask === 0) return `xor ${hex(value)}`
  return mask === 0xffffffff ? `set ${hex(value)}` : `xset ${hex(value)}/${hex(mask)}`
}

function logText({ prefix, level, flags }: Extract<FirewallTarget, { kind: 'LOG' }>, numeric: boolean): string {
  const shownPrefix = prefix === '' ? '' : ` prefix "${prefix}"`
  if (numeric) return ` LOG flags ${flags} level ${level}${shownPrefix}`
  const names = ['tcp-sequence', 'tcp-options', 'ip-options', 'uid']
  const shown = names.filter((_, bit) => (flags & (1 << bit)) !== 0).map((name) => ` ${name}`)
  return ` LOG level ${LOG_LEVEL_NAMES[level] ?? level}${shown.join('')}${shownPrefix}`
}
