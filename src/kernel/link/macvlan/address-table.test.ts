// The order of copies of a group frame: macvlan_eth_hash and the lists of its buckets.
import { expect, test } from 'vitest'
import { mac } from '../../../wire/address.ts'
import { add, cable, createStackLab, dev, remove, run, send, set, sightings, type StackLab } from '../stack-test-lab.ts'
import { bucketOf } from './address-table.ts'

/** Three addresses of one bucket, and one of an earlier bucket. */
const [A, B, C] = [mac('02:00:00:00:00:01'), mac('02:00:00:00:01:75'), mac('02:00:00:00:02:e9')]
const FIRST = mac('02:00:00:00:00:02')

function createLab(): StackLab {
  const lab = createStackLab()
  cable(lab, 'host/eth0', 'r/eth0', ['02:00:00:00:01:00', '02:00:00:00:00:66'])
  for (const [name, address] of [
    ['a', A],
    ['b', B],
    ['c', C],
  ] as const)
    add(lab, `${name}/m0`, dev(lab, 'host/eth0'), { kind: 'macvlan', mode: 'bridge' }, { mac: address })
  run(lab)
  return lab
}

/** Who hears a broadcast, in turn. */
function order(lab: StackLab): string {
  send(lab, dev(lab, 'r/eth0'))
  return sightings(lab)
    .filter((line) => line.endsWith('/m0 in'))
    .map((line) => line[0])
    .join('')
}

test('buckets of addresses', () => {
  expect([A, B, C, FIRST].map(bucketOf)).toEqual([247, 247, 247, 226])
})

test('in a bucket the child that came up last is first', () => {
  const lab = createLab()
  expect(order(lab)).toBe('cba')
  set(lab, 'a/m0', { up: false })
  expect(order(lab)).toBe('cb')
  set(lab, 'a/m0', { up: true })
  expect(order(lab)).toBe('acb')
})

test('another address is another bucket', () => {
  const lab = createLab()
  set(lab, 'a/m0', { mac: FIRST })
  expect(order(lab)).toBe('acb')
  set(lab, 'b/m0', { mac: A })
  expect(order(lab)).toBe('abc')
})

test('a child that is gone leaves the table', () => {
  const lab = createLab()
  remove(lab, 'b/m0')
  expect(order(lab)).toBe('ca')
})
