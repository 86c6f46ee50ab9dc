import { describe, expect, test } from 'vitest'
import type { FirewallEdit, FirewallRuleSpec, FirewallTarget } from '../../contract/firewall.ts'
import { ruleText } from '../../contract/firewall-text.ts'
import { bootWorld } from '../boot.ts'
import { createNetns } from '../netns-calls.ts'
import type { Netns } from '../netns.ts'
import { editFirewall } from './edit.ts'
import { firewallView } from './views.ts'

const rule = (target: FirewallTarget): FirewallRuleSpec => ({ matches: [], target })
const ACCEPT = rule({ kind: 'ACCEPT' })
const DROP = rule({ kind: 'DROP' })
const jump = (name: string): FirewallRuleSpec => rule({ kind: 'chain', name, isGoto: false })
const range = { random: false, randomFully: false, persistent: false }

function lab(): {
  netns: Netns
  edit: (...edits: FirewallEdit[]) => string | undefined
  nat: (...edits: FirewallEdit[]) => string | undefined
  rules: (chain: string) => string[]
} {
  const world = bootWorld('edit')
  const netns = createNetns(world, 'r')
  const inTable =
    (table: 'filter' | 'nat') =>
    (...edits: FirewallEdit[]): string | undefined => {
      const refused = editFirewall(
        world,
        netns,
        edits.map((edit) => ({ table, edit })),
      )
      return refused === undefined ? undefined : `${refused.errno} at ${refused.message ?? ''}`
    }
  const chainRules = (chain: string): string[] => {
    const table = firewallView(netns).tables.find(({ name }) => name === 'filter')
    return (table?.chains.find(({ name }) => name === chain)?.rules ?? []).map(({ spec }) => ruleText(spec).trim())
  }
  return { netns, edit: inTable('filter'), nat: inTable('nat'), rules: chainRules }
}

test('rules are put at the end, before a number, in place of one, and taken away by number or likeness', () => {
  const { edit, rules } = lab()
  edit({ op: 'append', chain: 'INPUT', rule: ACCEPT }, { op: 'insert', chain: 'INPUT', at: 1, rule: DROP })
  expect(rules('INPUT')).toEqual(['-j DROP', '-j ACCEPT'])
  edit({ op: 'replace', chain: 'INPUT', at: 2, rule: rule({ kind: 'RETURN' }) })
  edit({ op: 'delete', chain: 'INPUT', rule: DROP })
  expect(rules('INPUT')).toEqual(['-j RETURN'])
  edit({ op: 'delete-at', chain: 'INPUT', at: 1 })
  expect(rules('INPUT')).toEqual([])
})

describe('what makes no sense is refused', () => {
  test.each<[string, FirewallEdit[], string]>([
    ['no such chain', [{ op: 'append', chain: 'NOPE', rule: ACCEPT }], 'ENOENT at 0'],
    ['no such rule', [{ op: 'delete', chain: 'INPUT', rule: ACCEPT }], 'ESRCH at 0'],
    ['a number too big', [{ op: 'insert', chain: 'INPUT', at: 2, rule: ACCEPT }], 'E2BIG at 0'],
    [
      'a chain twice',
      [
        { op: 'new-chain', chain: 'A' },
        { op: 'new-chain', chain: 'A' },
      ],
      'EEXIST at 1',
    ],
    [
      'a chain in use',
      [
        { op: 'new-chain', chain: 'A' },
        { op: 'append', chain: 'INPUT', rule: jump('A') },
        { op: 'delete-chain', chain: 'A' },
      ],
      'EBUSY at 2',
    ],
    [
      'a policy that drops',
      [
        { op: 'policy', chain: 'INPUT', policy: 'DROP' },
        { op: 'delete-chain', chain: 'INPUT' },
      ],
      'ENOTEMPTY at 1',
    ],
    [
      'jumps in a circle that a packet could enter',
      [
        { op: 'new-chain', chain: 'A' },
        { op: 'append', chain: 'A', rule: jump('A') },
        { op: 'append', chain: 'INPUT', rule: jump('A') },
      ],
      'EMLINK at 2',
    ],
    [
      'a jump to a built-in chain',
      [
        { op: 'policy', chain: 'INPUT', policy: 'ACCEPT' },
        { op: 'append', chain: 'FORWARD', rule: jump('INPUT') },
      ],
      'EOPNOTSUPP at 1',
    ],
    [
      'MASQUERADE outside nat',
      [{ op: 'append', chain: 'INPUT', rule: rule({ kind: 'MASQUERADE', range }) }],
      'EINVAL at 0',
    ],
    [
      'a RST without TCP',
      [{ op: 'append', chain: 'INPUT', rule: rule({ kind: 'REJECT', with: 'tcp-reset' }) }],
      'EINVAL at 0',
    ],
  ])('%s', (_, edits, refusal) => {
    expect(lab().edit(...edits)).toBe(refusal)
  })

  test('DNAT behind POSTROUTING, by way of a user chain', () => {
    const { nat } = lab()
    const dnat = rule({ kind: 'DNAT', range })
    expect(nat({ op: 'new-chain', chain: 'A' }, { op: 'append', chain: 'A', rule: dnat })).toBeUndefined()
    expect(nat({ op: 'append', chain: 'POSTROUTING', rule: jump('A') })).toBe('EINVAL at 0')
    expect(nat({ op: 'append', chain: 'PREROUTING', rule: jump('A') })).toBeUndefined()
  })
})

test('a call is all or nothing', () => {
  const { edit, rules, netns } = lab()
  edit({ op: 'append', chain: 'INPUT', rule: ACCEPT })
  const before = structuredClone(netns.netfilter)
  expect(edit({ op: 'flush' }, { op: 'append', chain: 'NOPE', rule: DROP })).toBe('ENOENT at 1')
  expect(netns.netfilter).toEqual(before)
  expect(rules('INPUT')).toEqual(['-j ACCEPT'])
})

test('a renamed chain takes its jumps along', () => {
  const { edit, rules } = lab()
  edit({ op: 'new-chain', chain: 'A' }, { op: 'append', chain: 'INPUT', rule: jump('A') })
  edit({ op: 'rename-chain', chain: 'A', to: 'B' })
  expect(rules('INPUT')).toEqual(['-j B'])
})

test('flows are tracked only once a rule needs it', () => {
  const { netns, edit, nat } = lab()
  edit({ op: 'append', chain: 'INPUT', rule: ACCEPT })
  expect(netns.netfilter?.tracking).toBe(false)
  const stateful = { matches: [{ kind: 'state', not: false, states: ['NEW'] }] } as const
  edit({ op: 'append', chain: 'INPUT', rule: stateful })
  expect(netns.netfilter?.tracking).toBe(true)
  edit({ op: 'flush' })
  expect(netns.netfilter?.tracking).toBe(false)
  edit({ op: 'append', chain: 'INPUT', rule: rule({ kind: 'CT', alias: true }) })
  nat({ op: 'append', chain: 'OUTPUT', rule: ACCEPT })
  expect([netns.netfilter?.tracking, netns.netfilter?.translating]).toEqual([false, false])
  nat({ op: 'append', chain: 'OUTPUT', rule: rule({ kind: 'REDIRECT', range }) })
  expect([netns.netfilter?.tracking, netns.netfilter?.translating]).toEqual([true, true])
  // Rules that translated are gone, and what they translated goes on as it is.
  nat({ op: 'flush' })
  expect([netns.netfilter?.tracking, netns.netfilter?.translating]).toEqual([false, false])
})
