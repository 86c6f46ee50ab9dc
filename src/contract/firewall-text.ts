// A rule in the words of `iptables -S`: what the commands print, what an explanation shows, and what makes two rules the same.
import type {
  AddressMatch,
  FirewallMatch,
  FirewallRuleSpec,
  FirewallTarget,
  InterfaceMatch,
  NatRange,
  PortMatch,
  PortRange,
} from './firewall.ts'
import { formatIpv4, formatMac, maskLength } from '../wire/address.ts'
import { protocolName } from '../wire/ipv4.ts'
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../wire/tcp.ts'

const not = (is: boolean): string => (is ? ' !' : '')

/** The words of a rule, each with a blank before it. */
export function ruleText(spec: FirewallRuleSpec): string {
  return `${ruleMatchText(spec)}${spec.target === undefined ? '' : targetText(spec.target)}`
}

/** The words before `-j`, where -S shows counters between. */
export function ruleMatchText(spec: FirewallRuleSpec): string {
  return [
    addressText('-s', spec.source),
    addressText('-d', spec.destination),
    interfaceText('-i', spec.inInterface),
    interfaceText('-o', spec.outInterface),
    spec.protocol === undefined ? '' : `${not(spec.protocol.not)} -p ${protocolName(spec.protocol.number)}`,
    spec.fragment === undefined ? '' : `${not(spec.fragment.not)} -f`,
    ...spec.matches.map(matchText),
  ].join('')
}

/** `10.0.0.0/8`, or with the whole mask when that is no prefix. */
export function maskedAddress({ address, mask }: AddressMatch): string {
  const length = maskLength(mask)
  return `${formatIpv4(address)}/${length ?? formatIpv4(mask)}`
}

function addressText(option: string, match: AddressMatch | undefined): string {
  return match === undefined ? '' : `${not(match.not)} ${option} ${maskedAddress(match)}`
}

function interfaceText(option: string, match: InterfaceMatch | undefined): string {
  return match === undefined ? '' : `${not(match.not)} ${option} ${match.name}`
}

export function rangeText({ from, to }: PortRange, separator = ':'): string {
  return from === to ? String(from) : `${from}${separator}${to}`
}

function portText(option: string, match: PortMatch | undefined): string {
  return match === undefined ? '' : `${not(match.not)} ${option} ${rangeText(match)}`
}

const TCP_FLAG_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [TCP_FIN, 'FIN'],
  [TCP_SYN, 'SYN'],
  [TCP_RST, 'RST'],
  [TCP_PSH, 'PSH'],
  [TCP_ACK, 'ACK'],
  [TCP_URG, 'URG'],
]

/** `FIN,SYN,RST,ACK`. */
export function tcpFlagsText(flags: number): string {
  const names = TCP_FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)
  return names.length === 0 ? 'NONE' : names.join(',')
}

const LIMIT_UNITS: readonly (readonly [name: string, period: number])[] = [
  ['day', 10_000 * 24 * 60 * 60],
  ['hour', 10_000 * 60 * 60],
  ['min', 10_000 * 60],
  ['sec', 10_000],
]

/** `5/min`: in the smallest unit that still divides well, as xt_limit prints its rate. */
export function limitText(period: number): string {
  let at = 1
  for (; at < LIMIT_UNITS.length; at++) {
    const unit = LIMIT_UNITS[at]![1]
    if (period > unit || Math.floor(unit / period) < unit % period) break
  }
  const [name, unit] = LIMIT_UNITS[at - 1]!
  return `${Math.floor(unit / period)}/${name}`
}

export const hex = (value: number): string => `0x${value.toString(16)}`

/** `0x1` or `0x1/0xff`. */
export function markText(value: number, mask: number): string {
  return mask === 0xffffffff ? hex(value) : `${hex(value)}/${hex(mask)}`
}

/** A text in quotes when it has more than letters and digits in it (xtables_save_string). */
function quoted(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `"${text.replace(/[\\"']/g, '\\$&')}"`
}

function matchText(match: FirewallMatch): string {
  return ` -m ${match.kind}${matchOptions(match)}`
}

function matchOptions(match: FirewallMatch): string {
  switch (match.kind) {
    case 'tcp':
    case 'udp':
      return (
        portText('--sport', match.sport) +
        portText('--dport', match.dport) +
        (match.kind === 'tcp' && match.flags !== undefined
          ? `${not(match.flags.not)} --tcp-flags ${tcpFlagsText(match.flags.mask)} ${tcpFlagsText(match.flags.set)}`
          : '')
      )
    case 'icmp':
      return `${not(match.not)} --icmp-type ${icmpTypeText(match)}`
    case 'multiport':
      return `${not(match.not)} --${match.which} ${match.ranges.map((range) => rangeText(range)).join(',')}`
    case 'state':
      return `${not(match.not)} --state ${match.states.join(',')}`
    case 'conntrack':
      return `${not(match.not)} --ctstate ${match.states.join(',')}`
    case 'mac':
      return `${not(match.not)} --mac-source ${formatMac(match.source)}`
    case 'physdev':
      return physdevOptions(match)
    case 'limit':
      return ` --limit ${limitText(match.period)}${match.burst === 5 ? '' : ` --limit-burst ${match.burst}`}`
    case 'addrtype':
      return (
        (match.source === undefined ? '' : `${not(match.source.not)} --src-type ${match.source.types.join(',')}`) +
        (match.destination === undefined
          ? ''
          : `${not(match.destination.not)} --dst-type ${match.destination.types.join(',')}`) +
        (match.limitIface === undefined ? '' : ` --limit-iface-${match.limitIface}`)
      )
    case 'mark':
      return `${not(match.not)} --mark ${markText(match.value, match.mask)}`
    case 'comment':
      return ` --comment ${quoted(match.text)}`
  }
}

function icmpTypeText({ type, codeFrom, codeTo }: Extract<FirewallMatch, { kind: 'icmp' }>): string {
  if (type === 255) return 'any'
  return codeFrom === codeTo ? `${type}/${codeFrom}` : String(type)
}

/** The options of a physdev match, which its listing shows in the same words. */
export function physdevOptions(match: Extract<FirewallMatch, { kind: 'physdev' }>): string {
  const flag = (option: string, wanted: { readonly not: boolean } | undefined): string =>
    wanted === undefined ? '' : `${not(wanted.not)} ${option}`
  return (
    flag('--physdev-is-in', match.isIn) +
    interfaceText('--physdev-in', match.physIn) +
    flag('--physdev-is-out', match.isOut) +
    interfaceText('--physdev-out', match.physOut) +
    flag('--physdev-is-bridged', match.isBridged)
  )
}

/** `1.2.3.4-1.2.3.9:80-90`. */
export function natTargetText({ addresses, ports }: NatRange): string {
  const [from, to] = addresses === undefined ? ['', ''] : [formatIpv4(addresses.from), formatIpv4(addresses.to)]
  return `${from === to ? from : `${from}-${to}`}${ports === undefined ? '' : `:${rangeText(ports, '-')}`}`
}

function natOptions({ random, randomFully, persistent }: NatRange): string {
  return `${random ? ' --random' : ''}${randomFully ? ' --random-fully' : ''}${persistent ? ' --persistent' : ''}`
}

export function targetText(target: FirewallTarget): string {
  switch (target.kind) {
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      return ` -j ${target.kind}`
    case 'chain':
      return ` -${target.isGoto ? 'g' : 'j'} ${target.name}`
    case 'REJECT':
      return ` -j REJECT --reject-with ${target.with}`
    case 'LOG':
      return ` -j LOG${logOptions(target)}`
    case 'MARK':
      return ` -j MARK --set-xmark ${hex(target.value)}/${hex(target.mask)}`
    case 'CT':
      return target.alias ? ' -j NOTRACK' : ' -j CT --notrack'
    case 'SNAT':
      return ` -j SNAT --to-source ${natTargetText(target.range)}${natOptions(target.range)}`
    case 'DNAT':
      return ` -j DNAT --to-destination ${natTargetText(target.range)}${natOptions(target.range)}`
    case 'MASQUERADE':
    case 'REDIRECT': {
      const { ports } = target.range
      return ` -j ${target.kind}${ports === undefined ? '' : ` --to-ports ${rangeText(ports, '-')}`}${natOptions(target.range)}`
    }
  }
}

const LOG_DEFAULT_LEVEL = 4

function logOptions({ prefix, level, flags }: Extract<FirewallTarget, { kind: 'LOG' }>): string {
  return (
    (prefix === '' ? '' : ` --log-prefix ${quoted(prefix)}`) +
    (level === LOG_DEFAULT_LEVEL ? '' : ` --log-level ${level}`) +
    ((flags & 1) !== 0 ? ' --log-tcp-sequence' : '') +
    ((flags & 2) !== 0 ? ' --log-tcp-options' : '') +
    ((flags & 4) !== 0 ? ' --log-ip-options' : '') +
    ((flags & 8) !== 0 ? ' --log-uid' : '')
  )
}
