import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4 } from './address.ts'
import { fromHex, toHex } from './bytes.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_REDIR_HOST,
  ICMP_SOURCE_QUENCH,
  ICMP_TIMESTAMP,
  ICMP_TIME_EXCEEDED,
  type IcmpHeader,
  emitIcmp,
  icmpChecksum,
  icmpChecksumValid,
  icmpCode,
  icmpEchoRest,
  icmpGateway,
  icmpId,
  icmpMtu,
  icmpPointer,
  icmpSequence,
  icmpType,
  isIcmpError,
  parseIcmp,
  setIcmpCode,
  setIcmpGateway,
  setIcmpId,
  setIcmpMtu,
  setIcmpSequence,
  setIcmpType,
  updateIcmpChecksum,
  writeIcmpHeader,
} from './icmp.ts'
import { describeWireError } from './wire-error.ts'

const BYTES = fromHex('080039f712340007abcd')!
const HEADER: IcmpHeader = { type: ICMP_ECHO, code: 0, rest: icmpEchoRest(0x1234, 7) }
const PAYLOAD = Uint8Array.of(0xab, 0xcd)

test('deconstruct', () => {
  expect(icmpType(BYTES, 0)).toBe(ICMP_ECHO)
  expect(icmpCode(BYTES, 0)).toBe(0)
  expect(icmpId(BYTES, 0)).toBe(0x1234)
  expect(icmpSequence(BYTES, 0)).toBe(7)
  expect(icmpChecksum(BYTES, 0)).toBe(0x39f7)
})

test('construct', () => {
  const bytes = new Uint8Array(12).fill(0xa5)
  setIcmpType(bytes, 1, ICMP_ECHO)
  setIcmpCode(bytes, 1, 0)
  setIcmpId(bytes, 1, 0x1234)
  setIcmpSequence(bytes, 1, 7)
  bytes.set(PAYLOAD, 9)
  updateIcmpChecksum(bytes, 1, 11)
  expect(toHex(bytes)).toBe(`a5${toHex(BYTES)}a5`)
  const header = new Uint8Array(10).fill(0xa5)
  writeIcmpHeader(header, 1, HEADER)
  expect(toHex(header)).toBe('a50800000012340007a5')
})

test('parse', () => {
  expect(parseIcmp(BYTES, 0)).toEqual({ ok: true, value: HEADER })
  const cut = parseIcmp(BYTES, 0, 7)
  expect(cut.ok || describeWireError(cut.error)).toBe('ICMP is cut short: 8 bytes needed, 7 present')
  const damaged = BYTES.slice()
  damaged[9] = 0
  expect(parseIcmp(damaged, 0)).toMatchObject({ ok: false, error: { kind: 'bad-checksum', layer: 'ICMP' } })
})

test('emit', () => {
  expect(toHex(emitIcmp(HEADER, PAYLOAD))).toBe(toHex(BYTES))
})

test('the rest of the header means what the type says', () => {
  const bytes = new Uint8Array(8)
  setIcmpType(bytes, 0, ICMP_REDIRECT)
  setIcmpCode(bytes, 0, ICMP_REDIR_HOST)
  setIcmpGateway(bytes, 0, ipv4('10.0.0.253'))
  expect(icmpGateway(bytes, 0)).toBe(ipv4('10.0.0.253'))
  expect(icmpPointer(bytes, 0)).toBe(10)
  setIcmpType(bytes, 0, ICMP_DEST_UNREACH)
  setIcmpCode(bytes, 0, ICMP_FRAG_NEEDED)
  setIcmpMtu(bytes, 0, 1400)
  expect(icmpMtu(bytes, 0)).toBe(1400)
})

test('errors are the types that quote a packet', () => {
  const types = [
    ICMP_DEST_UNREACH,
    ICMP_SOURCE_QUENCH,
    ICMP_REDIRECT,
    ICMP_TIME_EXCEEDED,
    ICMP_PARAMETERPROB,
    ICMP_ECHO,
    ICMP_ECHOREPLY,
    ICMP_TIMESTAMP,
  ]
  expect(types.map(isIcmpError)).toEqual([true, true, true, true, true, false, false, false])
})

test('what is emitted parses to the same, and one changed bit is noticed', () => {
  const header = fc.record({ type: fc.nat(255), code: fc.nat(255), rest: fc.nat(0xffffffff) })
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 100 }), fc.nat(), (expected, payload, bit) => {
      const bytes = emitIcmp(expected, payload)
      expect(parseIcmp(bytes, 0)).toEqual({ ok: true, value: expected })
      const at = bit % bytes.length
      bytes[at] = bytes[at]! ^ (1 << (bit % 8))
      expect(icmpChecksumValid(bytes, 0, bytes.length)).toBe(false)
    }),
  )
})
