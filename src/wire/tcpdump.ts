/**
 * The line that tcpdump 4.99 prints for an Ethernet frame behind its time stamp, with -nn and with or without -e.
 * Payload decoders beyond those under `tcpdump/` (DNS, DHCP and other application protocols, IPv6) are absent: such
 * frames print as tcpdump prints a payload that it has no decoder for.
 */
import { formatMac, readMac } from './address.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from './ethernet.ts'
import { printArp } from './tcpdump/arp.ts'
import { ethertypeName } from './tcpdump/ethertype-names.ts'
import { printIpv4 } from './tcpdump/ipv4.ts'
import { printLlc } from './tcpdump/llc.ts'
import { type Printer, type TcpdumpState, TruncatedPacket, hexDump, newTcpdumpState, u16 } from './tcpdump/printer.ts'
import { vlanTciDei, vlanTciId, vlanTciPriority } from './vlan.ts'

export { newTcpdumpState }
export type { TcpdumpState }

export interface TcpdumpOptions {
  /** Whether to print the link-level header: -e. */
  readonly linkLevel: boolean
  /** Keep one per capture: TCP sequence numbers are relative to the first segment seen of a connection. */
  readonly state?: TcpdumpState
}

const MAX_LENGTH_FIELD = 1500
const ETHERNET_HEADER_LENGTH = 14
const ADDRESSES_LENGTH = 12
const ETHERTYPE_REVERSE_ARP = 0x8035
const VLAN_TYPES: readonly number[] = [0x8100, 0x9100, 0x9200, 0x88a8]

/** One line; frames that tcpdump shows as a hexadecimal dump give several, joined by line feeds. Never throws. */
export function tcpdumpLine(frame: Uint8Array, options: TcpdumpOptions): string {
  if (frame.length === 0) return '[Invalid header: caplen==0, len==0]'
  const printer: Printer = {
    text: '',
    bytes: frame,
    end: frame.length,
    protocol: 'ether',
    linkLevel: options.linkLevel,
    state: options.state ?? newTcpdumpState(),
  }
  try {
    printEthernet(printer)
  } catch (error) {
    if (!(error instanceof TruncatedPacket)) throw error
    printer.text += ` [|${printer.protocol}]`
  }
  return printer.text
}

function printEthernet(printer: Printer): void {
  const { bytes } = printer
  if (bytes.length < ETHERNET_HEADER_LENGTH) throw new TruncatedPacket()
  const addresses = `${formatMac(readMac(bytes, 6))} > ${formatMac(readMac(bytes, 0))}, `
  if (printer.linkLevel) printer.text += addresses
  let at = ADDRESSES_LENGTH
  let type = u16(printer, at)
  at += 2
  let lengthText = `, length ${bytes.length}: `
  while (VLAN_TYPES.includes(type)) {
    if (bytes.length - at < 4) {
      printer.protocol = 'vlan'
      throw new TruncatedPacket()
    }
    if (printer.linkLevel) {
      printer.text += `${typeText(type)}${lengthText}${tciText(u16(printer, at))}, `
      lengthText = ', '
    }
    type = u16(printer, at + 2)
    at += 4
  }
  if (type <= MAX_LENGTH_FIELD) {
    const length = Math.min(type, bytes.length - at)
    printer.end = at + length
    if (printer.linkLevel) printer.text += lengthText === ', ' ? '802.3' : `802.3, length ${length}: `
    printLlc(printer, at, length)
    return
  }
  if (printer.linkLevel) printer.text += typeText(type) + lengthText
  if (printPayload(printer, type, at)) return
  if (!printer.linkLevel) printer.text += `${addresses}${typeText(type)}, length ${bytes.length}: `
  printer.text += hexDump(printer, at)
}

function printPayload(printer: Printer, type: number, at: number): boolean {
  switch (type) {
    case ETHERTYPE_IPV4:
      printIpv4(printer, at, printer.end - at)
      return true
    case ETHERTYPE_ARP:
    case ETHERTYPE_REVERSE_ARP:
      printArp(printer, at, printer.end - at)
      return true
    default:
      return false
  }
}

function typeText(type: number): string {
  return `ethertype ${ethertypeName(type) ?? 'Unknown'} (0x${type.toString(16).padStart(4, '0')})`
}

function tciText(tci: number): string {
  return `vlan ${vlanTciId(tci)}, p ${vlanTciPriority(tci)}${vlanTciDei(tci) ? ', DEI' : ''}`
}
