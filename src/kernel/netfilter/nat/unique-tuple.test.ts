import { expect, test } from 'vitest'
import type { NatRange } from '../../../contract/firewall.ts'
import { formatIpv4, ipv4 } from '../../../wire/address.ts'
import { bootWorld } from '../../boot.ts'
import { createNetns } from '../../netns-calls.ts'
import type { World } from '../../world.ts'
import { confirmConnection, newConnection, type Connection, type ConntrackState } from '../conntrack/connection.ts'
import { answerTo, type Tuple } from '../conntrack/tuple.ts'
import { netfilterOf } from '../state.ts'
import type { Manip } from './manip.ts'
import { setupNat } from './setup.ts'

const PUBLIC = ipv4('203.0.113.1')

interface Lab {
  readonly world: World
  readonly state: ConntrackState
  readonly add: (tuple: Partial<Tuple>, range?: Partial<NatRange>, manip?: Manip) => Connection
}

/** Flows that pass a router one after the other, each translated by a range. */
function natLab(): Lab {
  const world = bootWorld('nat')
  const netns = createNetns(world, 'r')
  const state = netfilterOf(netns).conntrack
  return {
    world,
    state,
    add(given, range = {}, manip = 'source') {
      const tuple: Tuple = {
        protocol: 17,
        source: ipv4('192.168.1.10'),
        destination: ipv4('198.51.100.9'),
        sourcePort: 4000,
        destinationPort: 53,
        ...given,
      }
      const flow = newConnection(state, tuple, answerTo(tuple))
      const toPublic = { addresses: { from: PUBLIC, to: PUBLIC } }
      setupNat(
        world,
        state,
        flow,
        { ...toPublic, random: false, randomFully: false, persistent: false, ...range },
        manip,
      )
      confirmConnection(world, netns, state, flow)
      return flow
    },
  }
}

const inside = (last: number): Partial<Tuple> => ({ source: ipv4(`192.168.1.${last}`) })

test('the port stays when nobody has it', () => {
  const { add } = natLab()
  const { reply } = add({})
  expect([formatIpv4(reply.destination), reply.destinationPort]).toEqual(['203.0.113.1', 4000])
})

test('two machines keep one port towards different destinations', () => {
  const { add } = natLab()
  add(inside(11))
  expect(add({ ...inside(12), destination: ipv4('198.51.100.10') }).reply.destinationPort).toBe(4000)
})

test.each([
  [300, 1, 511],
  [700, 600, 1023],
  [4000, 1024, 65_535],
])('a taken port %d is replaced by one of its rank', (sourcePort, from, to) => {
  const { add } = natLab()
  add({ ...inside(11), sourcePort })
  const { destinationPort } = add({ ...inside(12), sourcePort }).reply
  expect(destinationPort).not.toBe(sourcePort)
  expect(destinationPort >= from && destinationPort <= to).toBe(true)
})

test('a taken ICMP id is replaced', () => {
  const { add } = natLab()
  const echo = { protocol: 1, sourcePort: 4242, destinationPort: 8 * 256 }
  expect(add({ ...inside(11), ...echo }).reply.sourcePort).toBe(4242)
  const second = add({ ...inside(12), ...echo })
  expect(second.reply.sourcePort).not.toBe(4242)
  expect(second.original.sourcePort).toBe(4242)
})

test('the replacement depends on the flow alone', () => {
  const port = (): number => {
    const { add } = natLab()
    add(inside(11))
    return add(inside(12)).reply.destinationPort
  }
  expect(port()).toBe(port())
})

test('a range of ports is kept to, and --random leaves even a free port', () => {
  const { add } = natLab()
  const ports = { from: 1000, to: 1003 }
  const chosen = [11, 12, 13, 14].map((last) => add(inside(last), { ports }).reply.destinationPort)
  expect(new Set(chosen)).toEqual(new Set([1000, 1001, 1002, 1003]))
  expect(add({ ...inside(15), sourcePort: 5000 }, { random: true }).reply.destinationPort).not.toBe(5000)
})

test('a range of addresses gives one flow one of them, and a machine always the same with --persistent', () => {
  const { add } = natLab()
  const range = { addresses: { from: ipv4('203.0.113.1'), to: ipv4('203.0.113.4') }, persistent: true }
  const chosen = [1, 2, 3, 4, 5].map(
    (last) => add({ destination: ipv4(`198.51.100.${last}`) }, range).reply.destination,
  )
  expect(new Set(chosen).size).toBe(1)
})

test('DNAT without a port keeps it, with one takes it', () => {
  const { add } = natLab()
  const addresses = { from: ipv4('10.1.0.9'), to: ipv4('10.1.0.9') }
  expect(add({}, { addresses }, 'destination').reply.sourcePort).toBe(53)
  expect(add({ sourcePort: 9 }, { addresses, ports: { from: 80, to: 80 } }, 'destination').reply.sourcePort).toBe(80)
})

test('a machine that was given another port looks the same to a second destination', () => {
  const { add } = natLab()
  add(inside(11))
  const first = add(inside(12)).reply.destinationPort
  expect(add({ ...inside(12), destination: ipv4('198.51.100.10') }).reply.destinationPort).toBe(first)
})
