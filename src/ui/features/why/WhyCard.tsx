// Why a frame set out and what became of it: each decision in one sentence, with the checks that the kernel made, in their order.
import { Check as CheckMark, ChevronDown, ChevronRight, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Check } from '../../../contract/decisions.ts'
import type { TraceEvent } from '../../../contract/trace-events.ts'
import { useActions, useNetwork } from '../../lab/context.tsx'
import { decisiveIndex } from './decisive.ts'
import { checkText, placeOf, verdictOf, whyText } from './event-text.ts'
import { mainVerdict } from './fate.ts'
import { parseSource } from './sources.ts'
import { useExplanation, useWhyData } from './why-data.ts'
import type { WhyData } from './why-data.ts'
import './why-card.css'

export function WhyCard({ seq }: { readonly seq: number }) {
  const { t } = useTranslation()
  const data = useWhyData(seq)
  return (
    <section className="why-card" aria-label={t('why.heading')} aria-busy={data === undefined}>
      {data !== undefined && <WhyBody key={seq} data={data} />}
    </section>
  )
}

function WhyBody({ data }: { readonly data: WhyData }) {
  const { t } = useTranslation()
  const { event, fate, origins } = data
  const network = useNetwork((state) => state)
  const main = mainVerdict(fate) ?? origins.at(-1)
  const isSilent = fate.verdicts.length === 0 && origins.length === 0
  const places = [...new Set(fate.next.map((next) => placeOf(next, network)))]
  return (
    <>
      {origins.length > 0 && <h3 className="why-card__heading">{t('why.sent')}</h3>}
      {origins.toReversed().map((origin) => (
        <VerdictCard key={origin.seq} event={origin} isOpen={origin === main} />
      ))}
      {fate.verdicts.length > 0 && (
        <h3 className="why-card__heading">{t('why.received', { where: placeOf(event, network) })}</h3>
      )}
      {fate.verdicts.map((verdict) => (
        <VerdictCard key={verdict.seq} event={verdict} isOpen={verdict === main} />
      ))}
      {isSilent && <p className="why-card__silent muted">{t('why.nothing')}</p>}
      {isSilent && places.length > 0 && (
        <p className="why-card__silent muted">{t('why.passedOn', { where: places.slice(0, 4).join(', ') })}</p>
      )}
      <FailedAction seqs={[event.seq, ...fate.verdicts.map((verdict) => verdict.seq)]} />
    </>
  )
}

function VerdictCard({ event, isOpen: isOpenAtFirst }: { readonly event: TraceEvent; readonly isOpen: boolean }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const kernel = useTranslation('kernel')
  const network = useNetwork((state) => state)
  const verdict = verdictOf(kernel.t, event, network)
  if (verdict === undefined) return null
  const { outcome, sentence, where, id, linux } = verdict
  return (
    <article className={`why-card__verdict why-card__verdict--${outcome}`}>
      <p className="why-card__sentence">
        <span className="why-card__outcome">{t(`why.outcome_${outcome}`)}</span> {sentence}
      </p>
      <div className="why-card__where muted">
        <button type="button" className="why-card__toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
          {t('why.checks')}
        </button>
        <span>
          {t('why.byFunction')} <code title={id}>{where}()</code>
        </span>
        {linux !== undefined && (
          <span>
            {linux === 'NOT_SPECIFIED' ? t('why.unnamed') : t('why.linuxReason')} <code>SKB_DROP_REASON_{linux}</code>
          </span>
        )}
      </div>
      {isOpen && <Checks event={event} isRefusal={outcome === 'dropped' || outcome === 'ignored'} />}
    </article>
  )
}

interface ChecksProps {
  readonly event: TraceEvent
  /** The frame got no further. */
  readonly isRefusal: boolean
}

function Checks({ event, isRefusal }: ChecksProps) {
  const { t } = useTranslation()
  const explanation = useExplanation(event)
  if (explanation === undefined) return null
  const { checks } = explanation
  if (checks.length === 0) return <p className="why-card__none muted">{t('why.noChecks')}</p>
  const decisive = decisiveIndex(checks, isRefusal)
  const decided = checks[decisive]
  return (
    <>
      {decided !== undefined && decisive >= IN_SIGHT && (
        <div className={`why-card__gist ${checkClasses(decided, true)}`}>
          <CheckContent check={decided} isDecisive />
        </div>
      )}
      <ol className="why-card__checks" aria-label={t('why.showChecks')}>
        {checks.map((check, index) => (
          <li key={index} className={checkClasses(check, index === decisive)}>
            <CheckContent check={check} isDecisive={index === decisive} />
          </li>
        ))}
      </ol>
    </>
  )
}

/** What decided further down than this is said before the list as well. */
const IN_SIGHT = 2

function checkClasses({ ok }: Check, isDecisive: boolean): string {
  const classes = ['why-card__check', `why-card__check--${ok ? 'ok' : 'no'}`]
  if (isDecisive) classes.push('why-card__check--decisive')
  return classes.join(' ')
}

function CheckContent({ check, isDecisive }: { readonly check: Check; readonly isDecisive: boolean }) {
  const { t } = useTranslation()
  const kernel = useTranslation('kernel')
  const { ok, id, value, source } = check
  const sentence = checkText(kernel.t, check)
  return (
    <>
      <span className="why-card__mark">
        {ok ? <CheckMark size={13} aria-hidden="true" /> : <X size={13} aria-hidden="true" />}
        <span className="visually-hidden">{t(ok ? 'why.holds' : 'why.fails')}</span>
      </span>
      <div>
        <span title={id}>{sentence ?? <code>{id}</code>}</span>
        {isDecisive && <span className="why-card__decisive">{t('why.decisive')}</span>}
        {(value !== undefined || source !== undefined) && <CheckValue value={value} source={source} />}
      </div>
    </>
  )
}

const RULE_KEY = { or: 'why.ruleOr', and: 'why.ruleAnd', max: 'why.ruleMax' } as const

function CheckValue({ value, source }: { readonly value: string | undefined; readonly source: string | undefined }) {
  const { t } = useTranslation()
  const from = source === undefined ? undefined : parseSource(source)
  return (
    <span className="why-card__value">
      {value !== undefined && <code className="why-card__effective">{value}</code>}
      {from?.kind === 'plain' && (
        <span className="muted">
          {value !== undefined && `${t('why.from')} `}
          <code>{from.text}</code>
        </span>
      )}
      {from?.kind === 'pair' && (
        <span className="muted why-card__pair">
          <code>{from.all}</code>
          <code>{from.own}</code>
          <span>({t(RULE_KEY[from.rule])})</span>
        </span>
      )}
    </span>
  )
}

/** When this frame is where an action failed, the sentence that says so. */
function FailedAction({ seqs }: { readonly seqs: readonly number[] }) {
  const { t } = useTranslation()
  const actions = useActions((state) => state.actions)
  const kernel = useTranslation('kernel')
  const whyOf = useActions((state) => state.whyOf)
  const failed = actions.flatMap((action) => {
    const why = whyOf.get(action.index)
    if (why === undefined || why.ok) return []
    const isHere = seqs.includes(why.verdict) || why.chain.some((seq) => seqs.includes(seq))
    return isHere ? [{ action, why }] : []
  })
  return failed.map(({ action, why }) => (
    <article key={action.index} className="why-card__verdict why-card__verdict--dropped">
      <p className="why-card__where muted">
        {t('why.action')}: <code>{action.command}</code>
      </p>
      <p className="why-card__sentence">{whyText(kernel.t, why)}</p>
    </article>
  ))
}
