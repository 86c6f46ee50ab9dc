/**
 * The line that tcpdump 4.99 prints for an Ethernet frame behind its time stamp: -e, -n, -q, -S, -v, and of any device.
 * Payload decoders beyond those under `tcpdump/` (DNS, DHCP and other application protocols, IPv6) are absent: such
 * frames print as tcpdump prints a payload that it has no decoder for.
 */
import { readMac } from './address.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from './ethernet.ts'
import { printArp } from './tcpdump/arp.ts'
import { ethertypeName } from './tcpdump/ethertype-names.ts'
import { printIpv4 } from './tcpdump/ipv4.ts'
import { printLlc } from './tcpdump/llc.ts'
import {
  type Printer,
  type TcpdumpNames,
  type TcpdumpState,
  TruncatedPacket,
  hexDump,
  macText,
  newTcpdumpState,
  u16,
} from './tcpdump/printer.ts'
import { vlanTciDei, vlanTciId, vlanTciPriority } from './vlan.ts'

export { newTcpdumpState }
export type { TcpdumpNames, TcpdumpState }

export interface TcpdumpOptions {
  /** Whether to print the link-level header: -e. */
  readonly linkLevel: boolean
  /** Keep one per capture: TCP sequence numbers are relative to the first segment seen of a connection. */
  readonly state?: TcpdumpState
  /** How often -v was given. */
  readonly verbosity?: number
  /** -q */
  readonly isQuiet?: boolean
  /** -S: TCP numbers as they are. */
  readonly hasAbsoluteNumbers?: boolean
  /** Missing: numbers only, as with -nn. */
  readonly names?: TcpdumpNames
  /** -s: bytes of the frame that were captured. */
  readonly snapLength?: number
  /** For a capture on `any`, which has no Ethernet header: what stands there instead. */
  readonly cooked?: CookedHeader
}

/** What Linux's cooked header v2 (SLL2) tells. */
export interface CookedHeader {
  readonly interface: string
  readonly ifindex: number
  readonly direction: 'In' | 'B' | 'M' | 'P' | 'Out'
}

/** Bytes of the SLL2 header, which count in the length of a frame. */
const COOKED_HEADER_LENGTH = 20

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
    end: Math.min(frame.length, options.snapLength ?? frame.length),
    protocol: 'ether',
    linkLevel: options.linkLevel,
    state: options.state ?? newTcpdumpState(),
    verbosity: options.verbosity ?? 0,
    isQuiet: options.isQuiet ?? false,
    hasAbsoluteNumbers: options.hasAbsoluteNumbers ?? false,
    names: options.names,
  }
  try {
    if (options.cooked === undefined) printEthernet(printer)
    else printCooked(printer, options.cooked)
  } catch (error) {
    if (!(error instanceof TruncatedPacket)) throw error
    printer.text += ` [|${printer.protocol}]`
  }
  return printer.text
}

function printEthernet(printer: Printer): void {
  const { bytes } = printer
  if (bytes.length < ETHERNET_HEADER_LENGTH) throw new TruncatedPacket()
  const addresses = `${macText(printer, readMac(bytes, 6))} > ${macText(printer, readMac(bytes, 0))}, `
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
      printer.text += `${typeText(printer, type)}${lengthText}${tciText(u16(printer, at))}, `
      lengthText = ', '
    }
    type = u16(printer, at + 2)
    at += 4
  }
  if (type <= MAX_LENGTH_FIELD) {
    const length = Math.min(type, bytes.length - at)
    printer.end = Math.min(printer.end, at + length)
    if (printer.linkLevel) printer.text += lengthText === ', ' ? '802.3' : `802.3, length ${length}: `
    printLlc(printer, at, length)
    return
  }
  if (printer.linkLevel) printer.text += typeText(printer, type) + lengthText
  if (printPayload(printer, type, at)) return
  if (!printer.linkLevel) printer.text += `${addresses}${typeText(printer, type)}, length ${bytes.length}: `
  printer.text += hexDump(printer, at)
}

/** `eth0  Out …`: the header of the device `any`, then what follows the Ethernet header. */
function printCooked(printer: Printer, { interface: name, ifindex, direction }: CookedHeader): void {
  const { bytes } = printer
  if (bytes.length < ETHERNET_HEADER_LENGTH) throw new TruncatedPacket()
  printer.text += `${name.padEnd(5)} ${direction.padEnd(3)} `
  let at = ADDRESSES_LENGTH + 2
  let type = u16(printer, ADDRESSES_LENGTH)
  const length = bytes.length - ETHERNET_HEADER_LENGTH + COOKED_HEADER_LENGTH
  const protocol = type <= MAX_LENGTH_FIELD ? 4 : type
  if (printer.linkLevel) {
    printer.text += `ifindex ${ifindex} ${macText(printer, readMac(bytes, 6))} `
    if (!printer.isQuiet)
      printer.text += `ethertype ${cookedTypeName(protocol)} (0x${protocol.toString(16).padStart(4, '0')}), `
    printer.text += `length ${length}: `
  }
  while (VLAN_TYPES.includes(type)) {
    const inner = u16(printer, at + 2)
    if (printer.linkLevel) printer.text += `ethertype ${cookedTypeName(inner)}, ${tciText(u16(printer, at))}, `
    type = inner
    at += 4
  }
  if (type <= MAX_LENGTH_FIELD) {
    printLlc(printer, at, Math.min(type, bytes.length - at))
    return
  }
  if (printPayload(printer, type, at)) return
  if (!printer.linkLevel)
    printer.text += `ifindex ${ifindex} ${macText(printer, readMac(bytes, 6))} ethertype ${cookedTypeName(type)} (0x${type
      .toString(16)
      .padStart(4, '0')}), length ${length}: `
  printer.text += hexDump(printer, at)
}

const cookedTypeName = (type: number): string => (type === 4 ? '802.2' : (ethertypeName(type) ?? 'Unknown'))

function printPayload(printer: Printer, type: number, at: number): boolean {
  switch (type) {
    case ETHERTYPE_IPV4:
      printIpv4(printer, at, printer.bytes.length - at)
      return true
    case ETHERTYPE_ARP:
    case ETHERTYPE_REVERSE_ARP:
      printArp(printer, at, printer.bytes.length - at)
      return true
    default:
      return false
  }
}

function typeText(printer: Printer, type: number): string {
  if (printer.isQuiet) return ethertypeName(type) ?? `Unknown Ethertype (0x${type.toString(16).padStart(4, '0')})`
  return `ethertype ${ethertypeName(type) ?? 'Unknown'} (0x${type.toString(16).padStart(4, '0')})`
}

function tciText(tci: number): string {
  return `vlan ${vlanTciId(tci)}, p ${vlanTciPriority(tci)}${vlanTciDei(tci) ? ', DEI' : ''}`
}
