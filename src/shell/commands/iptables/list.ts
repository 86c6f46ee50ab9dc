/** What `iptables -L` prints. */
import type {
  FirewallChainView,
  FirewallRuleSpec,
  FirewallRuleView,
  FirewallTarget,
} from '../../../contract/firewall.ts'
import { hex, hexByte, maskedAddress, rangeText } from '../../../contract/firewall-match-text.ts'
import { natTargetText } from '../../../contract/firewall-text.ts'
import { formatIpv4, type Ipv4Address } from '../../../wire/address.ts'
import { listMatch } from './list-match.ts'
import { TOS_NAMED_MASK, TOS_NAMES } from './match-words.ts'
import { protocolName } from './names.ts'

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
  return spec.matches.map((match) => listMatch(match, format)).join('') + targetRest(spec.target, format)
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

const LOG_LEVEL_NAMES = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']

function targetRest(target: FirewallTarget | undefined, { numeric }: ListFormat): string {
  switch (target?.kind) {
    case 'REJECT':
      return ` reject-with ${target.with}`
    case 'LOG':
      return logText(target, numeric)
    case 'MARK':
      return ` MARK ${markTarget(target)}`
    case 'CONNMARK':
      return ` CONNMARK ${connmarkTarget(target)}`
    case 'TOS':
      return tosTarget(target, numeric)
    case 'DSCP':
      return ` DSCP set ${hexByte(target.value)}`
    case 'TTL':
      return ` TTL ${{ set: 'set to', dec: 'decrement by', inc: 'increment by' }[target.mode]} ${target.value}`
    case 'TCPMSS':
      return ` TCPMSS ${target.mss === undefined ? 'clamp to PMTU' : `set ${target.mss}`}`
    case 'NETMAP':
      return ` to:${maskedAddress({ not: false, address: target.network, mask: target.mask })}`
    case 'CT':
      return target.alias ? ' NOTRACK' : ' CT notrack'
    case 'NFLOG':
    case 'NFQUEUE':
    case 'AUDIT':
    case 'TRACE':
    case 'CLASSIFY':
    case 'CHECKSUM':
      return target.listing
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

function connmarkTarget(target: Extract<FirewallTarget, { kind: 'CONNMARK' }>): string {
  if (target.mode === 'set') return markTarget({ kind: 'MARK', value: target.value, mask: target.ctMask })
  const { mode, ctMask, nfMask } = target
  if (ctMask === nfMask) return ctMask === 0xffffffff ? mode : `${mode} mask ${hex(ctMask)}`
  // Of the mask of what is written to, the listing shows the bits that go.
  return mode === 'save'
    ? `save nfmask ${hex(nfMask)} ctmask ~${hex(ctMask)}`
    : `restore ctmask ${hex(ctMask)} nfmask ~${hex(nfMask)}`
}

function tosTarget({ value, mask }: Extract<FirewallTarget, { kind: 'TOS' }>, numeric: boolean): string {
  const set = ` TOS set ${hexByte(value)}/${hexByte(mask)}`
  if (numeric) return set
  const named = mask === TOS_NAMED_MASK ? TOS_NAMES.find((each) => each[1] === value) : undefined
  if (named !== undefined) return `  TOS set${named[0]}`
  if (value === 0) return ` TOS and ${hexByte(~mask & 0xff)}`
  if (value === mask) return ` TOS or ${hexByte(value)}`
  return mask === 0 ? ` TOS xor ${hexByte(value)}` : set
}

function logText({ prefix, level, flags }: Extract<FirewallTarget, { kind: 'LOG' }>, numeric: boolean): string {
  const shownPrefix = prefix === '' ? '' : ` prefix "${prefix}"`
  if (numeric) return ` LOG flags ${flags} level ${level}${shownPrefix}`
  const names = ['tcp-sequence', 'tcp-options', 'ip-options', 'uid', '', 'macdecode']
  const shown = names.filter((_, bit) => (flags & (1 << bit)) !== 0).map((name) => ` ${name}`)
  return ` LOG level ${LOG_LEVEL_NAMES[level] ?? level}${shown.join('')}${shownPrefix}`
}
