/**
 * Spanning tree messages (IEEE 802.1D-1998, clause 9): configuration and topology change notification BPDUs, carried
 * in an 802.3 frame behind an LLC header. Offsets count from the BPDU unless they say frame.
 */
import { type Result, err, ok } from '../base/result.ts'
import { type MacAddress, mac, readMac, writeMac } from './address.ts'
import { readU16, readU32, writeU16, writeU32 } from './bytes.ts'
import { ETHERNET_HEADER_LENGTH, writeEthernetHeader } from './ethernet.ts'
import type { WireError } from './wire-error.ts'

export const LLC_HEADER_LENGTH = 3
/** Both service access points of spanning tree. */
export const LLC_SAP_STP = 0x42
/** Unnumbered information, the control field of spanning tree. */
export const LLC_UNNUMBERED_INFORMATION = 0x03
/** Where bridges listen for each other; a bridge never forwards what is sent to it. */
export const STP_GROUP_MAC: MacAddress = mac('01:80:c2:00:00:00')

export const BPDU_TYPE_CONFIG = 0x00
export const BPDU_TYPE_TCN = 0x80
export const BPDU_FLAG_TOPOLOGY_CHANGE = 0x01
export const BPDU_FLAG_TOPOLOGY_CHANGE_ACK = 0x80
export const CONFIG_BPDU_LENGTH = 35
export const TCN_BPDU_LENGTH = 4

const PROTOCOL_AT = 0
const VERSION_AT = 2
const TYPE_AT = 3
const FLAGS_AT = 4
const ROOT_AT = 5
const ROOT_PATH_COST_AT = 13
const BRIDGE_AT = 17
const PORT_AT = 25
const MESSAGE_AGE_AT = 27
const MAX_AGE_AT = 29
const HELLO_TIME_AT = 31
const FORWARD_DELAY_AT = 33

/** A bridge's priority and address, which compare in this order; the lower is the better. */
export interface BridgeId {
  /** 16 bits. */
  readonly priority: number
  readonly address: MacAddress
}

/** Negative if `a` is the better (lower) one. */
export function compareBridgeId(a: BridgeId, b: BridgeId): number {
  return a.priority !== b.priority ? a.priority - b.priority : a.address - b.address
}

export function bpduProtocol(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + PROTOCOL_AT)
}

export function bpduVersion(bytes: Uint8Array, at: number): number {
  return bytes[at + VERSION_AT]!
}

export function bpduType(bytes: Uint8Array, at: number): number {
  return bytes[at + TYPE_AT]!
}

export function bpduFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + FLAGS_AT]!
}

export function bpduRoot(bytes: Uint8Array, at: number): BridgeId {
  return readBridgeId(bytes, at + ROOT_AT)
}

export function bpduRootPathCost(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at + ROOT_PATH_COST_AT)
}

export function bpduBridge(bytes: Uint8Array, at: number): BridgeId {
  return readBridgeId(bytes, at + BRIDGE_AT)
}

/** Port priority in the high byte, port number in the low one. */
export function bpduPort(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + PORT_AT)
}

/** In 1/256 s, as the other three times. */
export function bpduMessageAge(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + MESSAGE_AGE_AT)
}

export function bpduMaxAge(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + MAX_AGE_AT)
}

export function bpduHelloTime(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + HELLO_TIME_AT)
}

export function bpduForwardDelay(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + FORWARD_DELAY_AT)
}

export interface ConfigBpdu {
  readonly kind: 'config'
  readonly topologyChange: boolean
  readonly topologyChangeAck: boolean
  readonly root: BridgeId
  readonly rootPathCost: number
  readonly bridge: BridgeId
  /** Port priority in the high byte, port number in the low one. */
  readonly port: number
  /** The four times are in 1/256 s. Linux: br_set_ticks, br_get_ticks. */
  readonly messageAgeTicks: number
  readonly maxAgeTicks: number
  readonly helloTimeTicks: number
  readonly forwardDelayTicks: number
}

export type Bpdu = ConfigBpdu | { readonly kind: 'topology-change' }

/** Whether a frame's LLC header is spanning tree's. `at` is the offset of the LLC header. */
export function isStpLlc(bytes: Uint8Array, at: number, end = bytes.length): boolean {
  return (
    end - at >= LLC_HEADER_LENGTH &&
    bytes[at] === LLC_SAP_STP &&
    bytes[at + 1] === LLC_SAP_STP &&
    bytes[at + 2] === LLC_UNNUMBERED_INFORMATION
  )
}

/** The message of a BPDU in [at, end). Linux: br_stp_rcv makes the same checks; versions above 0 read as version 0. */
export function parseBpdu(bytes: Uint8Array, at: number, end = bytes.length): Result<Bpdu, WireError> {
  const haveBytes = Math.max(0, end - at)
  if (haveBytes < TCN_BPDU_LENGTH) {
    return err({ kind: 'truncated', layer: 'STP', needBytes: TCN_BPDU_LENGTH, haveBytes })
  }
  const protocol = bpduProtocol(bytes, at)
  if (protocol !== 0) return err({ kind: 'malformed', layer: 'STP', field: 'protocol', value: protocol })
  const type = bpduType(bytes, at)
  if (type === BPDU_TYPE_TCN) return ok({ kind: 'topology-change' })
  if (type !== BPDU_TYPE_CONFIG) return err({ kind: 'malformed', layer: 'STP', field: 'BPDU type', value: type })
  if (haveBytes < CONFIG_BPDU_LENGTH) {
    return err({ kind: 'truncated', layer: 'STP', needBytes: CONFIG_BPDU_LENGTH, haveBytes })
  }
  const flags = bpduFlags(bytes, at)
  return ok({
    kind: 'config',
    topologyChange: (flags & BPDU_FLAG_TOPOLOGY_CHANGE) !== 0,
    topologyChangeAck: (flags & BPDU_FLAG_TOPOLOGY_CHANGE_ACK) !== 0,
    root: bpduRoot(bytes, at),
    rootPathCost: bpduRootPathCost(bytes, at),
    bridge: bpduBridge(bytes, at),
    port: bpduPort(bytes, at),
    messageAgeTicks: bpduMessageAge(bytes, at),
    maxAgeTicks: bpduMaxAge(bytes, at),
    helloTimeTicks: bpduHelloTime(bytes, at),
    forwardDelayTicks: bpduForwardDelay(bytes, at),
  })
}

/** Writes a BPDU of version 0 and returns its length in bytes. */
export function writeBpdu(bytes: Uint8Array, at: number, bpdu: Bpdu): number {
  writeU16(bytes, at + PROTOCOL_AT, 0)
  bytes[at + VERSION_AT] = 0
  if (bpdu.kind === 'topology-change') {
    bytes[at + TYPE_AT] = BPDU_TYPE_TCN
    return TCN_BPDU_LENGTH
  }
  bytes[at + TYPE_AT] = BPDU_TYPE_CONFIG
  bytes[at + FLAGS_AT] =
    (bpdu.topologyChange ? BPDU_FLAG_TOPOLOGY_CHANGE : 0) | (bpdu.topologyChangeAck ? BPDU_FLAG_TOPOLOGY_CHANGE_ACK : 0)
  writeBridgeId(bytes, at + ROOT_AT, bpdu.root)
  writeU32(bytes, at + ROOT_PATH_COST_AT, bpdu.rootPathCost)
  writeBridgeId(bytes, at + BRIDGE_AT, bpdu.bridge)
  writeU16(bytes, at + PORT_AT, bpdu.port)
  writeU16(bytes, at + MESSAGE_AGE_AT, bpdu.messageAgeTicks)
  writeU16(bytes, at + MAX_AGE_AT, bpdu.maxAgeTicks)
  writeU16(bytes, at + HELLO_TIME_AT, bpdu.helloTimeTicks)
  writeU16(bytes, at + FORWARD_DELAY_AT, bpdu.forwardDelayTicks)
  return CONFIG_BPDU_LENGTH
}

/** A whole 802.3 frame to the bridges' group address, as Linux's br_send_bpdu builds it. */
export function emitBpduFrame(source: MacAddress, bpdu: Bpdu): Uint8Array {
  const bpduLength = bpdu.kind === 'config' ? CONFIG_BPDU_LENGTH : TCN_BPDU_LENGTH
  const frame = new Uint8Array(ETHERNET_HEADER_LENGTH + LLC_HEADER_LENGTH + bpduLength)
  writeEthernetHeader(frame, STP_GROUP_MAC, source, LLC_HEADER_LENGTH + bpduLength)
  frame[ETHERNET_HEADER_LENGTH] = LLC_SAP_STP
  frame[ETHERNET_HEADER_LENGTH + 1] = LLC_SAP_STP
  frame[ETHERNET_HEADER_LENGTH + 2] = LLC_UNNUMBERED_INFORMATION
  writeBpdu(frame, ETHERNET_HEADER_LENGTH + LLC_HEADER_LENGTH, bpdu)
  return frame
}

function readBridgeId(bytes: Uint8Array, at: number): BridgeId {
  return { priority: readU16(bytes, at), address: readMac(bytes, at + 2) }
}

function writeBridgeId(bytes: Uint8Array, at: number, id: BridgeId): void {
  writeU16(bytes, at, id.priority)
  writeMac(bytes, at + 2, id.address)
}
