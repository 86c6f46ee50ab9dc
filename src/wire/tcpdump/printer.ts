/** What the printers of tcpdump's lines share: the text so far, reads that stop at the end of the bytes, hex dumps. */
import {
  BROADCAST_MAC,
  type Ipv4Address,
  type MacAddress,
  ZERO_MAC,
  formatIpv4,
  formatMac,
  ipv4FromNumber,
} from '../address.ts'
import { HEX_OF_BYTE } from '../bytes.ts'

/** What has been learned about TCP connections so far. Plain data. */
export interface TcpdumpState {
  readonly connections: Record<string, TcpdumpConnection>
}

/** The numbers that one connection's numbers are printed relative to, as its lower port's side sees them. */
export interface TcpdumpConnection {
  readonly sequence: number
  readonly acknowledgement: number
}

/** The state at the start of a capture. */
export function newTcpdumpState(): TcpdumpState {
  return { connections: {} }
}

/** Names in place of numbers: what tcpdump does without -n. Missing entries stay numbers. */
export interface TcpdumpNames {
  readonly host: (address: Ipv4Address) => string | undefined
  readonly port: (port: number) => string | undefined
}

/** A line in the making. */
export interface Printer {
  text: string
  readonly bytes: Uint8Array
  /** Where readable bytes end; shrinks as inner lengths become known. */
  end: number
  /** What a cut-short packet is reported as cut short in. */
  protocol: string
  readonly linkLevel: boolean
  readonly state: TcpdumpState
  /** How often -v was given. */
  readonly verbosity: number
  /** -q */
  readonly isQuiet: boolean
  /** -S */
  readonly hasAbsoluteNumbers: boolean
  readonly names: TcpdumpNames | undefined
}

/** Leaves the printers when the bytes end early, wherever that is; only `tcpdumpLine` catches it. */
export class TruncatedPacket extends Error {
  override readonly name = 'TruncatedPacket'
}

/** Throws unless [at, at + length) can be read. */
export function need(printer: Printer, at: number, length: number): void {
  if (at + length > printer.end) throw new TruncatedPacket()
}

export function u8(printer: Printer, at: number): number {
  need(printer, at, 1)
  return printer.bytes[at]!
}

export function u16(printer: Printer, at: number): number {
  need(printer, at, 2)
  return printer.bytes[at]! * 256 + printer.bytes[at + 1]!
}

export function u32(printer: Printer, at: number): number {
  return u16(printer, at) * 65536 + u16(printer, at + 2)
}

export function address(printer: Printer, at: number): Ipv4Address {
  return ipv4FromNumber(u32(printer, at))
}

export function addressText(printer: Printer, at: number): string {
  const value = address(printer, at)
  return printer.names?.host(value) ?? formatIpv4(value)
}

export function portText(printer: Printer, port: number): string {
  return printer.names?.port(port) ?? String(port)
}

/** A MAC address; where names are wanted, the maker's too. Only zero has one among the addresses of a lab. */
export function macText(printer: Printer, mac: MacAddress): string {
  if (printer.names === undefined) return formatMac(mac)
  if (mac === BROADCAST_MAC) return 'Broadcast'
  return `${formatMac(mac)} (oui ${mac === ZERO_MAC ? 'Ethernet' : 'Unknown'})`
}

/** Limits reading to [.., end) if that is less than before. */
export function limitEnd(printer: Printer, end: number): void {
  printer.end = Math.min(printer.end, end)
}

const DUMP_BYTES_PER_LINE = 16
const DUMP_HEX_WIDTH = 40

/** The bytes from an offset on, as tcpdump dumps a payload that it cannot decode. */
export function hexDump(printer: Printer, from: number): string {
  if (printer.isQuiet) return ''
  let text = ''
  for (let at = from; at < printer.end; at += DUMP_BYTES_PER_LINE) {
    const to = Math.min(at + DUMP_BYTES_PER_LINE, printer.end)
    let hex = ''
    let ascii = ''
    for (let byteAt = at; byteAt < to; byteAt++) {
      const byte = printer.bytes[byteAt]!
      hex += ((byteAt - at) % 2 === 0 ? ' ' : '') + HEX_OF_BYTE[byte]!
      ascii += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
    }
    const offset = (at - from).toString(16).padStart(4, '0')
    text += `\n\t0x${offset}: ${hex.padEnd(DUMP_HEX_WIDTH)}  ${ascii}`
  }
  return text
}
