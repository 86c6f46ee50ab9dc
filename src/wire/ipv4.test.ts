import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4, ipv4FromNumber } from './address.ts'
import { fromHex, toHex } from './bytes.ts'
import {
  type Ipv4Header,
  PROTOCOL_ICMP,
  decrementIpv4Ttl,
  ipv4Checksum,
  ipv4Destination,
  ipv4DontFragment,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4HeaderValid,
  ipv4Id,
  ipv4IsFragment,
  ipv4MoreFragments,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
  ipv4Version,
  parseIpv4Header,
  protocolName,
  setIpv4Checksum,
  setIpv4Destination,
  setIpv4DontFragment,
  setIpv4Fragment,
  setIpv4FragmentOffset,
  setIpv4Id,
  setIpv4MoreFragments,
  setIpv4Protocol,
  setIpv4Source,
  setIpv4Tos,
  setIpv4TotalLength,
  setIpv4Ttl,
  setIpv4VersionAndHeaderLength,
  updateIpv4Checksum,
  writeIpv4Header,
} from './ipv4.ts'
import { describeWireError } from './wire-error.ts'

/** The last fragment of an echo reply, as Linux sent it. */
const BYTES = fromHex('45000066740e00ac3f01efdb0a0002010a000101')!
const HEADER: Ipv4Header = {
  tos: 0,
  totalLength: 102,
  id: 0x740e,
  dontFragment: false,
  moreFragments: false,
  fragmentOffset: 1376,
  ttl: 63,
  protocol: PROTOCOL_ICMP,
  source: ipv4('10.0.2.1'),
  destination: ipv4('10.0.1.1'),
}
const END = 102

/** The header in front of as many bytes as it says there are. */
function packet(): Uint8Array {
  const bytes = new Uint8Array(END)
  bytes.set(BYTES)
  return bytes
}

test('deconstruct', () => {
  expect(ipv4Version(BYTES, 0)).toBe(4)
  expect(ipv4HeaderLength(BYTES, 0)).toBe(20)
  expect(ipv4Tos(BYTES, 0)).toBe(HEADER.tos)
  expect(ipv4TotalLength(BYTES, 0)).toBe(HEADER.totalLength)
  expect(ipv4Id(BYTES, 0)).toBe(HEADER.id)
  expect(ipv4DontFragment(BYTES, 0)).toBe(false)
  expect(ipv4MoreFragments(BYTES, 0)).toBe(false)
  expect(ipv4FragmentOffset(BYTES, 0)).toBe(1376)
  expect(ipv4IsFragment(BYTES, 0)).toBe(true)
  expect(ipv4Ttl(BYTES, 0)).toBe(63)
  expect(ipv4Protocol(BYTES, 0)).toBe(1)
  expect(ipv4Checksum(BYTES, 0)).toBe(0xefdb)
  expect(ipv4Source(BYTES, 0)).toBe(HEADER.source)
  expect(ipv4Destination(BYTES, 0)).toBe(HEADER.destination)
})

test('construct', () => {
  const bytes = new Uint8Array(22).fill(0xa5)
  setIpv4VersionAndHeaderLength(bytes, 1, 20)
  setIpv4Tos(bytes, 1, HEADER.tos)
  setIpv4TotalLength(bytes, 1, HEADER.totalLength)
  setIpv4Id(bytes, 1, HEADER.id)
  setIpv4Fragment(bytes, 1, HEADER)
  setIpv4Ttl(bytes, 1, HEADER.ttl)
  setIpv4Protocol(bytes, 1, HEADER.protocol)
  setIpv4Checksum(bytes, 1, 0xefdb)
  setIpv4Source(bytes, 1, HEADER.source)
  setIpv4Destination(bytes, 1, HEADER.destination)
  expect(toHex(bytes)).toBe(`a5${toHex(BYTES)}a5`)
})

test('flags and offset change one at a time', () => {
  const bytes = packet()
  setIpv4DontFragment(bytes, 0, true)
  setIpv4MoreFragments(bytes, 0, true)
  setIpv4FragmentOffset(bytes, 0, 65_528)
  expect([ipv4DontFragment(bytes, 0), ipv4MoreFragments(bytes, 0), ipv4FragmentOffset(bytes, 0)]).toEqual([
    true,
    true,
    65_528,
  ])
  setIpv4DontFragment(bytes, 0, false)
  setIpv4FragmentOffset(bytes, 0, 0)
  expect([ipv4DontFragment(bytes, 0), ipv4MoreFragments(bytes, 0), ipv4FragmentOffset(bytes, 0)]).toEqual([
    false,
    true,
    0,
  ])
  expect(ipv4IsFragment(bytes, 0)).toBe(true)
  setIpv4MoreFragments(bytes, 0, false)
  expect(ipv4IsFragment(bytes, 0)).toBe(false)
})

test('parse', () => {
  expect(parseIpv4Header(packet(), 0)).toEqual({ ok: true, value: { headerLength: 20, ...HEADER } })
})

test('emit', () => {
  const bytes = new Uint8Array(22).fill(0xa5)
  writeIpv4Header(bytes, 1, HEADER)
  expect(toHex(bytes)).toBe(`a5${toHex(BYTES)}a5`)
})

test.each([
  ['header-truncated', (bytes: Uint8Array) => bytes.slice(0, 19), 'IPv4 is cut short: 20 bytes needed, 19 present'],
  ['bad-header-length', changed(0, 0x44), 'IPv4 header length is not valid: 16'],
  ['bad-version', changed(0, 0x65), 'IPv4 version is not valid: 6'],
  [
    'options-truncated',
    (bytes: Uint8Array) => changed(0, 0x4f)(bytes).slice(0, 59),
    'IPv4 is cut short: 60 bytes needed, 59 present',
  ],
  ['bad-checksum', changed(10, 0xee), 'IPv4 checksum is wrong: 0xeedb stored, 0xefdb computed'],
  ['packet-truncated', (bytes: Uint8Array) => bytes.slice(0, 101), 'IPv4 is cut short: 102 bytes needed, 101 present'],
  ['bad-total-length', shortTotalLength, 'IPv4 total length is not valid: 19'],
] as const)('%s', (verdict, damage, sentence) => {
  const bytes = damage(packet())
  expect(ipv4HeaderValid(bytes, 0, bytes.length)).toBe(verdict)
  const result = parseIpv4Header(bytes, 0)
  expect(result.ok || describeWireError(result.error)).toBe(sentence)
})

function changed(at: number, value: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const copy = bytes.slice()
    copy[at] = value
    return copy
  }
}

function shortTotalLength(bytes: Uint8Array): Uint8Array {
  setIpv4TotalLength(bytes, 0, 19)
  updateIpv4Checksum(bytes, 0)
  return bytes
}

test('padding behind the packet is no fault', () => {
  const bytes = new Uint8Array(120)
  bytes.set(BYTES)
  expect(ipv4HeaderValid(bytes, 0, 120)).toBe('ok')
})

test('a header with options has its checksum over them', () => {
  const bytes = new Uint8Array(24)
  writeIpv4Header(bytes, 0, { ...HEADER, totalLength: 24 })
  bytes.set([0x94, 0x04, 0, 0], 20)
  setIpv4VersionAndHeaderLength(bytes, 0, 24)
  updateIpv4Checksum(bytes, 0)
  expect(ipv4HeaderValid(bytes, 0, 24)).toBe('ok')
  bytes[20] = 0x93
  expect(ipv4HeaderValid(bytes, 0, 24)).toBe('bad-checksum')
})

const anyHeader: fc.Arbitrary<Ipv4Header> = fc.record({
  tos: fc.nat(255),
  totalLength: fc.integer({ min: 20, max: 1500 }),
  id: fc.nat(0xffff),
  dontFragment: fc.boolean(),
  moreFragments: fc.boolean(),
  fragmentOffset: fc.nat(0x1fff).map((units) => units * 8),
  ttl: fc.integer({ min: 1, max: 255 }),
  protocol: fc.nat(255),
  source: fc.nat(0xffffffff).map(ipv4FromNumber),
  destination: fc.nat(0xffffffff).map(ipv4FromNumber),
})

test('what is emitted parses to the same', () => {
  fc.assert(
    fc.property(anyHeader, (header) => {
      const bytes = new Uint8Array(header.totalLength)
      writeIpv4Header(bytes, 0, header)
      expect(parseIpv4Header(bytes, 0)).toEqual({ ok: true, value: { headerLength: 20, ...header } })
    }),
  )
})

test('decrementing the time to live keeps the checksum right', () => {
  fc.assert(
    fc.property(anyHeader, (header) => {
      const bytes = new Uint8Array(header.totalLength)
      writeIpv4Header(bytes, 0, header)
      decrementIpv4Ttl(bytes, 0)
      expect(ipv4Ttl(bytes, 0)).toBe(header.ttl - 1)
      expect(ipv4HeaderValid(bytes, 0, bytes.length)).toBe('ok')
    }),
  )
})

test('protocols have the names of /etc/protocols', () => {
  expect([1, 2, 6, 17, 47, 250].map(protocolName)).toEqual(['icmp', 'igmp', 'tcp', 'udp', 'gre', '250'])
})
