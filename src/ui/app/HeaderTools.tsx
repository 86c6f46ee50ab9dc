// The ways to another lab: beside each other, or, where the window is narrow, in a menu of their own behind the gallery.
import { ClipboardPaste, FilePlus2, FolderOpen, LayoutGrid, Menu, RotateCcw } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../lab/context.tsx'
import { openFile, openNewLab, resetLab } from './commands.ts'

export function HeaderTools({ isNarrow }: { readonly isNarrow: boolean }) {
  const { t } = useTranslation()
  const { view } = useSession()
  const menuId = useId()
  return (
    <nav className="header__tools" aria-label={t('header.open')}>
      <button
        type="button"
        className={isNarrow ? 'button button--icon' : 'button'}
        onClick={() => view.setState({ dialog: 'gallery' })}
      >
        <LayoutGrid size={15} /> <span className={isNarrow ? 'visually-hidden' : undefined}>{t('header.gallery')}</span>
      </button>
      {isNarrow ? (
        <>
          <button
            type="button"
            className="button button--icon"
            aria-label={t('header.more')}
            title={t('header.more')}
            popoverTarget={menuId}
          >
            <Menu size={16} />
          </button>
          <div id={menuId} popover="auto" className="header__menu">
            <Tools onDone={() => document.getElementById(menuId)?.hidePopover()} />
          </div>
        </>
      ) : (
        <Tools />
      )}
    </nav>
  )
}

/** `onDone` is told when one of them was chosen. */
function Tools({ onDone }: { readonly onDone?: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const fileId = useId()
  const tools = [
    { label: t('header.file'), Icon: FolderOpen, run: () => document.getElementById(fileId)?.click() },
    { label: t('header.paste'), Icon: ClipboardPaste, run: () => session.view.setState({ dialog: 'paste' }) },
    { label: t('header.new'), Icon: FilePlus2, run: () => openNewLab(session) },
    { label: t('header.reset'), Icon: RotateCcw, run: () => resetLab(session) },
  ]
  return (
    <>
      {tools.map(({ label, Icon, run }) => (
        <button
          key={label}
          type="button"
          className="button"
          onClick={() => {
            onDone?.()
            void run()
          }}
        >
          <Icon size={15} /> {label}
        </button>
      ))}
      <input
        id={fileId}
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
    </>
  )
}
