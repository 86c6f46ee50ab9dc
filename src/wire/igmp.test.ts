import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4, ipv4FromNumber } from './address.ts'
import { fromHex, toHex } from './bytes.ts'
import { internetChecksum } from './checksum.ts'
import {
  IGMP_CHANGE_TO_EXCLUDE,
  IGMP_QUERY,
  IGMP_V3_REPORT,
  emitIgmpV3Report,
  igmpChecksum,
  igmpCode,
  igmpGroup,
  igmpRecordCount,
  igmpType,
  parseIgmpV3Report,
} from './igmp.ts'

/** Joining 239.1.1.1. */
const BYTES = fromHex('2200e9fb0000000104000000ef010101')!
const RECORDS = [{ type: IGMP_CHANGE_TO_EXCLUDE, group: ipv4('239.1.1.1'), sources: [] }]

test('deconstruct', () => {
  expect(igmpType(BYTES, 0)).toBe(IGMP_V3_REPORT)
  expect(igmpChecksum(BYTES, 0)).toBe(0xe9fb)
  expect(igmpRecordCount(BYTES, 0)).toBe(1)
  const query = fromHex('1164eb99ef010203')!
  expect([igmpType(query, 0), igmpCode(query, 0), igmpGroup(query, 0)]).toEqual([IGMP_QUERY, 100, ipv4('239.1.2.3')])
})

test('parse', () => {
  expect(parseIgmpV3Report(BYTES, 0)).toEqual({ ok: true, value: RECORDS })
  expect(parseIgmpV3Report(BYTES, 0, 7)).toMatchObject({ ok: false, error: { needBytes: 8, haveBytes: 7 } })
  expect(parseIgmpV3Report(BYTES, 0, 15)).toMatchObject({ ok: false, error: { needBytes: 16, haveBytes: 15 } })
  expect(parseIgmpV3Report(fromHex('1164eb99ef010203')!, 0)).toMatchObject({ ok: false, error: { field: 'type' } })
  const oneSource = BYTES.slice()
  oneSource[11] = 1
  expect(parseIgmpV3Report(oneSource, 0)).toMatchObject({ ok: false, error: { needBytes: 20, haveBytes: 16 } })
})

test('emit', () => {
  expect(toHex(emitIgmpV3Report(RECORDS))).toBe(toHex(BYTES))
})

test('what is emitted parses to the same', () => {
  const address = fc.nat(0xffffffff).map(ipv4FromNumber)
  const record = fc.record({ type: fc.nat(255), group: address, sources: fc.array(address, { maxLength: 4 }) })
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      const bytes = emitIgmpV3Report(records)
      expect(parseIgmpV3Report(bytes, 0)).toEqual({ ok: true, value: records })
      expect(internetChecksum(bytes, 0, bytes.length)).toBe(0)
    }),
  )
})
