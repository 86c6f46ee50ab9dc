// Whose an address is: numbers of the trace as words, with the machine they belong to.
import { unpackPorts } from '../../../contract/decisions.ts'
import type { OperandKind } from '../../../contract/decisions.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { interfaceName } from '../../stores/network-store.ts'
import {
  formatIpv4,
  formatMac,
  ipv4FromNumber,
  isBroadcastMac,
  isGroupMac,
  macFromNumber,
} from '../../../wire/address.ts'

/** The interface that has an IPv4 address, as `ns/dev`; several when a lab gives it to several. */
export function ownersOfIp({ view }: NetworkState, ip: number): readonly string[] {
  return (view?.namespaces ?? []).flatMap(({ name, links }) =>
    links
      .filter(({ addresses }) => addresses.some(({ address }) => address === ip))
      .map((link) => `${name}/${link.name}`),
  )
}

/** The interfaces with a MAC address. A bridge shares that of a port, and a VLAN that of its parent. */
export function ownersOfMac({ view }: NetworkState, mac: number): readonly string[] {
  return (view?.namespaces ?? []).flatMap(({ name, links }) =>
    links.filter((link) => link.mac === mac && link.details.kind !== 'lo').map((link) => `${name}/${link.name}`),
  )
}

/** `10.10.10.20 (hostB/eth0)`; without an owner the address alone. */
function namedIp(network: NetworkState, ip: number): string {
  return withOwner(formatIpv4(ipv4FromNumber(ip)), ownersOfIp(network, ip))
}

/** `02:…:01 (hostA/eth0)`; group addresses have no owner. */
function namedMac(network: NetworkState, value: number): string {
  const mac = macFromNumber(value)
  const text = formatMac(mac)
  return isBroadcastMac(mac) || isGroupMac(mac) ? text : withOwner(text, ownersOfMac(network, value))
}

/** An operand of a decision as words. */
export function operandText(network: NetworkState, kind: OperandKind | undefined, value: number): string {
  switch (kind) {
    case 'ip':
      return namedIp(network, value)
    case 'mac':
      return namedMac(network, value)
    case 'device':
      return interfaceName(network, value)
    case 'ports':
      return portsText(value)
    case 'count':
    case 'ms':
    case 'number':
    case undefined:
      return String(value)
  }
}

/** ` (port 40000 → 1024)` in signs alone; nothing where the port stayed the same. */
function portsText(ports: number): string {
  const { before, after } = unpackPorts(ports)
  return before === after ? '' : ` (:${before} → :${after})`
}

function withOwner(text: string, owners: readonly string[]): string {
  return owners.length === 0 ? text : `${text} (${owners.slice(0, 2).join(', ')}${owners.length > 2 ? ', …' : ''})`
}
