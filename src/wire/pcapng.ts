/**
 * Captures as pcapng files (IETF draft-ietf-opsawg-pcapng): one section, an interface description for each interface,
 * an enhanced packet block for each frame, little-endian, times in nanoseconds.
 */
import { assert } from '../base/assert.ts'
import { utf8Bytes } from './bytes.ts'

export interface PcapngInterface {
  /** Shown by Wireshark as the interface's name, such as `hostA/eth0`. */
  readonly name: string
}

export interface PcapngPacket {
  readonly interfaceIndex: number
  /** Since the start of the lab, an integer of at least 0. Readers show it as a time in 1970. */
  readonly atNs: number
  readonly bytes: Uint8Array
  readonly comment?: string
}

export interface PcapngCapture {
  readonly interfaces: readonly PcapngInterface[]
  /** In the order to store them, which should be that of time. */
  readonly packets: readonly PcapngPacket[]
}

const BLOCK_SECTION_HEADER = 0x0a0d0d0a
const BLOCK_INTERFACE = 1
const BLOCK_ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const LINKTYPE_ETHERNET = 1

const OPTION_END = 0
const OPTION_COMMENT = 1
const OPTION_SECTION_USER_APPLICATION = 4
const OPTION_INTERFACE_NAME = 2
const OPTION_INTERFACE_TIME_RESOLUTION = 9
/** Ten to the minus ninth of a second. */
const RESOLUTION_NANOSECONDS = 9
const OPTION_LENGTH_MAX = 0xffff

const BLOCK_OVERHEAD = 12
const SECTION_BODY_LENGTH = 16
const INTERFACE_BODY_LENGTH = 8
const PACKET_BODY_LENGTH = 20
const TWO_32 = 4294967296

interface Option {
  readonly code: number
  readonly value: Uint8Array
}

/** The bytes of a file. Asserts that each packet names an interface that is there. */
export function emitPcapng(capture: PcapngCapture): Uint8Array {
  const sectionOptions = [text(OPTION_SECTION_USER_APPLICATION, 'vethlab')]
  const interfaceOptions = capture.interfaces.map(({ name }) => [
    text(OPTION_INTERFACE_NAME, name),
    { code: OPTION_INTERFACE_TIME_RESOLUTION, value: Uint8Array.of(RESOLUTION_NANOSECONDS) },
  ])
  const packetOptions = capture.packets.map(({ comment }) =>
    comment === undefined ? [] : [text(OPTION_COMMENT, comment)],
  )
  let length = BLOCK_OVERHEAD + SECTION_BODY_LENGTH + optionsLength(sectionOptions)
  for (const options of interfaceOptions) length += BLOCK_OVERHEAD + INTERFACE_BODY_LENGTH + optionsLength(options)
  for (const [index, packet] of capture.packets.entries()) {
    length += BLOCK_OVERHEAD + PACKET_BODY_LENGTH + padded(packet.bytes.length) + optionsLength(packetOptions[index]!)
  }
  const writer = newWriter(length)
  writeSection(writer, sectionOptions)
  for (const options of interfaceOptions) writeInterface(writer, options)
  for (const [index, packet] of capture.packets.entries()) {
    assert(capture.interfaces[packet.interfaceIndex] !== undefined, `no interface ${packet.interfaceIndex}`)
    assert(Number.isSafeInteger(packet.atNs) && packet.atNs >= 0, `no time: ${packet.atNs}`)
    writePacket(writer, packet, packetOptions[index]!)
  }
  return writer.bytes
}

interface Writer {
  readonly bytes: Uint8Array
  at: number
}

function newWriter(length: number): Writer {
  return { bytes: new Uint8Array(length), at: 0 }
}

function writeSection(writer: Writer, options: readonly Option[]): void {
  writeBlock(writer, BLOCK_SECTION_HEADER, SECTION_BODY_LENGTH + optionsLength(options), () => {
    put32(writer, BYTE_ORDER_MAGIC)
    put16(writer, 1)
    put16(writer, 0)
    // The section's length is left open (all ones), which lets files be appended to each other.
    put32(writer, 0xffffffff)
    put32(writer, 0xffffffff)
    putOptions(writer, options)
  })
}

function writeInterface(writer: Writer, options: readonly Option[]): void {
  writeBlock(writer, BLOCK_INTERFACE, INTERFACE_BODY_LENGTH + optionsLength(options), () => {
    put16(writer, LINKTYPE_ETHERNET)
    put16(writer, 0)
    // No limit on the captured length.
    put32(writer, 0)
    putOptions(writer, options)
  })
}

function writePacket(writer: Writer, packet: PcapngPacket, options: readonly Option[]): void {
  const { bytes } = packet
  const bodyLength = PACKET_BODY_LENGTH + padded(bytes.length) + optionsLength(options)
  writeBlock(writer, BLOCK_ENHANCED_PACKET, bodyLength, () => {
    put32(writer, packet.interfaceIndex)
    put32(writer, Math.floor(packet.atNs / TWO_32))
    put32(writer, packet.atNs % TWO_32)
    put32(writer, bytes.length)
    put32(writer, bytes.length)
    putBytes(writer, bytes)
    putOptions(writer, options)
  })
}

/** The length stands at both ends, so that files can be read backwards. */
function writeBlock(writer: Writer, type: number, bodyLength: number, writeBody: () => void): void {
  put32(writer, type)
  put32(writer, BLOCK_OVERHEAD + bodyLength)
  writeBody()
  put32(writer, BLOCK_OVERHEAD + bodyLength)
}

/** Cut at a character's end if it exceeds what an option can hold. */
function text(code: number, value: string): Option {
  const bytes = utf8Bytes(value)
  if (bytes.length <= OPTION_LENGTH_MAX) return { code, value: bytes }
  let length = OPTION_LENGTH_MAX
  while ((bytes[length]! & 0xc0) === 0x80) length--
  return { code, value: bytes.subarray(0, length) }
}

function optionsLength(options: readonly Option[]): number {
  if (options.length === 0) return 0
  return options.reduce((sum, option) => sum + 4 + padded(option.value.length), 4)
}

function putOptions(writer: Writer, options: readonly Option[]): void {
  if (options.length === 0) return
  for (const option of options) {
    put16(writer, option.code)
    put16(writer, option.value.length)
    putBytes(writer, option.value)
  }
  put16(writer, OPTION_END)
  put16(writer, 0)
}

function padded(length: number): number {
  return (length + 3) & ~3
}

function putBytes(writer: Writer, bytes: Uint8Array): void {
  writer.bytes.set(bytes, writer.at)
  writer.at += padded(bytes.length)
}

function put16(writer: Writer, value: number): void {
  writer.bytes[writer.at] = value
  writer.bytes[writer.at + 1] = value >>> 8
  writer.at += 2
}

function put32(writer: Writer, value: number): void {
  put16(writer, value & 0xffff)
  put16(writer, value >>> 16)
}
