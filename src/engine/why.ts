// What stopped an action: follows the first packet that got no answer, from the trace alone, to the one check that ended it.
import { causeText, type CauseCode } from '../contract/causes.ts'
import { ERRNO_CODES } from '../contract/errno.ts'
import type { ActionView, WhyAnswer } from '../contract/protocol.ts'
import type { TraceEvent } from '../contract/trace-events.ts'
import { isOwnAddress } from '../kernel/ipv4/devinet.ts'
import { formatIpv4, ipv4FromNumber } from '../wire/address.ts'
import type { LabEngine } from './lab-engine.ts'
import { glyphOf } from './sightings.ts'
import type { TraceStore } from './trace-store.ts'
import { explainUnresolved } from './why/arp-question.ts'
import { decisionOf, dropOf, isSighting, Trail } from './why/trail.ts'
import { causeOfDrop, type Verdict } from './why/verdict.ts'

const LOSS = /(\d+(?:\.\d+)?)% packet loss/

/** True when an action did not do what it was for: it failed, or a ping lost packets. */
export function hasFailed(action: ActionView): boolean {
  const loss = LOSS.exec(action.output)
  return (action.exit ?? 0) !== 0 || (loss !== null && Number(loss[1]) > 0)
}

/** Explains an action; `ok` when there is nothing to explain. */
export function whyAction(engine: LabEngine, trace: TraceStore, index: number): WhyAnswer {
  const action = engine.actions[index]
  if (action === undefined || !hasFailed(action)) return answer(engine, undefined, [])
  const next = engine.actions[index + 1]
  const trail = new Trail(trace, action.firstSeq, next === undefined ? trace.lastSeq : next.firstSeq - 1)
  const refused = trail.effectsOf(action.firstSeq).find((event) => decisionOf(event) === 'ip.output_refused')
  const requests = requestsOf(trail, trace, action)
  const lost = requests.find((packet) => !wasAnswered(trail, trace, packet))
  if (lost !== undefined)
    return answer(engine, followPacket(engine, trail, trace, lost, 'request'), chainOf(trail, lost))
  if (refused !== undefined) return answer(engine, refusal(refused), [refused.seq])
  return textAnswer(action)
}

/** A refusal before any packet was made. */
function refusal(event: TraceEvent): Verdict {
  const errno = ERRNO_CODES[event.b]
  const code: CauseCode =
    event.c === 1
      ? 'broadcast-not-permitted'
      : errno === 'ENETUNREACH'
        ? 'no-route-at-sender'
        : 'route-refuses-at-sender'
  const place = { device: 0, netns: event.netns }
  return { code, stopped: place, decided: place, ip: event.a, verdict: event.seq }
}

/** Echo requests that the action itself sent, in order. */
function requestsOf(trail: Trail, trace: TraceStore, action: ActionView): number[] {
  const packets: number[] = []
  for (const event of trail.effectsOf(action.firstSeq)) {
    if (decisionOf(event) !== 'ip.output' || event.packet === 0) continue
    const seen = trail.ofPacket(event.packet).find((e) => e.frameLength > 0)
    const index = seen === undefined ? undefined : trace.indexOf(seen.seq)
    // A packet that no tap saw only waited for its neighbour; what it was shows in its drop, or not at all.
    if (index === undefined || glyphOf(trace.frame(index)) === 'icmp-request') packets.push(event.packet)
  }
  return packets
}

/** The packets that were made in answer to another: echo replies. */
function repliesTo(trail: Trail, packet: number): number[] {
  return trail
    .ofPacket(packet)
    .flatMap((event) => (decisionOf(event) === 'icmp.echo_reply' ? trail.packetsFrom(event.seq) : []))
    .filter((reply) => reply !== packet)
}

function wasAnswered(trail: Trail, _trace: TraceStore, packet: number): boolean {
  return repliesTo(trail, packet).some((reply) =>
    trail.ofPacket(reply).some((event) => decisionOf(event) === 'icmp.reply_matched'),
  )
}

/** Follows a packet to its end; a request that arrived hands over to its reply. */
function followPacket(
  engine: LabEngine,
  trail: Trail,
  trace: TraceStore,
  packet: number,
  what: 'request' | 'reply',
): Verdict {
  const events = trail.ofPacket(packet)
  if (what === 'request') {
    const [reply] = repliesTo(trail, packet)
    if (reply !== undefined) return followReply(engine, trail, trace, reply)
  }
  const waiting = events.find((event) => decisionOf(event) === 'neigh.wait')
  const drops = events.filter((event) => dropOf(event) !== undefined)
  const failed = drops.find((event) => dropOf(event) === 'neigh.failed' || dropOf(event) === 'neigh.dead')
  const resolved =
    waiting !== undefined &&
    events.some((event) => event.seq > waiting.seq && isSighting(event) && event.device === waiting.device)
  if (waiting !== undefined && (failed !== undefined || !resolved))
    return explainUnresolved(engine, trail, waiting.device, waiting.a)
  // Of several copies of a flooded frame, those that merely reached the wrong machine say the least.
  const drop = drops.filter((event) => dropOf(event) !== 'ip.other_host').at(-1) ?? drops.at(-1)
  const last = events.filter(isSighting).at(-1)
  if (drop !== undefined) return dropVerdict(engine, trail, drop)
  const place = last ?? events.at(-1)
  const where = { device: place?.device ?? 0, netns: place?.netns ?? 0 }
  return { code: 'unanswered', stopped: where, decided: where, ip: 0, verdict: place?.seq ?? 0 }
}

/** A reply that did not come back; one to an own address of its sender never leaves. */
function followReply(engine: LabEngine, trail: Trail, trace: TraceStore, reply: number): Verdict {
  const output = trail.ofPacket(reply).find((event) => decisionOf(event) === 'ip.output')
  const netns = output === undefined ? undefined : engine.rewind.worldAt(output.at).namespaces[output.netns]
  if (
    output !== undefined &&
    netns !== undefined &&
    isOwnAddress(engine.rewind.worldAt(output.at), netns, ipv4FromNumber(output.a))
  ) {
    const place = { device: 0, netns: output.netns }
    return { code: 'reply-to-self', stopped: place, decided: place, ip: output.a, verdict: output.seq }
  }
  return followPacket(engine, trail, trace, reply, 'reply')
}

function dropVerdict(engine: LabEngine, trail: Trail, drop: TraceEvent): Verdict {
  const reason = dropOf(drop) ?? 'rx.truncated'
  const device = engine.world.devices[drop.device]
  const code = causeOfDrop(reason, drop, engine.rewind.explain(drop.seq).checks, device?.state.kind === 'lo')
  const route = trail.ofPacket(drop.packet).find((event) => decisionOf(event) === 'ip.output')
  // What died on lo was never given to a device that anyone could look at.
  const seen = trail.ofPacket(drop.packet).some(isSighting)
  const where = { device: seen ? drop.device : 0, netns: drop.netns }
  return { code, stopped: where, decided: where, ip: route?.a ?? 0, verdict: drop.seq }
}

/** The events that tell the story of a packet: its sightings, decisions and drops. */
function chainOf(trail: Trail, packet: number): number[] {
  return trail.ofPacket(packet).map((event) => event.seq)
}

function placeName(engine: LabEngine, place: Verdict['stopped']): string {
  const device = engine.world.devices[place.device]
  const netns = engine.world.namespaces[device?.netns ?? place.netns]?.name ?? ''
  return device === undefined ? netns : `${netns}/${device.name}`
}

function answer(engine: LabEngine, verdict: Verdict | undefined, chain: readonly number[]): WhyAnswer {
  if (verdict === undefined)
    return { ok: true, key: '', params: {}, text: '', stoppedAt: '', verdict: 0, chain: [], explanation: undefined }
  const params = {
    place: placeName(engine, verdict.decided),
    stopped: placeName(engine, verdict.stopped),
    ip: verdict.ip === 0 ? '' : formatIpv4(ipv4FromNumber(verdict.ip)),
  }
  const explanation = verdict.verdict === 0 ? undefined : engine.rewind.explain(verdict.verdict)
  return {
    ok: false,
    key: verdict.code,
    params,
    text: causeText(verdict.code, params),
    stoppedAt: params.stopped,
    verdict: verdict.verdict,
    chain,
    explanation,
  }
}

/** An action that failed for a reason of its own, such as a refused command: its own words are the reason. */
function textAnswer(action: ActionView): WhyAnswer {
  const text =
    action.output
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? `exit status ${action.exit ?? 0}`
  return {
    ok: false,
    key: 'refused',
    params: { text },
    text,
    stoppedAt: '',
    verdict: 0,
    chain: [],
    explanation: undefined,
  }
}

/** The ordered checks of an answer as lines for a terminal. */
export function explainText(answer: WhyAnswer): string[] {
  return (answer.explanation?.checks ?? []).map((check) => {
    const value = check.value === undefined ? '' : `: ${check.value}`
    const source = check.source === undefined ? '' : ` (${check.source})`
    return `${check.ok ? 'yes' : 'no '}  ${check.id}${value}${source}`
  })
}
