// A rule in the words of `iptables -S`: what the commands print, what an explanation shows, and what makes two rules the same.
import {
  addressText,
  hex,
  hexByte,
  interfaceText,
  maskedAddress,
  matchText,
  not,
  quoted,
  rangeText,
} from './firewall-match-text.ts'
import type { FirewallRuleSpec, FirewallTarget, NatRange } from './firewall.ts'
import { formatIpv4 } from '../wire/address.ts'
import { protocolName } from '../wire/ipv4.ts'

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
    case 'CONNMARK':
      return target.mode === 'set'
        ? ` -j CONNMARK --set-xmark ${hex(target.value)}/${hex(target.ctMask)}`
        : ` -j CONNMARK --${target.mode}-mark --nfmask ${hex(target.nfMask)} --ctmask ${hex(target.ctMask)}`
    case 'TOS':
      return ` -j TOS --set-tos ${hexByte(target.value)}/${hexByte(target.mask)}`
    case 'DSCP':
      return ` -j DSCP --set-dscp ${hexByte(target.value)}`
    case 'TTL':
      return ` -j TTL --ttl-${target.mode} ${target.value}`
    case 'TCPMSS':
      return ` -j TCPMSS ${target.mss === undefined ? '--clamp-mss-to-pmtu' : `--set-mss ${target.mss}`}`
    case 'NETMAP':
      return ` -j NETMAP --to ${maskedAddress({ not: false, address: target.network, mask: target.mask })}`
    case 'CT':
      return target.alias ? ' -j NOTRACK' : ' -j CT --notrack'
    case 'NFLOG':
    case 'NFQUEUE':
    case 'AUDIT':
    case 'TRACE':
    case 'CLASSIFY':
    case 'CHECKSUM':
      return ` -j ${target.kind}${target.options}`
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
    ((flags & 8) !== 0 ? ' --log-uid' : '') +
    ((flags & 32) !== 0 ? ' --log-macdecode' : '')
  )
}
