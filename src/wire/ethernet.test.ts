import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BROADCAST_MAC, mac, macFromNumber } from './address.ts'
import {
  ETHERTYPE_ARP,
  type EthernetHeader,
  emitEthernet,
  ethernetDestination,
  ethernetSource,
  ethernetType,
  parseEthernet,
  setEthernetDestination,
  setEthernetSource,
  setEthernetType,
  writeEthernetHeader,
} from './ethernet.ts'

const FRAME = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x08, 0x06, 0xaa, 0x00, 0xff)
const HEADER: EthernetHeader = { destination: BROADCAST_MAC, source: mac('02:00:00:00:00:01'), type: ETHERTYPE_ARP }
const PAYLOAD = FRAME.slice(14)

test('deconstruct', () => {
  expect(ethernetDestination(FRAME)).toBe(HEADER.destination)
  expect(ethernetSource(FRAME)).toBe(HEADER.source)
  expect(ethernetType(FRAME)).toBe(HEADER.type)
})

test('construct', () => {
  const bySetters = new Uint8Array(FRAME.length).fill(0xa5)
  setEthernetDestination(bySetters, HEADER.destination)
  setEthernetSource(bySetters, HEADER.source)
  setEthernetType(bySetters, HEADER.type)
  bySetters.set(PAYLOAD, 14)
  expect(bySetters).toEqual(FRAME)
  const byHeader = new Uint8Array(FRAME.length).fill(0xa5)
  writeEthernetHeader(byHeader, HEADER.destination, HEADER.source, HEADER.type)
  expect(byHeader.slice(0, 14)).toEqual(FRAME.slice(0, 14))
  expect(byHeader[14]).toBe(0xa5)
})

test('parse', () => {
  expect(parseEthernet(FRAME)).toEqual({ ok: true, value: HEADER })
  expect(parseEthernet(FRAME.slice(0, 13))).toEqual({
    ok: false,
    error: { kind: 'truncated', layer: 'Ethernet', needBytes: 14, haveBytes: 13 },
  })
})

test('emit', () => {
  expect(emitEthernet(HEADER, PAYLOAD)).toEqual(FRAME)
})

test('what is emitted parses to the same', () => {
  const address = fc.nat(2 ** 48 - 1).map(macFromNumber)
  fc.assert(
    fc.property(address, address, fc.nat(0xffff), fc.uint8Array(), (destination, source, type, payload) => {
      const header = { destination, source, type }
      expect(parseEthernet(emitEthernet(header, payload))).toEqual({ ok: true, value: header })
    }),
  )
})
