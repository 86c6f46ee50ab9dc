import { describe, expect, test } from 'vitest'
import { SECOND_NS } from '../../../sim/time.ts'
import { formatIpv4, ipv4, type Ipv4Address } from '../../../wire/address.ts'
import { ETHERTYPE_IPV4 } from '../../../wire/ethernet.ts'
import { emitIcmp, ICMP_DEST_UNREACH, ICMP_ECHO, ICMP_ECHOREPLY, icmpEchoRest } from '../../../wire/icmp.ts'
import { writeIpv4Header } from '../../../wire/ipv4.ts'
import { emitUdp } from '../../../wire/udp.ts'
import { bootWorld } from '../../boot.ts'
import { createNetns } from '../../netns-calls.ts'
import type { Netns } from '../../netns.ts'
import { allocSkb, NETWORK_HEADER, type Skb } from '../../skb.ts'
import type { World } from '../../world.ts'
import { netfilterOf } from '../state.ts'
import { confirmConnection } from './connection.ts'
import { attachRelated, trackPacket, untrackPacket } from './track.ts'

const A = ipv4('10.0.0.1')
const B = ipv4('10.0.0.2')

interface Lab {
  readonly world: World
  readonly netns: Netns
  /** Tracks a packet, and lets it through. */
  readonly see: (skb: Skb) => Skb
  readonly packet: (from: Ipv4Address, to: Ipv4Address, protocol: number, payload: Uint8Array) => Skb
  readonly udp: (from: Ipv4Address, to: Ipv4Address) => Skb
  readonly icmp: (from: Ipv4Address, to: Ipv4Address, type: number, quoted?: Skb) => Skb
}

function lab(): Lab {
  const world = bootWorld('track')
  const netns = createNetns(world, 'r')
  const state = netfilterOf(netns).conntrack
  const packet: Lab['packet'] = (source, destination, protocol, payload) => {
    const data = new Uint8Array(NETWORK_HEADER + 20 + payload.length)
    const flags = { dontFragment: false, moreFragments: false, fragmentOffset: 0 }
    const totalLength = 20 + payload.length
    writeIpv4Header(data, NETWORK_HEADER, {
      tos: 0,
      totalLength,
      id: 1,
      ttl: 9,
      protocol,
      source,
      destination,
      ...flags,
    })
    data.set(payload, NETWORK_HEADER + 20)
    return allocSkb(world, data, ETHERTYPE_IPV4, 1)
  }
  return {
    world,
    netns,
    packet,
    see(skb) {
      trackPacket(world, netns, state, skb)
      const connection = skb.nf?.connection
      if (connection?.confirmed === false) confirmConnection(world, netns, state, connection)
      return skb
    },
    udp: (source, destination) => {
      const ports = source === A ? { sourcePort: 5000, destinationPort: 53 } : { sourcePort: 53, destinationPort: 5000 }
      return packet(source, destination, 17, emitUdp(ports, new Uint8Array(4), { source, destination }))
    },
    icmp: (source, destination, type, quoted) => {
      const data = quoted === undefined ? new Uint8Array(8) : quoted.data.slice(NETWORK_HEADER)
      const rest = quoted === undefined ? icmpEchoRest(7, 1) : 0
      return packet(source, destination, 1, emitIcmp({ type, code: 3, rest: rest }, data))
    },
  }
}

const told = (skb: Skb): string => `${skb.nf?.info ?? ''}${skb.nf?.isReply === true ? ' reply' : ''}`
const livesS = (skb: Skb): number => (skb.nf?.connection?.timeoutNs ?? 0) / SECOND_NS

test('a question is new until it is answered; answers and what follows are established', () => {
  const { see, icmp } = lab()
  expect(told(see(icmp(A, B, ICMP_ECHO)))).toBe('new')
  expect(told(see(icmp(A, B, ICMP_ECHO)))).toBe('new')
  expect(told(see(icmp(B, A, ICMP_ECHOREPLY)))).toBe('established reply')
  const later = see(icmp(A, B, ICMP_ECHO))
  expect([told(later), livesS(later)]).toEqual(['established', 30])
})

test('an answer without a question is invalid', () => {
  const { see, icmp } = lab()
  expect(told(see(icmp(B, A, ICMP_ECHOREPLY)))).toBe('invalid')
})

describe('an ICMP error', () => {
  test('is related to the flow that it quotes', () => {
    const { see, udp, icmp } = lab()
    const cause = see(udp(A, B))
    const error = see(icmp(B, A, ICMP_DEST_UNREACH, cause))
    expect(told(error)).toBe('related reply')
    expect(error.nf?.connection).toBe(cause.nf?.connection)
  })

  test('about no flow is invalid', () => {
    const { see, udp, icmp } = lab()
    expect(told(see(icmp(B, A, ICMP_DEST_UNREACH, udp(A, B))))).toBe('invalid')
  })

  test('to somebody else than the sender of what it quotes is invalid', () => {
    const { see, udp, icmp } = lab()
    const cause = see(udp(A, B))
    expect(told(see(icmp(B, ipv4('10.0.0.3'), ICMP_DEST_UNREACH, cause)))).toBe('invalid')
  })
})

test('UDP lives 30 seconds; once it goes both ways for more than two it is a stream, assured, and lives 120', () => {
  const { world, see, udp } = lab()
  expect(livesS(see(udp(A, B)))).toBe(30)
  expect(livesS(see(udp(B, A)))).toBe(30)
  world.now += 2 * SECOND_NS
  expect(livesS(see(udp(A, B)))).toBe(30)
  world.now += 1
  const later = see(udp(A, B))
  expect([livesS(later), later.nf?.connection?.assured]).toEqual([120, true])
})

test('other protocols are told apart by their addresses, and live 600 seconds', () => {
  const { see, packet } = lab()
  const first = see(packet(A, B, 47, new Uint8Array(4)))
  expect([told(first), livesS(first)]).toEqual(['new', 600])
  expect(told(see(packet(B, A, 47, new Uint8Array(4))))).toBe('established reply')
})

test('a datagram that is cut short is invalid', () => {
  const { see, packet } = lab()
  expect(told(see(packet(A, B, 17, new Uint8Array(6))))).toBe('invalid')
})

test('what was told not to be tracked is not', () => {
  const { netns, see, udp } = lab()
  const skb = udp(A, B)
  untrackPacket(netns, skb)
  expect(told(see(skb))).toBe('untracked')
  expect(netns.netfilter?.conntrack.connections.size).toBe(0)
})

test('a packet keeps its flow when it comes back by loopback, and is a stranger in another namespace', () => {
  const { world, netns, see, udp } = lab()
  const skb = see(udp(A, B))
  const { nf } = skb
  see(skb)
  expect(skb.nf).toBe(nf)
  const other = createNetns(world, 'other')
  trackPacket(world, other, netfilterOf(other).conntrack, skb)
  expect(skb.nf?.netns).toBe(other.id)
  expect(skb.nf?.connection).not.toBe(nf?.connection)
  expect(netns.netfilter?.conntrack.connections.size).toBe(1)
})

test('what this machine makes about a packet goes against its direction', () => {
  const { netns, see, udp, icmp } = lab()
  const cause = see(udp(A, B))
  const error = icmp(B, A, ICMP_DEST_UNREACH, cause)
  attachRelated(netns, error, cause)
  expect(told(error)).toBe('related reply')
  expect(formatIpv4(error.nf?.connection?.original.source ?? A)).toBe('10.0.0.1')
})
