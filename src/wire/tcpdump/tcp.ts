import { compareIpv4 } from '../address.ts'
import { HEX_OF_BYTE } from '../bytes.ts'
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, TCP_URG } from '../tcp.ts'
import { PROTOCOL_TCP } from '../ipv4.ts'
import { checksumDefect } from './checksums.ts'
import { type Printer, TruncatedPacket, address, addressText, need, portText, u16, u32, u8 } from './printer.ts'
import { printTextProtocol } from './text-protocol.ts'

const HEADER_LENGTH = 20
const FLAG_LETTERS = 'FSRP.UEW'

interface TcpPacket {
  readonly ipAt: number
  readonly at: number
  readonly length: number
  readonly isFragmented: boolean
}

/** The numbers of a segment as printed, and what a selective acknowledgement in it is relative to. */
interface Numbers {
  readonly sequence: number
  readonly acknowledgement: number
  readonly sackBase: number
}

/** `A.port > B.port: Flags […], seq …, ack …, win …, options […], length N`. */
export function printTcp(printer: Printer, packet: TcpPacket): void {
  printer.protocol = 'tcp'
  const { at, ipAt } = packet
  const source = addressText(printer, ipAt + 12)
  const destination = addressText(printer, ipAt + 16)
  if (at + 4 > printer.end) printer.text += `${source} > ${destination}:`
  const ports = [u16(printer, at), u16(printer, at + 2)] as const
  printer.text += `${source}.${portText(printer, ports[0])} > ${destination}.${portText(printer, ports[1])}: `
  need(printer, at, HEADER_LENGTH)
  const headerLength = (u8(printer, at + 12) >>> 4) * 4
  if (headerLength < HEADER_LENGTH) {
    printer.text += ` tcp ${packet.length - headerLength} [bad hdr length ${headerLength} - too short, < ${HEADER_LENGTH}]`
    return
  }
  if (printer.isQuiet) {
    printer.text += `tcp ${packet.length - headerLength}`
    return
  }
  const flags = u8(printer, at + 13)
  printer.text += `Flags [${flagsText(flags)}]`
  const numbers = relativeNumbers(printer, packet, flags)
  if (headerLength > packet.length) {
    printer.text += ` [bad hdr length ${headerLength} - too long, > ${packet.length}]`
    return
  }
  const length = packet.length - headerLength
  if (printer.verbosity > 0 && !packet.isFragmented && at + packet.length <= printer.end) {
    const defect = checksumDefect(printer, { ...packet, protocol: PROTOCOL_TCP, checksumAt: at + 16 })
    const found = `0x${u16(printer, at + 16)
      .toString(16)
      .padStart(4, '0')}`
    printer.text += `, cksum ${found} (${defect === undefined ? 'correct' : `incorrect -> ${defect.wanted}`})`
  }
  if (printer.verbosity > 1 || length > 0 || (flags & (TCP_SYN | TCP_FIN | TCP_RST)) !== 0) {
    printer.text += `, seq ${numbers.sequence}`
    if (length > 0) printer.text += `:${(numbers.sequence + length) >>> 0}`
  }
  if ((flags & TCP_ACK) !== 0) printer.text += `, ack ${numbers.acknowledgement}`
  printer.text += `, win ${u16(printer, at + 14)}`
  if ((flags & TCP_URG) !== 0) printer.text += `, urg ${u16(printer, at + 18)}`
  if (headerLength > HEADER_LENGTH) {
    printer.text += ', options ['
    if (!printOptions(printer, at + HEADER_LENGTH, at + headerLength, numbers.sackBase)) return
    printer.text += ']'
  }
  printer.text += `, length ${length}`
  if (length === 0) return
  if (at + headerLength > printer.end) {
    printer.text += ` [remaining caplen(${printer.end - at}) < header length(${headerLength})]`
    throw new TruncatedPacket()
  }
  printTextProtocol(printer, ports, at + headerLength, length)
}

/**
 * The first segment with ACK fixes what the connection's numbers are relative to, and so does each SYN with ACK; both
 * print absolute. A connection has one entry, seen from its lower port.
 */
function relativeNumbers(printer: Printer, packet: TcpPacket, flags: number): Numbers {
  const sequence = u32(printer, packet.at + 4)
  const acknowledgement = u32(printer, packet.at + 8)
  if (printer.hasAbsoluteNumbers || (flags & TCP_ACK) === 0) return { sequence, acknowledgement, sackBase: 0 }
  const ports = [u16(printer, packet.at), u16(printer, packet.at + 2)] as const
  const source = address(printer, packet.ipAt + 12)
  const destination = address(printer, packet.ipAt + 16)
  const isReverse = ports[0] > ports[1] || (ports[0] === ports[1] && compareIpv4(source, destination) > 0)
  const key = isReverse
    ? `${destination}.${ports[1]}>${source}.${ports[0]}`
    : `${source}.${ports[0]}>${destination}.${ports[1]}`
  const { connections } = printer.state
  const known = connections[key]
  if (known === undefined || (flags & TCP_SYN) !== 0) {
    const peer = (acknowledgement - 1) >>> 0
    const fresh = isReverse ? { sequence: peer, acknowledgement: sequence } : { sequence, acknowledgement: peer }
    connections[key] = fresh
    return { sequence, acknowledgement, sackBase: isReverse ? fresh.sequence : fresh.acknowledgement }
  }
  const [ownBase, peerBase] = isReverse
    ? [known.acknowledgement, known.sequence]
    : [known.sequence, known.acknowledgement]
  return {
    sequence: (sequence - ownBase) >>> 0,
    acknowledgement: (acknowledgement - peerBase) >>> 0,
    sackBase: peerBase,
  }
}

function flagsText(flags: number): string {
  let text = ''
  for (let bit = 0; bit < 8; bit++) if ((flags & (1 << bit)) !== 0) text += FLAG_LETTERS.charAt(bit)
  return text === '' ? 'none' : text
}

const FIXED_OPTIONS: Readonly<Record<number, { readonly name: string; readonly length: number }>> = {
  2: { name: 'mss', length: 2 },
  3: { name: 'wscale', length: 1 },
  4: { name: 'sackOK', length: 0 },
  8: { name: 'TS', length: 8 },
}
const OPTION_SACK = 5

/** Prints the options in [from, end); false once a malformed or cut one has ended the line. */
function printOptions(printer: Printer, from: number, end: number, sackBase: number): boolean {
  let at = from
  let separator = ''
  while (at < end) {
    printer.text += separator
    const number = u8(printer, at)
    if (number === 0 || number === 1) {
      printer.text += number === 0 ? 'eol' : 'nop'
      at += 1
      if (number === 0) break
    } else {
      const length = u8(printer, at + 1)
      const option = { number, at: at + 2, length: length - 2, sackBase, end }
      const used = length >= 2 && at + length <= end ? printOption(printer, option) : 'bad'
      if (used === 'bad') printer.text += separator === '' ? '[bad opt]' : '[bad opt]]'
      // tcpdump closes a cut list with this sign, but only behind its first option.
      if (used === 'cut') printer.text += separator === '' ? ' [|tcp]' : ' [|tcp]>'
      if (typeof used === 'string') return false
      at += 2 + used
    }
    separator = ','
  }
  return true
}

interface Option {
  readonly number: number
  /** Where its data starts, behind the two bytes of number and length. */
  readonly at: number
  readonly length: number
  readonly sackBase: number
  /** Where the header ends. */
  readonly end: number
}

/**
 * How many data bytes were used, which for an option of a wrong length are those its kind should have; `bad` if the
 * header has fewer left than that, `cut` if the capture has.
 */
function printOption(printer: Printer, option: Option): number | 'bad' | 'cut' {
  const { number, at, length } = option
  const fixed = FIXED_OPTIONS[number]
  if (fixed === undefined) {
    const isWhole = number === OPTION_SACK ? printSack(printer, option) : printUnknown(printer, option)
    return isWhole ? length : 'cut'
  }
  printer.text += fixed.name
  if (at + fixed.length > option.end) return 'bad'
  if (at + fixed.length > printer.end) return 'cut'
  printer.text += valueText(printer, number, at)
  if (length !== fixed.length) printer.text += `[len ${length + 2}]`
  return fixed.length
}

function printUnknown(printer: Printer, option: Option): boolean {
  const { at, length } = option
  printer.text += `unknown-${option.number}${length > 0 ? ' 0x' : ''}`
  for (let byteAt = at; byteAt < at + length; byteAt++) {
    if (byteAt >= printer.end) return false
    printer.text += HEX_OF_BYTE[u8(printer, byteAt)]!
  }
  return true
}

function valueText(printer: Printer, number: number, at: number): string {
  switch (number) {
    case 2:
      return ` ${u16(printer, at)}`
    case 3:
      return ` ${u8(printer, at)}`
    case 8:
      return ` val ${u32(printer, at)} ecr ${u32(printer, at + 4)}`
    default:
      return ''
  }
}

function printSack(printer: Printer, option: Option): boolean {
  if (option.length % 8 !== 0) {
    printer.text += 'sack invalid sack'
    return true
  }
  printer.text += `sack ${option.length / 8} `
  for (let at = option.at; at < option.at + option.length; at += 8) {
    if (at + 8 > printer.end) return false
    const left = (u32(printer, at) - option.sackBase) >>> 0
    const right = (u32(printer, at + 4) - option.sackBase) >>> 0
    printer.text += `{${left}:${right}}`
  }
  return true
}
