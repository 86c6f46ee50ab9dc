// Sentences for decisions, drops, checks and causes, in the reader's language.
import type { TFunction } from 'i18next'
import { DECISION_CODES, DECISIONS } from '../../../contract/decisions.ts'
import type { Check, DecisionKind, Outcome } from '../../../contract/decisions.ts'
import { DROP_REASON_CODES, DROP_REASONS } from '../../../contract/drop-reasons.ts'
import type { DropReason } from '../../../contract/drop-reasons.ts'
import type { WhyAnswer } from '../../../contract/protocol.ts'
import type { TraceEvent } from '../../../contract/trace-events.ts'
import { interfaceName } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { firewallChainOf } from './decisive.ts'
import { kernelTexts } from './kernel-texts.ts'
import { mainVerdict } from './fate.ts'
import type { Fate } from './fate.ts'
import { operandText } from './names.ts'

/** Of the sentences about the kernel, and of the page's own. */
type Translate = TFunction<'kernel'>
type TranslatePage = TFunction

/** i18next reads a dot as a step into a section, so ids are written with hyphens there. */
type Hyphenated<S extends string> = S extends `${infer Head}.${infer Tail}` ? `${Head}-${Hyphenated<Tail>}` : S

const hyphenated = <S extends string>(id: S): Hyphenated<S> => id.replaceAll('.', '-') as Hyphenated<S>

export interface Verdict {
  readonly outcome: Outcome | 'dropped'
  readonly sentence: string
  /** The kernel function that decided. */
  readonly where: string
  /** Our name of the decision or of the drop. */
  readonly id: string
  /** Linux's own name of a drop; undefined for a decision. */
  readonly linux: string | undefined
}

/** The decision of an event, if it is one. */
function decisionOf({ kind, code }: TraceEvent): DecisionKind | undefined {
  return kind === 'lab.decision' ? DECISION_CODES[code] : undefined
}

/** The reason of a drop, if the event is one. */
function dropOf({ kind, code }: TraceEvent): DropReason | undefined {
  return kind === 'skb.kfree_skb' ? DROP_REASON_CODES[code] : undefined
}

/** A decision or a drop in words, with names from the network as it is shown. */
export function verdictOf(t: Translate, event: TraceEvent, network: NetworkState): Verdict | undefined {
  const where = placeOf(event, network)
  const reason = dropOf(event)
  if (reason !== undefined) {
    const { where: kernelFunction, linux } = DROP_REASONS[reason]
    const sentence = t(`drops.${hyphenated(reason)}`, { where })
    return { outcome: 'dropped', sentence, where: kernelFunction, id: reason, linux }
  }
  const decision = decisionOf(event)
  if (decision === undefined) return undefined
  const { outcome, where: kernelFunction, operands } = DECISIONS[decision]
  const [a, b, c] = [event.a, event.b, event.c].map((value, index) => operandText(network, operands[index], value))
  const sentence = t(`decisions.${hyphenated(decision)}`, { where, a, b, c })
  return { outcome, sentence, where: kernelFunction, id: decision, linux: undefined }
}

/** `ns/dev` of an event; of one that belongs to no device its namespace. */
export function placeOf({ device, netns }: TraceEvent, network: NetworkState): string {
  return device !== 0 ? interfaceName(network, device) : (network.namespaceById.get(netns)?.name ?? '')
}

/** A drop's reason by its name, with the interface left to the context. */
export function dropText(t: Translate, reason: string, where = ''): string {
  const known = DROP_REASON_CODES.find((name) => name === reason)
  return known === undefined ? reason : t(`drops.${hyphenated(known)}`, { where })
}

/** The plain sentence of a check; undefined when there is none for its id. */
export function checkText(t: Translate, check: Check): string | undefined {
  const { id, ok } = check
  const chain = firewallChainOf(check)
  if (chain !== undefined) {
    const key = check.source === 'policy' ? 'netfilter-policy' : 'netfilter-rule'
    return t(`checks.${key}${ok ? '' : '-no'}`, chain)
  }
  const key = `${hyphenated(id)}${ok ? '' : '-no'}`
  return isCheckKey(key) ? t(`checks.${key}`) : undefined
}

function isCheckKey(key: string): key is keyof typeof kernelTexts.checks {
  return Object.hasOwn(kernelTexts.checks, key)
}

/** What stopped an action, in the reader's language; the engine's own English where there is no translation. */
export function whyText(t: Translate, { key, params, text }: WhyAnswer): string {
  const { place = '', ip = '', text: own = text } = params
  return isCauseKey(key) ? t(`causes.${key}`, { place, ip, text: own }) : text
}

function isCauseKey(key: string): key is keyof typeof kernelTexts.causes {
  return Object.hasOwn(kernelTexts.causes, key)
}

/** What became of a frame, in a few words. */
export function fateText(t: TranslatePage, fate: Fate): string {
  const verdict = mainVerdict(fate)
  if (verdict === undefined) return fate.next.length > 0 ? t('why.outcome_passed') : ''
  const reason = dropOf(verdict)
  if (reason !== undefined) return `${t('why.outcome_dropped')}: ${reason}`
  const outcomes = fate.verdicts.flatMap((each) => decisionOf(each) ?? []).map((kind) => DECISIONS[kind].outcome)
  return [...new Set(outcomes)].map((outcome) => t(`why.outcome_${outcome}`)).join(', ')
}
