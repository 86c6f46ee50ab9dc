import { describe, expect, test } from 'vitest'
import { createRouteLab, ip, routes, setup, type RouteLab } from './route-test-lab.ts'

/** eth0 with 10.0.0.1/24, eth1 with 10.1.0.1/24, eth2 down with 10.2.0.1/24. */
function lab(): RouteLab {
  const made = createRouteLab('eth0', 'eth1', 'eth2')
  setup(
    made,
    'addr add 10.0.0.1/24 dev eth0',
    'addr add 10.1.0.1/24 dev eth1',
    'addr add 10.2.0.1/24 dev eth2',
    'link set eth2 down',
  )
  return made
}

const INVALID_GATEWAY = 'Nexthop has invalid gateway.'

describe('what makes a route impossible (fib_create_info, fib_check_nh)', () => {
  test.each([
    {
      title: 'gateway that nothing leads to',
      add: '10.9.0.0/16 via 10.9.9.9',
      wanted: `ENETUNREACH: ${INVALID_GATEWAY}`,
    },
    {
      title: 'gateway on the link of another device',
      add: '10.9.0.0/16 via 10.1.0.9 dev eth0',
      wanted: `ENETUNREACH: ${INVALID_GATEWAY}`,
    },
    { title: 'broadcast address as gateway', add: '10.9.0.0/16 via 10.0.0.255', wanted: `EINVAL: ${INVALID_GATEWAY}` },
    {
      title: 'gateway of a device that is down',
      add: '10.9.0.0/16 via 10.2.0.9',
      wanted: `ENETUNREACH: ${INVALID_GATEWAY}`,
    },
    { title: 'own address of a device that is down as gateway', add: '10.9.0.0/16 via 10.2.0.1', wanted: 'ENETDOWN' },
    // l3bridge-00: ip route add default dev eth0
    { title: 'device that is down', add: 'default dev eth2', wanted: 'ENETDOWN: Device for nexthop is not up.' },
    {
      title: 'onlink through a device that is down',
      add: '10.9.0.0/16 via 10.2.0.9 dev eth2 onlink',
      wanted: 'ENETDOWN: Nexthop device is not up.',
    },
    {
      title: 'onlink without a device',
      add: '10.9.0.0/16 via 10.2.0.9 onlink',
      wanted: 'ENODEV: Nexthop device required for onlink.',
    },
    {
      title: 'onlink to an own address',
      add: '10.9.0.0/16 via 10.0.0.1 dev eth0 onlink',
      wanted: `EINVAL: ${INVALID_GATEWAY}`,
    },
    {
      title: 'onlink with scope link',
      add: '10.9.0.0/16 via 10.7.0.1 dev eth0 onlink scope link',
      wanted: 'EINVAL: Nexthop has invalid scope.',
    },
    { title: 'neither gateway nor device', add: '10.9.0.0/16', wanted: 'ENODEV' },
    { title: 'host bits', add: '10.9.0.1/16 dev eth0', wanted: 'EINVAL: Invalid prefix for given prefix length.' },
    {
      title: 'source that is not own',
      add: '10.9.0.0/16 dev eth0 src 10.0.0.77',
      wanted: 'EINVAL: Invalid prefsrc address.',
    },
    {
      title: 'unreachable with a device',
      add: 'unreachable 10.9.0.0/16 dev eth0',
      wanted: 'EINVAL: Gateway, device and multipath can not be specified for this route type.',
    },
    {
      title: 'local route of wide scope',
      add: 'local 10.9.0.0/16 dev eth0 scope global',
      wanted: 'EINVAL: Invalid scope.',
    },
    {
      title: 'local route with a gateway',
      add: 'local 10.9.0.0/16 via 10.0.0.9',
      wanted: 'EINVAL: Route with host scope can not have a gateway.',
    },
    {
      title: 'local route with two ways',
      add: 'local 10.9.0.0/16 nexthop dev eth0 nexthop dev eth1',
      wanted: 'EINVAL: Route with host scope can not have multiple nexthops.',
    },
    {
      title: 'TOS with ECN bits',
      add: '10.9.0.0/16 dev eth0 tos 1',
      wanted: 'EINVAL: Invalid dsfield (tos): ECN bits must be 0.',
    },
  ])('$title', ({ add, wanted }) => {
    const made = lab()
    const before = routes(made, 0)
    expect(ip(made, `route add ${add}`)).toBe(wanted)
    expect(routes(made, 0)).toEqual(before)
  })

  test.each([
    { title: 'own address as gateway', add: '10.9.0.0/16 via 10.0.0.1', wanted: '10.9.0.0/16 via 10.0.0.1 dev eth0' },
    { title: 'loopback as gateway', add: '10.9.0.0/16 via 127.0.0.1', wanted: '10.9.0.0/16 via 127.0.0.1 dev lo' },
    {
      title: 'own address of another device as source',
      add: '10.9.0.0/16 dev eth0 src 10.1.0.1',
      wanted: '10.9.0.0/16 dev eth0 scope link src 10.1.0.1',
    },
    // route-gateway-onlink
    {
      title: 'gateway by onlink',
      add: '10.9.0.0/16 via 10.1.1.1 dev eth0 onlink',
      wanted: '10.9.0.0/16 via 10.1.1.1 dev eth0 onlink',
    },
    { title: 'default without gateway', add: 'default dev eth0', wanted: 'default dev eth0 scope link' },
    { title: 'unreachable', add: 'unreachable 10.9.0.0/16', wanted: 'unreachable 10.9.0.0/16' },
  ])('accepted: $title', ({ add, wanted }) => {
    const made = lab()
    setup(made, `route add ${add}`)
    expect(routes(made)).toContain(wanted)
  })

  test('route-gateway-onlink: a host route to the gateway makes it usable, a route through a gateway does not', () => {
    const made = lab()
    setup(made, 'route add 10.9.9.9 dev eth0', 'route add default via 10.9.9.9')
    expect(routes(made).slice(0, 2)).toEqual([
      'default via 10.9.9.9 dev eth0',
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1',
    ])
    expect(ip(made, 'route add 10.7.0.0/16 via 8.8.8.8')).toBe(`ENETUNREACH: ${INVALID_GATEWAY}`)
  })

  test('the gateway of a route in a table of its own may be reached by the main table', () => {
    const made = lab()
    setup(made, 'route add default via 10.0.0.9 table 100')
    expect(routes(made, 100)).toEqual(['default via 10.0.0.9 dev eth0'])
  })
})
