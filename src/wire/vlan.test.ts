import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import { ETHERTYPE_ARP, ETHERTYPE_QINQ, ETHERTYPE_VLAN, ethernetType } from './ethernet.ts'
import {
  innerEthernetType,
  insertVlanTag,
  isVlanType,
  outerVlanTci,
  parseVlanTag,
  removeVlanTag,
  vlanTci,
  vlanTciDei,
  vlanTciId,
  vlanTciPriority,
} from './vlan.ts'

const PLAIN = fromHex('ffffffffffff0200000000010806aabbcc')!
const TAGGED = fromHex('ffffffffffff0200000000018100b0640806aabbcc')!

test('deconstruct', () => {
  expect(outerVlanTci(TAGGED)).toBe(0xb064)
  expect(innerEthernetType(TAGGED)).toBe(ETHERTYPE_ARP)
  expect([vlanTciPriority(0xb064), vlanTciDei(0xb064), vlanTciId(0xb064)]).toEqual([5, true, 100])
  expect(outerVlanTci(PLAIN)).toBeUndefined()
  expect(innerEthernetType(PLAIN)).toBe(ETHERTYPE_ARP)
})

test('construct', () => {
  expect(vlanTci(100, 5, true)).toBe(0xb064)
  expect(vlanTci(10)).toBe(10)
  expect(toHex(insertVlanTag(PLAIN, ETHERTYPE_VLAN, 0xb064))).toBe(toHex(TAGGED))
  expect(toHex(removeVlanTag(TAGGED))).toBe(toHex(PLAIN))
})

test('parse', () => {
  expect(parseVlanTag(TAGGED)).toEqual({
    ok: true,
    value: { protocol: ETHERTYPE_VLAN, priority: 5, dei: true, id: 100 },
  })
  expect(parseVlanTag(TAGGED.slice(0, 17))).toMatchObject({ ok: false, error: { kind: 'truncated' } })
  expect(parseVlanTag(new Uint8Array(18))).toMatchObject({ ok: false, error: { kind: 'malformed', field: 'protocol' } })
})

test('a frame without a tag is copied, not shared', () => {
  const copy = removeVlanTag(PLAIN)
  expect(copy).toEqual(PLAIN)
  expect(copy.buffer).not.toBe(PLAIN.buffer)
})

test('a frame that ends inside its tag has none', () => {
  expect(outerVlanTci(TAGGED.slice(0, 17))).toBeUndefined()
  expect(removeVlanTag(TAGGED.slice(0, 17))).toEqual(TAGGED.slice(0, 17))
})

test('tags stack, outermost first', () => {
  const stacked = insertVlanTag(insertVlanTag(PLAIN, ETHERTYPE_VLAN, 10), ETHERTYPE_QINQ, 100)
  expect(ethernetType(stacked)).toBe(ETHERTYPE_QINQ)
  expect(outerVlanTci(stacked)).toBe(100)
  expect(outerVlanTci(removeVlanTag(stacked))).toBe(10)
  expect([ETHERTYPE_QINQ, ETHERTYPE_VLAN, ETHERTYPE_ARP].map(isVlanType)).toEqual([true, true, false])
})

test('what is inserted is removed again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 14 }), fc.nat(0xffff), (frame, tci) => {
      const tagged = insertVlanTag(frame, ETHERTYPE_QINQ, tci)
      expect(outerVlanTci(tagged)).toBe(tci)
      expect(removeVlanTag(tagged)).toEqual(frame)
    }),
  )
})
