import { describe, expect, test } from 'vitest'
import { dissect } from '../../../wire/dissect.ts'
import { changesBetween } from './compare.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
/** An echo request from 10.0.0.1 to 10.0.1.2, with its TTL and checksum to fill in. */
const echo = (macs: string, ttl: string, checksum: string, tag = ''): Uint8Array =>
  bytes(`${macs}${tag}08004500005400004000${ttl}01${checksum}0a0000010a0001020800f7ff00000000${'00'.repeat(56)}`)
const A_TO_R = '020000000002020000000001'
const R_TO_B = '020000000004020000000003'

describe('between two sightings', () => {
  test('a router rewrites both MAC addresses and takes one from the TTL; the checksum goes without saying', () => {
    const changes = changesBetween(dissect(echo(A_TO_R, '40', '25a7')), dissect(echo(R_TO_B, '3f', '26a7')))
    expect(changes.map(({ id, before, after }) => [id, before, after])).toEqual([
      ['eth.dst', '02:00:00:00:00:02', '02:00:00:00:00:04'],
      ['eth.src', '02:00:00:00:00:01', '02:00:00:00:00:03'],
      ['ip.ttl', '64', '63'],
    ])
  })

  test('a bridge changes nothing', () => {
    const frame = dissect(echo(A_TO_R, '40', '25a7'))
    expect(changesBetween(frame, frame)).toEqual([])
  })

  test('a tag that is added is named by its number', () => {
    const changes = changesBetween(dissect(echo(A_TO_R, '40', '25a7')), dissect(echo(A_TO_R, '40', '25a7', '8100000a')))
    expect(changes.map(({ id, before, after }) => [id, before, after])).toEqual([['vlan.id', undefined, '10']])
  })

  test('a tag that is taken off is named by its number', () => {
    const changes = changesBetween(dissect(echo(A_TO_R, '40', '25a7', '8100000a')), dissect(echo(A_TO_R, '40', '25a7')))
    expect(changes.map(({ id, before, after }) => [id, before, after])).toEqual([['vlan.id', '10', undefined]])
  })
})
