/** The TCP header and its options (RFC 9293, RFC 7323, RFC 2018). Offsets count from the header. */
import { type Result, err, ok } from '../base/result.ts'
import { readU16, readU32, writeU16, writeU32 } from './bytes.ts'
import { internetChecksum, pseudoHeaderSum } from './checksum.ts'
import { PROTOCOL_TCP } from './ipv4.ts'
import type { Endpoints } from './udp.ts'
import type { WireError } from './wire-error.ts'

export const TCP_HEADER_LENGTH = 20

export const TCP_FIN = 0x01
export const TCP_SYN = 0x02
export const TCP_RST = 0x04
export const TCP_PSH = 0x08
export const TCP_ACK = 0x10
export const TCP_URG = 0x20
export const TCP_ECE = 0x40
export const TCP_CWR = 0x80

const SOURCE_PORT_AT = 0
const DESTINATION_PORT_AT = 2
const SEQUENCE_AT = 4
const ACKNOWLEDGEMENT_AT = 8
const DATA_OFFSET_AT = 12
const FLAGS_AT = 13
const WINDOW_AT = 14
const CHECKSUM_AT = 16
const URGENT_AT = 18

export function tcpSourcePort(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + SOURCE_PORT_AT)
}

export function tcpDestinationPort(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + DESTINATION_PORT_AT)
}

export function tcpSequence(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at + SEQUENCE_AT)
}

export function tcpAcknowledgement(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at + ACKNOWLEDGEMENT_AT)
}

/** In bytes, options included: 0 to 60 as stored. */
export function tcpHeaderLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + DATA_OFFSET_AT]! >>> 4) << 2
}

/** The eight flag bits, `TCP_FIN` to `TCP_CWR`. */
export function tcpFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + FLAGS_AT]!
}

/** As stored; the scale is agreed in the SYN exchange. */
export function tcpWindow(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + WINDOW_AT)
}

export function tcpChecksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + CHECKSUM_AT)
}

export function tcpUrgent(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + URGENT_AT)
}

/** In bytes, a multiple of four up to 60. */
export function setTcpHeaderLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at + DATA_OFFSET_AT] = ((length >>> 2) << 4) | (bytes[at + DATA_OFFSET_AT]! & 0x0f)
}

export function setTcpSourcePort(bytes: Uint8Array, at: number, port: number): void {
  writeU16(bytes, at + SOURCE_PORT_AT, port)
}

export function setTcpDestinationPort(bytes: Uint8Array, at: number, port: number): void {
  writeU16(bytes, at + DESTINATION_PORT_AT, port)
}

export function setTcpChecksum(bytes: Uint8Array, at: number, checksum: number): void {
  writeU16(bytes, at + CHECKSUM_AT, checksum)
}

/** Computes and stores the checksum of the segment in [at, end). */
export function updateTcpChecksum(bytes: Uint8Array, at: number, end: number, endpoints: Endpoints): void {
  writeU16(bytes, at + CHECKSUM_AT, 0)
  writeU16(bytes, at + CHECKSUM_AT, internetChecksum(bytes, at, end, pseudoSum(end - at, endpoints)))
}

/** Whether the segment in [at, end) carries the right checksum. */
export function tcpChecksumValid(bytes: Uint8Array, at: number, end: number, endpoints: Endpoints): boolean {
  return internetChecksum(bytes, at, end, pseudoSum(end - at, endpoints)) === 0
}

const OPTION_END = 0
const OPTION_NOP = 1
const OPTION_MSS = 2
const OPTION_WINDOW_SCALE = 3
const OPTION_SACK_PERMITTED = 4
const OPTION_SACK = 5
const OPTION_TIMESTAMPS = 8

/** One option, in the order sent. `unknown` keeps what we have no meaning for, or what has a wrong length. */
export type TcpOption =
  | { readonly kind: 'end' }
  | { readonly kind: 'nop' }
  | { readonly kind: 'mss'; readonly mss: number }
  | { readonly kind: 'window-scale'; readonly shift: number }
  | { readonly kind: 'sack-permitted' }
  | { readonly kind: 'sack'; readonly blocks: readonly { readonly left: number; readonly right: number }[] }
  | { readonly kind: 'timestamps'; readonly value: number; readonly echo: number }
  | { readonly kind: 'unknown'; readonly number: number; readonly data: Uint8Array }

/** Where an option lies, beside its meaning. */
export interface PlacedTcpOption {
  readonly option: TcpOption
  readonly from: number
  readonly to: number
}

/** The options in [from, to), up to the end-of-list option. An option that overruns the region ends it with an error. */
export function parseTcpOptions(
  bytes: Uint8Array,
  from: number,
  to: number,
): Result<readonly PlacedTcpOption[], WireError> {
  const options: PlacedTcpOption[] = []
  let at = from
  while (at < to) {
    const number = bytes[at]!
    if (number === OPTION_END) {
      options.push({ option: { kind: 'end' }, from: at, to: at + 1 })
      break
    }
    if (number === OPTION_NOP) {
      options.push({ option: { kind: 'nop' }, from: at, to: at + 1 })
      at += 1
      continue
    }
    const length = at + 1 < to ? bytes[at + 1]! : 0
    if (length < 2 || at + length > to) {
      return err({ kind: 'malformed', layer: 'TCP', field: 'option length', value: length })
    }
    options.push({ option: parseOption(bytes, at, number, length), from: at, to: at + length })
    at += length
  }
  return ok(options)
}

/** Options as bytes, padded with zeroes to a multiple of four. */
export function emitTcpOptions(options: readonly TcpOption[]): Uint8Array {
  const length = options.reduce((sum, option) => sum + optionLength(option), 0)
  const bytes = new Uint8Array((length + 3) & ~3)
  let at = 0
  for (const option of options) {
    writeOption(bytes, at, option)
    at += optionLength(option)
  }
  return bytes
}

export interface TcpHeader {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequence: number
  readonly acknowledgement: number
  readonly flags: number
  readonly window: number
  readonly urgent: number
  readonly options: readonly TcpOption[]
}

/** The header of a segment in [at, end), options included. */
export function parseTcp(
  bytes: Uint8Array,
  at: number,
  end = bytes.length,
): Result<TcpHeader & { readonly headerLength: number }, WireError> {
  const haveBytes = Math.max(0, end - at)
  if (haveBytes < TCP_HEADER_LENGTH) {
    return err({ kind: 'truncated', layer: 'TCP', needBytes: TCP_HEADER_LENGTH, haveBytes })
  }
  const headerLength = tcpHeaderLength(bytes, at)
  if (headerLength < TCP_HEADER_LENGTH) {
    return err({ kind: 'malformed', layer: 'TCP', field: 'header length', value: headerLength })
  }
  if (headerLength > haveBytes) return err({ kind: 'truncated', layer: 'TCP', needBytes: headerLength, haveBytes })
  const options = parseTcpOptions(bytes, at + TCP_HEADER_LENGTH, at + headerLength)
  if (!options.ok) return options
  return ok({
    headerLength,
    sourcePort: tcpSourcePort(bytes, at),
    destinationPort: tcpDestinationPort(bytes, at),
    sequence: tcpSequence(bytes, at),
    acknowledgement: tcpAcknowledgement(bytes, at),
    flags: tcpFlags(bytes, at),
    window: tcpWindow(bytes, at),
    urgent: tcpUrgent(bytes, at),
    options: options.value.map((placed) => placed.option),
  })
}

/** A whole segment with its checksum. */
export function emitTcp(header: TcpHeader, payload: Uint8Array, endpoints: Endpoints): Uint8Array {
  const options = emitTcpOptions(header.options)
  const headerLength = TCP_HEADER_LENGTH + options.length
  const bytes = new Uint8Array(headerLength + payload.length)
  writeU16(bytes, SOURCE_PORT_AT, header.sourcePort)
  writeU16(bytes, DESTINATION_PORT_AT, header.destinationPort)
  writeU32(bytes, SEQUENCE_AT, header.sequence)
  writeU32(bytes, ACKNOWLEDGEMENT_AT, header.acknowledgement)
  bytes[DATA_OFFSET_AT] = headerLength << 2
  bytes[FLAGS_AT] = header.flags
  writeU16(bytes, WINDOW_AT, header.window)
  writeU16(bytes, URGENT_AT, header.urgent)
  bytes.set(options, TCP_HEADER_LENGTH)
  bytes.set(payload, headerLength)
  updateTcpChecksum(bytes, 0, bytes.length, endpoints)
  return bytes
}

function parseOption(bytes: Uint8Array, at: number, number: number, length: number): TcpOption {
  if (number === OPTION_MSS && length === 4) return { kind: 'mss', mss: readU16(bytes, at + 2) }
  if (number === OPTION_WINDOW_SCALE && length === 3) return { kind: 'window-scale', shift: bytes[at + 2]! }
  if (number === OPTION_SACK_PERMITTED && length === 2) return { kind: 'sack-permitted' }
  if (number === OPTION_SACK && length > 2 && (length - 2) % 8 === 0) {
    const blocks: { left: number; right: number }[] = []
    for (let block = at + 2; block < at + length; block += 8) {
      blocks.push({ left: readU32(bytes, block), right: readU32(bytes, block + 4) })
    }
    return { kind: 'sack', blocks }
  }
  if (number === OPTION_TIMESTAMPS && length === 10) {
    return { kind: 'timestamps', value: readU32(bytes, at + 2), echo: readU32(bytes, at + 6) }
  }
  return { kind: 'unknown', number, data: bytes.slice(at + 2, at + length) }
}

function optionLength(option: TcpOption): number {
  switch (option.kind) {
    case 'end':
    case 'nop':
      return 1
    case 'sack-permitted':
      return 2
    case 'window-scale':
      return 3
    case 'mss':
      return 4
    case 'timestamps':
      return 10
    case 'sack':
      return 2 + 8 * option.blocks.length
    case 'unknown':
      return 2 + option.data.length
  }
}

function writeOption(bytes: Uint8Array, at: number, option: TcpOption): void {
  bytes[at] = optionNumber(option)
  if (option.kind === 'end' || option.kind === 'nop') return
  bytes[at + 1] = optionLength(option)
  if (option.kind === 'mss') writeU16(bytes, at + 2, option.mss)
  if (option.kind === 'window-scale') bytes[at + 2] = option.shift
  if (option.kind === 'timestamps') {
    writeU32(bytes, at + 2, option.value)
    writeU32(bytes, at + 6, option.echo)
  }
  if (option.kind === 'unknown') bytes.set(option.data, at + 2)
  if (option.kind === 'sack') {
    for (const [index, block] of option.blocks.entries()) {
      writeU32(bytes, at + 2 + 8 * index, block.left)
      writeU32(bytes, at + 6 + 8 * index, block.right)
    }
  }
}

function optionNumber(option: TcpOption): number {
  switch (option.kind) {
    case 'end':
      return OPTION_END
    case 'nop':
      return OPTION_NOP
    case 'mss':
      return OPTION_MSS
    case 'window-scale':
      return OPTION_WINDOW_SCALE
    case 'sack-permitted':
      return OPTION_SACK_PERMITTED
    case 'sack':
      return OPTION_SACK
    case 'timestamps':
      return OPTION_TIMESTAMPS
    case 'unknown':
      return option.number
  }
}

function pseudoSum(lengthBytes: number, endpoints: Endpoints): number {
  return pseudoHeaderSum(endpoints.source, endpoints.destination, PROTOCOL_TCP, lengthBytes)
}
