import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BROADCAST_MAC, ZERO_MAC, ipv4, ipv4FromNumber, mac, macFromNumber } from './address.ts'
import {
  ARP_REPLY,
  ARP_REQUEST,
  type ArpPacket,
  arpHardwareLength,
  arpHardwareType,
  arpOperation,
  arpProtocolLength,
  arpProtocolType,
  arpSenderIp,
  arpSenderMac,
  arpTargetIp,
  arpTargetMac,
  emitArpFrame,
  parseArp,
  setArpOperation,
  setArpSenderIp,
  setArpSenderMac,
  setArpTargetIp,
  setArpTargetMac,
  writeArp,
} from './arp.ts'
import { fromHex, toHex } from './bytes.ts'
import { describeWireError } from './wire-error.ts'

const FRAME_HEX = 'ffffffffffffead3e32581b708060001080006040001ead3e32581b70a0000010000000000000a00000c'
const BYTES = fromHex(FRAME_HEX)!.slice(14)
const PACKET: ArpPacket = {
  operation: ARP_REQUEST,
  senderMac: mac('ea:d3:e3:25:81:b7'),
  senderIp: ipv4('10.0.0.1'),
  targetMac: ZERO_MAC,
  targetIp: ipv4('10.0.0.12'),
}

test('deconstruct', () => {
  expect(arpHardwareType(BYTES, 0)).toBe(1)
  expect(arpProtocolType(BYTES, 0)).toBe(0x0800)
  expect(arpHardwareLength(BYTES, 0)).toBe(6)
  expect(arpProtocolLength(BYTES, 0)).toBe(4)
  expect(arpOperation(BYTES, 0)).toBe(PACKET.operation)
  expect(arpSenderMac(BYTES, 0)).toBe(PACKET.senderMac)
  expect(arpSenderIp(BYTES, 0)).toBe(PACKET.senderIp)
  expect(arpTargetMac(BYTES, 0)).toBe(PACKET.targetMac)
  expect(arpTargetIp(BYTES, 0)).toBe(PACKET.targetIp)
})

test('construct', () => {
  const bytes = new Uint8Array(30).fill(0xa5)
  writeArp(bytes, 1, PACKET)
  expect(toHex(bytes)).toBe(`a5${toHex(BYTES)}a5`)
  setArpOperation(bytes, 1, ARP_REPLY)
  setArpSenderMac(bytes, 1, BROADCAST_MAC)
  setArpSenderIp(bytes, 1, ipv4('1.2.3.4'))
  setArpTargetMac(bytes, 1, mac('02:00:00:00:00:09'))
  setArpTargetIp(bytes, 1, ipv4('5.6.7.8'))
  expect(toHex(bytes)).toBe('a50001080006040002ffffffffffff0102030402000000000905060708a5')
})

test('parse', () => {
  expect(parseArp(BYTES, 0)).toEqual({ ok: true, value: PACKET })
})

test('emit', () => {
  const frame = emitArpFrame({ destination: BROADCAST_MAC, source: PACKET.senderMac, ...PACKET })
  expect(toHex(frame)).toBe(FRAME_HEX)
})

test.each([
  [0, 'hardware type'],
  [2, 'protocol type'],
  [4, 'hardware length'],
  [5, 'protocol length'],
])('a changed byte %i makes the %s wrong', (at, field) => {
  const bytes = BYTES.slice()
  bytes[at] = bytes[at]! + 1
  const result = parseArp(bytes, 0)
  expect(result).toMatchObject({ ok: false, error: { kind: 'malformed', layer: 'ARP', field } })
  expect(result.ok || describeWireError(result.error)).toContain(`ARP ${field} is not valid`)
})

test('a packet cut short is an error', () => {
  const result = parseArp(BYTES, 0, 27)
  expect(result.ok || describeWireError(result.error)).toBe('ARP is cut short: 28 bytes needed, 27 present')
})

test('what is emitted parses to the same', () => {
  const ip = fc.nat(0xffffffff).map(ipv4FromNumber)
  const address = fc.nat(2 ** 48 - 1).map(macFromNumber)
  fc.assert(
    fc.property(fc.nat(0xffff), address, ip, address, ip, (operation, senderMac, senderIp, targetMac, targetIp) => {
      const packet = { operation, senderMac, senderIp, targetMac, targetIp }
      const frame = emitArpFrame({ destination: targetMac, source: senderMac, ...packet })
      expect(parseArp(frame, 14)).toEqual({ ok: true, value: packet })
    }),
  )
})
