// The lab's title, the ways to open another, sharing, and what the reader prefers.
import { Keyboard, Redo2, Search, Settings2, Share2, Undo2 } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useEditing, useLab, useSession } from '../lab/context.tsx'
import { redo, undo } from './commands.ts'
import './header.css'
import { HeaderTools } from './HeaderTools.tsx'
import { SettingsPanel } from './SettingsPanel.tsx'

export function Header({ isNarrow }: { readonly isNarrow: boolean }) {
  const { t } = useTranslation()
  const session = useSession()
  const title = useLab((state) => state.title)
  const settingsId = useId()
  const { view } = session
  return (
    <header className="header">
      <span className="header__brand">
        <BrandMark />
        <span className="header__product">vethlab</span>
      </span>
      <h1 className="header__title" title={title}>
        {title}
      </h1>
      <HeaderTools isNarrow={isNarrow} />
      <div className="header__end">
        <UndoButtons />
        <button
          type="button"
          className="button button--icon"
          aria-label={t('command.title')}
          aria-keyshortcuts="Control+K"
          title={`${t('command.title')} (Ctrl+K)`}
          onClick={() => view.setState({ dialog: 'command' })}
        >
          <Search size={15} />
        </button>
        <button type="button" className="button button--primary" onClick={() => view.setState({ dialog: 'share' })}>
          <Share2 size={14} /> <span className={isNarrow ? 'visually-hidden' : undefined}>{t('header.share')}</span>
        </button>
        <button
          type="button"
          className="button button--icon header__keys"
          aria-label={t('header.shortcuts')}
          title={t('header.shortcuts')}
          onClick={() => view.setState({ dialog: 'shortcuts' })}
        >
          <Keyboard size={16} />
        </button>
        <button
          type="button"
          className="button button--icon"
          aria-label={t('settings.title')}
          title={t('settings.title')}
          popoverTarget={settingsId}
        >
          <Settings2 size={16} />
        </button>
        <SettingsPanel id={settingsId} />
      </div>
    </header>
  )
}

/** Undo and redo of everything: gestures, commands, moves. */
function UndoButtons() {
  const { t } = useTranslation()
  const session = useSession()
  const canUndo = useEditing((state) => state.canUndo)
  const canRedo = useEditing((state) => state.canRedo)
  const buttons = [
    { label: t('editing.undo'), keys: 'Ctrl+Z', icon: <Undo2 size={15} />, isOff: !canUndo, run: undo },
    { label: t('editing.redo'), keys: 'Ctrl+Shift+Z', icon: <Redo2 size={15} />, isOff: !canRedo, run: redo },
  ]
  return buttons.map(({ label, keys, icon, isOff, run }) => (
    <button
      key={keys}
      type="button"
      className="button button--icon"
      aria-label={label}
      aria-keyshortcuts={keys.replace('Ctrl', 'Control')}
      title={`${label} (${keys})`}
      aria-disabled={isOff}
      onClick={() => {
        if (!isOff) void run(session)
      }}
    >
      {icon}
    </button>
  ))
}

/** Two plugs of one cable. */
export function BrandMark() {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M4 16h5m14 0h5M9 11h5v10H9zm9 0h5v10h-5zm-4 5h4"
        fill="none"
        stroke="var(--accent-text)"
        strokeWidth="2.5"
      />
    </svg>
  )
}
