import { describe, expect, test } from 'vitest'
import { ipv4, IPV4_ANY } from '../../wire/address.ts'
import { rememberPathMtu, rememberRedirect } from './route-exceptions.ts'
import { ipRouteOutput } from './route-output.ts'
import {
  createRouteLab,
  describeOutput,
  dev,
  explained,
  inBothModes,
  setup,
  sysctl,
  type RouteLab,
} from './route-test-lab.ts'
import type { OutputFlow, OutputRoute } from './route.ts'
import { devClose } from '../netdev/settled-test-lab.ts'

interface Ask {
  readonly from?: string
  readonly oif?: string
  readonly more?: Partial<OutputFlow>
}

function route(lab: RouteLab, destination: string, ask: Ask = {}): OutputRoute {
  return ipRouteOutput(lab.world, lab.netns, {
    destination: ipv4(destination),
    source: ask.from === undefined ? IPV4_ANY : ipv4(ask.from),
    device: ask.oif === undefined ? 0 : dev(lab, ask.oif).id,
    tos: 0,
    mark: 0,
    ...ask.more,
  })
}

function out(lab: RouteLab, destination: string, ask: Ask = {}): string {
  return describeOutput(
    lab,
    inBothModes(lab, () => route(lab, destination, ask)),
  )
}

/** eth0 10.0.0.1/24 and 10.5.0.1/24, eth1 10.1.0.1/24, default through 10.0.0.9. */
function lab(): RouteLab {
  const made = createRouteLab('eth0', 'eth1')
  setup(made, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.5.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1')
  setup(made, 'route add default via 10.0.0.9')
  return made
}

describe('way and source address (ip_route_output_key_hash_rcu, fib_result_prefsrc)', () => {
  test.each([
    { title: 'on the link', setup: [], to: '10.1.0.7', wanted: 'dev eth1 src 10.1.0.1' },
    { title: 'through a gateway', setup: [], to: '8.8.8.8', wanted: 'via 10.0.0.9 dev eth0 src 10.0.0.1' },
    {
      title: 'a gateway in the second subnet takes its address',
      setup: ['route add 9.0.0.0/8 via 10.5.0.9'],
      to: '9.9.9.9',
      wanted: 'via 10.5.0.9 dev eth0 src 10.5.0.1',
    },
    {
      title: 'a route with src',
      setup: ['route add 9.0.0.0/8 via 10.0.0.9 src 10.1.0.1'],
      to: '9.9.9.9',
      wanted: 'via 10.0.0.9 dev eth0 src 10.1.0.1',
    },
    {
      title: 'a route that is only a device takes the first primary',
      setup: ['route add 9.0.0.0/8 dev eth0'],
      to: '9.9.9.9',
      wanted: 'dev eth0 src 10.0.0.1',
    },
    { title: 'an own address', setup: [], to: '10.1.0.1', wanted: 'local dev lo src 10.1.0.1' },
    {
      title: 'an own secondary has its primary as source',
      setup: ['addr add 10.1.0.2/24 dev eth1'],
      to: '10.1.0.2',
      wanted: 'local dev lo src 10.1.0.1',
    },
    {
      title: 'an own address as gateway means the link',
      setup: ['route add 9.0.0.0/8 via 10.1.0.1'],
      to: '9.9.9.9',
      wanted: 'dev eth1 src 10.1.0.1',
    },
    {
      title: 'onlink gateway',
      setup: ['route add 9.0.0.0/8 via 10.7.7.7 dev eth1 onlink'],
      to: '9.9.9.9',
      wanted: 'via 10.7.7.7 dev eth1 src 10.1.0.1',
    },
    { title: 'subnet broadcast', setup: [], to: '10.1.0.255', wanted: 'broadcast dev eth1 src 10.1.0.1' },
    {
      title: 'everybody, along the default route',
      setup: [],
      to: '255.255.255.255',
      wanted: 'broadcast dev eth0 src 10.0.0.1',
    },
    {
      title: 'a group, along the default route',
      setup: [],
      to: '239.1.1.1',
      wanted: 'multicast dev eth0 src 10.0.0.1',
    },
    { title: '0.0.0.0 means this machine', setup: [], to: '0.0.0.0', wanted: 'local dev lo src 127.0.0.1' },
    { title: 'loopback', setup: [], to: '127.0.0.1', wanted: 'local dev lo src 127.0.0.1' },
    { title: 'unreachable', setup: ['route add unreachable 9.0.0.0/8'], to: '9.9.9.9', wanted: 'EHOSTUNREACH' },
    { title: 'prohibit', setup: ['route add prohibit 9.0.0.0/8'], to: '9.9.9.9', wanted: 'EACCES' },
    { title: 'blackhole', setup: ['route add blackhole 9.0.0.0/8'], to: '9.9.9.9', wanted: 'EINVAL' },
    { title: 'no route', setup: ['route del default'], to: '9.9.9.9', wanted: 'ENETUNREACH' },
    { title: 'everybody without a route', setup: ['route del default'], to: '255.255.255.255', wanted: 'ENETUNREACH' },
  ])('$title', (row) => {
    const made = lab()
    setup(made, ...row.setup)
    expect(out(made, row.to)).toBe(row.wanted)
  })

  test('an address of scope link is no source beyond the link, and a device without addresses borrows one', () => {
    const made = createRouteLab('eth0', 'eth1')
    setup(made, 'addr add 169.254.0.1/16 dev eth0 scope link', 'route add default via 169.254.0.9')
    expect(out(made, '8.8.8.8')).toBe('via 169.254.0.9 dev eth0')
    setup(made, 'addr add 10.6.6.6/32 dev lo')
    expect(out(made, '8.8.8.8')).toBe('via 169.254.0.9 dev eth0 src 10.6.6.6')
  })

  test('l3bridge-01: without any address packets leave with source 0.0.0.0', () => {
    const made = createRouteLab('eth0')
    setup(made, 'route add default dev eth0')
    expect(out(made, '192.168.1.1')).toBe('dev eth0')
  })

  test('lo-down: 127.0.0.1 is unknown until lo first comes up; later its entries outlive it', () => {
    const made = createRouteLab('eth0')
    expect(out({ ...made, netns: made.far }, '127.0.0.1')).toBe('ENETUNREACH')
    devClose(made.world, dev(made, 'lo'))
    expect(out(made, '127.0.0.1')).toBe('local dev lo src 127.0.0.1')
  })
})

describe('a source that the program chose', () => {
  test('only says where packets come from, not which way they go', () => {
    expect(out(lab(), '8.8.8.8', { from: '10.1.0.1' })).toBe('via 10.0.0.9 dev eth0 src 10.1.0.1')
  })

  test('must be an own address, unless any is asked for (FLOWI_FLAG_ANYSRC)', () => {
    const made = lab()
    expect(out(made, '8.8.8.8', { from: '10.0.0.77' })).toBe('ENETUNREACH')
    expect(out(made, '8.8.8.8', { from: '10.0.0.77', more: { anySource: true } })).toBe(
      'via 10.0.0.9 dev eth0 src 10.0.0.77',
    )
    expect(out(made, '8.8.8.8', { from: '224.0.0.1' })).toBe('EINVAL')
    expect(out(made, '8.8.8.8', { from: '255.255.255.255' })).toBe('EINVAL')
  })

  test('decides the device for groups and for everybody', () => {
    const made = lab()
    setup(made, 'route del default')
    expect(out(made, '255.255.255.255', { from: '10.1.0.1' })).toBe('broadcast dev eth1 src 10.1.0.1')
    expect(out(made, '239.1.1.1', { from: '10.1.0.1' })).toBe('multicast dev eth1 src 10.1.0.1')
    expect(out(made, '239.1.1.1', { from: '10.1.0.77' })).toBe('ENETUNREACH')
  })

  test('of loopback may not leave the machine (route_localnet)', () => {
    const made = lab()
    expect(out(made, '8.8.8.8', { from: '127.0.0.1' })).toBe('EINVAL')
    sysctl(made, 'net.ipv4.conf.eth0.route_localnet=1')
    expect(out(made, '8.8.8.8', { from: '127.0.0.1' })).toBe('via 10.0.0.9 dev eth0 src 127.0.0.1')
  })
})

describe('a socket bound to a device', () => {
  test.each([
    { title: 'route through it', to: '8.8.8.8', oif: 'eth0', wanted: 'via 10.0.0.9 dev eth0 src 10.0.0.1' },
    {
      title: 'no route through it: taken to be on its link',
      to: '8.8.8.8',
      oif: 'eth1',
      wanted: 'dev eth1 src 10.1.0.1',
    },
    { title: 'own address of the device', to: '10.0.0.1', oif: 'eth0', wanted: 'local dev lo src 10.0.0.1' },
    {
      title: 'own address of another device is looked for on the link',
      to: '10.0.0.1',
      oif: 'eth1',
      wanted: 'dev eth1 src 10.1.0.1',
    },
    { title: 'everybody', to: '255.255.255.255', oif: 'eth1', wanted: 'broadcast dev eth1 src 10.1.0.1' },
    { title: 'a group', to: '224.0.0.1', oif: 'eth1', wanted: 'multicast dev eth1 src 10.1.0.1' },
    {
      title: '0.0.0.0 is the own address of the device',
      to: '0.0.0.0',
      oif: 'eth1',
      wanted: 'local dev lo src 10.1.0.1',
    },
  ])('$title', ({ to, oif, wanted }) => {
    expect(out(lab(), to, { oif })).toBe(wanted)
  })

  test('the device must be there and up', () => {
    const made = lab()
    expect(out(made, '8.8.8.8', { more: { device: 4711 } })).toBe('ENODEV')
    setup(made, 'link set eth1 down')
    expect(out(made, '10.1.0.7', { oif: 'eth1' })).toBe('ENETUNREACH')
  })
})

describe('what was learned about a destination (find_exception)', () => {
  test('a redirect changes the gateway until it expires', () => {
    const made = lab()
    rememberRedirect(made.world, made.netns, ipv4('8.8.8.8'), dev(made, 'eth0').id, ipv4('10.0.0.253'))
    expect(out(made, '8.8.8.8')).toBe('via 10.0.0.253 dev eth0 src 10.0.0.1')
    expect(out(made, '8.8.4.4')).toBe('via 10.0.0.9 dev eth0 src 10.0.0.1')
    made.world.now += 301e9
    expect(out(made, '8.8.8.8')).toBe('via 10.0.0.9 dev eth0 src 10.0.0.1')
  })

  test('a path MTU shrinks packets; a route has an MTU of its own; nothing exceeds 65535', () => {
    const made = lab()
    const mtu = (destination: string) => {
      const result = route(made, destination)
      return result.ok ? result.route.mtuBytes : undefined
    }
    rememberPathMtu(made.world, made.netns, ipv4('8.8.8.8'), dev(made, 'eth0').id, 1400, 1500)
    setup(made, 'route add 9.0.0.0/8 via 10.0.0.9 mtu 1300')
    expect([mtu('8.8.8.8'), mtu('8.8.4.4'), mtu('9.9.9.9'), mtu('127.0.0.1')]).toEqual([1400, 1500, 1300, 65535])
  })
})

test('the rungs tell the story', () => {
  const made = lab()
  expect(explained(made, () => route(made, '8.8.8.8'))).toEqual([
    'route.output.lookup yes default via 10.0.0.9 dev eth0 | table main, rule 32766: from all lookup main',
    'route.output.source yes 10.0.0.1 | address of eth0',
  ])
  expect(explained(made, () => route(made, '8.8.8.8', { oif: 'eth1' }))).toEqual([
    'route.output.device_up yes eth1',
    'route.output.lookup.passed_over no default via 10.0.0.9 dev eth0 | not through eth1',
    'route.output.lookup no 8.8.8.8: no route | end of the rules',
    'route.output.assumed_on_link yes 8.8.8.8 dev eth1',
    'route.output.source yes 10.1.0.1 | address of eth1',
  ])
  expect(explained(made, () => route(made, '8.8.8.8', { from: '10.9.9.9' }))).toEqual([
    'route.output.source_is_own no 10.9.9.9',
  ])
})
