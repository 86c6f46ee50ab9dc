// The lab's title, the ways to open another, sharing, and what the reader prefers.
import {
  ClipboardPaste,
  FilePlus2,
  FolderOpen,
  Keyboard,
  LayoutGrid,
  Redo2,
  RotateCcw,
  Search,
  Settings2,
  Share2,
  Undo2,
} from 'lucide-react'
import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useEditing, useLab, useSession } from '../lab/context.tsx'
import { openFile, openNewLab, redo, resetLab, undo } from './commands.ts'
import './header.css'
import { SettingsPanel } from './SettingsPanel.tsx'

export function Header({ isNarrow }: { readonly isNarrow: boolean }) {
  const { t } = useTranslation()
  const session = useSession()
  const title = useLab((state) => state.title)
  const file = useRef<HTMLInputElement>(null)
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
      <nav className="header__tools" aria-label={t('header.open')}>
        <Tool
          label={t('header.gallery')}
          isNarrow={isNarrow}
          icon={<LayoutGrid size={15} />}
          onClick={() => view.setState({ dialog: 'gallery' })}
        />
        <Tool
          label={t('header.file')}
          isNarrow={isNarrow}
          icon={<FolderOpen size={15} />}
          onClick={() => file.current?.click()}
        />
        <Tool
          label={t('header.paste')}
          isNarrow={isNarrow}
          icon={<ClipboardPaste size={15} />}
          onClick={() => view.setState({ dialog: 'paste' })}
        />
        <Tool
          label={t('header.new')}
          isNarrow={isNarrow}
          icon={<FilePlus2 size={15} />}
          onClick={() => void openNewLab(session)}
        />
        <Tool
          label={t('header.reset')}
          isNarrow={isNarrow}
          icon={<RotateCcw size={15} />}
          onClick={() => void resetLab(session)}
        />
        <input
          ref={file}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label={t('header.chooseFile')}
          accept=".sh,.txt,.md,.lab,text/*"
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            if (chosen !== undefined) void openFile(session, chosen)
            event.target.value = ''
          }}
        />
      </nav>
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
          aria-label={t('shortcut.title')}
          title={t('shortcut.title')}
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

interface ToolProps {
  readonly label: string
  readonly icon: React.ReactNode
  readonly isNarrow: boolean
  readonly onClick: () => void
}

/** With its word where there is room, else with the word as its name. */
function Tool({ label, icon, isNarrow, onClick }: ToolProps) {
  if (isNarrow) {
    return (
      <button type="button" className="button button--icon" aria-label={label} title={label} onClick={onClick}>
        {icon}
      </button>
    )
  }
  return (
    <button type="button" className="button" onClick={onClick}>
      {icon} {label}
    </button>
  )
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
