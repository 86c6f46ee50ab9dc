// A namespace's firewall as the kernel keeps it. Nothing of it exists until the first rule: a namespace without has `netfilter` undefined,
// so that its packets pay one test.
import type { FirewallPolicy, FirewallRuleSpec, FirewallTableName } from '../../contract/firewall.ts'
import type { SimTime } from '../../sim/time.ts'
import type { Ipv4Address } from '../../wire/address.ts'
import { type ConntrackState, emptyConntrack } from './conntrack/connection.ts'

/** Hooks of IPv4 in the order in which a forwarded packet meets them. */
export type NfHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'

export type BuiltInChain = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING'

/** Nanoseconds of credit that are left, and when that was reckoned. */
export interface Bucket {
  readonly creditNs: number
  readonly at: SimTime
}

/** What the matches of a rule remember from packet to packet. */
export interface RuleMemory {
  limit: Bucket | undefined
  /** How many packets came as far as its `statistic`. */
  seen: number
  /** What its `quota` has left, in bytes; undefined before the first packet. */
  quotaLeft: number | undefined
  /** Flows that its `connlimit` counts, by number. */
  flows: number[]
}

/** A rule in force: what it says and how often it matched. */
export interface Rule {
  readonly spec: FirewallRuleSpec
  /** Unlike that of any other rule of the namespace; 0 until the change that brings the rule is made. */
  number: number
  packets: number
  bytes: number
  readonly memory: RuleMemory
}

/** An address on a list of `-m recent`: the TTL it came with last, and when it was seen, the latest last. */
export interface RecentEntry {
  readonly address: Ipv4Address
  readonly ttl: number
  readonly stamps: readonly SimTime[]
}

export interface Chain {
  name: string
  /** Undefined for user chains. */
  policy: FirewallPolicy | undefined
  /** A built-in chain counts what its policy decides only once a policy was set (NFTA_CHAIN_COUNTERS). */
  counted: boolean
  packets: number
  bytes: number
  rules: Rule[]
}

/** Chains by name. Built-in ones come into being with their first rule or policy. */
export interface Table {
  readonly name: FirewallTableName
  chains: Map<string, Chain>
}

export interface NetfilterState {
  tables: Map<FirewallTableName, Table>
  /** Some rule needs the flow of a packet: conntrack's hooks are registered (nf_ct_netns_get). */
  tracking: boolean
  /** Flows are tracked and the nat table has a chain: it sees the first packets of flows. */
  translating: boolean
  conntrack: ConntrackState
  /** Lists of `-m recent` by name, the address seen last at the end. */
  recent: Map<string, Map<number, RecentEntry>>
  /** Tables of `-m hashlimit` by name: what each sender, receiver or port has left. */
  hashlimits: Map<string, Map<string, Bucket>>
  nextRule: number
}

export const BUILT_IN_CHAINS: Readonly<Record<FirewallTableName, readonly BuiltInChain[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
}

const CHAIN_OF_HOOK: Readonly<Record<NfHook, BuiltInChain>> = {
  prerouting: 'PREROUTING',
  input: 'INPUT',
  forward: 'FORWARD',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
}

export function isBuiltIn(table: FirewallTableName, chain: string): boolean {
  return (BUILT_IN_CHAINS[table] as readonly string[]).includes(chain)
}

function createNetfilterState(): NetfilterState {
  return {
    tables: new Map(),
    tracking: false,
    translating: false,
    conntrack: emptyConntrack(),
    recent: new Map(),
    hashlimits: new Map(),
    nextRule: 1,
  }
}

/** The firewall of a namespace, made when it is first asked for a change. */
export function netfilterOf(netns: { netfilter: NetfilterState | undefined }): NetfilterState {
  netns.netfilter ??= createNetfilterState()
  return netns.netfilter
}

/** The rules of a hook in a table, or undefined while there are none (and no policy). */
export function chainAt(state: NetfilterState, table: FirewallTableName, hook: NfHook): Chain | undefined {
  return state.tables.get(table)?.chains.get(CHAIN_OF_HOOK[hook])
}
