// Why a question by ARP found no answer: of all who heard it, the one who should have answered and did not, or nobody.
import type { CauseCode } from '../../contract/causes.ts'
import type { Check } from '../../contract/decisions.ts'
import type { TraceEvent } from '../../contract/trace-events.ts'
import { effectiveConf } from '../../kernel/sysctl/ipv4-conf.ts'
import { isOwnAddress } from '../../kernel/ipv4/devinet.ts'
import { ipv4FromNumber } from '../../wire/address.ts'
import type { LabEngine } from '../lab-engine.ts'
import { decisionOf, dropOf, type Trail } from './trail.ts'
import type { Verdict } from './verdict.ts'
import { causeOfDrop } from './verdict.ts'

/** Which of several silent hearers is named: the highest. */
const RANK: { readonly [K in CauseCode]?: number } = {
  'arp-reply-to-bridge': 95,
  'arp-ignored': 90,
  'arp-filtered': 90,
  'rp-filter': 85,
  'source-own': 85,
  'arp-source-refused': 80,
  'arp-sender-zero': 70,
  'arp-proxy-off': 60,
  'arp-proxy-no-route': 50,
  'bridge-port-isolated': 75,
  'bridge-vlan': 75,
  'bridge-flood-off': 75,
  'macvlan-private': 75,
  'ipvlan-private': 75,
  'macvlan-source-list': 75,
  'vlan-unknown': 74,
  'neigh-no-carrier': 72,
  'bridge-no-hairpin': 40,
  'bridge-port-disabled': 30,
}

interface Candidate {
  readonly code: CauseCode
  readonly event: TraceEvent
}

/** What a hearer's silence means, or undefined when it was simply not concerned. */
function meaningOf(engine: LabEngine, event: TraceEvent, checks: () => readonly Check[]): CauseCode | undefined {
  const failed = (part: string): boolean => checks().some((check) => !check.ok && check.id.includes(part))
  switch (decisionOf(event)) {
    case 'arp.ignored_by_arp_ignore':
      return 'arp-ignored'
    case 'arp.ignored_by_arp_filter':
      return 'arp-filtered'
    case 'arp.reply_unsolicited':
      return undefined
    case 'arp.source_refused': {
      const world = engine.rewind.worldAt(event.at)
      const netns = world.namespaces[event.netns]
      if (netns === undefined || !isOwnAddress(world, netns, ipv4FromNumber(event.a))) return undefined
      return failed('own_address') ? 'source-own' : failed('rp_filter') ? 'rp-filter' : 'arp-source-refused'
    }
    case 'arp.not_for_us':
      return proxySilence(engine, event, failed)
    default:
      return undefined
  }
}

/** A machine that is not the owner: could it have answered by proxy? */
function proxySilence(engine: LabEngine, event: TraceEvent, failed: (part: string) => boolean): CauseCode | undefined {
  const world = engine.rewind.worldAt(event.at)
  const device = world.devices[event.device]
  const netns = world.namespaces[event.netns]
  if (device === undefined || netns === undefined || device.ipv4.conf.forwarding === 0) return undefined
  if (event.b === 0) return 'arp-sender-zero'
  if (failed('arp.proxy.route_leaves_elsewhere')) return undefined
  if (failed('arp.proxy.proxy_arp')) return 'arp-proxy-off'
  return effectiveConf(netns, device, 'proxy_arp') !== 0 ? 'arp-proxy-no-route' : undefined
}

/** Explains why `ip` was not resolved on a device, from the questions asked in the stretch of a trail. */
export function explainUnresolved(engine: LabEngine, trail: Trail, device: number, ip: number): Verdict {
  const questions = trail.events.filter(
    (event) => decisionOf(event) === 'arp.solicit' && event.device === device && event.a === ip,
  )
  const candidates: Candidate[] = []
  for (const question of questions) {
    for (const packet of trail.packetsFrom(question.seq)) candidates.push(...candidatesOf(engine, trail, packet))
  }
  const netns = engine.world.devices[device]?.netns ?? 0
  const asker = { device, netns }
  let best: Candidate | undefined
  for (const candidate of candidates)
    if (best === undefined || (RANK[candidate.code] ?? 0) > (RANK[best.code] ?? 0)) best = candidate
  if (best === undefined)
    return { code: 'neigh-no-owner', stopped: asker, decided: asker, ip, verdict: questions.at(-1)?.seq ?? 0 }
  return {
    code: best.code,
    stopped: asker,
    decided: { device: best.event.device, netns: best.event.netns },
    ip,
    verdict: best.event.seq,
  }
}

/** What became of one question, with all its copies. */
function candidatesOf(engine: LabEngine, trail: Trail, packet: number): Candidate[] {
  const found: Candidate[] = []
  for (const event of trail.ofPacket(packet)) {
    let checks: readonly Check[] | undefined
    const explain = (): readonly Check[] => (checks ??= engine.rewind.explain(event.seq).checks)
    const reason = dropOf(event)
    if (reason !== undefined && reason !== 'ip.other_host') {
      const isLoopback = engine.world.devices[event.device]?.state.kind === 'lo'
      const code = causeOfDrop(reason, event, explain(), isLoopback)
      if (RANK[code] !== undefined) found.push({ code, event })
      continue
    }
    const decision = decisionOf(event)
    if (decision === 'arp.reply' || decision === 'arp.proxy_reply' || decision === 'arp.reply_to_probe') {
      const lost = lostAnswer(trail, event)
      if (lost !== undefined) found.push(lost)
      continue
    }
    const code = meaningOf(engine, event, explain)
    if (code !== undefined) found.push({ code, event })
  }
  return found
}

/** An answer was given, and did not reach the asker: who took it. */
function lostAnswer(trail: Trail, answered: TraceEvent): Candidate | undefined {
  for (const packet of trail.packetsFrom(answered.seq)) {
    const taken = trail.ofPacket(packet).find((event) => decisionOf(event) === 'arp.reply_unsolicited')
    if (taken !== undefined) return { code: 'arp-reply-to-bridge', event: taken }
  }
  return undefined
}
