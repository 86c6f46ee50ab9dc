import { describe, expect, test } from 'vitest'
import { ipv4, IPV4_ANY } from '../../wire/address.ts'
import { fibLookup } from './fib-lookup.ts'
import { createRouteLab, dev, ip, rules, setup, type RouteLab } from './route-test-lab.ts'
import { SCOPE_UNIVERSE } from './scope.ts'

const DEFAULTS = ['0: from all lookup local', '32766: from all lookup main', '32767: from all lookup default']

/** Table 100 has a default route, main another. */
function lab(): RouteLab {
  const made = createRouteLab('eth0', 'eth1')
  setup(made, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1')
  setup(made, 'route add default via 10.0.0.11', 'route add default via 10.0.0.12 table 100')
  return made
}

interface Flow {
  readonly from?: string
  readonly iif?: string
  readonly oif?: string
  readonly mark?: number
  readonly tos?: number
}

/** Which gateway packets to 9.9.9.9 take, by its last number, or the error. */
function gateway(made: RouteLab, flow: Flow = {}): number | string {
  const result = fibLookup(made.world, made.netns, {
    destination: ipv4('9.9.9.9'),
    source: flow.from === undefined ? IPV4_ANY : ipv4(flow.from),
    oif: flow.oif === undefined ? 0 : dev(made, flow.oif).id,
    iif: dev(made, flow.iif ?? 'lo').id,
    tos: flow.tos ?? 0,
    mark: flow.mark ?? 0,
    scope: SCOPE_UNIVERSE,
  })
  return result.ok ? (result.nexthop.gateway ?? 0) & 255 : result.errno
}

describe('adding and removing rules (fib_nl_newrule, fib_nl_delrule)', () => {
  test('a new namespace has local, main, default', () => {
    expect(rules(lab())).toEqual(DEFAULTS)
  })

  test('route-policy-rule-and-tables: a rule without priority goes before the second', () => {
    const made = lab()
    setup(made, 'rule add from 10.0.1.2 table 100', 'rule add from 10.0.1.3 table 100')
    expect(rules(made)).toEqual([
      DEFAULTS[0],
      '32764: from 10.0.1.3 lookup 100',
      '32765: from 10.0.1.2 lookup 100',
      DEFAULTS[1],
      DEFAULTS[2],
    ])
    setup(made, 'rule del from 10.0.1.2 table 100')
    expect(rules(made)).toHaveLength(4)
    expect(ip(made, 'rule del from 10.0.1.2 table 100')).toBe('ENOENT')
  })

  test('an equal rule of equal priority is refused, of another priority accepted', () => {
    const made = lab()
    setup(made, 'rule add from 10.0.1.2 table 100 pref 500', 'rule add from 10.0.1.3 table 100 pref 500')
    expect(ip(made, 'rule add from 10.0.1.2 table 100 pref 500')).toBe('EEXIST')
    setup(made, 'rule add from 10.0.1.2 table 100')
    expect(rules(made).slice(1, 4)).toEqual([
      '499: from 10.0.1.2 lookup 100',
      '500: from 10.0.1.2 lookup 100',
      '500: from 10.0.1.3 lookup 100',
    ])
  })
})

describe('asking the rules (fib_rule_match, fib4_rule_action)', () => {
  test.each<[string, Flow, Flow]>([
    ['from 10.0.1.0/24 table 100', { from: '10.0.1.9' }, { from: '10.0.2.9' }],
    ['to 9.0.0.0/8 table 100', {}, { from: '1.1.1.1', iif: 'eth0' }],
    ['iif eth1 table 100', { iif: 'eth1' }, { iif: 'eth0' }],
    ['iif lo table 100', {}, { iif: 'eth1' }],
    ['oif eth0 table 100', { oif: 'eth0' }, {}],
    ['fwmark 5 table 100', { mark: 5 }, { mark: 4 }],
    ['tos 16 table 100', { tos: 16 }, { tos: 8 }],
    ['not from 10.0.1.0/24 table 100', { from: '10.0.2.9' }, { from: '10.0.1.9' }],
  ])('%s', (rule, hit, miss) => {
    const made = lab()
    setup(made, `rule add ${rule}`)
    expect(gateway(made, hit)).toBe(12)
    if (!rule.startsWith('to')) expect(gateway(made, miss)).toBe(11)
  })

  test('rules that refuse', () => {
    for (const [kind, errno] of [
      ['unreachable', 'ENETUNREACH'],
      ['prohibit', 'EACCES'],
      ['blackhole', 'EINVAL'],
    ]) {
      const made = lab()
      setup(made, `rule add from 10.0.1.0/24 ${kind ?? ''}`)
      expect(gateway(made, { from: '10.0.1.9' })).toBe(errno)
      expect(gateway(made)).toBe(11)
    }
  })

  test('a table without a route, a throw route and a table that never was go on with the next rule', () => {
    const made = lab()
    setup(made, 'rule add to 9.0.0.0/8 table 7', 'rule add to 9.0.0.0/8 table 8', 'route add throw 9.9.0.0/16 table 8')
    expect(gateway(made)).toBe(11)
  })

  test('without the rule for main only own addresses are reached', () => {
    const made = lab()
    setup(made, 'rule del table main')
    expect(gateway(made)).toBe('ENETUNREACH')
  })
})
