import { PROTOCOL_ICMP, PROTOCOL_IGMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../ipv4.ts'
import { internetChecksum } from '../checksum.ts'
import { shouldBe } from './checksums.ts'
import { printIcmp } from './icmp.ts'
import { printIgmp } from './igmp.ts'
import { type Printer, TruncatedPacket, addressText, limitEnd, need, u16, u8 } from './printer.ts'
import { printTcp } from './tcp.ts'
import { printUdp } from './udp.ts'

const PROTOCOL_IPIP = 4
const HEADER_LENGTH = 20
const MORE_FRAGMENTS = 0x2000
const FRAGMENT_OFFSET_MASK = 0x1fff

/** `IP A > B: …`; `length` is what the layer below says there is, padding included. */
export function printIpv4(printer: Printer, at: number, length: number): void {
  printer.protocol = 'ip'
  const version = u8(printer, at) >>> 4
  if (version !== 4) {
    printer.text += `${version === 6 ? 'IP6, wrong link-layer encapsulation' : `IP${version}`} (invalid)`
    return
  }
  if (!printer.linkLevel) printer.text += 'IP '
  need(printer, at, HEADER_LENGTH)
  const headerLength = (u8(printer, at) & 15) * 4
  if (headerLength < HEADER_LENGTH) {
    printer.text += `bad-hlen ${headerLength}`
    return
  }
  const totalLength = u16(printer, at + 2)
  if (length < totalLength) printer.text += `truncated-ip - ${totalLength - length} bytes missing! `
  if (totalLength < headerLength) {
    printer.text += `bad-len ${totalLength}`
    return
  }
  limitEnd(printer, at + totalLength)
  const protocol = u8(printer, at + 9)
  const fragment = u16(printer, at + 6)
  if (printer.verbosity > 0) printHeader(printer, { at, headerLength, totalLength, protocol, fragment })
  const endpoints = `${addressText(printer, at + 12)} > ${addressText(printer, at + 16)}:`
  if ((fragment & FRAGMENT_OFFSET_MASK) !== 0) {
    printer.text += `${endpoints} ${protocolName(printer, protocol)}`
    return
  }
  if (protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP) printer.text += `${endpoints} `
  if (at + headerLength > printer.end) {
    printer.text += ` [remaining caplen(${printer.end - at}) < header length(${headerLength})]`
    throw new TruncatedPacket()
  }
  const isFragmented = (fragment & MORE_FRAGMENTS) !== 0
  printPayload(printer, { ipAt: at, at: at + headerLength, length: totalLength - headerLength, isFragmented, protocol })
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPIP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  46: 'RSVP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  89: 'OSPF',
  103: 'PIM',
  112: 'VRRP',
  132: 'SCTP',
}
/** Names of /etc/protocols for protocols that have no printer here. */
const PROTOCOL_WORDS: Readonly<Record<number, string>> = { 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp' }
const ECN = ['', ',ECT(1)', ',ECT(0)', ',CE'] as const

function protocolName(printer: Printer, protocol: number): string {
  return (printer.names === undefined ? undefined : PROTOCOL_WORDS[protocol]) ?? `ip-proto-${protocol}`
}

interface Ipv4Header {
  readonly at: number
  readonly headerLength: number
  readonly totalLength: number
  readonly protocol: number
  readonly fragment: number
}

/** -v: `(tos 0x0, ttl 64, …)`, and the rest on a line of its own. */
function printHeader(printer: Printer, { at, headerLength, totalLength, protocol, fragment }: Ipv4Header): void {
  const tos = u8(printer, at + 1)
  const ttl = u8(printer, at + 8)
  const flags = [
    ...((fragment & 0x2000) === 0 ? [] : ['+']),
    ...((fragment & 0x4000) === 0 ? [] : ['DF']),
    ...((fragment & 0x8000) === 0 ? [] : ['rsvd']),
  ]
  printer.text +=
    `(tos 0x${tos.toString(16)}${ECN[tos & 3] ?? ''}${ttl === 0 ? '' : `, ttl ${ttl}`}, id ${u16(printer, at + 4)}, ` +
    `offset ${(fragment & FRAGMENT_OFFSET_MASK) * 8}, flags [${flags.length === 0 ? 'none' : flags.join(', ')}], ` +
    `proto ${PROTOCOL_NAMES[protocol] ?? 'unknown'} (${protocol}), length ${totalLength}`
  if (headerLength > HEADER_LENGTH) printer.text += `, options (${optionsText(printer, at, headerLength)})`
  if (at + headerLength <= printer.end) {
    const sum = internetChecksum(printer.bytes, at, at + headerLength)
    if (sum !== 0) {
      const found = u16(printer, at + 10)
      printer.text += `, bad cksum ${found.toString(16)} (->${shouldBe(found, sum).toString(16)})!`
    }
  }
  printer.text += ')\n    '
}

const OPTION_NAMES: Readonly<Record<number, string>> = {
  0: 'EOL',
  1: 'NOP',
  7: 'RR',
  68: 'timestamp',
  130: 'security',
  131: 'LSRR',
  137: 'SSRR',
  148: 'RA',
}

/** The options' names; only the router alert of IGMP is met in a lab. */
function optionsText(printer: Printer, at: number, headerLength: number): string {
  const names: string[] = []
  let next = at + HEADER_LENGTH
  while (next < at + headerLength) {
    const option = u8(printer, next)
    names.push(OPTION_NAMES[option] ?? `unknown ${option}`)
    if (option === 0) break
    next += option === 1 ? 1 : Math.max(2, u8(printer, next + 1))
  }
  return names.join(',')
}

interface Ipv4Payload {
  readonly ipAt: number
  readonly at: number
  readonly length: number
  readonly isFragmented: boolean
  readonly protocol: number
}

function printPayload(printer: Printer, payload: Ipv4Payload): void {
  switch (payload.protocol) {
    case PROTOCOL_ICMP:
      printIcmp(printer, payload, (quotedAt) => {
        need(printer, quotedAt, 4)
        printIpv4(printer, quotedAt, u16(printer, quotedAt + 2))
      })
      return
    case PROTOCOL_IGMP:
      printIgmp(printer, payload.at, payload.length)
      return
    case PROTOCOL_TCP:
      printTcp(printer, payload)
      return
    case PROTOCOL_UDP:
      printUdp(printer, payload)
      return
    case PROTOCOL_IPIP:
      printIpv4(printer, payload.at, payload.length)
      return
    default:
      printer.text += ` ${protocolName(printer, payload.protocol)} ${payload.length}`
  }
}
