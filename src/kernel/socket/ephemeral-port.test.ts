// Ports that nobody asked for: in the range, not to be foreseen, and never one that is taken.
import { expect, test } from 'vitest'
import { ipv4 } from '../../wire/address.ts'
import { bootWorld } from '../boot.ts'
import { createNetns } from '../netns-calls.ts'
import type { Netns } from '../netns.ts'
import type { World } from '../world.ts'
import { connectPort, datagramPort, listenPort } from './ephemeral-port.ts'

const TO_WEB = { local: ipv4('10.0.0.1'), remote: ipv4('10.0.0.2'), remotePort: 80 }
const TO_SHELL = { ...TO_WEB, remotePort: 22 }
const free = (): boolean => true

function machine(seed = 'ports', low = 32768, high = 60999): { world: World; netns: Netns } {
  const world = bootWorld(seed)
  const netns = createNetns(world, 'a')
  netns.ipv4.ip_local_port_low = low
  netns.ipv4.ip_local_port_high = high
  return { world, netns }
}

test('inet_hash_connect: connections to one end follow each other on even ports, one to another end begins elsewhere', () => {
  const { world, netns } = machine()
  const first = connectPort(world, netns, TO_WEB, free) ?? 0
  const second = connectPort(world, netns, TO_WEB, free) ?? 0
  expect([first % 2, [2, 4].includes(second - first)]).toEqual([0, true])
  expect(Math.abs((connectPort(world, netns, TO_SHELL, free) ?? 0) - second)).toBeGreaterThan(4)
})

test('inet_hash_connect: where a machine begins depends on its name and the seed', () => {
  const ports = ['one', 'two'].flatMap((seed) => {
    const { world, netns } = machine(seed)
    return [netns, createNetns(world, 'b')].map((where) => connectPort(world, where, TO_WEB, free))
  })
  expect(new Set(ports).size).toBe(4)
})

test('inet_hash_connect: when the even ports are taken, odd ones serve, and then none', () => {
  const { world, netns } = machine('ports', 40000, 40003)
  const taken = new Set<number>()
  for (let k = 0; k < 4; k++) taken.add(connectPort(world, netns, TO_WEB, (port) => !taken.has(port)) ?? 0)
  const [a = 0, b = 0, c = 0, d = 0] = taken
  expect([[a, b].sort((one, other) => one - other), [c, d].sort((one, other) => one - other)]).toEqual([
    [40000, 40002],
    [40001, 40003],
  ])
  expect(connectPort(world, netns, TO_WEB, (port) => !taken.has(port))).toBeUndefined()
})

test('inet_csk_find_open_port: listeners get odd ports first, a range of one port is that port', () => {
  const { world, netns } = machine()
  expect((listenPort(world, netns, free) ?? 0) % 2).toBe(1)
  const narrow = machine('ports', 40000, 40000)
  expect(listenPort(narrow.world, narrow.netns, free)).toBe(40000)
})

test('udp_lib_get_port: no first port looks like one of a traceroute', () => {
  const { world, netns } = machine('ports', 33430, 33610)
  const drawn = Array.from({ length: 200 }, () => datagramPort(world, netns, free) ?? 0)
  expect(drawn.filter((port) => port >= 33434 && port < 33600)).toEqual([])
})

test('udp_lib_get_port: every socket draws anew, inside the range, and takes what is free', () => {
  const { world, netns } = machine()
  const drawn = Array.from({ length: 20 }, () => datagramPort(world, netns, free) ?? 0)
  expect(new Set(drawn).size).toBe(20)
  expect(drawn.every((port) => port >= 32768 && port <= 60999)).toBe(true)
  const narrow = machine('ports', 40000, 40002)
  expect(datagramPort(narrow.world, narrow.netns, (port) => port === 40001)).toBe(40001)
  expect(datagramPort(narrow.world, narrow.netns, () => false)).toBeUndefined()
})
