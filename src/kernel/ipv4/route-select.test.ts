import { describe, expect, test } from 'vitest'
import { ipv4, ipv4FromNumber, IPV4_ANY, type Ipv4Address } from '../../wire/address.ts'
import type { NudState } from '../../contract/trace-events.ts'
import { createEntry } from '../neigh/neigh-entry.ts'
import { ipRouteInput } from './route-input.ts'
import { ipRouteOutput } from './route-output.ts'
import { createRouteLab, dev, setup, sysctl, type RouteLab } from './route-test-lab.ts'
import { routeGet } from './route-views.ts'

/** Last number of the gateway of a packet to an address. */
function gateway(made: RouteLab, destination: Ipv4Address = ipv4('8.8.8.8')): number {
  const result = ipRouteOutput(made.world, made.netns, { destination, source: IPV4_ANY, device: 0, tos: 0, mark: 0 })
  return result.ok ? result.route.nexthop & 255 : -1
}

describe('several nexthops (fib_select_multipath)', () => {
  function lab(): RouteLab {
    const made = createRouteLab('eth0', 'eth1')
    setup(made, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1')
    setup(made, 'route add default nexthop via 10.0.0.11 weight 1 nexthop via 10.1.0.12 weight 3')
    return made
  }
  const targets = Array.from({ length: 400 }, (_, at) => ipv4FromNumber(0x08000000 + at))
  const share = (made: RouteLab) => targets.filter((target) => gateway(made, target) === 12).length / targets.length

  test('shares destinations by weight, and each destination keeps its way', () => {
    const made = lab()
    expect(share(made)).toBeGreaterThan(0.65)
    expect(share(made)).toBeLessThan(0.85)
    expect(targets.map((target) => gateway(made, target))).toEqual(targets.map((target) => gateway(made, target)))
  })

  test('leaves out what is dead, or without carrier where such routes are ignored', () => {
    const made = lab()
    setup(made, 'link set eth1 down')
    expect(share(made)).toBe(0)
  })

  test('counts ports only where the policy says so (fib_multipath_hash_policy)', () => {
    const made = lab()
    const ways = () =>
      new Set(
        Array.from({ length: 40 }, (_, sourcePort) => {
          const transport = { protocol: 17, sourcePort, destinationPort: 53 }
          const flow = { destination: ipv4('8.8.8.8'), source: IPV4_ANY, device: 0, tos: 0, mark: 0, transport }
          const result = ipRouteOutput(made.world, made.netns, flow)
          return result.ok ? result.route.nexthop : undefined
        }),
      ).size
    expect(ways()).toBe(1)
    sysctl(made, 'net.ipv4.fib_multipath_hash_policy=1')
    expect(ways()).toBe(2)
  })

  test('serves packets that are passed on as well', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.ip_forward=1')
    const eth0 = dev(made, 'eth0')
    const ways = new Set(
      targets.map((destination) => {
        const result = ipRouteInput(made.world, eth0, {
          destination,
          source: ipv4('10.0.0.7'),
          tos: 0,
          mark: 0,
          isIpv4: true,
        })
        return result.kind === 'forward' ? result.route.nexthop & 255 : -1
      }),
    )
    expect([...ways].sort((a, b) => a - b)).toEqual([11, 12])
  })
})

describe('equal default routes (fib_select_default)', () => {
  function lab(states: Readonly<Record<number, NudState>>): RouteLab {
    const made = createRouteLab('eth0')
    setup(
      made,
      'addr add 10.0.0.1/24 dev eth0',
      'route add default via 10.0.0.11',
      'route append default via 10.0.0.12',
    )
    for (const [last, state] of Object.entries(states)) {
      createEntry(made.world, dev(made, 'eth0'), ipv4(`10.0.0.${last}`)).state = state
    }
    return made
  }

  test.each<[string, Readonly<Record<number, NudState>>, number[]]>([
    ['unknown gateways: the choice wanders', {}, [11, 12, 11, 11, 12]],
    ['the first that is REACHABLE', { 11: 'REACHABLE', 12: 'REACHABLE' }, [11, 11]],
    ['a FAILED gateway is left for one that is REACHABLE', { 11: 'FAILED', 12: 'REACHABLE' }, [12, 12]],
    ['a gateway that is being asked for is avoided', { 11: 'INCOMPLETE', 12: 'STALE' }, [12]],
  ])('%s', (_title, states, wanted) => {
    const made = lab(states)
    expect(wanted.map(() => gateway(made))).toEqual(wanted)
  })

  test('reading a route changes nothing', () => {
    const made = lab({})
    for (let times = 0; times < 3; times++) routeGet(made.world, made.netns, { destination: ipv4('8.8.8.8') })
    expect(gateway(made)).toBe(11)
  })
})
