// Why a question by ARP found no answer: of all who heard it, the one who should have answered and did not, or nobody.
import type { CauseCode } from '../../contract/causes.ts'
import type { Check } from '../../contract/decisions.ts'
import { NUD_STATES, type TraceEvent } from '../../contract/trace-events.ts'
import type { NetDevice } from '../../kernel/netdev/net-device.ts'
import { effectiveConf } from '../../kernel/sysctl/ipv4-conf.ts'
import type { DeviceId, World } from '../../kernel/world.ts'
import { ipv4FromNumber, type Ipv4Address } from '../../wire/address.ts'
import { frameCandidates, tellingEvents, type FrameWay } from './frame-ways.ts'
import { linkOf, ownersOfIp, parentOf } from './topology.ts'
import { decisionOf, dropOf, isSighting } from './trail.ts'
import {
  best,
  lastFailed,
  netnsHas,
  placeOf,
  placeOfDevice,
  type Candidate,
  type Inquiry,
  type Verdict,
} from './verdict.ts'

/** What is believed of several silences. An answer that was lost says most: somebody did answer. */
const RANK = {
  answerLost: 95,
  answerGone: 80,
  siblingPrivate: 76,
  notReflected: 30,
  nobodysTag: 25,
  owner: 90,
  senderZero: 70,
  proxyOff: 60,
  proxyRefuses: 55,
  proxyNoRoute: 50,
}

/** A question that stayed open: who asked for what. */
interface Question {
  readonly inquiry: Inquiry
  readonly world: World
  readonly asker: NetDevice
  readonly ip: Ipv4Address
  /** Devices that have the address. */
  readonly owners: readonly NetDevice[]
}

/** What tells that an entry stopped waiting: resolved, failed, or forgotten. */
function isEnd(event: TraceEvent, device: DeviceId, ip: number): boolean {
  const state = NUD_STATES[event.c % 256]
  return event.kind === 'neigh.update' && event.device === device && event.a === ip && state !== 'INCOMPLETE'
}

/** The requests by which a device asked for an address while a packet and its program waited, and the event that ended the waiting. */
function requestsFor(
  { trail, until }: Inquiry,
  waiting: TraceEvent,
): { readonly requests: readonly TraceEvent[]; readonly failed: TraceEvent | undefined } {
  const { device, a: ip } = waiting
  const isRequest = (event: TraceEvent): boolean =>
    decisionOf(event) === 'arp.solicit' && event.device === device && event.a === ip && event.at <= until
  const requests: TraceEvent[] = []
  // The first request may have been made for a packet that came before.
  for (let seq = waiting.seq - 1; ; seq--) {
    const event = trail.event(seq)
    if (event === undefined || isEnd(event, device, ip)) break
    if (isRequest(event)) requests.unshift(event)
  }
  for (let seq = waiting.seq + 1; ; seq++) {
    const event = trail.event(seq)
    if (event === undefined) return { requests, failed: undefined }
    if (isRequest(event)) requests.push(event)
    if (decisionOf(event) === 'neigh.failed' && event.device === device && event.a === ip)
      return { requests, failed: event }
    if (isEnd(event, device, ip) && NUD_STATES[event.c % 256] !== 'FAILED') return { requests, failed: undefined }
  }
}

/**
 * Why the answer to a packet that waits was not there in time although it came later: what kept it away while the program waited, or
 * undefined when it was merely slow.
 */
export function explainLate(inquiry: Inquiry, waiting: TraceEvent, lost: Verdict['lost']): Verdict | undefined {
  const verdict = explainUnresolved(inquiry, waiting, lost)
  if (verdict.code !== 'neigh-no-owner') return verdict
  const { trail } = inquiry
  const isSlow = requestsFor(inquiry, waiting).requests.some((request) =>
    trail
      .packetsFrom(request.seq)
      .some((packet) =>
        trail.ofPacket(packet).some((event) => isAnswer(event) || decisionOf(event) === 'arp.proxy_delayed'),
      ),
  )
  return isSlow ? undefined : verdict
}

/** Explains why the address that a packet waits for was not found. */
export function explainUnresolved(inquiry: Inquiry, waiting: TraceEvent, lost: Verdict['lost']): Verdict {
  const world = inquiry.worldAt(waiting.at)
  const asker = world.devices[waiting.device]
  const ip = ipv4FromNumber(waiting.a)
  const { requests, failed } = requestsFor(inquiry, waiting)
  const stopped = placeOf(waiting)
  if (asker !== undefined) {
    const question: Question = { inquiry, world, asker, ip, owners: ownersOfIp(world, ip) }
    for (const request of requests) {
      const found = best(candidatesOf(question, request))
      if (found !== undefined) return { ...found, stopped, decided: found.decided, ip, verdict: found.event.seq, lost }
    }
  }
  const verdict = (failed ?? requests.at(-1) ?? waiting).seq
  return { code: 'neigh-no-owner', stopped, decided: stopped, ip, verdict, deciding: undefined, lost }
}

/** What became of one request, with all its copies, and of the answers to it. */
function candidatesOf(question: Question, request: TraceEvent): Candidate[] {
  const { trail } = question.inquiry
  const events = trail.packetsFrom(request.seq).flatMap((packet) => trail.ofPacket(packet))
  const telling = tellingEvents(events, isHearing)
  const checksOf = question.inquiry.rewind.explainAll(telling.map(({ seq }) => seq))
  const link = linkOf(question.world, question.asker.id)
  const targets = question.owners.filter(({ id, netns }) => link.has(id) || netns !== question.asker.netns)
  const onLink = targets.filter(({ id }) => link.has(id))
  const way: FrameWay = { world: question.world, targets: onLink, sender: question.asker, checksOf }
  const found = frameCandidates(question.inquiry, way, telling).filter((candidate) =>
    concerns(question, way, candidate),
  )
  for (const event of telling) {
    const checks = checksOf.get(event.seq) ?? []
    if (isAnswer(event)) found.push(...lostAnswer(question, event))
    else {
      const silence = silenceOf(question, request, event, checks)
      if (silence !== undefined) found.push(silence)
    }
  }
  if (question.owners.length === 0) found.push(...untakenTags(telling, checksOf))
  const reflected = notReflected(question, way, events)
  return reflected === undefined ? found : [...found, reflected]
}

/** A tagged request for an address of nobody, where no machine on the link has a device for the tag. */
function untakenTags(telling: readonly TraceEvent[], checksOf: FrameWay['checksOf']): Candidate[] {
  const hearings = telling.filter(isHearing)
  if (hearings.some((event) => decisionOf(event) !== 'arp.other_host')) return []
  return hearings.flatMap((event): Candidate[] => {
    const deciding = lastFailed(checksOf.get(event.seq) ?? [], (id) => id === 'vlan.device_exists')
    return deciding === undefined
      ? []
      : [{ code: 'vlan-unknown', event, decided: placeOf(event), rank: RANK.nobodysTag, deciding }]
  })
}

function isAnswer(event: TraceEvent): boolean {
  const decision = decisionOf(event)
  return decision === 'arp.reply' || decision === 'arp.proxy_reply' || decision === 'arp.reply_to_probe'
}

function isHearing(event: TraceEvent): boolean {
  return decisionOf(event)?.startsWith('arp.') === true
}

/** Of what happened to copies of a request only that matters which kept it from the owner, or from leaving at all. */
function concerns({ owners, asker }: Question, { targets }: FrameWay, candidate: Candidate): boolean {
  const { event, code } = candidate
  if (dropOf(event) === undefined || code === 'lower-device-apart') return true
  if (event.device === asker.id || event.device === parentOf(asker)) return true
  const isRefusal =
    candidate.decided.device !== event.device || code.startsWith('bridge-') || code === 'macvlan-private'
  return netnsHas(owners, event.netns) || (isRefusal && targets.length > 0)
}

/** What a hearer's silence means, or undefined when it was not concerned. */
function silenceOf(
  question: Question,
  request: TraceEvent,
  event: TraceEvent,
  checks: readonly Check[],
): Candidate | undefined {
  const one = (code: CauseCode, rank: number, deciding: Check | undefined): Candidate => ({
    code,
    event,
    decided: placeOf(event),
    rank,
    deciding,
  })
  const isOwner = netnsHas(question.owners, event.netns)
  switch (decisionOf(event)) {
    case 'arp.ignored_by_arp_ignore':
      return one(
        'arp-ignored',
        RANK.owner,
        lastFailed(checks, (id) => id === 'arp.arp_ignore'),
      )
    case 'arp.ignored_by_arp_filter':
      return one(
        'arp-filtered',
        RANK.owner,
        lastFailed(checks, (id) => id === 'arp.arp_filter'),
      )
    case 'arp.device_without_arp':
      return isOwner ? one('arp-off', RANK.owner, undefined) : undefined
    case 'arp.same_interface':
    case 'arp.source_refused': {
      const proxies = isOwner ? 1 : proxyArp(question, event.device)
      if (proxies === 0) return undefined
      return one(refusedSource(checks), isOwner ? RANK.owner : RANK.proxyRefuses, sourceCheck(checks))
    }
    case 'arp.not_for_us':
    case 'arp.neighbour_refreshed':
      return isOwner ? undefined : proxySilence(question, request, event, checks, one)
    default:
      return undefined
  }
}

function sourceCheck(checks: readonly Check[]): Check | undefined {
  return lastFailed(checks, (id) => id.startsWith('source.') && !id.endsWith('.passed_over'))
}

/** Which test of the asker's address made an owner refuse. */
function refusedSource(checks: readonly Check[]): CauseCode {
  switch (sourceCheck(checks)?.id) {
    case 'source.own_address':
    case 'source.accept_local':
      return 'source-own'
    case 'source.rp_filter':
      return 'rp-filter'
    default:
      return 'arp-source-refused'
  }
}

function proxyArp({ world }: Question, id: DeviceId): number {
  const device = world.devices[id]
  const netns = device === undefined ? undefined : world.namespaces[device.netns]
  return device === undefined || netns === undefined ? 0 : effectiveConf(netns, device, 'proxy_arp')
}

/** A machine that is not the owner: could it have answered by proxy? */
function proxySilence(
  question: Question,
  request: TraceEvent,
  event: TraceEvent,
  checks: readonly Check[],
  one: (code: CauseCode, rank: number, deciding: Check | undefined) => Candidate,
): Candidate | undefined {
  if (question.world.devices[event.device]?.ipv4.conf.forwarding === 0) return undefined
  if (request.b === 0) return one('arp-sender-zero', RANK.senderZero, lastFailed(checks))
  const elsewhere = checks.find(({ id }) => id === 'arp.proxy.route_leaves_elsewhere')
  if (elsewhere === undefined) {
    const noRoute = lastFailed(checks, (id) => id === 'route.lookup')
    return noRoute !== undefined && proxyArp(question, event.device) !== 0
      ? one('arp-proxy-no-route', RANK.proxyNoRoute, noRoute)
      : undefined
  }
  const off = lastFailed(checks, (id) => id === 'arp.proxy.proxy_arp')
  return elsewhere.ok && off !== undefined ? one('arp-proxy-off', RANK.proxyOff, off) : undefined
}

/** An answer was given, and did not reach the asker: what became of it. */
function lostAnswer(question: Question, answered: TraceEvent): Candidate[] {
  const { inquiry, world, asker } = question
  return inquiry.trail.packetsFrom(answered.seq).flatMap((packet) => {
    const events = inquiry.trail.ofPacket(packet)
    const taken = events.find((event) => decisionOf(event) === 'arp.reply_unsolicited')
    if (taken !== undefined && taken.device === asker.master)
      return [
        {
          code: 'arp-reply-to-bridge',
          event: taken,
          decided: placeOf(taken),
          rank: RANK.answerLost,
          deciding: undefined,
        },
      ]
    const telling = tellingEvents(events)
    const checksOf = inquiry.rewind.explainAll(telling.map(({ seq }) => seq))
    const sender = world.devices[answered.device]
    const found = best(frameCandidates(inquiry, { world, targets: [asker], sender, checksOf }, telling))
    if (found !== undefined) return [{ ...found, rank: RANK.answerLost }]
    const last = events.findLast(isSighting)
    const arrived = events.some((event) => decisionOf(event) === 'arp.reply_accepted' && event.device === asker.id)
    if (last === undefined || arrived) return []
    const decided = placeOf(last)
    return [
      { code: 'arp-reply-lost', event: events.at(-1) ?? last, decided, rank: RANK.answerGone, deciding: undefined },
    ]
  })
}

/** Siblings on one parent whose frames go out: unless something there sends them back, the sibling never hears them. */
function notReflected(
  { asker }: Question,
  { targets, world }: FrameWay,
  events: readonly TraceEvent[],
): Candidate | undefined {
  const parent = parentOf(asker)
  const event = events.find((each) => decisionOf(each) === 'macvlan.out_of_parent')
  const sibling = targets.find((target) => parent !== 0 && parentOf(target) === parent)
  if (sibling === undefined || event === undefined) return undefined
  const modes = [asker, sibling].map(({ state }) => (state.kind === 'macvlan' ? state.mode : 'bridge'))
  const isPrivate = modes.includes('private')
  const code = isPrivate ? 'macvlan-private' : 'vepa-not-reflected'
  const rank = isPrivate ? RANK.siblingPrivate : RANK.notReflected
  return { code, event, decided: placeOfDevice(world, parent), rank, deciding: undefined }
}
