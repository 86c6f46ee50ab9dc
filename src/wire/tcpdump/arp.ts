import { HEX_OF_BYTE } from '../bytes.ts'
import { readMac } from '../address.ts'
import { ethertypeName } from './ethertype-names.ts'
import { type Printer, addressText, hexDump, macText, need, u16, u8 } from './printer.ts'

const FIXED_LENGTH = 8
const OPERATIONS: Readonly<Record<number, string>> = {
  1: 'Request',
  2: 'Reply',
  3: 'Reverse Request',
  4: 'Reverse Reply',
  8: 'Inverse Request',
  9: 'Inverse Reply',
  10: 'NACK Reply',
}
const HARDWARE: Readonly<Record<number, string>> = {
  1: 'Ethernet',
  6: 'TokenRing',
  7: 'ArcNet',
  15: 'FrameRelay',
  23: 'Strip',
  24: 'IEEE 1394',
  32: 'InfiniBand',
}

/** `Request who-has A tell B, length 28` and its kin. The addresses' lengths are as the packet says. */
export function printArp(printer: Printer, at: number, length: number): void {
  printer.protocol = 'arp'
  need(printer, at, FIXED_LENGTH)
  const protocol = u16(printer, at + 2)
  const hardwareLength = u8(printer, at + 4)
  const protocolLength = u8(printer, at + 5)
  const operation = u16(printer, at + 6)
  const senderMacAt = at + FIXED_LENGTH
  const senderIpAt = senderMacAt + hardwareLength
  const targetMacAt = senderIpAt + protocolLength
  const targetIpAt = targetMacAt + hardwareLength
  need(printer, targetIpAt, protocolLength)
  if (!printer.linkLevel) printer.text += 'ARP, '
  // Without knowing the address formats there is only the header to show.
  if ((protocol !== 0x0800 && protocol !== 0x1000) || protocolLength !== 4 || hardwareLength === 0) {
    printer.text += `${formatText(printer, at)}, length ${length}`
    return
  }
  if (printer.verbosity > 0) printer.text += `${formatText(printer, at)}, `
  const senderMac = linkAddress(printer, senderMacAt, hardwareLength)
  const targetMac = linkAddress(printer, targetMacAt, hardwareLength)
  const senderIp = addressText(printer, senderIpAt)
  const targetIp = addressText(printer, targetIpAt)
  printer.text += `${OPERATIONS[operation] ?? `Unknown (${operation})`} `
  switch (operation) {
    case 1: {
      const isKnown = printer.bytes.subarray(targetMacAt, targetIpAt).some((byte) => byte !== 0)
      printer.text += `who-has ${targetIp}${isKnown ? ` (${targetMac})` : ''} tell ${senderIp}`
      break
    }
    case 2:
      printer.text += `${senderIp} is-at ${senderMac}`
      break
    case 3:
    case 8:
      printer.text += `who-is ${targetMac} tell ${senderMac}`
      break
    case 4:
      printer.text += `${targetMac} at ${targetIp}`
      break
    case 9:
      printer.text += `${senderMac} at ${senderIp}`
      break
    default:
      printer.text += hexDump(printer, at)
      return
  }
  printer.text += `, length ${length}`
}

/** `Ethernet (len 6), IPv4 (len 4)`: what kinds of addresses the packet says it has. */
function formatText(printer: Printer, at: number): string {
  const hardware = u16(printer, at)
  const protocol = u16(printer, at + 2)
  const hardwareText = HARDWARE[hardware] ?? `Unknown Hardware (${hardware})`
  const protocolText = ethertypeName(protocol) ?? `Unknown Protocol (0x${protocol.toString(16).padStart(4, '0')})`
  return `${hardwareText} (len ${u8(printer, at + 4)}), ${protocolText} (len ${u8(printer, at + 5)})`
}

function linkAddress(printer: Printer, at: number, length: number): string {
  if (length === 6) return macText(printer, readMac(printer.bytes, at))
  return Array.from(printer.bytes.subarray(at, at + length), (byte) => HEX_OF_BYTE[byte]!).join(':')
}
