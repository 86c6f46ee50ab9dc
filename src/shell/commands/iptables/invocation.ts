/** What a line of iptables asks for, once it is read. */
import type { FirewallCounters, FirewallRuleSpec, FirewallTableName } from '../../../contract/firewall.ts'

export type TableCommand =
  | { readonly kind: 'append' | 'check' | 'delete'; readonly chain: string }
  | { readonly kind: 'insert' | 'replace' | 'delete-at'; readonly chain: string; readonly at: number }
  | { readonly kind: 'list' | 'list-rules' | 'zero'; readonly chain?: string; readonly at?: number }
  | { readonly kind: 'flush' | 'delete-chain'; readonly chain?: string }
  | { readonly kind: 'new-chain'; readonly chain: string }
  | { readonly kind: 'rename-chain'; readonly chain: string; readonly to: string }
  | { readonly kind: 'policy'; readonly chain: string; readonly policy: string }
  | { readonly kind: 'help' | 'version' }

export interface Invocation {
  readonly table: FirewallTableName
  readonly command: TableCommand
  /** -Z beside -L or -S. */
  readonly zeroAfter: boolean
  /** One rule for each source and destination that was given. */
  readonly rules: readonly FirewallRuleSpec[]
  readonly counters: FirewallCounters | undefined
  readonly numeric: boolean
  readonly verbose: boolean
  readonly exact: boolean
  readonly lineNumbers: boolean
}

export const TABLE_NAMES: readonly FirewallTableName[] = ['filter', 'nat', 'mangle', 'raw']

/** Chains that each table has of itself. */
export const BUILT_IN: Readonly<Record<FirewallTableName, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
}
