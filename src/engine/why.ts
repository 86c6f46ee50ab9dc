// What stopped an action: follows the first packet that got no answer, from the trace alone, to the one check that ended it.
import { causeText, type CauseCode } from '../contract/causes.ts'
import type { Check, Explanation } from '../contract/decisions.ts'
import { DROP_REASONS } from '../contract/drop-reasons.ts'
import { ERRNO_CODES } from '../contract/errno.ts'
import type { ActionView, WhyAnswer } from '../contract/protocol.ts'
import type { TraceEvent } from '../contract/trace-events.ts'
import { formatIpv4, ipv4FromNumber } from '../wire/address.ts'
import type { LabEngine } from './lab-engine.ts'
import { glyphOf } from './sightings.ts'
import type { TraceStore } from './trace-store.ts'
import { followRequest, wasAnswered } from './why/packet.ts'
import { decisionOf, dropOf, trailOf, type Trail } from './why/trail.ts'
import { inquiryOf, type Inquiry, type Place, type Verdict } from './why/verdict.ts'

const LOSS = /(\d+(?:\.\d+)?)% packet loss/g

/** True when an action did not do what it was for: it failed, or a ping in it lost packets. */
function hasFailed(action: ActionView): boolean {
  return (action.exit ?? 0) !== 0 || [...action.output.matchAll(LOSS)].some(([, loss]) => Number(loss) > 0)
}

/** Explains an action; `ok` when there is nothing to explain. */
export function whyAction(engine: LabEngine, trace: TraceStore, index: number): WhyAnswer {
  const action = engine.actions[index]
  if (action === undefined || !hasFailed(action)) return NOTHING
  const inquiry = inquiryOf(trailOf(trace), engine.rewind, action.endedAt ?? Infinity)
  const found = isPing(action) ? pingVerdict(inquiry, action) : undefined
  return found === undefined ? textAnswer(action) : answer(engine, inquiry, found.verdict, found.chain)
}

const NOTHING: WhyAnswer = {
  ok: true,
  key: '',
  params: {},
  text: '',
  stoppedAt: '',
  verdict: 0,
  chain: [],
  explanation: undefined,
}

/** Only ping's packets are followed; what other programs print about their failure says what there is to say. */
function isPing({ command, output }: ActionView): boolean {
  return /(^|[^\w-])ping([^\w-]|$)/.test(command) || /^PING /m.test(output)
}

interface Found {
  readonly verdict: Verdict
  readonly chain: readonly number[]
}

/** The first request that had no reply, or else what was refused: ping may be refused once and then ask in another way. */
function pingVerdict(inquiry: Inquiry, action: ActionView): Found | undefined {
  const { trail } = inquiry
  const effects = trail.effectsOf(action.firstSeq)
  for (const event of effects) {
    const decision = decisionOf(event)
    if (decision !== 'ip.output' || event.packet === 0 || !isEchoRequest(trail, event.packet)) continue
    if (wasAnswered(inquiry, event.packet)) continue
    return { verdict: followRequest(inquiry, event.packet), chain: trail.ofPacket(event.packet).map(({ seq }) => seq) }
  }
  const refused = effects.find((event) => decisionOf(event) === 'ip.output_refused')
  return refused === undefined ? undefined : { verdict: refusal(refused), chain: [refused.seq] }
}

/** Whether a packet is an echo request. One that still waits for its neighbour has shown nothing yet, and is taken for one. */
function isEchoRequest(trail: Trail, packet: number): boolean {
  const frame = trail.frameOf(trail.ofPacket(packet))
  return frame === undefined || glyphOf(frame) === 'icmp-request'
}

/** A refusal before any packet was made. */
function refusal(event: TraceEvent): Verdict {
  const stopped: Place = { device: 0, netns: event.netns }
  const verdict = event.seq
  return {
    code: refusalCode(event),
    stopped,
    decided: stopped,
    ip: event.a,
    verdict,
    deciding: undefined,
    lost: 'request',
  }
}

function refusalCode({ b, c }: TraceEvent): CauseCode {
  if (c === 1) return 'broadcast-not-permitted'
  switch (ERRNO_CODES[b]) {
    case 'ENETUNREACH':
      return 'no-route-at-sender'
    case 'EMSGSIZE':
      return 'mtu-exceeded-at-sender'
    default:
      return 'route-refuses-at-sender'
  }
}

/** `ns/dev` as it was called at a moment; only `ns` for what no device got. */
function placeName(engine: LabEngine, inquiry: Inquiry, place: Place, at: number): string {
  const world = inquiry.worldAt(at)
  const device = world.devices[place.device] ?? engine.world.devices[place.device]
  const netns = world.namespaces[place.netns]?.name ?? ''
  return device === undefined ? netns : `${netns}/${device.name}`
}

function answer(engine: LabEngine, inquiry: Inquiry, found: Verdict, chain: readonly number[]): WhyAnswer {
  const event = inquiry.trail.event(found.verdict)
  const at = event?.at ?? engine.world.now
  const reason = event === undefined ? undefined : dropOf(event)
  const linux = reason === undefined ? 'NOT_SPECIFIED' : DROP_REASONS[reason].linux
  const stopped = placeName(engine, inquiry, found.stopped, at)
  const params: Record<string, string> = {
    place: placeName(engine, inquiry, found.decided, at),
    stopped,
    ip: found.ip === 0 ? '' : formatIpv4(ipv4FromNumber(found.ip)),
    lost: found.lost,
  }
  if (reason !== undefined) params['reason'] = reason
  if (linux !== 'NOT_SPECIFIED') params['linux'] = linux
  return {
    ok: false,
    key: found.code,
    params,
    text: causeText(found.code, params),
    stoppedAt: stopped,
    verdict: found.verdict,
    chain,
    explanation: found.verdict === 0 ? undefined : explanationOf(engine, found),
  }
}

/** The checks up to the one that decided. What was looked at after it had no say any more. */
function explanationOf(engine: LabEngine, { verdict, deciding }: Verdict): Explanation {
  const { checks } = engine.rewind.explain(verdict)
  if (deciding === undefined) return { seq: verdict, checks }
  const isDeciding = (check: Check): boolean =>
    !check.ok && check.id === deciding.id && check.device === deciding.device
  const last = checks.findLastIndex(isDeciding)
  return { seq: verdict, checks: checks.slice(0, last + 1) }
}

/** How programs say that something went wrong. */
const COMPLAINT =
  /answers:|error|fail|cannot|can't|not |no such|unknown|invalid|unreachable|refused|exists|denied|busy|usage/i

/** An action that failed for a reason of its own, such as a refused command: its own words are the reason. */
function textAnswer(action: ActionView): WhyAnswer {
  const lines = action.output.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  const text = lines.find((line) => COMPLAINT.test(line)) ?? lines.at(-1) ?? `exit status ${action.exit ?? 0}`
  return { ...NOTHING, ok: false, key: 'refused', params: { text }, text }
}

/** The ordered checks of an answer as lines for a terminal. */
export function explainText(answer: WhyAnswer): string[] {
  return (answer.explanation?.checks ?? []).map((check) => {
    const value = check.value === undefined ? '' : `: ${check.value}`
    const source = check.source === undefined ? '' : ` (${check.source})`
    return `${check.ok ? 'yes' : 'no '}  ${check.id}${value}${source}`
  })
}
