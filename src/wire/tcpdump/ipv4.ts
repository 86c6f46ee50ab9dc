import { PROTOCOL_ICMP, PROTOCOL_IGMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../ipv4.ts'
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
  const endpoints = `${addressText(printer, at + 12)} > ${addressText(printer, at + 16)}:`
  if ((fragment & FRAGMENT_OFFSET_MASK) !== 0) {
    printer.text += `${endpoints} ip-proto-${protocol}`
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
      printIcmp(printer, payload.at, payload.length)
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
      printer.text += ` ip-proto-${payload.protocol} ${payload.length}`
  }
}
