import { expect, test } from 'vitest'
import { decisiveIndex, firewallChainOf } from './decisive.ts'

const noRoute = { id: 'route.input.local', ok: false }
const ttl = { id: 'ip.forward.ttl', ok: true }
const passing = { id: 'netfilter.filter.FORWARD', ok: false, source: 'rule 1' }
const dropping = { id: 'netfilter.filter.FORWARD', ok: true, source: 'rule 2' }

test('what got no further was stopped by the last check that did not hold', () => {
  expect(decisiveIndex([ttl, noRoute, ttl], true)).toBe(1)
  expect(decisiveIndex([ttl, ttl], true)).toBe(1)
})

test('what went on was decided by the last check', () => {
  expect(decisiveIndex([noRoute, ttl], false)).toBe(1)
  expect(decisiveIndex([], false)).toBe(-1)
})

test('a rule that drops matches, and it decided whatever did not hold before', () => {
  expect(decisiveIndex([noRoute, ttl, passing, dropping], true)).toBe(3)
})

test('a check of a rule names its table and chain', () => {
  expect(firewallChainOf(dropping)).toEqual({ table: 'filter', chain: 'FORWARD' })
  expect(firewallChainOf({ id: 'netfilter.nat.DOCKER.in', ok: true })).toEqual({ table: 'nat', chain: 'DOCKER.in' })
  expect(firewallChainOf(noRoute)).toBeUndefined()
})
