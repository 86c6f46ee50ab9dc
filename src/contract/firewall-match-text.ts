// The words of `iptables -S` for what a rule matches.
import type {
  AddressMatch,
  ConntrackMatch,
  FirewallMatch,
  HashlimitMatch,
  InterfaceMatch,
  PortMatch,
  PortRange,
  RangeMatch,
  RecentMatch,
} from './firewall.ts'
import { formatIpv4, formatMac, maskLength, type Ipv4Address } from '../wire/address.ts'
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../wire/tcp.ts'

/** `!` before what must not be. */
export const not = (is: boolean): string => (is ? ' !' : '')

/** `10.0.0.0/8`, or with the whole mask when that is no prefix. */
export function maskedAddress({ address, mask }: AddressMatch): string {
  const length = maskLength(mask)
  return `${formatIpv4(address)}/${length ?? formatIpv4(mask)}`
}

/** An option with an address, or nothing. */
export function addressText(option: string, match: AddressMatch | undefined): string {
  return match === undefined ? '' : `${not(match.not)} ${option} ${maskedAddress(match)}`
}

/** An option with the name of an interface, or nothing. */
export function interfaceText(option: string, match: InterfaceMatch | undefined): string {
  return match === undefined ? '' : `${not(match.not)} ${option} ${match.name}`
}

/** `80:90`, or one number alone. */
export function rangeText({ from, to }: PortRange, separator = ':'): string {
  return from === to ? String(from) : `${from}${separator}${to}`
}

/** `5:9`, or `5` where there is no end. */
export function atLeastText({ from, to }: PortRange): string {
  return to === Number.MAX_SAFE_INTEGER ? String(from) : `${from}:${to}`
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

/** `0x1f`. */
export const hex = (value: number): string => `0x${value.toString(16)}`

/** `0x1` or `0x1/0xff`. */
export function markText(value: number, mask: number): string {
  return mask === 0xffffffff ? hex(value) : `${hex(value)}/${hex(mask)}`
}

/** A text in quotes when it has more than letters and digits in it (xtables_save_string). */
export function quoted(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `"${text.replace(/[\\"']/g, '\\$&')}"`
}

/** What of a hashlimit's table is shown: the settings that were named, and masks that are not whole. */
export function hashlimitTable(match: HashlimitMatch): readonly (readonly [name: string, value: number])[] {
  return [
    ...match.table,
    ...(match.sourceLength === 32 ? [] : [['srcmask', match.sourceLength] as const]),
    ...(match.destinationLength === 32 ? [] : [['dstmask', match.destinationLength] as const]),
  ]
}

/** The switches of rpfilter, each with a prefix. */
export function rpfilterOptions(prefix: string): (match: Extract<FirewallMatch, { kind: 'rpfilter' }>) => string {
  return ({ loose, validMark, acceptLocal, invert }) =>
    [
      ...(loose ? ['loose'] : []),
      ...(validMark ? ['validmark'] : []),
      ...(acceptLocal ? ['accept-local'] : []),
      ...(invert ? ['invert'] : []),
    ]
      .map((word) => ` ${prefix}${word}`)
      .join('')
}

/** `0x6&0xff=0x1&&…`, as u32 shows its tests. */
export function u32Text({ tests }: Extract<FirewallMatch, { kind: 'u32' }>): string {
  return tests
    .map(({ steps, ranges }) => {
      const place = steps.map(({ operator, number }) => `${operator === 'read' ? '' : operator}${hex(number)}`).join('')
      return `${place}=${ranges.map(({ from, to }) => (from === to ? hex(from) : `${hex(from)}:${hex(to)}`)).join(',')}`
    })
    .join('&&')
}

type MatchTexts = { readonly [K in FirewallMatch['kind']]: (match: Extract<FirewallMatch, { kind: K }>) => string }

/** What a kind of match asks, in the order of the options in `-S`. */
const OPTIONS: MatchTexts = {
  tcp: ({ sport, dport, flags, option }) =>
    portText('--sport', sport) +
    portText('--dport', dport) +
    (flags === undefined
      ? ''
      : `${not(flags.not)} --tcp-flags ${tcpFlagsText(flags.mask)} ${tcpFlagsText(flags.set)}`) +
    (option === undefined ? '' : `${not(option.not)} --tcp-option ${option.number}`),
  udp: ({ sport, dport }) => portText('--sport', sport) + portText('--dport', dport),
  icmp: (match) => `${not(match.not)} --icmp-type ${icmpTypeText(match)}`,
  multiport: (match) => `${not(match.not)} --${match.which} ${match.ranges.map((range) => rangeText(range)).join(',')}`,
  state: (match) => `${not(match.not)} --state ${match.states.join(',')}`,
  conntrack: (match) =>
    conntrackParts(match)
      .map((part) => `${not(part.not)} --${part.name} ${part.value}`)
      .join(''),
  mac: (match) => `${not(match.not)} --mac-source ${formatMac(match.source)}`,
  physdev: physdevOptions,
  limit: ({ period, burst }) => ` --limit ${limitText(period)}${burst === 5 ? '' : ` --limit-burst ${burst}`}`,
  addrtype: ({ source, destination, limitIface }) =>
    (source === undefined ? '' : `${not(source.not)} --src-type ${source.types.join(',')}`) +
    (destination === undefined ? '' : `${not(destination.not)} --dst-type ${destination.types.join(',')}`) +
    (limitIface === undefined ? '' : ` --limit-iface-${limitIface}`),
  mark: (match) => `${not(match.not)} --mark ${markText(match.value, match.mask)}`,
  connmark: (match) => `${not(match.not)} --mark ${markText(match.value, match.mask)}`,
  comment: (match) => ` --comment ${quoted(match.text)}`,
  iprange: (match) => rangeOption('--src-range', match.source) + rangeOption('--dst-range', match.destination),
  ttl: ({ how, value }) => (how === 'ne' ? ` ! --ttl-eq ${value}` : ` --ttl-${how} ${value}`),
  length: (match) => `${not(match.not)} --length ${rangeText(match)}`,
  tcpmss: (match) => `${not(match.not)} --mss ${rangeText(match)}`,
  tos: (match) => `${not(match.not)} --tos ${hexByte(match.value)}/${hexByte(match.mask)}`,
  dscp: (match) => `${not(match.not)} --dscp ${hexByte(match.value)}`,
  pkttype: (match) => `${not(match.not)} --pkt-type ${match.type}`,
  owner: ({ socketExists, uid, gid }) =>
    (socketExists === undefined ? '' : `${not(socketExists.not)} --socket-exists`) +
    (uid === undefined ? '' : `${not(uid.not)} --uid-owner ${rangeText(uid, '-')}`) +
    (gid === undefined ? '' : `${not(gid.not)} --gid-owner ${rangeText(gid, '-')}`),
  statistic: (match) =>
    match.mode === 'nth'
      ? ` --mode nth${not(match.not)} --every ${match.every} --packet ${match.packet}`
      : ` --mode random${not(match.not)} --probability ${probabilityText(match.parts)}`,
  connlimit: (match) =>
    ` --connlimit-${match.not ? 'upto' : 'above'} ${match.limit} --connlimit-mask ${match.maskLength} --connlimit-${match.which}`,
  connbytes: (match) =>
    `${not(match.not)} --connbytes ${atLeastText(match)} --connbytes-mode ${match.counts} --connbytes-dir ${match.way}`,
  recent: recentOptions,
  string: ({ not: isNot, text, algorithm, from, to, ignoreCase }) =>
    `${not(isNot)} --string "${text}" --algo ${algorithm}` +
    (from === 0 ? '' : ` --from ${from}`) +
    (to === 65535 ? '' : ` --to ${to}`) +
    (ignoreCase ? ' --icase' : ''),
  hashlimit: (match) =>
    ` --hashlimit-${match.above ? 'above' : 'upto'} ${limitText(match.period)} --hashlimit-burst ${match.burst}` +
    (match.by.length === 0 ? '' : ` --hashlimit-mode ${match.by.join(',')}`) +
    ` --hashlimit-name ${match.name}` +
    hashlimitTable(match)
      .map(([name, value]) => ` --hashlimit-${name} ${value}`)
      .join(''),
  rpfilter: rpfilterOptions('--'),
  u32: (match) => `${not(match.not)} --u32 "${u32Text(match)}"`,
  ecn: ({ ect, ece, cwr }) =>
    (ece === undefined ? '' : `${not(ece.not)} --ecn-tcp-ece`) +
    (cwr === undefined ? '' : `${not(cwr.not)} --ecn-tcp-cwr`) +
    (ect === undefined ? '' : `${not(ect.not)} --ecn-ip-ect ${ect.value}`),
  quota: (match) => `${not(match.not)} --quota ${match.bytes}`,
}

/** ` -m KIND` and its options. */
export function matchText(match: FirewallMatch): string {
  const options = OPTIONS[match.kind] as (match: FirewallMatch) => string
  return ` -m ${match.kind}${options(match)}`
}

/** `10.0.0.1-10.0.0.9`. */
export function addressRangeText({ from, to }: RangeMatch): string {
  return `${formatIpv4(from as Ipv4Address)}-${formatIpv4(to as Ipv4Address)}`
}

function rangeOption(option: string, match: RangeMatch | undefined): string {
  return match === undefined ? '' : `${not(match.not)} ${option} ${addressRangeText(match)}`
}

/** `0x0a`. */
export function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`
}

/** A probability as the program gives it back: with eleven digits, of which the last few tell how it is kept. */
export function probabilityText(parts: number): string {
  return (parts / 0x8000_0000).toFixed(11)
}

/** One address without its whole mask, a network with its length. */
function plainAddress({ address, mask }: AddressMatch): string {
  return mask === 0xffffffff ? formatIpv4(address) : maskedAddress({ not: false, address, mask })
}

/** What a conntrack match asks, in the order in which it is printed; `-S` puts two dashes before each name. */
export function conntrackParts(match: ConntrackMatch): readonly { not: boolean; name: string; value: string }[] {
  const address = (name: string, wanted: AddressMatch | undefined) =>
    wanted === undefined ? [] : [{ not: wanted.not, name, value: plainAddress(wanted) }]
  const range = (name: string, wanted: RangeMatch | undefined) =>
    wanted === undefined ? [] : [{ not: wanted.not, name, value: rangeText(wanted) }]
  const { state, protocol, status, direction } = match
  const statuses = status?.statuses.length === 0 ? ['NONE'] : status?.statuses
  return [
    ...(state === undefined ? [] : [{ not: state.not, name: 'ctstate', value: state.states.join(',') }]),
    ...(protocol === undefined ? [] : [{ not: protocol.not, name: 'ctproto', value: String(protocol.number) }]),
    ...address('ctorigsrc', match.origSource),
    ...address('ctorigdst', match.origDestination),
    ...address('ctreplsrc', match.replySource),
    ...address('ctrepldst', match.replyDestination),
    ...range('ctorigsrcport', match.origSourcePort),
    ...range('ctorigdstport', match.origDestinationPort),
    ...range('ctreplsrcport', match.replySourcePort),
    ...range('ctrepldstport', match.replyDestinationPort),
    ...(status === undefined ? [] : [{ not: status.not, name: 'ctstatus', value: (statuses ?? []).join(',') }]),
    ...range('ctexpire', match.expire),
    ...(direction === undefined ? [] : [{ not: false, name: 'ctdir', value: direction }]),
  ]
}

function recentOptions({ not: isNot, mode, seconds, hitcount, reap, rttl, name, mask, which }: RecentMatch): string {
  return (
    `${not(isNot)} --${mode}${seconds === 0 ? '' : ` --seconds ${seconds}`}${reap ? ' --reap' : ''}` +
    `${hitcount === 0 ? '' : ` --hitcount ${hitcount}`}${rttl ? ' --rttl' : ''}` +
    ` --name ${name} --mask ${formatIpv4(mask)} --r${which === 'source' ? 'source' : 'dest'}`
  )
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
