import { describe, expect, test } from 'vitest'
import { formatIpv4, ipv4 } from '../../wire/address.ts'
import type { RouteQuery } from '../api.ts'
import { rememberPathMtu, rememberRedirect } from './route-exceptions.ts'
import { createRouteLab, dev, explained, routes, setup, sysctl, type RouteLab } from './route-test-lab.ts'
import { routeGet, ruleViews, tableExists } from './route-views.ts'

function lab(): RouteLab {
  const made = createRouteLab('eth0', 'eth1')
  setup(made, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1', 'route add default via 10.0.0.9')
  return made
}

interface Asked {
  readonly from?: string
  readonly iif?: string
  readonly oif?: string
}

/** What `ip route get` shows first, or the error. */
function get(made: RouteLab, destination: string, { from, iif, oif }: Asked = {}): string {
  const query: RouteQuery = {
    destination: ipv4(destination),
    ...(from === undefined ? {} : { from: ipv4(from) }),
    ...(iif === undefined ? {} : { iif: dev(made, iif).ifindex }),
    ...(oif === undefined ? {} : { oif: dev(made, oif).ifindex }),
  }
  const result = routeGet(made.world, made.netns, query)
  if (!result.ok) return result.error.errno
  const { type, nexthop, source, cachedRedirect, pathMtuBytes } = result.value
  return [
    ...(type === 'unicast' ? [] : [type]),
    ...(nexthop?.gateway === undefined ? [] : [`via ${formatIpv4(nexthop.gateway)}`]),
    `dev ${made.world.devices[nexthop?.device ?? 0]?.name ?? ''}`,
    ...(source === undefined ? [] : [`src ${formatIpv4(source)}`]),
    ...(cachedRedirect ? ['<redirected>'] : []),
    ...(pathMtuBytes === undefined ? [] : [`mtu ${pathMtuBytes}`]),
  ].join(' ')
}

describe('the order of a dump (fib_table_dump)', () => {
  test('by address, longer prefix first, then tos descending, metric ascending, order of insertion', () => {
    const made = lab()
    setup(
      made,
      'route add 10.0.0.0/16 via 10.0.0.8',
      'route add 10.9.0.0/16 via 10.0.0.8 metric 9',
      'route add 10.9.0.0/16 via 10.0.0.8 metric 2',
    )
    setup(
      made,
      'route add 10.9.0.0/16 via 10.0.0.8 tos 16',
      'route append 10.9.0.0/16 via 10.0.0.7 metric 2',
      'route add 9.0.0.0/8 via 10.0.0.8',
    )
    expect(routes(made)).toEqual([
      'default via 10.0.0.9 dev eth0',
      '9.0.0.0/8 via 10.0.0.8 dev eth0',
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1',
      '10.0.0.0/16 via 10.0.0.8 dev eth0',
      '10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.1',
      '10.9.0.0/16 tos 0x10 via 10.0.0.8 dev eth0',
      '10.9.0.0/16 via 10.0.0.8 dev eth0 metric 2',
      '10.9.0.0/16 via 10.0.0.7 dev eth0 metric 2',
      '10.9.0.0/16 via 10.0.0.8 dev eth0 metric 9',
    ])
  })

  test('all tables, by the low byte of their number', () => {
    const made = lab()
    setup(made, 'route add 9.0.0.0/8 via 10.0.0.8 table 100', 'route add 8.0.0.0/8 via 10.0.0.8 table 1000')
    const all = routes(made, 0)
    expect([all[0], all[1], all[2]]).toEqual([
      '9.0.0.0/8 via 10.0.0.8 dev eth0',
      '8.0.0.0/8 via 10.0.0.8 dev eth0',
      'default via 10.0.0.9 dev eth0',
    ])
    expect(all.at(-1)).toBe('broadcast 127.255.255.255 dev lo proto kernel scope link src 127.0.0.1')
  })

  test('a table exists from its first use on', () => {
    const made = lab()
    expect([tableExists(made.netns, 254), tableExists(made.netns, 100)]).toEqual([true, false])
    setup(made, 'rule add from 1.2.3.4 table 100')
    expect(tableExists(made.netns, 100)).toBe(false)
    setup(made, 'route add 9.0.0.0/8 via 10.0.0.8 table 100', 'route del 9.0.0.0/8 table 100')
    expect(tableExists(made.netns, 100)).toBe(true)
    // A namespace in which nothing was ever set up has no main table either.
    expect(tableExists(made.far, 254)).toBe(false)
  })

  test('rules are shown in order', () => {
    expect(ruleViews(lab().netns).map((rule) => rule.priority)).toEqual([0, 32766, 32767])
  })
})

describe('ip route get (inet_rtm_getroute)', () => {
  test.each<[string, Asked, string]>([
    ['8.8.8.8', {}, 'via 10.0.0.9 dev eth0 src 10.0.0.1'],
    ['10.0.0.7', {}, 'dev eth0 src 10.0.0.1'],
    // dummy-and-loopback-addresses: local 10.5.5.5 dev lo src 10.5.5.5
    ['10.1.0.1', {}, 'local dev lo src 10.1.0.1'],
    ['10.0.0.255', {}, 'broadcast dev eth0 src 10.0.0.1'],
    ['8.8.8.8', { from: '10.1.0.1' }, 'via 10.0.0.9 dev eth0'],
    ['8.8.8.8', { from: '10.7.7.7' }, 'ENETUNREACH'],
    ['8.8.8.8', { oif: 'eth1' }, 'dev eth1 src 10.1.0.1'],
    ['10.1.0.7', { from: '10.0.0.7', iif: 'eth0' }, 'EHOSTUNREACH'],
    ['10.0.0.1', { from: '10.0.0.7', iif: 'eth0' }, 'local dev lo'],
    ['10.0.0.255', { from: '10.0.0.7', iif: 'eth0' }, 'broadcast dev lo'],
    ['10.0.0.1', { from: '10.1.0.1', iif: 'eth0' }, 'EINVAL'],
  ])('%s %o', (destination, asked, wanted) => {
    expect(get(lab(), destination, asked)).toBe(wanted)
  })

  test('as a packet that arrives, with forwarding', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.ip_forward=1')
    expect(get(made, '8.8.8.8', { from: '10.1.0.7', iif: 'eth1' })).toBe('via 10.0.0.9 dev eth0')
    sysctl(made, 'net.ipv4.conf.all.rp_filter=1')
    expect(get(made, '8.8.8.8', { from: '10.0.0.7', iif: 'eth1' })).toBe('EXDEV')
    setup(made, 'route del default')
    expect(get(made, '8.8.8.8', { from: '10.1.0.7', iif: 'eth1' })).toBe('ENETUNREACH')
  })

  test('unknown devices', () => {
    const made = lab()
    const query = { destination: ipv4('8.8.8.8') }
    expect(routeGet(made.world, made.netns, { ...query, oif: 99 })).toEqual({ ok: false, error: { errno: 'ENODEV' } })
    expect(routeGet(made.world, made.netns, { ...query, iif: 99 })).toEqual({ ok: false, error: { errno: 'ENODEV' } })
  })

  test('route-icmp-redirect and route-frag-needed-mtu: what was learned, until when', () => {
    const made = lab()
    const eth0 = dev(made, 'eth0').id
    rememberRedirect(made.world, made.netns, ipv4('10.3.0.1'), eth0, ipv4('10.0.0.253'))
    rememberPathMtu(made.world, made.netns, ipv4('10.2.0.1'), eth0, 1400, 1500)
    expect(get(made, '10.3.0.1')).toBe('via 10.0.0.253 dev eth0 src 10.0.0.1 <redirected>')
    expect(get(made, '10.2.0.1')).toBe('via 10.0.0.9 dev eth0 src 10.0.0.1 mtu 1400')
    const result = routeGet(made.world, made.netns, { destination: ipv4('10.2.0.1') })
    expect(result.ok && result.value.expiresAt).toBe(600e9)
  })

  test('a read leaves no rungs in an explanation', () => {
    const made = lab()
    expect(explained(made, () => get(made, '8.8.8.8'))).toEqual([])
  })
})
