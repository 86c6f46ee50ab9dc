/**
 * The IEEE 802.1Q tag: four bytes between a frame's addresses and its type, made of the tag's own type (the protocol)
 * and the tag control information (TCI): priority 3 bits, drop eligible 1 bit, VLAN id 12 bits.
 */
import { type Result, err, ok } from '../base/result.ts'
import { readU16, writeU16 } from './bytes.ts'
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_QINQ, ETHERTYPE_VLAN, ethernetType } from './ethernet.ts'
import type { WireError } from './wire-error.ts'

export const VLAN_TAG_LENGTH = 4
/** The largest id that may be given to a network; 0 marks a priority tag, 4095 is reserved. */
export const VLAN_ID_MAX = 4094

const TAG_AT = 12
const TCI_AT = 14
const TAGGED_HEADER_LENGTH = ETHERNET_HEADER_LENGTH + VLAN_TAG_LENGTH

/** Whether a type announces a tag. Linux: eth_type_vlan. */
export function isVlanType(type: number): boolean {
  return type === ETHERTYPE_VLAN || type === ETHERTYPE_QINQ
}

export function vlanTciId(tci: number): number {
  return tci & 0x0fff
}

export function vlanTciPriority(tci: number): number {
  return (tci >>> 13) & 7
}

export function vlanTciDei(tci: number): boolean {
  return (tci & 0x1000) !== 0
}

/** Packs tag control information. */
export function vlanTci(id: number, priority = 0, dei = false): number {
  return ((priority & 7) << 13) | (dei ? 0x1000 : 0) | (id & 0x0fff)
}

/** The control information of the outermost tag, or undefined in a frame without one (or cut inside it). */
export function outerVlanTci(frame: Uint8Array): number | undefined {
  return hasVlanTag(frame) ? readU16(frame, TCI_AT) : undefined
}

/** The type behind the outermost tag, or of the frame when it has none. */
export function innerEthernetType(frame: Uint8Array): number {
  return hasVlanTag(frame) ? readU16(frame, TCI_AT + 2) : ethernetType(frame)
}

export interface VlanTag {
  /** `ETHERTYPE_VLAN` or `ETHERTYPE_QINQ`. */
  readonly protocol: number
  readonly priority: number
  readonly dei: boolean
  readonly id: number
}

/** The outermost tag. */
export function parseVlanTag(frame: Uint8Array): Result<VlanTag, WireError> {
  if (frame.length < TAGGED_HEADER_LENGTH) {
    return err({ kind: 'truncated', layer: '802.1Q', needBytes: TAGGED_HEADER_LENGTH, haveBytes: frame.length })
  }
  const protocol = ethernetType(frame)
  if (!isVlanType(protocol)) return err({ kind: 'malformed', layer: '802.1Q', field: 'protocol', value: protocol })
  const tci = readU16(frame, TCI_AT)
  return ok({ protocol, priority: vlanTciPriority(tci), dei: vlanTciDei(tci), id: vlanTciId(tci) })
}

/** A copy of the frame with a new outermost tag. Linux: __vlan_insert_tag. */
export function insertVlanTag(frame: Uint8Array, protocol: number, tci: number): Uint8Array {
  const tagged = new Uint8Array(frame.length + VLAN_TAG_LENGTH)
  tagged.set(frame.subarray(0, TAG_AT), 0)
  writeU16(tagged, TAG_AT, protocol)
  writeU16(tagged, TCI_AT, tci)
  tagged.set(frame.subarray(TAG_AT), TAG_AT + VLAN_TAG_LENGTH)
  return tagged
}

/** A copy of the frame without its outermost tag; a frame that has none is copied as it is. Linux: skb_vlan_untag. */
export function removeVlanTag(frame: Uint8Array): Uint8Array {
  if (!hasVlanTag(frame)) return frame.slice()
  const plain = new Uint8Array(frame.length - VLAN_TAG_LENGTH)
  plain.set(frame.subarray(0, TAG_AT), 0)
  plain.set(frame.subarray(TAG_AT + VLAN_TAG_LENGTH), TAG_AT)
  return plain
}

function hasVlanTag(frame: Uint8Array): boolean {
  return frame.length >= TAGGED_HEADER_LENGTH && isVlanType(ethernetType(frame))
}
