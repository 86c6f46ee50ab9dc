import { describe, expect, test } from 'vitest'
import { ipv4, IPV4_ANY } from '../../wire/address.ts'
import { explainLookup, fibLookup, type FibFlow } from './fib-lookup.ts'
import { createRouteLab, dev, explained, farEnd, setup, sysctl, type RouteLab } from './route-test-lab.ts'
import { describeRoute } from './route-text.ts'
import { SCOPE_LINK, SCOPE_UNIVERSE } from './scope.ts'
import { devClose } from '../netdev/settled-test-lab.ts'

function lab(): RouteLab {
  const made = createRouteLab('eth0', 'eth1')
  setup(made, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1', 'route add default via 10.0.0.9')
  return made
}

function flow(made: RouteLab, destination: string, more: Partial<FibFlow> = {}): FibFlow {
  return {
    destination: ipv4(destination),
    source: IPV4_ANY,
    oif: 0,
    iif: made.netns.loopback,
    tos: 0,
    mark: 0,
    scope: SCOPE_UNIVERSE,
    ...more,
  }
}

function look(made: RouteLab, destination: string, more: Partial<FibFlow> = {}): string {
  const result = fibLookup(made.world, made.netns, flow(made, destination, more))
  return result.ok ? describeRoute(made.world, result.route) : result.errno
}

describe('which route matches (fib_table_lookup)', () => {
  test('route-longest-prefix-and-metric: longest prefix, then smallest metric', () => {
    const made = lab()
    setup(
      made,
      'route add 10.9.0.0/16 via 10.0.0.11',
      'route add 10.9.1.0/24 via 10.0.0.13',
      'route add 10.9.1.0/24 via 10.0.0.12 metric 5',
    )
    expect(look(made, '10.9.1.1')).toBe('10.9.1.0/24 via 10.0.0.13 dev eth0')
    expect(look(made, '10.9.2.1')).toBe('10.9.0.0/16 via 10.0.0.11 dev eth0')
    expect(look(made, '8.8.8.8')).toBe('default via 10.0.0.9 dev eth0')
  })

  test('a route with a tos only serves packets of that tos', () => {
    const made = lab()
    setup(made, 'route add 10.9.0.0/16 via 10.0.0.11 tos 16')
    expect(look(made, '10.9.0.1')).toBe('default via 10.0.0.9 dev eth0')
    expect(look(made, '10.9.0.1', { tos: 16 })).toBe('10.9.0.0/16 tos 0x10 via 10.0.0.11 dev eth0')
  })

  test('a scope asks for routes that stay at least as near', () => {
    const made = lab()
    expect(look(made, '10.0.0.7', { scope: SCOPE_LINK })).toBe(
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1',
    )
    expect(look(made, '8.8.8.8', { scope: SCOPE_LINK })).toBe('ENETUNREACH')
  })

  test('a device that is asked for passes over closer routes through others', () => {
    const made = lab()
    setup(made, 'route add 8.8.8.8 dev eth1')
    expect(look(made, '8.8.8.8', { oif: dev(made, 'eth0').id })).toBe('default via 10.0.0.9 dev eth0')
    expect(look(made, '10.0.0.7', { oif: dev(made, 'eth1').id })).toBe('ENETUNREACH')
  })

  test.each([
    ['unreachable', 'EHOSTUNREACH'],
    ['prohibit', 'EACCES'],
    ['blackhole', 'EINVAL'],
    ['throw', 'ENETUNREACH'],
  ])('%s gives %s', (type, errno) => {
    const made = lab()
    setup(made, `route add ${type} 10.9.0.0/16`)
    expect(look(made, '10.9.0.1')).toBe(errno)
  })

  test('a linkdown route matches unless ignore_routes_with_linkdown', () => {
    const made = lab()
    setup(made, 'route add 10.9.0.0/16 via 10.1.0.9')
    devClose(made.world, farEnd(made, 'eth1'))
    expect(look(made, '10.9.0.1')).toBe('10.9.0.0/16 via 10.1.0.9 dev eth1 linkdown')
    sysctl(made, 'net.ipv4.conf.eth1.ignore_routes_with_linkdown=1')
    expect(look(made, '10.9.0.1')).toBe('default via 10.0.0.9 dev eth0')
  })
})

describe('local and main share a trie until a rule is changed (fib_unmerge)', () => {
  test('a longer prefix in main beats a shorter one in local, until then', () => {
    const made = lab()
    setup(made, 'route add local 10.0.0.0/8 dev lo')
    expect(look(made, '10.0.0.7')).toBe('10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1')
    expect(look(made, '10.7.0.7')).toBe('local 10.0.0.0/8 dev lo scope host')
    setup(made, 'rule add from 1.2.3.4 table 7', 'rule del from 1.2.3.4 table 7')
    expect(look(made, '10.0.0.7')).toBe('local 10.0.0.0/8 dev lo scope host')
  })

  test('of equal prefixes local comes first', () => {
    const made = lab()
    setup(made, 'route add 10.1.0.1/32 via 10.0.0.9')
    expect(look(made, '10.1.0.1')).toBe('local 10.1.0.1 dev eth1 proto kernel scope host src 10.1.0.1')
  })
})

describe('explaining a lookup', () => {
  function explain(made: RouteLab, destination: string, more: Partial<FibFlow> = {}): string[] {
    const asked = flow(made, destination, more)
    const result = fibLookup(made.world, made.netns, asked)
    return explained(made, () => explainLookup(made.world, made.netns, 'route.lookup', asked, result))
  }

  test('names the route, its table and the rule', () => {
    const made = lab()
    expect(explain(made, '8.8.8.8')).toEqual([
      'route.lookup yes default via 10.0.0.9 dev eth0 | table main, rule 32766: from all lookup main',
    ])
  })

  test('names what was passed over and why', () => {
    const made = lab()
    setup(made, 'route add 8.8.8.8 dev eth1', 'route add 8.8.8.0/24 via 10.0.0.11 tos 16')
    expect(explain(made, '8.8.8.8', { oif: dev(made, 'eth0').id })).toEqual([
      'route.lookup.passed_over no 8.8.8.8 dev eth1 scope link | not through eth0',
      'route.lookup.passed_over no 8.8.8.0/24 tos 0x10 via 10.0.0.11 dev eth0 | tos 16',
      'route.lookup yes default via 10.0.0.9 dev eth0 | table main, rule 32766: from all lookup main',
    ])
  })

  test('names a refusing route, and the end of the rules', () => {
    const made = lab()
    setup(made, 'route add prohibit 10.9.0.0/16')
    expect(explain(made, '10.9.0.1')).toEqual([
      'route.lookup no prohibit 10.9.0.0/16 | table main, rule 32766: from all lookup main',
    ])
    setup(made, 'route del default')
    expect(explain(made, '8.8.8.8')).toEqual(['route.lookup no 8.8.8.8: no route | end of the rules'])
  })
})
