import { describe, expect, test } from 'vitest'
import { createRouteLab, dev, ip, routes, setup, type RouteLab } from './route-test-lab.ts'
import { describeRoute } from './route-text.ts'
import { rememberRedirect } from './route-exceptions.ts'
import { ipv4 } from '../../wire/address.ts'

function lab(): RouteLab {
  const made = createRouteLab('eth0')
  setup(made, 'addr add 10.0.0.1/24 dev eth0')
  return made
}

/** Routes to 10.9.0.0/16 in order. */
function nines(made: RouteLab): string[] {
  return routes(made).filter((line) => line.startsWith('10.9.0.0/16'))
}

const via = (last: number, more = '') => `10.9.0.0/16 via 10.0.0.${last} dev eth0${more}`

describe('inserting (fib_table_insert)', () => {
  test('the same prefix, tos and metric is refused whatever the nexthop', () => {
    const made = lab()
    setup(made, 'route add 10.9.0.0/16 via 10.0.0.11')
    // route-longest-prefix-and-metric: RTNETLINK answers: File exists
    expect(ip(made, 'route add 10.9.0.0/16 via 10.0.0.12')).toBe('EEXIST')
    setup(made, 'route add 10.9.0.0/16 via 10.0.0.12 metric 5', 'route add 10.9.0.0/16 via 10.0.0.13 tos 16')
    expect(nines(made)).toEqual(['10.9.0.0/16 tos 0x10 via 10.0.0.13 dev eth0', via(11), via(12, ' metric 5')])
  })

  test('append goes behind equal routes, prepend before them, an equal one is refused', () => {
    const made = lab()
    setup(
      made,
      'route add 10.9.0.0/16 via 10.0.0.11',
      'route append 10.9.0.0/16 via 10.0.0.12',
      'route prepend 10.9.0.0/16 via 10.0.0.13',
    )
    expect(nines(made)).toEqual([via(13), via(11), via(12)])
    expect(ip(made, 'route append 10.9.0.0/16 via 10.0.0.11')).toBe('EEXIST')
  })

  test('replace takes the place of the first equal route, or adds one', () => {
    const made = lab()
    setup(made, 'route replace 10.9.0.0/16 via 10.0.0.11', 'route append 10.9.0.0/16 via 10.0.0.12')
    setup(made, 'route replace 10.9.0.0/16 via 10.0.0.13', 'route replace 10.9.0.0/16 via 10.0.0.13')
    expect(nines(made)).toEqual([via(13), via(12)])
    expect(ip(made, 'route replace 10.9.0.0/16 via 10.0.0.12')).toBe('EEXIST')
  })

  test('change of a route that is not there', () => {
    const made = lab()
    expect(ip(made, 'route change 10.9.0.0/16 via 10.0.0.11')).toBe('ENOENT')
    setup(made, 'route add 10.9.0.0/16 via 10.0.0.11', 'route change 10.9.0.0/16 via 10.0.0.12')
    expect(nines(made)).toEqual([via(12)])
  })

  test('the order of lookup is longest prefix first', () => {
    const made = lab()
    setup(
      made,
      'route add default via 10.0.0.9',
      'route add 10.9.1.0/24 via 10.0.0.9',
      'route add 10.9.0.0/16 via 10.0.0.9',
      'route add 10.9.1.7 via 10.0.0.9',
    )
    expect(
      made.netns.fibTables.get(254)?.routes.map((route) => describeRoute(made.world, route).split(' ')[0]),
    ).toEqual(['10.9.1.7', '10.0.0.0/24', '10.9.1.0/24', '10.9.0.0/16', 'default'])
  })
})

describe('deleting (fib_table_delete)', () => {
  test('takes the first route that agrees with everything given', () => {
    const made = lab()
    setup(
      made,
      'route add 10.9.0.0/16 via 10.0.0.11 metric 1',
      'route add 10.9.0.0/16 via 10.0.0.12 metric 2',
      'route add 10.9.0.0/16 via 10.0.0.13 metric 3',
    )
    setup(made, 'route del 10.9.0.0/16 via 10.0.0.12')
    setup(made, 'route del 10.9.0.0/16 metric 3')
    expect(nines(made)).toEqual([via(11, ' metric 1')])
    setup(made, 'route del 10.9.0.0/16')
    expect(nines(made)).toEqual([])
  })

  test('refusals', () => {
    const made = lab()
    setup(made, 'route add 10.9.0.0/16 via 10.0.0.11')
    expect(ip(made, 'route del 10.8.0.0/16')).toBe('ESRCH')
    expect(ip(made, 'route del 10.9.0.0/16 via 10.0.0.12')).toBe('ESRCH')
    expect(ip(made, 'route del 10.9.0.0/16 dev lo')).toBe('ESRCH')
    expect(ip(made, 'route del 10.9.0.0/16 table 7')).toBe('ESRCH: FIB table does not exist.')
    expect(ip(made, 'route del 10.9.0.1/16')).toBe('EINVAL: Invalid prefix for given prefix length.')
  })

  test('an unreachable route goes by its prefix alone', () => {
    const made = lab()
    setup(made, 'route add unreachable 10.9.0.0/16', 'route del 10.9.0.0/16')
    expect(nines(made)).toEqual([])
  })

  test('what was learned for a route goes with it', () => {
    const made = lab()
    setup(made, 'route add 10.9.0.0/16 via 10.0.0.11')
    rememberRedirect(made.world, made.netns, ipv4('10.9.0.5'), dev(made, 'eth0').id, ipv4('10.0.0.12'))
    setup(made, 'route del 10.9.0.0/16')
    expect(made.netns.routeExceptions.size).toBe(0)
  })

  test('every change of a table is in the trace', () => {
    const made = lab()
    const changes: string[] = []
    made.world.out.trace = {
      write: (_seq, _at, kind, _cause, _device, netns, _packet, _code, _a, b, c) =>
        changes.push(`${kind} ${netns} /${b % 64} table ${Math.floor(b / 64)} ${c}`),
    }
    setup(
      made,
      'route add 10.9.0.0/16 via 10.0.0.11',
      'route replace 10.9.0.0/16 via 10.0.0.12',
      'route del 10.9.0.0/16',
    )
    expect(changes).toEqual([1, 0, 1, 0].map((added) => `fib.route_change ${made.netns.id} /16 table 254 ${added}`))
  })
})
