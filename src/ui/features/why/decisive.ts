// Which of the checks behind a decision or a drop was the one that decided.
import type { Check } from '../../../contract/decisions.ts'

/** The firewall's table and chain that a check is about; undefined for all other checks. */
export function firewallChainOf({ id }: Check): { readonly table: string; readonly chain: string } | undefined {
  const [, table, chain] = /^netfilter\.(raw|mangle|nat|filter)\.(.+)$/.exec(id) ?? []
  return table === undefined || chain === undefined ? undefined : { table, chain }
}

/**
 * The index of the check that decided, -1 without checks. A frame that got no further was stopped by the last check that did not hold, or by
 * the rule or policy of the firewall that was looked at last, which holds when it matches; otherwise all checks led here, and the last decided.
 */
export function decisiveIndex(checks: readonly Check[], isRefusal: boolean): number {
  const last = checks.length - 1
  const final = checks[last]
  if (!isRefusal || final === undefined || firewallChainOf(final) !== undefined) return last
  const failed = checks.findLastIndex(({ ok }) => !ok)
  return failed === -1 ? last : failed
}
