// Changing a firewall: what iptables asks of the kernel. A call is a transaction: all of its changes happen, or none.
import type { Errno } from '../../contract/errno.ts'
import type {
  FirewallCounters,
  FirewallEdit,
  FirewallMatch,
  FirewallRuleSpec,
  FirewallTableName,
  FirewallTarget,
} from '../../contract/firewall.ts'
import type { Netns } from '../netns.ts'
import type { FirewallChange, KernelError } from '../system-call.ts'
import type { World } from '../world.ts'
import { ruleText } from '../../contract/firewall-text.ts'
import { isBuiltIn, netfilterOf, type Chain, type NetfilterState, type Rule, type Table } from './state.ts'
import { ruleProblem, tableProblem } from './validate.ts'

/**
 * Applies changes in order. On a refusal nothing is changed; its message is the number of the change, counted from 0. ENOENT: no such chain.
 * ESRCH: no such rule. E2BIG: no rule of that number. EEXIST: the chain is there. EBUSY: it has rules or is jumped to. ENOTEMPTY: its policy
 * drops. EMLINK: jumps in a circle. EINVAL, EOPNOTSUPP: the rule makes no sense there.
 */
export function editFirewall(world: World, netns: Netns, changes: readonly FirewallChange[]): KernelError | undefined {
  const before = netns.netfilter
  const tables = new Map([...(before?.tables ?? [])].map(([name, table]) => [name, copyTable(table)]))
  for (const [at, { table: name, edit }] of changes.entries()) {
    const table = tables.get(name) ?? { name, chains: new Map<string, Chain>() }
    const problem = applyEdit(table, edit)
    if (problem !== undefined) return { errno: problem, message: String(at) }
    if (makesTable(edit)) tables.set(name, table)
  }
  if (before === undefined && tables.size === 0) return undefined
  const state = netfilterOf(netns)
  state.tables = tables
  for (const table of tables.values())
    for (const { rules } of table.chains.values())
      for (const rule of rules) if (rule.number === 0) rule.number = state.nextRule++
  noteNeeds(state)
  world.filtering = true
  return undefined
}

/** Looking and clearing make no table; a rule, a chain or a policy does. */
function makesTable({ op }: FirewallEdit): boolean {
  return (
    op === 'append' || op === 'insert' || op === 'new-chain' || op === 'policy' || op === 'replace' || op === 'reset'
  )
}

/** A copy that can be changed without the original knowing; rules keep their counters by going along as they are. */
function copyTable(table: Table): Table {
  const chains = [...table.chains].map(([name, chain]): [string, Chain] => [
    name,
    { ...chain, rules: [...chain.rules] },
  ])
  return { name: table.name, chains: new Map(chains) }
}

const MATCHES_FLOWS: ReadonlySet<FirewallMatch['kind']> = new Set([
  'state',
  'conntrack',
  'connmark',
  'connlimit',
  'connbytes',
])
const CHANGES_FLOWS: ReadonlySet<FirewallTarget['kind']> = new Set([
  'CONNMARK',
  'SNAT',
  'DNAT',
  'MASQUERADE',
  'REDIRECT',
  'NETMAP',
])

/** Not so with NOTRACK: what nobody tracks need not be exempted (xt_ct_tg_check). */
function needsFlows({ matches, target }: FirewallRuleSpec): boolean {
  return matches.some(({ kind }) => MATCHES_FLOWS.has(kind)) || (target !== undefined && CHANGES_FLOWS.has(target.kind))
}

/**
 * Which services the rules need (nf_ct_netns_get), and which lists of addresses (recent_mt_destroy). The table nat sees the first packets of
 * flows, so while no rule asks for flows it sees none.
 */
function noteNeeds(state: NetfilterState): void {
  const specs = [...state.tables.values()].flatMap(({ chains }) =>
    [...chains.values()].flatMap(({ rules }) => rules.map(({ spec }) => spec)),
  )
  const lists = new Set(
    specs.flatMap(({ matches }) => matches.map((each) => (each.kind === 'recent' ? each.name : ''))),
  )
  for (const name of state.recent.keys()) if (!lists.has(name)) state.recent.delete(name)
  const tables = new Set(
    specs.flatMap(({ matches }) => matches.map((each) => (each.kind === 'hashlimit' ? each.name : ''))),
  )
  for (const name of state.hashlimits.keys()) if (!tables.has(name)) state.hashlimits.delete(name)
  const nat = state.tables.get('nat')
  state.tracking = specs.some(needsFlows)
  // A rule that asks what flows carry has them counted from now on, and nobody switches that off again (connbytes_mt_check).
  if (specs.some(({ matches }) => matches.some(({ kind }) => kind === 'connbytes'))) state.conntrack.settings.acct = 1
  state.translating =
    state.tracking && nat !== undefined && [...nat.chains.keys()].some((name) => isBuiltIn('nat', name))
}

function newRule(spec: FirewallRuleSpec, counters: FirewallCounters | undefined): Rule {
  const memory = { limit: undefined, seen: 0, quotaLeft: undefined, flows: [] }
  return { spec, number: 0, packets: counters?.packets ?? 0, bytes: counters?.bytes ?? 0, memory }
}

function newChain(table: FirewallTableName, name: string): Chain {
  return {
    name,
    policy: isBuiltIn(table, name) ? 'ACCEPT' : undefined,
    counted: false,
    packets: 0,
    bytes: 0,
    rules: [],
  }
}

/** A chain to put rules into: built-in ones come into being here. */
function chainForRules(table: Table, name: string): Chain | undefined {
  const chain = table.chains.get(name)
  if (chain !== undefined || !isBuiltIn(table.name, name)) return chain
  const made = newChain(table.name, name)
  table.chains.set(name, made)
  return made
}

function applyEdit(table: Table, edit: FirewallEdit): Errno | undefined {
  switch (edit.op) {
    case 'append':
    case 'insert':
    case 'replace':
      return putRule(table, edit)
    case 'delete':
    case 'delete-at':
      return deleteRule(table, edit)
    case 'flush':
      return forChains(table, edit.chain, (chain) => {
        chain.rules = []
      })
    case 'zero':
      return zero(table, edit)
    case 'policy': {
      const chain = isBuiltIn(table.name, edit.chain) ? chainForRules(table, edit.chain) : undefined
      if (chain === undefined) return 'ENOENT'
      chain.policy = edit.policy
      chain.counted = true
      if (edit.counters !== undefined) Object.assign(chain, edit.counters)
      return undefined
    }
    case 'reset':
      table.chains = new Map()
      return undefined
    default:
      return editChain(table, edit)
  }
}

type EditOf<Op extends FirewallEdit['op']> = Extract<FirewallEdit, { readonly op: Op }>

function putRule(table: Table, edit: EditOf<'append' | 'insert' | 'replace'>): Errno | undefined {
  const chain = chainForRules(table, edit.chain)
  if (chain === undefined) return 'ENOENT'
  const problem = ruleProblem(table, edit.rule)
  if (problem !== undefined) return problem
  const rule = newRule(edit.rule, edit.counters)
  const { rules } = chain
  if (edit.op === 'append') rules.push(rule)
  else {
    const last = edit.op === 'insert' ? rules.length + 1 : rules.length
    if (edit.at > last) return 'E2BIG'
    rules.splice(edit.at - 1, edit.op === 'insert' ? 0 : 1, rule)
  }
  return tableProblem(table)
}

function deleteRule(table: Table, edit: EditOf<'delete' | 'delete-at'>): Errno | undefined {
  const chain = table.chains.get(edit.chain)
  if (edit.op === 'delete') {
    const wanted = ruleText(edit.rule)
    const at = chain?.rules.findIndex(({ spec }) => ruleText(spec) === wanted) ?? -1
    if (chain === undefined || at < 0) return 'ESRCH'
    chain.rules.splice(at, 1)
    return undefined
  }
  if (chain === undefined) return 'ENOENT'
  if (edit.at > chain.rules.length) return 'E2BIG'
  chain.rules.splice(edit.at - 1, 1)
  return undefined
}

/** Does something to one chain or to all. A built-in chain that nobody has used yet is empty already. */
function forChains(table: Table, name: string | undefined, run: (chain: Chain) => void): Errno | undefined {
  if (name === undefined) {
    table.chains.forEach(run)
    return undefined
  }
  const chain = table.chains.get(name)
  if (chain !== undefined) run(chain)
  return chain === undefined && !isBuiltIn(table.name, name) ? 'ENOENT' : undefined
}

function zero(table: Table, edit: EditOf<'zero'>): Errno | undefined {
  const fresh = (rule: Rule): Rule => ({ ...rule, packets: 0, bytes: 0 })
  if (edit.at !== undefined && table.chains.get(edit.chain ?? '') === undefined) return 'ESRCH'
  return forChains(table, edit.chain, (chain) => {
    if (edit.at === undefined) {
      // The chain is handed over with counters, and from then on has some (nft_chain_zero_counters).
      chain.counted ||= chain.policy !== undefined
      chain.packets = 0
      chain.bytes = 0
    }
    chain.rules = chain.rules.map((rule, at) => (edit.at === undefined || at + 1 === edit.at ? fresh(rule) : rule))
  })
}

function isReferenced(table: Table, name: string): boolean {
  return [...table.chains.values()].some((chain) =>
    chain.rules.some(({ spec: { target } }) => target?.kind === 'chain' && target.name === name),
  )
}

function editChain(table: Table, edit: EditOf<'new-chain' | 'delete-chain' | 'rename-chain'>): Errno | undefined {
  switch (edit.op) {
    case 'new-chain':
      if (table.chains.has(edit.chain) || isBuiltIn(table.name, edit.chain)) return 'EEXIST'
      table.chains.set(edit.chain, newChain(table.name, edit.chain))
      return undefined
    case 'delete-chain':
      return edit.chain === undefined ? deleteAllChains(table) : deleteChain(table, edit.chain)
    case 'rename-chain': {
      const chain = table.chains.get(edit.chain)
      if (chain === undefined || isBuiltIn(table.name, edit.chain)) return 'ENOENT'
      if (table.chains.has(edit.to) || isBuiltIn(table.name, edit.to)) return 'EEXIST'
      renameChain(table, chain, edit.to)
      return undefined
    }
  }
}

function deleteChain(table: Table, name: string): Errno | undefined {
  const chain = table.chains.get(name)
  if (chain === undefined) return 'ENOENT'
  if (isReferenced(table, name) || chain.rules.length > 0) return 'EBUSY'
  if (chain.policy === 'DROP') return 'ENOTEMPTY'
  table.chains.delete(name)
  return undefined
}

/** Every user chain goes, which must all be free to go; a built-in one goes when it is empty, and with it its counters. */
function deleteAllChains(table: Table): Errno | undefined {
  const users = [...table.chains.values()].filter(({ name }) => !isBuiltIn(table.name, name))
  for (const chain of users) if (chain.rules.length > 0 || isReferenced(table, chain.name)) return 'EBUSY'
  for (const chain of [...table.chains.values()]) {
    const keeps = isBuiltIn(table.name, chain.name) && (chain.rules.length > 0 || chain.policy === 'DROP')
    if (!keeps) table.chains.delete(chain.name)
  }
  return undefined
}

/** Jumps follow the chain to its new name. */
function renameChain(table: Table, chain: Chain, to: string): void {
  const from = chain.name
  table.chains.delete(from)
  table.chains.set(to, { ...chain, name: to })
  for (const each of table.chains.values()) {
    each.rules = each.rules.map((rule) => {
      const { target } = rule.spec
      if (target?.kind !== 'chain' || target.name !== from) return rule
      return { ...rule, spec: { ...rule.spec, target: { ...target, name: to } } }
    })
  }
}
