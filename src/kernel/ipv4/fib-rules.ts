// Policy rules: which table is asked (struct fib_rule). Linux: net/core/fib_rules.c, net/ipv4/fib_rules.c.
import type { RuleAction } from '../../contract/read-models.ts'
import { inPrefix, type Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { KernelError, RuleSpec } from '../system-call.ts'
import type { World } from '../world.ts'
import type { FibFlow } from './fib-lookup.ts'

export const TABLE_DEFAULT = 253
export const TABLE_MAIN = 254
export const TABLE_LOCAL = 255

export interface FibRule {
  readonly priority: number
  readonly from: { readonly address: Ipv4Address; readonly length: number } | undefined
  readonly to: { readonly address: Ipv4Address; readonly length: number } | undefined
  /** Interface names; empty means any. `lo` as incoming interface stands for packets of this machine. */
  readonly iif: string
  readonly oif: string
  readonly tos: number
  readonly fwmark: number
  readonly fwmask: number
  readonly not: boolean
  readonly action: RuleAction
  /** Routes of prefixes that are no longer are passed over (fib4_rule_suppress). */
  readonly suppressPrefixLength?: number
}

const ANY_FLOW = { from: undefined, to: undefined, iif: '', oif: '', tos: 0, fwmark: 0, fwmask: 0, not: false } as const

const DEFAULT_RULES: readonly FibRule[] = [
  { priority: 0, ...ANY_FLOW, action: { kind: 'lookup', table: TABLE_LOCAL } },
  { priority: 0x7ffe, ...ANY_FLOW, action: { kind: 'lookup', table: TABLE_MAIN } },
  { priority: 0x7fff, ...ANY_FLOW, action: { kind: 'lookup', table: TABLE_DEFAULT } },
]

/** The rules of a new namespace: local, main, default (fib_default_rules_init). */
function defaultRules(): FibRule[] {
  return [...DEFAULT_RULES]
}

/** Tables and rules of a new namespace: no table yet, the three default rules. */
export function createFibState(): Pick<Netns, 'fibTables' | 'fibTrie' | 'hasCustomLocalRoutes' | 'fibRules'> {
  return { fibTables: new Map(), fibTrie: undefined, hasCustomLocalRoutes: false, fibRules: defaultRules() }
}

/** Whether rules are those of a new namespace. */
export function areDefaultRules(rules: readonly FibRule[]): boolean {
  return (
    rules.length === DEFAULT_RULES.length &&
    rules.every((rule, at) => {
      const wanted = DEFAULT_RULES[at]!
      return rule.priority === wanted.priority && sameSelector(rule, wanted) && sameAction(rule.action, wanted.action)
    })
  )
}

/** Whether lookups go through the rules one by one, as they do once rules were ever changed (fib4_has_custom_rules). */
export function fib4HasCustomRules(netns: Netns): boolean {
  const local = netns.fibTables.get(TABLE_LOCAL)
  return local === undefined ? !areDefaultRules(netns.fibRules) : !local.sharedWithMain
}

/** Gives the local table a trie of its own (fib_unmerge). */
function fibUnmerge(netns: Netns): void {
  const local = netns.fibTables.get(TABLE_LOCAL)
  if (local !== undefined) local.sharedWithMain = false
  netns.fibTrie = undefined
}

/** Whether a rule is meant for a flow (fib_rule_match, fib4_rule_match). */
export function fibRuleMatch(world: World, rule: FibRule, flow: FibFlow): boolean {
  const matches =
    (rule.iif === '' || world.devices[flow.iif]?.name === rule.iif) &&
    (rule.oif === '' || world.devices[flow.oif]?.name === rule.oif) &&
    ((rule.fwmark ^ flow.mark) & rule.fwmask) === 0 &&
    (rule.from === undefined || inPrefix(flow.source, rule.from.address, rule.from.length)) &&
    (rule.to === undefined || inPrefix(flow.destination, rule.to.address, rule.to.length)) &&
    (rule.tos === 0 || rule.tos === flow.tos)
  return matches !== rule.not
}

function samePrefix(a: FibRule['from'], b: FibRule['from']): boolean {
  return (a?.length ?? 0) === (b?.length ?? 0) && (a?.address ?? 0) === (b?.address ?? 0)
}

function sameSelector(a: FibRule, b: FibRule): boolean {
  return (
    samePrefix(a.from, b.from) &&
    samePrefix(a.to, b.to) &&
    a.iif === b.iif &&
    a.oif === b.oif &&
    a.tos === b.tos &&
    a.fwmark === b.fwmark &&
    a.fwmask === b.fwmask &&
    a.not === b.not
  )
}

function sameAction(a: RuleAction, b: RuleAction): boolean {
  return a.kind === b.kind && (a.kind !== 'lookup' || b.kind !== 'lookup' || a.table === b.table)
}

/** The priority of a rule that names none: one before the second rule (fib_default_rule_pref). */
function defaultPriority(rules: readonly FibRule[]): number {
  const second = rules[1]
  return second === undefined || second.priority === 0 ? 0 : second.priority - 1
}

/** Table 0 stands for the first that is not there (fib_empty_table). */
function namedTable(netns: Netns, action: RuleAction): RuleAction {
  if (action.kind !== 'lookup' || action.table !== 0) return action
  let table = 1
  while (netns.fibTables.has(table)) table++
  return { kind: 'lookup', table }
}

/** Adds a rule behind those of the same priority (fib_nl_newrule). An equal rule is refused with EEXIST. */
export function fibRuleAdd(world: World, netns: Netns, spec: RuleSpec): KernelError | undefined {
  const tos = spec.tos ?? 0
  if ((tos & 3) !== 0) return { errno: 'EINVAL', message: 'Invalid dsfield (tos): ECN bits must be 0.' }
  const fwmark = spec.fwmark ?? 0
  const rule: FibRule = {
    priority: spec.priority ?? defaultPriority(netns.fibRules),
    from: spec.from?.length === 0 ? undefined : spec.from,
    to: spec.to?.length === 0 ? undefined : spec.to,
    iif: spec.iif ?? '',
    oif: spec.oif ?? '',
    tos,
    fwmark,
    // Every bit of a mark counts unless a mask is given.
    fwmask: spec.fwmask ?? (fwmark === 0 ? 0 : 0xffffffff),
    not: spec.not ?? false,
    action: namedTable(netns, spec.action ?? { kind: 'lookup', table: TABLE_MAIN }),
    ...(spec.suppressPrefixLength === undefined ? {} : { suppressPrefixLength: spec.suppressPrefixLength }),
  }
  const exists = netns.fibRules.some(
    (other) => other.priority === rule.priority && sameAction(other.action, rule.action) && sameSelector(other, rule),
  )
  if (exists) return { errno: 'EEXIST' }
  fibUnmerge(netns)
  const before = netns.fibRules.findIndex((other) => other.priority > rule.priority)
  netns.fibRules.splice(before < 0 ? netns.fibRules.length : before, 0, rule)
  world.modules.rtnetlink.rule(world, netns, rule, false)
  return undefined
}

/** Whether a rule agrees with everything that a delete names (rule_find, fib4_rule_compare). */
function isMeant(rule: FibRule, spec: RuleSpec): boolean {
  return (
    (spec.action === undefined || sameAction(rule.action, spec.action)) &&
    (spec.priority === undefined || rule.priority === spec.priority) &&
    (spec.suppressPrefixLength === undefined || rule.suppressPrefixLength === spec.suppressPrefixLength) &&
    (spec.iif === undefined || rule.iif === spec.iif) &&
    (spec.oif === undefined || rule.oif === spec.oif) &&
    (spec.fwmark === undefined || spec.fwmark === 0 || rule.fwmark === spec.fwmark) &&
    (spec.fwmask === undefined || spec.fwmask === 0 || rule.fwmask === spec.fwmask) &&
    (spec.tos === undefined || spec.tos === 0 || rule.tos === spec.tos) &&
    (spec.from === undefined || spec.from.length === 0 || samePrefix(rule.from, spec.from)) &&
    (spec.to === undefined || spec.to.length === 0 || samePrefix(rule.to, spec.to))
  )
}

/** Deletes the first rule that is meant (fib_nl_delrule); ENOENT when there is none. */
export function fibRuleDelete(world: World, netns: Netns, spec: RuleSpec): KernelError | undefined {
  const at = netns.fibRules.findIndex((rule) => isMeant(rule, spec))
  if (at < 0) return { errno: 'ENOENT' }
  fibUnmerge(netns)
  const [rule] = netns.fibRules.splice(at, 1)
  if (rule !== undefined) world.modules.rtnetlink.rule(world, netns, rule, true)
  return undefined
}
