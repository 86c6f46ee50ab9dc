// The lab's own actions, step by step or all, and commands that were typed: each with what it printed and why it failed.
import { ChevronsRight, CircleCheck, CircleX, Play, Square } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ActionView, WhyAnswer } from '../../../contract/protocol.ts'
import { causeSentence } from '../../../i18n/i18n.ts'
import { useActions, useLab, useSession } from '../../lab/context.tsx'
import { seek } from '../../lab/playback.ts'
import { interruptAction, playActions, runCommand, tellBusy } from '../../lab/run-actions.ts'
import { showVerdict } from '../../lab/show-verdict.ts'
import './actions-panel.css'

export default function ActionsPanel() {
  const { t } = useTranslation()
  const session = useSession()
  const own = useLab((state) => state.actions)
  const ran = useActions((state) => state.actions)
  const next = useActions((state) => state.nextAction)
  const isRunning = useActions((state) => state.isRunning)
  const shown = useActions((state) => state.shownAction)
  const end = useRef<HTMLLIElement>(null)
  useEffect(() => {
    // Only the list scrolls: scrollIntoView would shift the panels around it as well.
    const list = end.current?.parentElement
    if (list && end.current) list.scrollTop = end.current.offsetTop - list.offsetTop
  }, [shown])
  const waiting = own.slice(next)
  return (
    <div className="actions-panel">
      <div className="actions-panel__bar" role="toolbar" aria-label={t('actions.title')}>
        <button
          type="button"
          className="button button--outlined"
          disabled={isRunning || waiting.length === 0}
          onClick={() => void playActions(session, 1)}
        >
          <Play size={14} /> {t('actions.step')}
        </button>
        <button
          type="button"
          className="button button--outlined"
          disabled={isRunning || waiting.length === 0}
          onClick={() => void playActions(session, Infinity)}
        >
          <ChevronsRight size={15} /> {t('actions.all')}
        </button>
        {ran.some(({ line }) => line === 0) && (
          <button
            type="button"
            className="button button--outlined"
            disabled={isRunning}
            onClick={() => session.view.setState({ dialog: 'make-start' })}
          >
            {t('actions.makeStart')}
          </button>
        )}
        {isRunning && (
          <button type="button" className="button button--outlined" onClick={() => void interruptAction(session)}>
            <Square size={13} /> {t('actions.interrupt')}
          </button>
        )}
        <span className="muted">{t('actions.progress', { done: own.length - waiting.length, total: own.length })}</span>
        <CommandLine isDisabled={isRunning} />
      </div>
      <ol className="actions-panel__list">
        {ran.map((action) => (
          <li key={action.index} ref={action.index === shown ? end : undefined}>
            <RanAction action={action} />
          </li>
        ))}
        {waiting.map(({ command, line }) => (
          <li key={line} className="action action--waiting">
            <span className="action__mark" aria-hidden="true" />
            <code className="action__command">{command}</code>
            <span className="visually-hidden">{t('actions.waiting')}</span>
          </li>
        ))}
        {own.length === 0 && ran.length === 0 && <li className="panel-empty">{t('actions.none')}</li>}
      </ol>
    </div>
  )
}

function RanAction({ action }: { readonly action: ActionView }) {
  const { t } = useTranslation()
  const session = useSession()
  const why = useActions(({ whyOf }) => whyOf.get(action.index))
  const { command, exit, output, beganAt } = action
  const isFailed = exit !== undefined && exit !== 0
  return (
    <article className={`action${isFailed ? ' action--failed' : ''}`}>
      <span className="action__mark" aria-hidden="true">
        {exit === undefined ? null : isFailed ? <CircleX size={14} /> : <CircleCheck size={14} />}
      </span>
      <button
        type="button"
        className="action__command action__seek mono"
        title={t('actions.seek')}
        onClick={() => seek(session, beganAt)}
      >
        {command}
      </button>
      <span className="action__exit mono">
        {exit === undefined ? t('actions.running') : t('actions.exit', { exit })}
      </span>
      {why !== undefined && !why.ok && <Why why={why} />}
      {output !== '' && (
        // Long lines scroll, so the keyboard must reach them.
        <pre className="action__output" tabIndex={0}>
          {output.trimEnd()}
        </pre>
      )}
    </article>
  )
}

/** One sentence on what stopped it, and the way to the frame where it stopped. */
function Why({ why }: { readonly why: WhyAnswer }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <p className="action__why">
      <strong>{t('actions.why')}</strong> {causeSentence(why)}
      {why.verdict !== 0 && (
        <button type="button" className="inspector__link" onClick={() => void showVerdict(session, why.verdict)}>
          {t('actions.showFrame')}
        </button>
      )}
    </p>
  )
}

function CommandLine({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation()
  const session = useSession()
  const isReady = useLab(({ phase }) => phase === 'ready')
  const [command, setCommand] = useState('')
  return (
    <form
      className="actions-panel__command"
      onSubmit={(event) => {
        event.preventDefault()
        if (command.trim() === '' || isDisabled || tellBusy(session)) return
        void runCommand(session, command.trim())
        // Whoever turns back at the question about the past finds the command where it was.
        if (session.view.getState().dialog !== 'live-edge') setCommand('')
      }}
    >
      <span className="mono" aria-hidden="true">
        #
      </span>
      <input
        className="field mono"
        aria-label={t('actions.command')}
        disabled={!isReady}
        placeholder={t('actions.commandHint')}
        value={command}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => setCommand(event.target.value)}
      />
    </form>
  )
}
