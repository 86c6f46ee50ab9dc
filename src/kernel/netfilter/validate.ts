// What the kernel refuses in a table: targets and matches where they make no sense, jumps in a circle. Linux: the checkentry functions of
// the extensions, nft_chain_validate.
import type { FirewallMatch, FirewallRuleSpec, FirewallTableName, FirewallTarget } from '../../contract/firewall.ts'
import type { Errno } from '../../contract/errno.ts'
import { PROTOCOL_TCP } from '../../wire/ipv4.ts'
import { isBuiltIn, type BuiltInChain, type Chain, type Table } from './state.ts'

/** Where each target may be reached from; a missing entry is anywhere. */
const TARGET_PLACES: Readonly<
  Partial<
    Record<FirewallTarget['kind'], { readonly table?: FirewallTableName; readonly chains?: readonly BuiltInChain[] }>
  >
> = {
  REJECT: { table: 'filter', chains: ['INPUT', 'FORWARD', 'OUTPUT'] },
  TOS: { table: 'mangle' },
  DSCP: { table: 'mangle' },
  TTL: { table: 'mangle' },
  CLASSIFY: { table: 'mangle', chains: ['FORWARD', 'OUTPUT', 'POSTROUTING'] },
  CHECKSUM: { table: 'mangle' },
  NETMAP: { table: 'nat' },
  CT: { table: 'raw', chains: ['PREROUTING', 'OUTPUT'] },
  SNAT: { table: 'nat', chains: ['POSTROUTING', 'INPUT'] },
  DNAT: { table: 'nat', chains: ['PREROUTING', 'OUTPUT'] },
  MASQUERADE: { table: 'nat', chains: ['POSTROUTING'] },
  REDIRECT: { table: 'nat', chains: ['PREROUTING', 'OUTPUT'] },
}

/** What is wrong with a rule wherever it stands (checkentry without regard to hooks). */
export function ruleProblem(table: Table, spec: FirewallRuleSpec): Errno | undefined {
  const { target } = spec
  if (spec.matches.some(isSenseless)) return 'EINVAL'
  const knowsWayBack = table.name === 'raw' || table.name === 'mangle'
  if (!knowsWayBack && spec.matches.some(({ kind }) => kind === 'rpfilter')) return 'EINVAL'
  if (needsTcp(spec) && (spec.protocol?.number !== PROTOCOL_TCP || spec.protocol.not)) return 'EINVAL'
  if (target === undefined) return undefined
  if (target.kind === 'chain') {
    if (!table.chains.has(target.name)) return 'ENOENT'
    return isBuiltIn(table.name, target.name) ? 'EOPNOTSUPP' : undefined
  }
  const place = TARGET_PLACES[target.kind]
  if (place?.table !== undefined && place.table !== table.name) return 'EINVAL'
  return undefined
}

/** What a match's own check refuses: a list cannot be written to only when it was written before (recent_mt_check). */
function isSenseless(match: FirewallMatch): boolean {
  if (match.kind === 'owner') return [match.uid, match.gid].some((ids) => ids !== undefined && ids.from > ids.to)
  const isWriting = match.kind === 'recent' && (match.mode === 'set' || match.mode === 'remove')
  return isWriting && (match.seconds !== 0 || match.hitcount !== 0)
}

const asksTcp = ({ ece, cwr }: Extract<FirewallMatch, { kind: 'ecn' }>): boolean =>
  ece !== undefined || cwr !== undefined

/** Extensions that are there for TCP only: the rule must say `-p tcp`. */
function needsTcp({ matches, target }: FirewallRuleSpec): boolean {
  return (
    target?.kind === 'TCPMSS' ||
    (target?.kind === 'REJECT' && target.with === 'tcp-reset') ||
    matches.some((match) => match.kind === 'tcpmss' || (match.kind === 'ecn' && asksTcp(match)))
  )
}

/** What a target needs to know at a hook: an MSS that fits the way needs a way (tcpmss_tg4_check). */
function targetFitsHook(target: FirewallTarget | undefined, chain: BuiltInChain): boolean {
  if (target === undefined) return true
  if (target.kind === 'TCPMSS' && target.mss === undefined) return chain !== 'PREROUTING' && chain !== 'INPUT'
  const places = TARGET_PLACES[target.kind]?.chains
  return places === undefined || places.includes(chain)
}

/** Matches that know nothing at a hook: a MAC address before there is one, ports of a bridge before the choice. */
function matchFitsHook(match: FirewallMatch, chain: BuiltInChain): boolean {
  switch (match.kind) {
    case 'mac':
      return chain !== 'OUTPUT' && chain !== 'POSTROUTING'
    case 'rpfilter':
      return chain === 'PREROUTING'
    case 'owner':
      return chain === 'OUTPUT' || chain === 'POSTROUTING'
    case 'physdev': {
      const asksOut = match.physOut !== undefined || match.isOut !== undefined
      return !(asksOut && chain === 'OUTPUT')
    }
    case 'addrtype': {
      if (match.limitIface === 'in') return chain !== 'OUTPUT' && chain !== 'POSTROUTING'
      return match.limitIface !== 'out' || (chain !== 'PREROUTING' && chain !== 'INPUT')
    }
    default:
      return true
  }
}

/** How deep jumps may go (NFT_JUMP_STACK_SIZE). */
const MAX_DEPTH = 16

/**
 * What is wrong with what a hook can reach in a table: EMLINK for a circle of jumps, EINVAL for a rule that makes no sense there. Chains that
 * nobody jumps to are not looked at (nft_table_validate).
 */
export function tableProblem(table: Table): Errno | undefined {
  for (const chain of table.chains.values()) {
    if (!isBuiltIn(table.name, chain.name)) continue
    const problem = chainProblem(table, chain, chain.name as BuiltInChain, 1)
    if (problem !== undefined) return problem
  }
  return undefined
}

function chainProblem(table: Table, chain: Chain, hook: BuiltInChain, depth: number): Errno | undefined {
  if (depth > MAX_DEPTH) return 'EMLINK'
  for (const { spec } of chain.rules) {
    if (!targetFitsHook(spec.target, hook)) return 'EINVAL'
    if (!spec.matches.every((match) => matchFitsHook(match, hook))) return 'EINVAL'
    const next = spec.target?.kind === 'chain' ? table.chains.get(spec.target.name) : undefined
    const problem = next === undefined ? undefined : chainProblem(table, next, hook, depth + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}
