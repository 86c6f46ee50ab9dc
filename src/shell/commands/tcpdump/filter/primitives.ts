/** The primitives of capture filters: protocols, hosts, nets, ports, VLANs, link-level addresses. */
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../../../../wire/ethernet.ts'
import { type MacAddress, readMac } from '../../../../wire/address.ts'
import { and, byteAt, etherTypeAt, networkAt, not, or, OutOfPacket, type Test, wordAt } from './packet.ts'

export type Direction = 'src' | 'dst' | 'src or dst' | 'src and dst'

export const ETHERTYPE_RARP = 0x8035
export const ETHERTYPE_IPV6 = 0x86dd
const VLAN_TYPES: readonly number[] = [0x8100, 0x88a8, 0x9100]
const MAX_LENGTH_FIELD = 1500
export const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  igrp: 9,
  udp: 17,
  esp: 50,
  ah: 51,
  pim: 103,
  vrrp: 112,
  carp: 112,
  sctp: 132,
}
/** Names that stand behind `ether proto \`. */
export const ETHERTYPE_NUMBERS: Readonly<Record<string, number>> = {
  ip: ETHERTYPE_IPV4,
  arp: ETHERTYPE_ARP,
  rarp: ETHERTYPE_RARP,
  ip6: ETHERTYPE_IPV6,
}
const SAP_LIMIT = 0x100

/** Two tests of one field, for `src`, `dst` and what stands for both. */
function directed(direction: Direction, source: Test, destination: Test): Test {
  switch (direction) {
    case 'src':
      return source
    case 'dst':
      return destination
    case 'src and dst':
      return and(source, destination)
    case 'src or dst':
      return or(source, destination)
  }
}

/** `ether proto N`: an EtherType, or the destination SAP of an LLC frame. */
export function etherType(type: number, depth: number): Test {
  return (packet) => {
    const found = wordAt(packet, etherTypeAt(packet, depth), 2)
    if (type > MAX_LENGTH_FIELD) return found === type
    return found <= MAX_LENGTH_FIELD && type < SAP_LIMIT && byteAt(packet, networkAt(packet, depth)) === type
  }
}

/** `ip proto N`; IPv6 packets count for `proto N`, which the caller says with `either`. */
export function ipProtocol(protocol: number, depth: number, either: boolean): Test {
  const v4 = and(
    etherType(ETHERTYPE_IPV4, depth),
    (packet) => byteAt(packet, networkAt(packet, depth) + 9) === protocol,
  )
  return either ? or(v4, ip6Protocol(protocol, depth)) : v4
}

export function ip6Protocol(protocol: number, depth: number): Test {
  const FRAGMENT_HEADER = 44
  return and(etherType(ETHERTYPE_IPV6, depth), (packet) => {
    const at = networkAt(packet, depth)
    const next = byteAt(packet, at + 6)
    return next === protocol || (next === FRAGMENT_HEADER && byteAt(packet, at + 40) === protocol)
  })
}

export interface Net {
  readonly address: number
  readonly mask: number
}

function inNet(at: number, { address, mask }: Net, depth: number): Test {
  return (packet) => (wordAt(packet, networkAt(packet, depth) + at, 4) & mask) >>> 0 === address
}

/** Addresses of one protocol: `ip host`, `arp net`. */
export function networkAddress(protocol: 'ip' | 'arp' | 'rarp', direction: Direction, net: Net, depth: number): Test {
  const [source, destination] = protocol === 'ip' ? [12, 16] : [14, 24]
  return and(
    etherType(ETHERTYPE_NUMBERS[protocol]!, depth),
    directed(direction, inNet(source, net, depth), inNet(destination, net, depth)),
  )
}

/** `host` and `net` without a protocol: IP, ARP or RARP. */
export function anyAddress(direction: Direction, net: Net, depth: number): Test {
  return or(
    networkAddress('ip', direction, net, depth),
    or(networkAddress('arp', direction, net, depth), networkAddress('rarp', direction, net, depth)),
  )
}

/** `ether host`. */
export function linkAddress(direction: Direction, mac: MacAddress): Test {
  const at =
    (offset: number): Test =>
    (packet) => {
      if (packet.bytes.length < offset + 6) throw new OutOfPacket()
      return readMac(packet.bytes, offset) === mac
    }
  return directed(direction, at(6), at(0))
}

/** `port` and `portrange` of TCP, UDP, SCTP or one of them, in first fragments. */
export function port(
  protocols: readonly number[],
  direction: Direction,
  from: number,
  to: number,
  depth: number,
): Test {
  const within =
    (offset: number): Test =>
    (packet) => {
      const at = networkAt(packet, depth)
      const value = wordAt(packet, at + (byteAt(packet, at) & 15) * 4 + offset, 2)
      return value >= from && value <= to
    }
  const isOne: Test = (packet) => protocols.includes(byteAt(packet, networkAt(packet, depth) + 9))
  return and(
    etherType(ETHERTYPE_IPV4, depth),
    and(isOne, and(isFirstFragment(depth), directed(direction, within(0), within(2)))),
  )
}

/** Only the first fragment has a header of the transport layer. */
export function isFirstFragment(depth: number): Test {
  return (packet) => (wordAt(packet, networkAt(packet, depth) + 6, 2) & 0x1fff) === 0
}

/** `vlan [ID]`: the tag beside the frame, or the next one in it. */
export function vlan(id: number | undefined, depth: number): Test {
  return (packet) => {
    if (depth === 0 && packet.tagBeside !== undefined) return id === undefined || (packet.tagBeside & 0xfff) === id
    const at = etherTypeAt(packet, depth)
    if (!VLAN_TYPES.includes(wordAt(packet, at, 2))) return false
    return id === undefined || (wordAt(packet, at + 2, 2) & 0xfff) === id
  }
}

export const etherBroadcast: Test = (packet) => wordAt(packet, 0, 6) === 0xffffffffffff
export const etherMulticast: Test = (packet) => (byteAt(packet, 0) & 1) === 1

/** Without the interface's netmask: all ones or all zeros. */
export function ipBroadcast(depth: number, netmask: number | undefined): Test {
  return and(etherType(ETHERTYPE_IPV4, depth), (packet) => {
    const address = wordAt(packet, networkAt(packet, depth) + 16, 4)
    const host = netmask === undefined ? 0xffffffff : ~netmask >>> 0
    const part = (address & host) >>> 0
    return part === 0 || part === host
  })
}

export function ipMulticast(depth: number): Test {
  return and(etherType(ETHERTYPE_IPV4, depth), (packet) => byteAt(packet, networkAt(packet, depth) + 16) >= 224)
}

export const outbound: Test = (packet) => packet.isOutgoing
export const inbound: Test = not(outbound)
