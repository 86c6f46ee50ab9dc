import { describe, expect, test } from 'vitest'
import { areUnrelated, isHarmlessOrder } from './conversations.ts'

const ask = (target: string, asker: string): string =>
  `<a> > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has ${target} tell ${asker}, length 28`
const answer = (ip: string): string => `<b> > <a>, ethertype ARP (0x0806), length 42: Reply ${ip} is-at <b>, length 28`
const ping = (from: string, to: string, id: string): string =>
  `<a> > <b>, ethertype IPv4 (0x0800), length 98: ${from} > ${to}: ICMP echo request, id ${id}, seq 1, length 64`
const udp = (from: string, to: string): string =>
  `<a> > <b>, ethertype IPv4 (0x0800), length 60: ${from} > ${to}: UDP, length 5`
const failure = (protocol: number): string =>
  '<a> > <b>, ethertype IPv4 (0x0800), length 102: 10.0.0.1 > 10.0.0.2: ICMP host 10.0.3.9 unreachable, length 68 ' +
  `{tos 192 ttl 64 proto 1 length 88 icmp 3/1 [tos 0 ttl 1 proto ${protocol} length 60]}`
const stp = '<b> > 01:80:c2:00:00:00, 802.3, length 38: LLC, dsap STP (0x42) Individual, ssap STP (0x42) Command'

describe('two frames are unrelated', () => {
  test.each([
    ['requests for two addresses', ask('10.0.0.1', '10.0.0.9'), ask('10.0.0.2', '10.0.0.9'), true],
    ['requests of two askers', ask('10.0.0.1', '10.0.0.8'), ask('10.0.0.1', '10.0.0.9'), true],
    ['one request twice', ask('10.0.0.1', '10.0.0.9'), ask('10.0.0.1', '10.0.0.9'), false],
    ['a request and its answer', ask('10.0.0.1', '10.0.0.9'), answer('10.0.0.1'), false],
    ['two pings', ping('10.0.0.1', '10.0.0.2', '#1'), ping('10.0.0.1', '10.0.0.2', '#2'), true],
    ['one ping', ping('10.0.0.1', '10.0.0.2', '#1'), ping('10.0.0.2', '10.0.0.1', '#1'), false],
    ['a request and a ping of its target', ask('10.0.0.2', '10.0.0.9'), ping('10.0.0.1', '10.0.0.2', '#1'), false],
    ['a request and a ping of others', ask('10.0.0.8', '10.0.0.9'), ping('10.0.0.1', '10.0.0.2', '#1'), true],
    [
      'both ways of one exchange',
      udp('10.0.0.1.ephemeral1', '10.0.0.2.53'),
      udp('10.0.0.2.53', '10.0.0.1.ephemeral1'),
      false,
    ],
    ['two exchanges', udp('10.0.0.1.ephemeral1', '10.0.0.2.53'), udp('10.0.0.1.ephemeral2', '10.0.0.2.53'), true],
    [
      'an exchange and a request of its host',
      udp('10.0.0.1.ephemeral1', '10.0.0.2.53'),
      ask('10.0.0.1', '10.0.0.2'),
      false,
    ],
    ['errors about a ping and about a datagram', failure(1), failure(17), true],
    ['two errors about datagrams', failure(17), failure(17), false],
    ['spanning tree and a ping', stp, ping('10.0.0.1', '10.0.0.2', '#1'), true],
    ['spanning tree and spanning tree', stp, stp, false],
  ])('%s: %#', (_, first, second, expected) => {
    expect(areUnrelated(first, second)).toBe(expected)
    expect(areUnrelated(second, first)).toBe(expected)
  })
})

test('unrelated frames may change places only when they are close in time', () => {
  const real = [ask('10.0.0.1', '10.0.0.9'), ask('10.0.0.2', '10.0.0.9')]
  expect(isHarmlessOrder([0, 0.4], real, real.toReversed())).toBe(true)
  expect(isHarmlessOrder([0, 0.5], real, real.toReversed())).toBe(false)
})

test('a frame and its answer may not change places however close they are', () => {
  const real = [ask('10.0.0.1', '10.0.0.9'), answer('10.0.0.1')]
  expect(isHarmlessOrder([0, 0.001], real, real.toReversed())).toBe(false)
})
