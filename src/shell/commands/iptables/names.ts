/** Names of protocols, services and ICMP types that iptables reads and, without -n, prints. */
import type { ProcessContext } from '../../process/context.ts'
import { lookUpHost } from '../hosts.ts'
import { ipv4FromNumber, prefixMask, type Ipv4Address } from '../../../wire/address.ts'
import { parseInteger } from '../arguments.ts'
import { ParameterProblem } from './problem.ts'

/** /etc/protocols, as far as a lab meets it. 0 is any. */
const PROTOCOLS: readonly (readonly [name: string, number: number])[] = [
  ['all', 0],
  ['icmp', 1],
  ['igmp', 2],
  ['ipencap', 4],
  ['tcp', 6],
  ['udp', 17],
  ['dccp', 33],
  ['ipv6', 41],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-icmp', 58],
  ['ospf', 89],
  ['pim', 103],
  ['vrrp', 112],
  ['sctp', 132],
  ['udplite', 136],
]

export function protocolNumber(word: string): number {
  const number = parseInteger(word)
  if (number !== undefined && number < 256) return number
  const found = PROTOCOLS.find(([name]) => name === word.toLowerCase())
  if (found === undefined) throw new ParameterProblem(`unknown protocol "${word}" specified`)
  return found[1]
}

export function protocolName(number: number): string {
  return PROTOCOLS.find((entry) => entry[1] === number)?.[0] ?? String(number)
}

/** /etc/services, the part that people meet. */
const SERVICES: Readonly<Record<string, number>> = {
  echo: 7,
  discard: 9,
  daytime: 13,
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  time: 37,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  bgp: 179,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  syslog: 514,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  'cisco-sccp': 2000,
  nfs: 2049,
  mysql: 3306,
  postgresql: 5432,
  'http-alt': 8080,
}

const SERVICE_NAMES = new Map(Object.entries(SERVICES).map(([name, port]) => [port, name]))

export function portNumber(word: string): number | undefined {
  const number = word === '' ? undefined : parseInteger(word)
  if (number !== undefined) return number < 65536 ? number : undefined
  return SERVICES[word]
}

export function portName(port: number): string {
  return SERVICE_NAMES.get(port) ?? String(port)
}

interface IcmpName {
  readonly name: string
  readonly type: number
  readonly codeFrom: number
  readonly codeTo: number
}

const icmp = (name: string, type: number, code?: number): IcmpName => ({
  name,
  type,
  codeFrom: code ?? 0,
  codeTo: code ?? 255,
})

/** In iptables' order: of two names for one type the first is printed. */
export const ICMP_NAMES: readonly IcmpName[] = [
  icmp('any', 255),
  icmp('echo-reply', 0),
  icmp('pong', 0),
  icmp('destination-unreachable', 3),
  icmp('network-unreachable', 3, 0),
  icmp('host-unreachable', 3, 1),
  icmp('protocol-unreachable', 3, 2),
  icmp('port-unreachable', 3, 3),
  icmp('fragmentation-needed', 3, 4),
  icmp('source-route-failed', 3, 5),
  icmp('network-unknown', 3, 6),
  icmp('host-unknown', 3, 7),
  icmp('network-prohibited', 3, 9),
  icmp('host-prohibited', 3, 10),
  icmp('TOS-network-unreachable', 3, 11),
  icmp('TOS-host-unreachable', 3, 12),
  icmp('communication-prohibited', 3, 13),
  icmp('host-precedence-violation', 3, 14),
  icmp('precedence-cutoff', 3, 15),
  icmp('source-quench', 4),
  icmp('redirect', 5),
  icmp('network-redirect', 5, 0),
  icmp('host-redirect', 5, 1),
  icmp('TOS-network-redirect', 5, 2),
  icmp('TOS-host-redirect', 5, 3),
  icmp('echo-request', 8),
  icmp('ping', 8),
  icmp('router-advertisement', 9),
  icmp('router-solicitation', 10),
  icmp('time-exceeded', 11),
  icmp('ttl-exceeded', 11),
  icmp('ttl-zero-during-transit', 11, 0),
  icmp('ttl-zero-during-reassembly', 11, 1),
  icmp('parameter-problem', 12),
  icmp('ip-header-bad', 12, 0),
  icmp('required-option-missing', 12, 1),
  icmp('timestamp-request', 13),
  icmp('timestamp-reply', 14),
  icmp('address-mask-request', 17),
  icmp('address-mask-reply', 18),
]

/** An ICMP type by name, by the beginning of one name, or as `TYPE` or `TYPE/CODE`. */
export function icmpType(word: string): Omit<IcmpName, 'name'> {
  const lower = word.toLowerCase()
  const exact = ICMP_NAMES.find(({ name }) => name.toLowerCase() === lower)
  const begun = ICMP_NAMES.filter(({ name }) => name.toLowerCase().startsWith(lower))
  const named = exact ?? begun[0]
  if (exact === undefined && begun.length > 1)
    throw new ParameterProblem(
      `Ambiguous ICMP type \`${word}': \`${begun[0]?.name ?? ''}' or \`${begun[1]?.name ?? ''}'?`,
    )
  if (named !== undefined) return { type: named.type, codeFrom: named.codeFrom, codeTo: named.codeTo }
  const [type, code] = word.split('/').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN))
  const isKnown = type !== undefined && type < 256 && (code === undefined || code < 256)
  if (!isKnown) throw new ParameterProblem(`Unknown ICMP type \`${word}'`)
  return { type, codeFrom: code ?? 0, codeTo: code ?? 255 }
}

/** One address with its mask: `10.0.0.0/8`, `10/8`, `10.0.0.0/255.0.0.0`, a name of /etc/hosts. The host part is cut off. */
export function maskedHost(
  ctx: ProcessContext,
  word: string,
): { readonly address: Ipv4Address; readonly mask: Ipv4Address } {
  const slash = word.indexOf('/')
  const host = slash < 0 ? word : word.slice(0, slash)
  const mask = slash < 0 ? prefixMaskAddress(32) : parseMask(word.slice(slash + 1))
  const value = partialAddress(host) ?? lookUpHost(ctx, host)
  if (value === undefined) throw new ParameterProblem(`host/network \`${host}' not found`)
  return { address: ipv4FromNumber((value & mask) >>> 0), mask }
}

function prefixMaskAddress(length: number): Ipv4Address {
  return ipv4FromNumber(prefixMask(length) >>> 0)
}

/** `10` and `10.1` are the front of an address here; what is missing is zero. */
function partialAddress(text: string): Ipv4Address | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){0,3}$/.test(text)) return undefined
  const parts = text.split('.').map(Number)
  if (parts.some((part) => part > 255)) return undefined
  return ipv4FromNumber([0, 1, 2, 3].reduce((value, k) => value * 256 + (parts[k] ?? 0), 0))
}

function parseMask(text: string): Ipv4Address {
  if (/^\d{1,2}$/.test(text) && Number(text) <= 32) return prefixMaskAddress(Number(text))
  const mask = text.split('.').length === 4 ? partialAddress(text) : undefined
  if (mask === undefined) throw new ParameterProblem(`invalid mask \`${text}' specified`)
  return mask
}
