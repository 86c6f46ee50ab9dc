import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mac, macFromNumber } from './address.ts'
import { fromHex, toHex } from './bytes.ts'
import { ethernetDestination, ethernetType } from './ethernet.ts'
import {
  type Bpdu,
  type ConfigBpdu,
  STP_GROUP_MAC,
  bpduBridge,
  bpduFlags,
  bpduForwardDelay,
  bpduHelloTime,
  bpduMaxAge,
  bpduMessageAge,
  bpduPort,
  bpduProtocol,
  bpduRoot,
  bpduRootPathCost,
  bpduType,
  bpduVersion,
  compareBridgeId,
  emitBpduFrame,
  isStpLlc,
  parseBpdu,
  writeBpdu,
} from './stp.ts'

/** What Linux 6.1 sent on a port of a bridge that is not the root, and a topology change notification. */
const FRAME_HEX =
  '0180c20000005a37d73843f100264242030000000001800002000000000a00000002800002000000000b8003010606000100023f'
const TCN_HEX = '0180c20000005a28988de193000742420300000080'
const BPDU = fromHex(FRAME_HEX)!.slice(17)
const MESSAGE: ConfigBpdu = {
  kind: 'config',
  topologyChange: true,
  topologyChangeAck: false,
  root: { priority: 0x8000, address: mac('02:00:00:00:00:0a') },
  rootPathCost: 2,
  bridge: { priority: 0x8000, address: mac('02:00:00:00:00:0b') },
  port: 0x8003,
  messageAgeTicks: 0x106,
  maxAgeTicks: 0x600,
  helloTimeTicks: 0x100,
  forwardDelayTicks: 0x23f,
}

test('deconstruct', () => {
  expect([bpduProtocol(BPDU, 0), bpduVersion(BPDU, 0), bpduType(BPDU, 0), bpduFlags(BPDU, 0)]).toEqual([0, 0, 0, 1])
  expect(bpduRoot(BPDU, 0)).toEqual(MESSAGE.root)
  expect(bpduRootPathCost(BPDU, 0)).toBe(2)
  expect(bpduBridge(BPDU, 0)).toEqual(MESSAGE.bridge)
  expect(bpduPort(BPDU, 0)).toBe(0x8003)
  expect([bpduMessageAge, bpduMaxAge, bpduHelloTime, bpduForwardDelay].map((read) => read(BPDU, 0))).toEqual([
    0x106, 0x600, 0x100, 0x23f,
  ])
})

test('construct', () => {
  const bytes = new Uint8Array(37).fill(0xa5)
  expect(writeBpdu(bytes, 1, MESSAGE)).toBe(35)
  expect(toHex(bytes)).toBe(`a5${toHex(BPDU)}a5`)
})

test('parse', () => {
  expect(parseBpdu(BPDU, 0)).toEqual({ ok: true, value: MESSAGE })
  expect(parseBpdu(fromHex(TCN_HEX)!, 17)).toEqual({ ok: true, value: { kind: 'topology-change' } })
  expect(parseBpdu(BPDU, 0, 34)).toMatchObject({ ok: false, error: { kind: 'truncated', needBytes: 35 } })
  expect(parseBpdu(BPDU, 0, 3)).toMatchObject({ ok: false, error: { kind: 'truncated', needBytes: 4 } })
  expect(parseBpdu(Uint8Array.of(0, 1, 0, 0), 0)).toMatchObject({ ok: false, error: { field: 'protocol' } })
  expect(parseBpdu(Uint8Array.of(0, 0, 0, 2), 0)).toMatchObject({ ok: false, error: { field: 'BPDU type' } })
})

test('emit', () => {
  expect(toHex(emitBpduFrame(mac('5a:37:d7:38:43:f1'), MESSAGE))).toBe(FRAME_HEX)
  expect(toHex(emitBpduFrame(mac('5a:28:98:8d:e1:93'), { kind: 'topology-change' }))).toBe(TCN_HEX)
})

test('the frame is 802.3 to the group of the bridges', () => {
  const frame = fromHex(FRAME_HEX)!
  expect(ethernetDestination(frame)).toBe(STP_GROUP_MAC)
  expect(ethernetType(frame)).toBe(38)
  expect(isStpLlc(frame, 14)).toBe(true)
  expect(isStpLlc(frame, 15)).toBe(false)
  expect(isStpLlc(frame, 14, 16)).toBe(false)
})

test('bridges compare by priority, then by address', () => {
  const a = { priority: 1, address: mac('ff:00:00:00:00:00') }
  const b = { priority: 2, address: mac('00:00:00:00:00:01') }
  expect(compareBridgeId(a, b)).toBeLessThan(0)
  expect(compareBridgeId({ ...a, priority: 2 }, b)).toBeGreaterThan(0)
  expect(compareBridgeId(b, b)).toBe(0)
})

test('what is emitted parses to the same', () => {
  const ticks = fc.nat(0xffff)
  const id = fc.record({ priority: ticks, address: fc.nat(2 ** 48 - 1).map(macFromNumber) })
  const bpdu: fc.Arbitrary<Bpdu> = fc.record({
    kind: fc.constant('config' as const),
    topologyChange: fc.boolean(),
    topologyChangeAck: fc.boolean(),
    root: id,
    rootPathCost: fc.nat(0xffffffff),
    bridge: id,
    port: ticks,
    messageAgeTicks: ticks,
    maxAgeTicks: ticks,
    helloTimeTicks: ticks,
    forwardDelayTicks: ticks,
  })
  fc.assert(
    fc.property(bpdu, (expected) => {
      expect(parseBpdu(emitBpduFrame(mac('02:00:00:00:00:01'), expected), 17)).toEqual({ ok: true, value: expected })
    }),
  )
})
