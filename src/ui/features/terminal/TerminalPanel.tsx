// The terminals of the lab, one in front.
import '@xterm/xterm/css/xterm.css'
import { SquareTerminal, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useLab, useSession, useTerminals } from '../../lab/context.tsx'
import { closeTerminal, openTerminal, showTerminal } from '../../lab/terminals.ts'
import type { TerminalTab } from '../../stores/terminals-store.ts'
import { terminalView } from './terminal-view.ts'
import './terminal.css'

export default function TerminalPanel() {
  const { t } = useTranslation()
  const session = useSession()
  const tabs = useTerminals((state) => state.tabs)
  const activeKey = useTerminals((state) => state.activeKey)
  const active = tabs.find(({ key }) => key === activeKey) ?? tabs[0]
  if (active === undefined) return <NoTerminal />
  return (
    <div className="terminal">
      <div className="terminal__bar">
        <ul className="terminal__tabs" aria-label={t('terminal.title')}>
          {tabs.map((tab) => (
            <li key={tab.key} className={`terminal__tab ${tab === active ? 'terminal__tab--active' : ''}`}>
              <button
                type="button"
                className="terminal__name mono"
                data-terminal={tab.key}
                aria-label={t('terminal.on', { name: tab.title })}
                aria-pressed={tab === active}
                onClick={() => showTerminal(session, tab.key)}
              >
                {tab.title}
              </button>
              <button
                type="button"
                className="button button--icon terminal__close"
                aria-label={t('terminal.close', { name: tab.title })}
                onClick={() => closeTerminal(session, tab.key)}
              >
                <X size={12} />
              </button>
            </li>
          ))}
        </ul>
        <button type="button" className="button" title={t('shortcut.terminal')} onClick={() => openTerminal(session)}>
          <SquareTerminal size={14} /> {t('terminal.open')}
        </button>
      </div>
      <Screen key={active.key} tab={active} />
    </div>
  )
}

function Screen({ tab }: { readonly tab: TerminalTab }) {
  const session = useSession()
  const place = useRef<HTMLDivElement>(null)
  const focusCount = useTerminals((state) => state.focusCount)
  useEffect(() => {
    const parent = place.current
    if (parent === null) return undefined
    const toTab = (): void =>
      parent.closest('.terminal')?.querySelector<HTMLElement>(`[data-terminal="${tab.key}"]`)?.focus()
    return terminalView(session, tab).show(parent, toTab)
  }, [session, tab])
  useEffect(() => {
    if (focusCount > 0) terminalView(session, tab).focus()
  }, [session, tab, focusCount])
  return <div ref={place} className="terminal__place" />
}

function NoTerminal() {
  const { t } = useTranslation()
  const session = useSession()
  const machines = useLab((state) => state.machines)
  return (
    <div className="panel-empty terminal__empty">
      <p>{t('terminal.none')}</p>
      <div className="terminal__choices">
        {machines.map(({ name }) => (
          <button
            key={name}
            type="button"
            className="button button--outlined"
            onClick={() => openTerminal(session, { kind: 'machine', name })}
          >
            <SquareTerminal size={14} /> {name}
          </button>
        ))}
      </div>
    </div>
  )
}
