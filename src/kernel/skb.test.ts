// Copies of a packet share their bytes until one of them writes.
import { expect, test } from 'vitest'
import { ETHERTYPE_IPV4 } from '../wire/ethernet.ts'
import { bootWorld } from './boot.ts'
import { allocSkb, cloneSkb, writableData } from './skb.ts'

const world = bootWorld('skb')

test('whoever writes into a copied packet gets bytes of its own; the others keep theirs', () => {
  const skb = allocSkb(world, Uint8Array.of(1, 2, 3), ETHERTYPE_IPV4, 1)
  const first = cloneSkb(skb)
  const second = cloneSkb(skb)
  expect(first.data).toBe(second.data)
  writableData(world, first)[0] = 9
  writableData(world, skb)[1] = 8
  expect([...first.data]).toEqual([9, 2, 3])
  expect([...skb.data]).toEqual([1, 8, 3])
  expect([...second.data]).toEqual([1, 2, 3])
})

test('a packet that was never copied is written in place', () => {
  const skb = allocSkb(world, Uint8Array.of(1, 2, 3), ETHERTYPE_IPV4, 1)
  expect(writableData(world, skb)).toBe(skb.data)
})

test('a packet that has its own bytes again is not copied a second time', () => {
  const skb = allocSkb(world, Uint8Array.of(1, 2, 3), ETHERTYPE_IPV4, 1)
  cloneSkb(skb)
  expect(writableData(world, skb)).toBe(writableData(world, skb))
})
