/** A packet as a capture filter sees it, and the ways to read it. */

/** Ethernet bytes without the tag that travels beside the frame, which the filter reaches by `vlan` only. */
export interface FilterPacket {
  readonly bytes: Uint8Array
  /** Tag control of a VLAN tag that is no part of the bytes, or undefined. */
  readonly tagBeside: number | undefined
  readonly isOutgoing: boolean
}

/** A part of a filter. Reading behind the packet's end throws `OutOfPacket`, which rejects the packet. */
export type Test = (packet: FilterPacket) => boolean

/** Leaves a filter whose packet is too short for it; BPF then rejects the packet whatever the rest says. */
export class OutOfPacket extends Error {
  override readonly name = 'OutOfPacket'
}

export function byteAt({ bytes }: FilterPacket, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw new OutOfPacket()
  return byte
}

export function wordAt(packet: FilterPacket, at: number, size: number): number {
  let value = 0
  for (let k = 0; k < size; k++) value = value * 256 + byteAt(packet, at + k)
  return value
}

/** The whole filter over one packet. */
export function runTest(test: Test, packet: FilterPacket): boolean {
  try {
    return test(packet)
  } catch (error) {
    if (error instanceof OutOfPacket) return false
    throw error
  }
}

const ETHERTYPE_AT = 12
const VLAN_TAG_LENGTH = 4

/** Where the EtherType stands behind so many `vlan` words: a tag beside the frame takes the first of them. */
export function etherTypeAt(packet: FilterPacket, vlanDepth: number): number {
  const inBytes = packet.tagBeside !== undefined && vlanDepth > 0 ? vlanDepth - 1 : vlanDepth
  return ETHERTYPE_AT + VLAN_TAG_LENGTH * inBytes
}

/** Where the network layer begins. */
export function networkAt(packet: FilterPacket, vlanDepth: number): number {
  return etherTypeAt(packet, vlanDepth) + 2
}

export const and =
  (a: Test, b: Test): Test =>
  (packet) =>
    a(packet) && b(packet)

export const or =
  (a: Test, b: Test): Test =>
  (packet) =>
    a(packet) || b(packet)

export const not =
  (a: Test): Test =>
  (packet) =>
    !a(packet)
