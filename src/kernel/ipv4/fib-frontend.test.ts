import { describe, expect, test } from 'vitest'
import { createRouteLab, dev, farEnd, ip, localRoutes, routes, setup, sysctl, type RouteLab } from './route-test-lab.ts'
import { devClose, devOpen } from '../netdev/settled-test-lab.ts'

describe('routes from addresses (fib_add_ifaddr)', () => {
  const network = (prefix: string, source: string) => `${prefix} dev eth0 proto kernel scope link src ${source}`
  const local = (address: string, source = address) => `local ${address} dev eth0 proto kernel scope host src ${source}`
  const broadcast = (address: string, source: string) =>
    `broadcast ${address} dev eth0 proto kernel scope link src ${source}`
  const rows = [
    {
      add: ['10.0.0.1/24'],
      main: [network('10.0.0.0/24', '10.0.0.1')],
      local: [local('10.0.0.1'), broadcast('10.0.0.255', '10.0.0.1')],
    },
    {
      add: ['10.0.0.1/24 brd 10.0.0.127'],
      main: [network('10.0.0.0/24', '10.0.0.1')],
      local: [local('10.0.0.1'), broadcast('10.0.0.127', '10.0.0.1'), broadcast('10.0.0.255', '10.0.0.1')],
    },
    { add: ['10.0.0.2/31'], main: [network('10.0.0.2/31', '10.0.0.2')], local: [local('10.0.0.2')] },
    { add: ['10.0.0.1/32'], main: [], local: [local('10.0.0.1')] },
    { add: ['10.0.0.1 peer 10.9.0.1/32'], main: [network('10.9.0.1', '10.0.0.1')], local: [local('10.0.0.1')] },
    // l3bridge-11: with 192.168.1.6/0 there is no route at all.
    { add: ['192.168.1.6/0'], main: [], local: [local('192.168.1.6')] },
    {
      add: ['10.0.0.1/24', '10.0.0.5/24'],
      main: [network('10.0.0.0/24', '10.0.0.1')],
      local: [local('10.0.0.1'), local('10.0.0.5', '10.0.0.1'), broadcast('10.0.0.255', '10.0.0.1')],
    },
    { add: ['10.0.0.1/24 noprefixroute'], main: [], local: [local('10.0.0.1'), broadcast('10.0.0.255', '10.0.0.1')] },
    {
      add: ['10.0.0.1/24 metric 7'],
      main: [`${network('10.0.0.0/24', '10.0.0.1')} metric 7`],
      local: [local('10.0.0.1'), broadcast('10.0.0.255', '10.0.0.1')],
    },
  ]
  test.each(rows)('$add', (row) => {
    const lab = createRouteLab('eth0')
    for (const address of row.add) setup(lab, `addr add ${address.replace(/^(\S+)/, '$1')} dev eth0`)
    expect(routes(lab)).toEqual(row.main)
    expect(localRoutes(lab)).toEqual(row.local)
    // Taking them off again leaves nothing behind (fib_del_ifaddr).
    for (const address of row.add.reverse()) ip(lab, `addr del ${address} dev eth0`)
    expect([...routes(lab), ...localRoutes(lab)]).toEqual([])
  })

  test('loopback makes local routes for its networks', () => {
    const lab = createRouteLab()
    expect(routes(lab, 255)).toEqual([
      'local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1',
      'local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1',
      'broadcast 127.255.255.255 dev lo proto kernel scope link src 127.0.0.1',
    ])
  })

  test('a device that is down only gets its local entry until it comes up', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'link set eth0 down', 'addr add 10.0.0.1/24 dev eth0')
    expect(routes(lab)).toEqual([])
    expect(localRoutes(lab)).toEqual([local('10.0.0.1')])
    setup(lab, 'link set eth0 up')
    expect(routes(lab)).toEqual([network('10.0.0.0/24', '10.0.0.1')])
    expect(localRoutes(lab)).toHaveLength(2)
  })
})

describe('removing an address (fib_del_ifaddr)', () => {
  test('routes that prefer it as source go, others of its subnet stay while the device keeps an address', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth0')
    setup(lab, 'route add 10.8.0.0/16 via 10.1.0.9 src 10.0.0.1', 'route add 10.9.0.0/16 via 10.0.0.9')
    setup(lab, 'addr del 10.0.0.1/24 dev eth0')
    expect(routes(lab)).toEqual([
      '10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.1',
      '10.9.0.0/16 via 10.0.0.9 dev eth0',
    ])
  })

  test('an address that another device has too stays own', () => {
    const lab = createRouteLab('eth0', 'eth1')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.0.0.1/24 dev eth1', 'addr del 10.0.0.1/24 dev eth0')
    expect(localRoutes(lab)).toEqual([
      'local 10.0.0.1 dev eth1 proto kernel scope host src 10.0.0.1',
      'broadcast 10.0.0.255 dev eth1 proto kernel scope link src 10.0.0.1',
    ])
  })

  test('the same address with two lengths keeps what the other needs', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.0.0.1/16 dev eth0', 'addr del 10.0.0.1/24 dev eth0')
    expect(routes(lab)).toEqual(['10.0.0.0/16 dev eth0 proto kernel scope link src 10.0.0.1'])
    expect(localRoutes(lab)).toEqual([
      'local 10.0.0.1 dev eth0 proto kernel scope host src 10.0.0.1',
      'broadcast 10.0.255.255 dev eth0 proto kernel scope link src 10.0.0.1',
    ])
  })
})

describe('routes follow their devices (fib_netdev_event)', () => {
  function twoRouters(): RouteLab {
    const lab = createRouteLab('eth0', 'eth1')
    setup(lab, 'addr add 10.0.1.1/24 dev eth0', 'addr add 10.0.2.1/24 dev eth1', 'route add default via 10.0.1.254')
    return lab
  }

  test('link-down-default-route-lost: down takes every route but own addresses, up brings back only those of addresses', () => {
    const lab = twoRouters()
    setup(lab, 'link set eth0 down')
    expect(routes(lab)).toEqual(['10.0.2.0/24 dev eth1 proto kernel scope link src 10.0.2.1'])
    expect(localRoutes(lab)[0]).toBe('local 10.0.1.1 dev eth0 proto kernel scope host src 10.0.1.1')
    setup(lab, 'link set eth0 up')
    expect(routes(lab)).toEqual([
      '10.0.1.0/24 dev eth0 proto kernel scope link src 10.0.1.1',
      '10.0.2.0/24 dev eth1 proto kernel scope link src 10.0.2.1',
    ])
  })

  test('link-down-mid-way: a lost carrier marks routes linkdown, and its return clears them', () => {
    const lab = twoRouters()
    devClose(lab.world, farEnd(lab, 'eth0'))
    expect(routes(lab).slice(0, 2)).toEqual([
      'default via 10.0.1.254 dev eth0 linkdown',
      '10.0.1.0/24 dev eth0 proto kernel scope link src 10.0.1.1 linkdown',
    ])
    expect(localRoutes(lab)[0]).toBe('local 10.0.1.1 dev eth0 proto kernel scope host src 10.0.1.1')
    devOpen(lab.world, farEnd(lab, 'eth0'))
    expect(routes(lab).filter((line) => line.endsWith('linkdown'))).toEqual([])
  })

  test('ignore_routes_with_linkdown shows such nexthops as dead too', () => {
    const lab = twoRouters()
    devClose(lab.world, farEnd(lab, 'eth0'))
    sysctl(lab, 'net.ipv4.conf.eth0.ignore_routes_with_linkdown=1')
    expect(routes(lab)[0]).toBe('default via 10.0.1.254 dev eth0 dead linkdown')
  })

  test('a route added without carrier is linkdown from the start', () => {
    const lab = twoRouters()
    devClose(lab.world, farEnd(lab, 'eth0'))
    setup(lab, 'route add 10.9.0.0/16 via 10.0.1.7')
    expect(routes(lab).at(-1)).toBe('10.9.0.0/16 via 10.0.1.7 dev eth0 linkdown')
  })

  test('of several nexthops only that of the fallen device dies, and lives again when it comes up', () => {
    const lab = twoRouters()
    setup(lab, 'route add 10.9.0.0/16 nexthop via 10.0.1.7 nexthop via 10.0.2.7 weight 2')
    setup(lab, 'link set eth0 down')
    const dead = () =>
      lab.netns.fibTables
        .get(254)
        ?.routes.find((route) => route.nexthops.length === 2)
        ?.nexthops.map((each) => each.dead)
    expect(dead()).toEqual([true, false])
    setup(lab, 'link set eth0 up')
    expect(dead()).toEqual([false, false])
    setup(lab, 'link set eth0 down', 'link set eth1 down')
    expect(dead()).toBeUndefined()
  })

  test('unreachable routes outlive every device', () => {
    const lab = twoRouters()
    setup(lab, 'route add unreachable 10.9.0.0/16', 'link set eth0 down', 'link set eth1 down')
    expect(routes(lab)).toEqual(['unreachable 10.9.0.0/16'])
  })

  test('with lo down the loopback network is unreachable but its address stays own', () => {
    const lab = createRouteLab()
    devClose(lab.world, dev(lab, 'lo'))
    expect(routes(lab, 255)).toEqual([
      'local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1',
      'local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1',
    ])
  })
})
