/** Capture files of `-w` and `-r`: pcap, version 2.4, Ethernet or Linux's cooked header v2. */
import type { SocketMessage } from '../../../kernel/api.ts'
import { MICROSECOND_NS, SECOND_NS } from '../../formats/units.ts'

const MAGIC = 0xa1b2c3d4
const FILE_HEADER_LENGTH = 24
const RECORD_HEADER_LENGTH = 16
export const LINKTYPE_ETHERNET = 1
export const LINKTYPE_LINUX_SLL2 = 276
const COOKED_HEADER_LENGTH = 20
const ETHERNET_ADDRESSES_LENGTH = 12
const PACKET_TYPES = ['host', 'broadcast', 'multicast', 'otherhost', 'outgoing'] as const
const ARPHRD_ETHER = 1

/** The head of a file. */
export function pcapHeader(snapLength: number, linkType: number): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_LENGTH)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  view.setUint32(16, snapLength, true)
  view.setUint32(20, linkType, true)
  return bytes
}

/** One packet with its own head. */
export function pcapRecord(atNs: number, bytes: Uint8Array, snapLength: number): Uint8Array {
  const kept = bytes.subarray(0, snapLength)
  const record = new Uint8Array(RECORD_HEADER_LENGTH + kept.length)
  const view = new DataView(record.buffer)
  view.setUint32(0, Math.floor(atNs / SECOND_NS), true)
  view.setUint32(4, Math.floor((atNs % SECOND_NS) / MICROSECOND_NS), true)
  view.setUint32(8, kept.length, true)
  view.setUint32(12, bytes.length, true)
  record.set(kept, RECORD_HEADER_LENGTH)
  return record
}

/** A frame of the device `any`: its Ethernet header becomes Linux's cooked header v2. */
export function cookedFrame({ bytes, ifindex, packetType }: SocketMessage): Uint8Array {
  const payloadAt = ETHERNET_ADDRESSES_LENGTH + 2
  const cooked = new Uint8Array(COOKED_HEADER_LENGTH + bytes.length - payloadAt)
  const view = new DataView(cooked.buffer)
  cooked.set(bytes.subarray(ETHERNET_ADDRESSES_LENGTH, payloadAt), 0)
  view.setUint32(4, ifindex)
  view.setUint16(8, ARPHRD_ETHER)
  cooked[10] = PACKET_TYPES.indexOf(packetType)
  cooked[11] = 6
  cooked.set(bytes.subarray(6, 12), 12)
  cooked.set(bytes.subarray(payloadAt), COOKED_HEADER_LENGTH)
  return cooked
}

/** A packet of a file. */
export interface PcapPacket {
  readonly atNs: number
  readonly bytes: Uint8Array
  readonly packetType: SocketMessage['packetType']
  readonly ifindex: number
}

export interface PcapFile {
  readonly linkType: number
  readonly snapLength: number
  readonly packets: readonly PcapPacket[]
}

/** Reads a file; undefined for bytes that are none, or of another link type. Packets cut off at the end are left out. */
export function readPcap(bytes: Uint8Array): PcapFile | undefined {
  if (bytes.length < FILE_HEADER_LENGTH) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(0, true) !== MAGIC) return undefined
  const linkType = view.getUint32(20, true)
  if (linkType !== LINKTYPE_ETHERNET && linkType !== LINKTYPE_LINUX_SLL2) return undefined
  const packets: PcapPacket[] = []
  let at = FILE_HEADER_LENGTH
  while (at + RECORD_HEADER_LENGTH <= bytes.length) {
    const length = view.getUint32(at + 8, true)
    const from = at + RECORD_HEADER_LENGTH
    if (from + length > bytes.length) break
    const atNs = view.getUint32(at, true) * SECOND_NS + view.getUint32(at + 4, true) * MICROSECOND_NS
    packets.push({ atNs, ...readFrame(bytes.subarray(from, from + length), linkType) })
    at = from + length
  }
  return { linkType, snapLength: view.getUint32(16, true), packets }
}

function readFrame(frame: Uint8Array, linkType: number): Omit<PcapPacket, 'atNs'> {
  if (linkType === LINKTYPE_ETHERNET || frame.length < COOKED_HEADER_LENGTH)
    return { bytes: frame.slice(), packetType: 'host', ifindex: 0 }
  const bytes = new Uint8Array(ETHERNET_ADDRESSES_LENGTH + 2 + frame.length - COOKED_HEADER_LENGTH)
  bytes.set(frame.subarray(12, 18), 6)
  bytes.set(frame.subarray(0, 2), ETHERNET_ADDRESSES_LENGTH)
  bytes.set(frame.subarray(COOKED_HEADER_LENGTH), ETHERNET_ADDRESSES_LENGTH + 2)
  const ifindex = new DataView(frame.buffer, frame.byteOffset, frame.length).getUint32(4)
  return { bytes, packetType: PACKET_TYPES[frame[10]!] ?? 'host', ifindex }
}
