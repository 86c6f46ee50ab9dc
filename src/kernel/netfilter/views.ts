// What the outside sees of a namespace's firewall and flows.
import type {
  ConntrackView,
  FirewallChainView,
  FirewallTableName,
  FirewallTableView,
  FirewallView,
} from '../../contract/firewall.ts'
import type { Netns } from '../netns.ts'
import type { ConntrackStatistics } from './conntrack/connection.ts'
import { connectionView } from './conntrack/view.ts'
import { ruleText } from '../../contract/firewall-text.ts'
import { BUILT_IN_CHAINS, isBuiltIn, type Chain, type Table } from './state.ts'

/** In the order in which a packet meets them. */
const TABLES: readonly FirewallTableName[] = ['raw', 'mangle', 'nat', 'filter']

/** A namespace's tables, the unused ones too. */
export function firewallView(netns: Netns): FirewallView {
  return {
    tables: TABLES.map((name) => tableView(name, netns.netfilter?.tables.get(name))),
    tracking: netns.netfilter?.tracking ?? false,
    bridgeCallsIptables: netns.bridgeNf === undefined ? undefined : netns.bridgeNf.callIptables !== 0,
  }
}

/** How many rules a namespace's firewall has, in all chains of all tables. */
export function firewallRuleCount({ netfilter }: Netns): number {
  let count = 0
  for (const { chains } of netfilter?.tables.values() ?? [])
    for (const { rules } of chains.values()) count += rules.length
  return count
}

function tableView(name: FirewallTableName, table: Table | undefined): FirewallTableView {
  const builtIn = BUILT_IN_CHAINS[name].map((chain) => chainView(table, chain, table?.chains.get(chain)))
  const user = [...(table?.chains.values() ?? [])]
    .filter((chain) => !isBuiltIn(name, chain.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((chain) => chainView(table, chain.name, chain))
  return { name, exists: table !== undefined, chains: [...builtIn, ...user] }
}

/** Of a built-in chain that nobody has used yet there is only its name and its policy. */
function chainView(table: Table | undefined, name: string, chain: Chain | undefined): FirewallChainView {
  return {
    name,
    policy: chain === undefined ? 'ACCEPT' : chain.policy,
    packets: chain?.packets ?? 0,
    bytes: chain?.bytes ?? 0,
    references: referenceCount(table, name),
    rules: (chain?.rules ?? []).map(({ spec, packets, bytes }) => ({
      text: ruleText(spec).trimStart(),
      spec,
      packets,
      bytes,
    })),
  }
}

function referenceCount(table: Table | undefined, name: string): number {
  let count = 0
  for (const chain of table?.chains.values() ?? [])
    for (const { spec } of chain.rules) if (spec.target?.kind === 'chain' && spec.target.name === name) count++
  return count
}

/** What a namespace's conntrack has counted. */
export function conntrackStatistics(netns: Netns): ConntrackStatistics {
  return netns.netfilter?.conntrack.statistics ?? { invalid: 0, insertFailed: 0 }
}

/** A namespace's flows, the newest first. */
export function conntrackViews(netns: Netns): readonly ConntrackView[] {
  const connections = [...(netns.netfilter?.conntrack.connections.values() ?? [])].reverse()
  return connections.map(connectionView)
}
