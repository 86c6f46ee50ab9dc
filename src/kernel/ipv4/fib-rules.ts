// Policy rules: which table is asked (struct fib_rule). Linux: net/core/fib_rules.c, net/ipv4/fib_rules.c.
import type { NumberRange, RuleAction, RuleExtras, RuleView } from '../../contract/read-models.ts'
import { inPrefix } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { KernelError, RuleSpec } from '../system-call.ts'
import type { World } from '../world.ts'
import type { FibFlow } from './fib-lookup.ts'
import type { FlowTransport } from './route.ts'

export const TABLE_DEFAULT = 253
export const TABLE_MAIN = 254
export const TABLE_LOCAL = 255

/** Interface names are empty for any; `lo` as incoming interface stands for packets of this machine. */
export type FibRule = RuleView

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

/** Tables, rules and next hops of a new namespace: no table yet, the three default rules. */
export function createFibState(): Pick<
  Netns,
  'fibTables' | 'fibTrie' | 'hasCustomLocalRoutes' | 'fibRules' | 'nexthops' | 'lastNexthopId'
> {
  return {
    fibTables: new Map(),
    fibTrie: undefined,
    hasCustomLocalRoutes: false,
    fibRules: defaultRules(),
    nexthops: new Map(),
    lastNexthopId: 0,
  }
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
    (rule.tos === 0 || rule.tos === flow.tos) &&
    (rule.users === undefined || isWithin(rule.users, flow.user ?? ROOT)) &&
    matchesTransport(rule, flow.transport)
  return matches !== rule.not
}

/** Everything runs as root here, and so do packets that nobody's socket sent (sock_net_uid). */
const ROOT = 0

const isWithin = (range: NumberRange, value: number): boolean => range.first <= value && value <= range.last

/** What a rule asks of the packet's protocol and ports (fib4_rule_match); a flow that tells none has neither. */
function matchesTransport(rule: FibRule, transport: FlowTransport | undefined): boolean {
  const { ipProtocol, sourcePorts, destinationPorts } = rule
  return (
    (ipProtocol === undefined || ipProtocol === (transport?.protocol ?? 0)) &&
    (sourcePorts === undefined || isWithin(sourcePorts, transport?.sourcePort ?? 0)) &&
    (destinationPorts === undefined || isWithin(destinationPorts, transport?.destinationPort ?? 0))
  )
}

/** Whether packets that arrive must be read further than their IP header, by a rule or by the hash of multipath (fib_rule_requires_fldissect). */
export function requiresTransport(netns: Netns): boolean {
  if (netns.ipv4.fib_multipath_hash_policy !== 0) return true
  return netns.fibRules.some(
    (rule) =>
      rule.iif !== 'lo' &&
      (rule.ipProtocol !== undefined || rule.sourcePorts !== undefined || rule.destinationPorts !== undefined),
  )
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
    a.not === b.not &&
    sameRange(a.sourcePorts, b.sourcePorts) &&
    sameRange(a.destinationPorts, b.destinationPorts) &&
    sameRange(a.users, b.users) &&
    SIMPLE_EXTRAS.every((name) => a[name] === b[name])
  )
}

const SIMPLE_EXTRAS = ['ipProtocol', 'suppressPrefixLength', 'suppressGroup', 'realms', 'protocol'] as const

function sameRange(a: NumberRange | undefined, b: NumberRange | undefined): boolean {
  return a?.first === b?.first && a?.last === b?.last
}

/** Whether two rules do the same. Where a goto leads does not count (rule_exists). */
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

function extrasOf(spec: RuleExtras): RuleExtras {
  return {
    ...(spec.ipProtocol === undefined ? {} : { ipProtocol: spec.ipProtocol }),
    ...(spec.sourcePorts === undefined ? {} : { sourcePorts: spec.sourcePorts }),
    ...(spec.destinationPorts === undefined ? {} : { destinationPorts: spec.destinationPorts }),
    ...(spec.users === undefined ? {} : { users: spec.users }),
    ...(spec.suppressPrefixLength === undefined ? {} : { suppressPrefixLength: spec.suppressPrefixLength }),
    ...(spec.suppressGroup === undefined ? {} : { suppressGroup: spec.suppressGroup }),
    ...(spec.realms === undefined ? {} : { realms: spec.realms }),
    ...(spec.protocol === undefined ? {} : { protocol: spec.protocol }),
  }
}

/** Adds a rule behind those of the same priority (fib_nl_newrule). An equal rule is refused with EEXIST. */
export function fibRuleAdd(world: World, netns: Netns, spec: RuleSpec): KernelError | undefined {
  const tos = spec.tos ?? 0
  if ((tos & 3) !== 0) return { errno: 'EINVAL', message: 'Invalid dsfield (tos): ECN bits must be 0.' }
  const fwmark = spec.fwmark ?? 0
  const priority = spec.priority ?? defaultPriority(netns.fibRules)
  if (spec.action?.kind === 'goto' && spec.action.target <= priority)
    return { errno: 'EINVAL', message: 'Backward goto not supported.' }
  const rule: FibRule = {
    ...extrasOf(spec),
    priority,
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
    SIMPLE_EXTRAS.every((name) => spec[name] === undefined || rule[name] === spec[name]) &&
    (spec.sourcePorts === undefined || sameRange(rule.sourcePorts, spec.sourcePorts)) &&
    (spec.destinationPorts === undefined || sameRange(rule.destinationPorts, spec.destinationPorts)) &&
    (spec.users === undefined || sameRange(rule.users, spec.users)) &&
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
