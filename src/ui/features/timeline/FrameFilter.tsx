// A capture filter over the timeline, in tcpdump's language. Only what the engine can read is applied; the rest is marked with tcpdump's complaint.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../lab/context.tsx'
import { orNothing } from '../../lab/frame-details.ts'
import { timelineOf, useTimeline } from './timeline-store.ts'

/** Long enough that a word is typed to its end. */
const SETTLE_MS = 250

export function FrameFilter() {
  const { t } = useTranslation()
  const session = useSession()
  const store = timelineOf(session)
  const expression = useTimeline((state) => state.expression)
  const [typed, setTyped] = useState(expression)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  // Another lab begins without a filter.
  const [applied, setApplied] = useState(expression)
  if (expression !== applied) {
    setApplied(expression)
    if (expression === '') setTyped('')
  }
  useEffect(() => {
    const wanted = typed.trim()
    if (wanted === store.getState().expression) return undefined
    let isCurrent = true
    const timer = setTimeout(() => {
      void orNothing(session.client.ask('checkFilter', { expression: wanted })).then((answer) => {
        if (!isCurrent || answer === undefined) return
        setProblem(answer.problem)
        if (answer.problem === undefined) store.setState({ expression: wanted })
      })
    }, SETTLE_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [session, store, typed])
  return (
    <span className="timeline__expression">
      <input
        type="search"
        className="field timeline__filter mono"
        spellCheck={false}
        placeholder={t('timeline.frames')}
        aria-label={t('timeline.framesLabel')}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : 'timeline-filter-problem'}
        title={problem ?? t('timeline.framesLabel')}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value)
          setProblem(undefined)
        }}
      />
      {problem !== undefined && (
        <span id="timeline-filter-problem" role="alert" className="timeline__problem">
          {problem}
        </span>
      )}
    </span>
  )
}
