import { expect, test } from 'vitest'
import { formatIpv4, ipv4 } from '../../../wire/address.ts'
import { emitIcmp, ICMP_ECHO, icmpChecksumValid, icmpEchoRest, icmpId } from '../../../wire/icmp.ts'
import { ipv4Destination, ipv4HeaderValid, ipv4Source, writeIpv4Header } from '../../../wire/ipv4.ts'
import { emitTcp, tcpChecksumValid, tcpSourcePort } from '../../../wire/tcp.ts'
import { emitUdp, setUdpChecksum, udpChecksum, udpChecksumValid, udpDestinationPort } from '../../../wire/udp.ts'
import type { Tuple } from '../conntrack/tuple.ts'
import { manipPacket } from './manip.ts'

const ENDS = { source: ipv4('192.168.1.10'), destination: ipv4('198.51.100.9') }
const PUBLIC = ipv4('203.0.113.1')

function packet(protocol: number, payload: Uint8Array, fragmentOffset = 0): Uint8Array {
  const bytes = new Uint8Array(20 + payload.length)
  writeIpv4Header(bytes, 0, {
    tos: 0,
    totalLength: bytes.length,
    id: 1,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset,
    ttl: 64,
    protocol,
    ...ENDS,
  })
  bytes.set(payload, 20)
  return bytes
}

function target(protocol: number, sourcePort: number, destinationPort: number): Tuple {
  return { protocol, source: PUBLIC, destination: ipv4('10.1.0.9'), sourcePort, destinationPort }
}

test('the source of an echo request: address and id, both checksums right', () => {
  const bytes = packet(1, emitIcmp({ type: ICMP_ECHO, code: 0, rest: icmpEchoRest(7, 1) }, new Uint8Array(9)))
  expect(manipPacket(bytes, 0, target(1, 4711, 0), 'source')).toBe(true)
  expect([formatIpv4(ipv4Source(bytes, 0)), icmpId(bytes, 20)]).toEqual(['203.0.113.1', 4711])
  expect(ipv4HeaderValid(bytes, 0, bytes.length)).toBe('ok')
  expect(icmpChecksumValid(bytes, 20, bytes.length)).toBe(true)
})

test('the destination of a datagram: address and port', () => {
  const bytes = packet(17, emitUdp({ sourcePort: 4000, destinationPort: 53 }, new Uint8Array(5), ENDS))
  expect(manipPacket(bytes, 0, target(17, 0, 5353), 'destination')).toBe(true)
  const ends = { source: ipv4Source(bytes, 0), destination: ipv4Destination(bytes, 0) }
  expect([formatIpv4(ends.destination), udpDestinationPort(bytes, 20)]).toEqual(['10.1.0.9', 5353])
  expect(ipv4HeaderValid(bytes, 0, bytes.length)).toBe('ok')
  expect(udpChecksumValid(bytes, 20, bytes.length, ends)).toBe(true)
})

test('a datagram without checksum stays without', () => {
  const bytes = packet(17, emitUdp({ sourcePort: 4000, destinationPort: 53 }, new Uint8Array(5), ENDS))
  setUdpChecksum(bytes, 20, 0)
  manipPacket(bytes, 0, target(17, 5000, 0), 'source')
  expect(udpChecksum(bytes, 20)).toBe(0)
})

test('the source of a segment', () => {
  const header = { sequence: 1, acknowledgement: 0, flags: 2, window: 9, urgent: 0, options: [] }
  const bytes = packet(6, emitTcp({ sourcePort: 40_000, destinationPort: 80, ...header }, new Uint8Array(3), ENDS))
  manipPacket(bytes, 0, target(6, 1024, 0), 'source')
  const ends = { source: ipv4Source(bytes, 0), destination: ipv4Destination(bytes, 0) }
  expect(tcpSourcePort(bytes, 20)).toBe(1024)
  expect(tcpChecksumValid(bytes, 20, bytes.length, ends)).toBe(true)
})

test('a later fragment has no port to change', () => {
  const payload = Uint8Array.from({ length: 16 }, (_, k) => k)
  const bytes = packet(17, payload, 8)
  manipPacket(bytes, 0, target(17, 5000, 0), 'source')
  expect(bytes.slice(20)).toEqual(payload)
  expect(ipv4HeaderValid(bytes, 0, bytes.length)).toBe('ok')
})

test('nothing to change is no change', () => {
  const bytes = packet(17, emitUdp({ sourcePort: 4000, destinationPort: 53 }, new Uint8Array(5), ENDS))
  const before = bytes.slice()
  const same = { protocol: 17, ...ENDS, sourcePort: 4000, destinationPort: 53 }
  expect(manipPacket(bytes, 0, same, 'source')).toBe(false)
  expect(bytes).toEqual(before)
})
