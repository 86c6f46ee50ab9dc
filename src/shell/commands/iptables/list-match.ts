/** How `iptables -L` shows what a rule matches. */
import type { FirewallMatch, PortMatch, PortRange, RangeMatch, RecentMatch } from '../../../contract/firewall.ts'
import {
  addressRangeText,
  atLeastText,
  conntrackParts,
  hashlimitTable,
  hexByte,
  limitText,
  markText,
  not,
  physdevOptions,
  probabilityText,
  rangeText,
  rpfilterOptions,
  tcpFlagsText,
  u32Text,
} from '../../../contract/firewall-match-text.ts'
import { formatIpv4, formatMac } from '../../../wire/address.ts'
import { TOS_NAMED_MASK, TOS_NAMES } from './match-words.ts'
import { ICMP_NAMES, portName } from './names.ts'

function portRange({ from, to }: PortRange, numeric: boolean): string {
  if (numeric) return rangeText({ from, to })
  return from === to ? portName(from) : `${portName(from)}:${portName(to)}`
}

function portText(which: 'spt' | 'dpt', match: PortMatch | undefined, numeric: boolean): string {
  if (match === undefined) return ''
  return ` ${which}${match.from === match.to ? '' : 's'}:${match.not ? '!' : ''}${portRange(match, numeric)}`
}

/** One match as `iptables -L` shows it, a blank before it. */
export function listMatch(match: FirewallMatch, { numeric }: { readonly numeric: boolean }): string {
  switch (match.kind) {
    case 'tcp':
    case 'udp':
      return (
        ` ${match.kind}${portText('spt', match.sport, numeric)}${portText('dpt', match.dport, numeric)}` +
        (match.kind === 'tcp' ? tcpRest(match, numeric) : '')
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
      return conntrackParts(match)
        .map(({ not: isNot, name, value }) => `${isNot ? ' !' : ''} ${name} ${value}`)
        .join('')
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
    case 'connmark':
      return ` connmark match ${bang(match.not)} ${markText(match.value, match.mask)}`
    case 'comment':
      return ` /* ${match.text} */`
    default:
      return listPacketMatch(match, numeric)
  }
}

type PacketMatch = Extract<
  FirewallMatch,
  {
    readonly kind:
      | 'iprange'
      | 'ttl'
      | 'length'
      | 'tcpmss'
      | 'tos'
      | 'dscp'
      | 'pkttype'
      | 'owner'
      | 'statistic'
      | 'connlimit'
      | 'connbytes'
      | 'recent'
      | 'string'
      | 'quota'
      | 'hashlimit'
      | 'rpfilter'
      | 'ecn'
      | 'u32'
  }
>

function listPacketMatch(match: PacketMatch, numeric: boolean): string {
  switch (match.kind) {
    case 'iprange': {
      const part = (words: string, wanted: RangeMatch | undefined): string =>
        wanted === undefined ? '' : ` ${words} IP range${not(wanted.not)} ${addressRangeText(wanted)}`
      return part('source', match.source) + part('destination', match.destination)
    }
    case 'ttl':
      return ` TTL match TTL ${{ eq: '==', ne: '!=', lt: '<', gt: '>' }[match.how]} ${match.value}`
    case 'length':
      return ` length ${bang(match.not)}${rangeText(match)}`
    case 'tcpmss':
      return ` tcpmss match ${bang(match.not)}${rangeText(match)}`
    case 'tos': {
      const named = match.mask === TOS_NAMED_MASK ? TOS_NAMES.find(([, value]) => value === match.value) : undefined
      const value = numeric || named === undefined ? `${hexByte(match.value)}/${hexByte(match.mask)}` : ` ${named[0]}`
      return ` tos match${bang(match.not)}${value}`
    }
    case 'dscp':
      return ` DSCP match ${bang(match.not)}${hexByte(match.value)}`
    case 'pkttype':
      return ` PKTTYPE ${match.not ? '!=' : '='} ${match.type}`
    case 'owner':
      return ownerText(match, numeric)
    case 'statistic':
      return match.mode === 'nth'
        ? ` statistic mode nth${not(match.not)} every ${match.every}${match.packet === 0 ? '' : ` packet ${match.packet}`}`
        : ` statistic mode random${not(match.not)} probability ${probabilityText(match.parts)}`
    case 'connlimit':
      return ` #conn ${match.which === 'saddr' ? 'src' : 'dst'}/${match.maskLength} ${match.not ? '<=' : '>'} ${match.limit}`
    case 'connbytes':
      return `${not(match.not)} connbytes ${atLeastText(match)} connbytes mode ${match.counts} connbytes direction ${match.way}`
    case 'recent':
      return recentText(match)
    case 'string': {
      const bounds = (match.from === 0 ? '' : ` FROM ${match.from}`) + (match.to === 65535 ? '' : ` TO ${match.to}`)
      return ` STRING match ${bang(match.not)} "${match.text}" ALGO name ${match.algorithm}${bounds}${match.ignoreCase ? ' ICASE' : ''}`
    }
    case 'hashlimit':
      return (
        ` limit: ${match.above ? 'above' : 'up to'} ${limitText(match.period)} burst ${match.burst}` +
        (match.by.length === 0 ? '' : ` mode ${match.by.join('-')}`) +
        hashlimitTable(match)
          .map(([name, value]) => ` ${name} ${value}`)
          .join('')
      )
    case 'rpfilter':
      return ` rpfilter${rpfilterOptions('')(match)}`
    case 'ecn':
      return (
        ' ECN match' +
        (match.ece === undefined ? '' : ` ${bang(match.ece.not)}ECE`) +
        (match.cwr === undefined ? '' : ` ${bang(match.cwr.not)}CWR`) +
        (match.ect === undefined ? '' : ` ${bang(match.ect.not)}ECT=${match.ect.value}`)
      )
    case 'u32':
      return ` u32${not(match.not)} "${u32Text(match)}"`
    case 'quota':
      return ` quota: ${bang(match.not)}${match.bytes} bytes`
  }
}

const bang = (is: boolean): string => (is ? '!' : '')

function ownerText(match: Extract<FirewallMatch, { kind: 'owner' }>, numeric: boolean): string {
  const ids = (name: string, wanted: RangeMatch | undefined): string => {
    if (wanted === undefined) return ''
    const isRoot = !numeric && wanted.from === 0 && wanted.to === 0
    return `${not(wanted.not)} owner ${name} match ${isRoot ? 'root' : rangeText(wanted, '-')}`
  }
  const exists = match.socketExists === undefined ? '' : `${not(match.socketExists.not)} owner socket exists`
  return exists + ids('UID', match.uid) + ids('GID', match.gid)
}

const RECENT_WORDS = { set: 'SET', rcheck: 'CHECK', update: 'UPDATE', remove: 'REMOVE' }

function recentText(match: RecentMatch): string {
  return (
    `${not(match.not)} recent: ${RECENT_WORDS[match.mode]}${match.seconds === 0 ? '' : ` seconds: ${match.seconds}`}` +
    `${match.reap ? ' reap' : ''}${match.hitcount === 0 ? '' : ` hit_count: ${match.hitcount}`}` +
    `${match.rttl ? ' TTL-Match' : ''} name: ${match.name} side: ${match.which === 'source' ? 'source' : 'dest'} ` +
    `mask: ${formatIpv4(match.mask)}`
  )
}

function tcpRest({ flags, option }: Extract<FirewallMatch, { kind: 'tcp' }>, numeric: boolean): string {
  const kind = option === undefined ? '' : ` option=${bang(option.not)}${option.number}`
  if (flags === undefined) return kind
  const two = (value: number): string => `0x${value.toString(16).padStart(2, '0').toUpperCase()}`
  const shown = numeric
    ? `${two(flags.mask)}/${two(flags.set)}`
    : `${tcpFlagsText(flags.mask)}/${tcpFlagsText(flags.set)}`
  return `${kind} flags:${bang(flags.not)}${shown}`
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
