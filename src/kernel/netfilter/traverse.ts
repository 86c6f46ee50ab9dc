// Walking a chain: rules in order, user chains by jump and goto, back by RETURN or at the end, at last the policy. Linux: nft_do_chain.
import type { FirewallTableName } from '../../contract/firewall.ts'
import { check, decide } from '../trace.ts'
import type { World } from '../world.ts'
import { untrackPacket } from './conntrack/track.ts'
import { ruleMatches } from './matches/match.ts'
import { applyNatTarget } from './nat/setup.ts'
import { packetHeader, placeDevice, type HookedPacket, type PacketHeader } from './packet.ts'
import { ruleText } from '../../contract/firewall-text.ts'
import type { Chain, Rule, Table } from './state.ts'
import { manglePacket } from './targets/mangle.ts'
import { rejectPacket } from './targets/reject.ts'

/** `stolen`: the packet was dropped and the trace knows it. */
export type Verdict = 'accept' | 'drop' | 'stolen'

/** Where a walk goes on after a rule. */
type Step = Verdict | 'continue' | 'return' | { readonly chain: string; readonly isGoto: boolean }

/** Walks a packet through a built-in chain. */
export function traverse(world: World, packet: HookedPacket, tableName: FirewallTableName, base: Chain): Verdict {
  const table = packet.state.tables.get(tableName)
  const header = packetHeader(packet.skb.data)
  /** Chains to come back to, and the rule to go on with. */
  const stack: { chain: Chain; at: number }[] = []
  let chain = base
  let at = 0
  for (;;) {
    const rule = chain.rules[at]
    const step = rule === undefined ? 'return' : runRule(world, packet, header, tableName, chain, rule, at)
    at++
    if (step === 'continue') continue
    if (step === 'return') {
      const back = stack.pop()
      if (back === undefined) return policy(world, tableName, base, header)
      chain = back.chain
      at = back.at
      continue
    }
    if (typeof step === 'string') return step
    const next = chainNamed(table, step.chain)
    if (next === undefined) continue
    if (!step.isGoto) stack.push({ chain, at })
    chain = next
    at = 0
  }
}

function chainNamed(table: Table | undefined, name: string): Chain | undefined {
  return table?.chains.get(name)
}

/** No rule decided: the built-in chain's policy does. */
function policy(world: World, tableName: FirewallTableName, base: Chain, header: PacketHeader): Verdict {
  const decided = base.policy ?? 'ACCEPT'
  if (base.counted) {
    base.packets++
    base.bytes += header.length
  }
  if (world.out.explain !== undefined)
    check(
      world,
      `netfilter.${tableName}.${base.name}`,
      decided === 'ACCEPT',
      () => `-P ${base.name} ${decided}`,
      () => 'policy',
    )
  return decided === 'ACCEPT' ? 'accept' : 'drop'
}

function runRule(
  world: World,
  packet: HookedPacket,
  header: PacketHeader,
  tableName: FirewallTableName,
  chain: Chain,
  rule: Rule,
  at: number,
): Step {
  const isMatch = ruleMatches(world, packet, header, rule)
  if (world.out.explain !== undefined)
    check(
      world,
      `netfilter.${tableName}.${chain.name}`,
      isMatch,
      () => `-A ${chain.name}${ruleText(rule.spec)}`,
      () => `rule ${at + 1}`,
    )
  if (!isMatch) return 'continue'
  rule.packets++
  rule.bytes += header.length
  return runTarget(world, packet, header, rule, at)
}

function runTarget(world: World, packet: HookedPacket, header: PacketHeader, rule: Rule, at: number): Step {
  const { target } = rule.spec
  if (target === undefined) return 'continue'
  switch (target.kind) {
    case 'ACCEPT':
      return 'accept'
    case 'DROP':
      return 'drop'
    case 'RETURN':
      return 'return'
    case 'chain':
      return { chain: target.name, isGoto: target.isGoto }
    case 'REJECT':
      rejectPacket(world, packet, target.with)
      return 'stolen'
    case 'LOG':
      decide(world, 'netfilter.log', placeDevice(packet), packet.skb, header.source, header.destination, at + 1)
      return 'continue'
    case 'MARK':
      packet.skb.mark = ((packet.skb.mark & ~target.mask) ^ target.value) >>> 0
      return 'continue'
    case 'CONNMARK':
    case 'TOS':
    case 'DSCP':
    case 'TTL':
    case 'TCPMSS':
      return manglePacket(world, packet, header, target) ? 'continue' : 'drop'
    case 'CT':
      untrackPacket(packet.netns, packet.skb)
      return 'continue'
    case 'NFLOG':
    case 'AUDIT':
    case 'TRACE':
    case 'CLASSIFY':
    case 'CHECKSUM':
      return 'continue'
    case 'NFQUEUE':
      return target.lost ? 'drop' : 'accept'
    case 'SNAT':
    case 'DNAT':
    case 'MASQUERADE':
    case 'REDIRECT':
    case 'NETMAP':
      return applyNatTarget(world, packet, target) ? 'accept' : 'drop'
  }
}
