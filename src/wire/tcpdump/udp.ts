import { PROTOCOL_UDP } from '../ipv4.ts'
import { checksumDefect } from './checksums.ts'
import { type Printer, addressText, need, portText, u16 } from './printer.ts'

const HEADER_LENGTH = 8

/** `A.port > B.port: UDP, length N`. */
export function printUdp(
  printer: Printer,
  packet: { ipAt: number; at: number; length: number; isFragmented: boolean },
): void {
  printer.protocol = 'udp'
  const { ipAt, at } = packet
  const source = addressText(printer, ipAt + 12)
  const destination = addressText(printer, ipAt + 16)
  if (at + 4 > printer.end) printer.text += `${source} > ${destination}: `
  printer.text += `${source}.${portText(printer, u16(printer, at))} > ${destination}.${portText(printer, u16(printer, at + 2))}: `
  if (packet.length < HEADER_LENGTH) {
    printer.text += `truncated-udp ${packet.length}`
    return
  }
  const length = u16(printer, at + 4)
  if (length < HEADER_LENGTH) {
    printer.text += `truncated-udplength ${length}`
    return
  }
  need(printer, at, HEADER_LENGTH)
  if (printer.verbosity > 1 && !packet.isFragmented && at + length <= printer.end) {
    const defect = checksumDefect(printer, { ipAt, at, length, protocol: PROTOCOL_UDP, checksumAt: at + 6 })
    if (u16(printer, at + 6) === 0) printer.text += '[no cksum] '
    else if (defect === undefined) printer.text += '[udp sum ok] '
    else printer.text += `[bad udp cksum ${defect.found} -> ${defect.wanted}!] `
  }
  const isBad = length > packet.length && !packet.isFragmented
  printer.text += isBad
    ? `UDP, bad length ${length - HEADER_LENGTH} > ${packet.length - HEADER_LENGTH}`
    : `UDP, length ${length - HEADER_LENGTH}`
}
