import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4, ipv4FromNumber } from './address.ts'
import { fromHex, toHex } from './bytes.ts'
import {
  emitUdp,
  parseUdp,
  setUdpChecksum,
  setUdpDestinationPort,
  setUdpLength,
  setUdpSourcePort,
  udpChecksum,
  udpChecksumValid,
  udpDestinationPort,
  udpLength,
  udpSourcePort,
  updateUdpChecksum,
  writeUdpHeader,
} from './udp.ts'
import { describeWireError } from './wire-error.ts'

const ENDPOINTS = { source: ipv4('192.168.1.10'), destination: ipv4('203.0.113.9') }
const BYTES = fromHex('0fa117d4000c15de61626364')!
const HEADER = { sourcePort: 4001, destinationPort: 6100 }
const PAYLOAD = BYTES.slice(8)

test('deconstruct', () => {
  expect(udpSourcePort(BYTES, 0)).toBe(4001)
  expect(udpDestinationPort(BYTES, 0)).toBe(6100)
  expect(udpLength(BYTES, 0)).toBe(12)
  expect(udpChecksum(BYTES, 0)).toBe(0x15de)
})

test('construct', () => {
  const bytes = new Uint8Array(14).fill(0xa5)
  setUdpSourcePort(bytes, 1, 4001)
  setUdpDestinationPort(bytes, 1, 6100)
  setUdpLength(bytes, 1, 12)
  setUdpChecksum(bytes, 1, 0x15de)
  bytes.set(PAYLOAD, 9)
  expect(toHex(bytes)).toBe(`a5${toHex(BYTES)}a5`)
  writeUdpHeader(bytes, 1, HEADER, 12)
  expect(udpChecksum(bytes, 1)).toBe(0)
  updateUdpChecksum(bytes, 1, 13, ENDPOINTS)
  expect(toHex(bytes)).toBe(`a5${toHex(BYTES)}a5`)
})

test('parse', () => {
  expect(parseUdp(BYTES, 0)).toEqual({ ok: true, value: { ...HEADER, length: 12 } })
  const sentence = (bytes: Uint8Array): unknown => {
    const result = parseUdp(bytes, 0)
    return result.ok || describeWireError(result.error)
  }
  expect(sentence(BYTES.slice(0, 7))).toBe('UDP is cut short: 8 bytes needed, 7 present')
  expect(sentence(BYTES.slice(0, 11))).toBe('UDP is cut short: 12 bytes needed, 11 present')
  expect(sentence(fromHex('0fa117d400070000')!)).toBe('UDP length is not valid: 7')
})

test('emit', () => {
  expect(toHex(emitUdp(HEADER, PAYLOAD, ENDPOINTS))).toBe(toHex(BYTES))
})

test('no checksum is a right one', () => {
  const bytes = BYTES.slice()
  setUdpChecksum(bytes, 0, 0)
  expect(udpChecksumValid(bytes, 0, bytes.length, ENDPOINTS)).toBe(true)
  setUdpChecksum(bytes, 0, 1)
  expect(udpChecksumValid(bytes, 0, bytes.length, ENDPOINTS)).toBe(false)
})

test('a computed zero is sent as all ones', () => {
  const bytes = emitUdp({ sourcePort: 0, destinationPort: 0 }, new Uint8Array(2), ENDPOINTS)
  // The payload is set so that everything else sums to all ones.
  bytes.set([udpChecksum(bytes, 0) >>> 8, udpChecksum(bytes, 0) & 255], 8)
  updateUdpChecksum(bytes, 0, bytes.length, ENDPOINTS)
  expect(udpChecksum(bytes, 0)).toBe(0xffff)
  expect(udpChecksumValid(bytes, 0, bytes.length, ENDPOINTS)).toBe(true)
})

test('what is emitted parses to the same and has a right checksum', () => {
  const port = fc.nat(0xffff)
  const address = fc.nat(0xffffffff).map(ipv4FromNumber)
  fc.assert(
    fc.property(
      port,
      port,
      address,
      address,
      fc.uint8Array(),
      (sourcePort, destinationPort, source, destination, payload) => {
        const bytes = emitUdp({ sourcePort, destinationPort }, payload, { source, destination })
        expect(parseUdp(bytes, 0)).toEqual({ ok: true, value: { sourcePort, destinationPort, length: bytes.length } })
        expect(udpChecksumValid(bytes, 0, bytes.length, { source, destination })).toBe(true)
      },
    ),
  )
})
