/** What a paragraph's method does: the commands that ifupdown runs for it, as it prints them with -v. */
import { broadcastOf, formatIpv4, ipv4FromNumber, maskLength, parseIpv4, prefixMask } from '../../../wire/address.ts'
import { option, type Stanza } from './interfaces-file.ts'

export interface MethodCommands {
  /** Required options that are missing. */
  readonly missing: readonly string[]
  readonly up: readonly string[]
  readonly down: readonly string[]
}

/** A paragraph with what follows from its options: the mask, the broadcast address, a bare hardware address. */
export function completed(stanza: Stanza): Stanza {
  const options = stanza.options.map(([name, value]): readonly [string, string] => {
    if (name === 'hwaddress') return [name, value.replace(/^ether\s+/, '')]
    return name === 'address' && stanza.method === 'static' ? [name, value.replace(/\/.*$/, '')] : [name, value]
  })
  if (stanza.family !== 'inet' || stanza.method !== 'static') return { ...stanza, options }
  const given = option(stanza, 'address')
  if (given === undefined) return { ...stanza, options }
  const mask = netmask(given, option(stanza, 'netmask'))
  const broadcast = broadcastText(given, mask, option(stanza, 'broadcast'))
  const kept = options.filter(([name]) => name !== 'netmask' && name !== 'broadcast')
  const at = options.findIndex(([name]) => name === 'netmask')
  if (at >= 0) kept.splice(at, 0, ['netmask', mask])
  kept.push(['broadcast', broadcast])
  if (at < 0) kept.push(['netmask', mask])
  return { ...stanza, options: kept }
}

/** The mask of `address 10.0.0.1/24`, the one that is given, or that of the address's old class. */
function netmask(address: string, given: string | undefined): string {
  const length = /\/(.*)$/.exec(address)?.[1]
  if (length !== undefined)
    return /^\d+$/.test(length) ? formatIpv4(ipv4FromNumber(prefixMask(Number(length)))) : length
  if (given !== undefined) return given
  const value = parseIpv4(address)
  if (value === undefined) return address
  const first = value >>> 24
  return formatIpv4(ipv4FromNumber(prefixMask(first < 128 ? 8 : first < 192 ? 16 : 24)))
}

function broadcastText(address: string, mask: string, given: string | undefined): string {
  if (given !== undefined && given !== '+') return given
  const value = parseIpv4(address.replace(/\/.*$/, ''))
  const dotted = parseIpv4(mask)
  const length = dotted === undefined ? undefined : maskLength(dotted)
  if (value === undefined || length === undefined) return '+'
  return formatIpv4(broadcastOf(value, length))
}

/** The link below `eth0.10`, or that of `vlan-raw-device`; undefined for what is no VLAN interface by its name. */
export function vlanOf(stanza: Stanza): { readonly link: string; readonly id: number } | undefined {
  const { name } = stanza
  const raw = option(stanza, 'vlan-raw-device')
  const dotted = /^(.+)\.0*(\d+)$/.exec(name)
  if (dotted !== null) return { link: raw ?? dotted[1]!, id: Number(dotted[2]) }
  if (raw === undefined) return undefined
  const id = option(stanza, 'vlan-id') ?? /^vlan0*(\d+)$/.exec(name)?.[1]
  return id === undefined ? undefined : { link: raw, id: Number(id) }
}

/**
 * The commands of a completed paragraph for an interface. `all`: the run takes every interface (-a), which leaves the link of a `manual` one
 * up. An alias (`eth0:1`) and a VLAN interface share their link with others, so that only their address goes.
 */
export function methodCommands(stanza: Stanza, iface: string, all: boolean): MethodCommands {
  if (stanza.family === 'inet6') return { missing: [], up: [], down: [] }
  switch (stanza.method) {
    case 'loopback':
      return { missing: [], up: [`ip link set dev ${iface} up`], down: [`ip link set dev ${iface} down`] }
    case 'manual':
      return manualCommands(stanza, iface, all)
    case 'static':
      return staticCommands(stanza, iface)
    default:
      return { missing: [], up: [noMethod(stanza.method)], down: [] }
  }
}

function noMethod(method: string): string {
  if (method === 'dhcp')
    return "echo 'No DHCP client software found! vethlab has no DHCP: write “inet static” and an address.' >&2; false"
  return `echo 'The method “${method}” is not modelled in vethlab: write “inet static” and an address, or “inet manual”.' >&2; false`
}

function manualCommands(stanza: Stanza, iface: string, all: boolean): MethodCommands {
  const mtu = option(stanza, 'mtu')
  const hwaddress = option(stanza, 'hwaddress')
  return {
    missing: [],
    up: [
      mtu === undefined ? '' : `ip link set dev ${iface} mtu ${mtu}`,
      hwaddress === undefined ? '' : `ip link set dev ${iface} address ${hwaddress}`,
      `ip link set dev ${iface} up 2>/dev/null || true`,
    ],
    down: [
      `ip -4 addr flush dev ${iface} 2>/dev/null || true`,
      ...(all ? [] : [`ip link set dev ${iface} down 2>/dev/null || true`]),
    ],
  }
}

function staticCommands(stanza: Stanza, iface: string): MethodCommands {
  const part = (word: string, name: string): string => {
    const value = option(stanza, name)
    return value === undefined ? '' : `${word} ${value}`
  }
  const address = option(stanza, 'address')
  if (address === undefined) return { missing: ['address'], up: [], down: [] }
  const words =
    `${address}/${option(stanza, 'netmask') ?? ''} ${part('broadcast', 'broadcast')} ` +
    `\t${part('peer', 'pointopoint')} ${part('scope', 'scope')} dev ${iface} label ${iface}`
  const gateway = option(stanza, 'gateway')
  const route = (verb: string, end: string): string =>
    gateway === undefined
      ? ''
      : ` ip route ${verb} default via ${gateway} ${part('metric', 'metric')} dev ${iface} ${end} `
  const sharesLink = iface.includes(':') || vlanOf(stanza) !== undefined
  return {
    missing: [],
    up: [
      `ip addr add ${words}`,
      `ip link set dev ${iface} ${part('mtu', 'mtu')} ${part('address', 'hwaddress')} up`,
      route('add', 'onlink'),
    ],
    down: [
      route('del', '2>&1 1>/dev/null || true'),
      `ip addr del ${words}`,
      ...(sharesLink ? [] : [`ip -4 addr flush dev ${iface}`, `ip link set dev ${iface} down`]),
    ],
  }
}
