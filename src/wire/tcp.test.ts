import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4 } from './address.ts'
import { fromHex, toHex } from './bytes.ts'
import {
  TCP_ACK,
  TCP_PSH,
  TCP_SYN,
  type TcpHeader,
  type TcpOption,
  emitTcp,
  emitTcpOptions,
  parseTcp,
  parseTcpOptions,
  setTcpChecksum,
  setTcpDestinationPort,
  setTcpHeaderLength,
  setTcpSourcePort,
  tcpAcknowledgement,
  tcpChecksum,
  tcpChecksumValid,
  tcpDestinationPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSequence,
  tcpSourcePort,
  tcpUrgent,
  tcpWindow,
  updateTcpChecksum,
} from './tcp.ts'
import { describeWireError } from './wire-error.ts'

const ENDPOINTS = { source: ipv4('172.17.0.2'), destination: ipv4('192.168.3.1') }
/** A segment that Linux sent, with the checksum completed, which Linux leaves to the hardware. */
const BYTES = fromHex('00508c663ddb6e9a24ccd9c3801803fbc1da00000101080a62879142012ed08c68656c6c6f0a')!
const HEADER: TcpHeader = {
  sourcePort: 80,
  destinationPort: 35942,
  sequence: 1037790874,
  acknowledgement: 617404867,
  flags: TCP_PSH | TCP_ACK,
  window: 1019,
  urgent: 0,
  options: [{ kind: 'nop' }, { kind: 'nop' }, { kind: 'timestamps', value: 1653051714, echo: 19845260 }],
}
const PAYLOAD = BYTES.slice(32)

test('deconstruct', () => {
  expect(tcpSourcePort(BYTES, 0)).toBe(HEADER.sourcePort)
  expect(tcpDestinationPort(BYTES, 0)).toBe(HEADER.destinationPort)
  expect(tcpSequence(BYTES, 0)).toBe(HEADER.sequence)
  expect(tcpAcknowledgement(BYTES, 0)).toBe(HEADER.acknowledgement)
  expect(tcpHeaderLength(BYTES, 0)).toBe(32)
  expect(tcpFlags(BYTES, 0)).toBe(HEADER.flags)
  expect(tcpWindow(BYTES, 0)).toBe(HEADER.window)
  expect(tcpChecksum(BYTES, 0)).toBe(0xc1da)
  expect(tcpUrgent(BYTES, 0)).toBe(0)
  expect(tcpChecksumValid(BYTES, 0, BYTES.length, ENDPOINTS)).toBe(true)
})

test('construct', () => {
  const bytes = new Uint8Array(40).fill(0xa5)
  bytes.set(BYTES, 1)
  setTcpSourcePort(bytes, 1, 1)
  setTcpDestinationPort(bytes, 1, 2)
  setTcpChecksum(bytes, 1, 3)
  expect(toHex(bytes)).toBe(`a500010002${toHex(BYTES, 4, 16)}0003${toHex(BYTES, 18)}a5`)
  setTcpHeaderLength(bytes, 1, 60)
  expect(tcpHeaderLength(bytes, 1)).toBe(60)
  setTcpHeaderLength(bytes, 1, 32)
  setTcpSourcePort(bytes, 1, 80)
  setTcpDestinationPort(bytes, 1, 35942)
  updateTcpChecksum(bytes, 1, 39, ENDPOINTS)
  expect(toHex(bytes)).toBe(`a5${toHex(BYTES)}a5`)
})

test('parse', () => {
  expect(parseTcp(BYTES, 0)).toEqual({ ok: true, value: { headerLength: 32, ...HEADER } })
})

test('emit', () => {
  expect(toHex(emitTcp(HEADER, PAYLOAD, ENDPOINTS))).toBe(toHex(BYTES))
})

test('what has no meaning is an error', () => {
  const sentence = (bytes: Uint8Array): unknown => {
    const result = parseTcp(bytes, 0)
    return result.ok || describeWireError(result.error)
  }
  const withByte = (at: number, value: number): Uint8Array => {
    const bytes = BYTES.slice()
    bytes[at] = value
    return bytes
  }
  expect(sentence(BYTES.slice(0, 19))).toBe('TCP is cut short: 20 bytes needed, 19 present')
  expect(sentence(withByte(12, 0x40))).toBe('TCP header length is not valid: 16')
  expect(sentence(BYTES.slice(0, 31))).toBe('TCP is cut short: 32 bytes needed, 31 present')
  expect(sentence(withByte(23, 1))).toBe('TCP option length is not valid: 1')
  expect(sentence(withByte(23, 11))).toBe('TCP option length is not valid: 11')
})

test('the options of a Linux SYN', () => {
  const bytes = fromHex('020405b40402080a012ed07500000000010303 06')!
  const options: TcpOption[] = [
    { kind: 'mss', mss: 1460 },
    { kind: 'sack-permitted' },
    { kind: 'timestamps', value: 19845237, echo: 0 },
    { kind: 'nop' },
    { kind: 'window-scale', shift: 6 },
  ]
  const parsed = parseTcpOptions(bytes, 0, bytes.length)
  expect(parsed.ok && parsed.value.map((placed) => placed.option)).toEqual(options)
  expect(parsed.ok && parsed.value.map((placed) => [placed.from, placed.to])).toEqual([
    [0, 4],
    [4, 6],
    [6, 16],
    [16, 17],
    [17, 20],
  ])
  expect(emitTcpOptions(options)).toEqual(bytes)
})

test('an option of an unusual length is kept as unknown', () => {
  const parsed = parseTcpOptions(Uint8Array.of(3, 4, 5, 6), 0, 4)
  expect(parsed.ok && parsed.value[0]!.option).toEqual({ kind: 'unknown', number: 3, data: Uint8Array.of(5, 6) })
})

test('nothing is read behind the end of the list', () => {
  const parsed = parseTcpOptions(Uint8Array.of(1, 0, 2, 200), 0, 4)
  expect(parsed.ok && parsed.value.map((placed) => placed.option.kind)).toEqual(['nop', 'end'])
})

const u32 = fc.nat(0xffffffff)
const option: fc.Arbitrary<TcpOption> = fc.oneof(
  fc.constant<TcpOption>({ kind: 'nop' }),
  fc.constant<TcpOption>({ kind: 'sack-permitted' }),
  fc.nat(0xffff).map((mss): TcpOption => ({ kind: 'mss', mss })),
  fc.nat(255).map((shift): TcpOption => ({ kind: 'window-scale', shift })),
  fc.tuple(u32, u32).map(([left, right]): TcpOption => ({ kind: 'sack', blocks: [{ left, right }] })),
  fc.tuple(u32, u32).map(([value, echo]): TcpOption => ({ kind: 'timestamps', value, echo })),
  fc.uint8Array({ maxLength: 4 }).map((data): TcpOption => ({ kind: 'unknown', number: 77, data })),
)

test('what is emitted parses to the same, but for the padding', () => {
  const header = fc.record({
    sourcePort: fc.nat(0xffff),
    destinationPort: fc.nat(0xffff),
    sequence: u32,
    acknowledgement: u32,
    flags: fc.nat(255),
    window: fc.nat(0xffff),
    urgent: fc.nat(0xffff),
    options: fc.array(option, { maxLength: 4 }),
  })
  fc.assert(
    fc.property(header, fc.uint8Array(), (expected, payload) => {
      const bytes = emitTcp(expected, payload, ENDPOINTS)
      const parsed = parseTcp(bytes, 0)
      expect(parsed.ok).toBe(true)
      if (!parsed.ok) return
      const { headerLength, ...rest } = parsed.value
      expect({ ...rest, options: rest.options.filter(({ kind }) => kind !== 'end') }).toEqual(expected)
      expect(bytes.slice(headerLength)).toEqual(payload)
      expect(tcpChecksumValid(bytes, 0, bytes.length, ENDPOINTS)).toBe(true)
    }),
  )
})

test('a connection request is a SYN', () => {
  expect(tcpFlags(emitTcp({ ...HEADER, flags: TCP_SYN }, new Uint8Array(0), ENDPOINTS), 0)).toBe(2)
})
