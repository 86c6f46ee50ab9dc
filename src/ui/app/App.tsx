// The page: header, panels, dialogs, messages. Wide windows show everything at once, narrow ones one panel at a time.
import { useEffect } from 'react'
import { lazyPart } from '../components/lazy-part.tsx'
import { useMediaQuery } from '../components/use-media-query.ts'
import { FileDrop } from '../features/opening/FileDrop.tsx'
import { loadLabTexts } from '../../i18n/lab-texts.ts'
import { LiveNarration } from '../features/playback/LiveNarration.tsx'
import { useLab, useSession, useSettings, useView } from '../lab/context.tsx'
import type { PageDialog } from '../stores/view-store.ts'
import './app.css'
import { Header } from './Header.tsx'
import { Messages } from './Messages.tsx'
import { NarrowLayout } from './NarrowLayout.tsx'
import { handleShortcut } from './shortcuts.ts'
import { WideLayout } from './WideLayout.tsx'

/** Loaded when first opened: none of them is part of the first picture. */
const DIALOGS = {
  gallery: lazyPart(async () => {
    const [dialog] = await Promise.all([import('../features/opening/GalleryDialog.tsx'), loadLabTexts()])
    return dialog
  }),
  paste: lazyPart(() => import('../features/opening/PasteDialog.tsx')),
  share: lazyPart(() => import('../features/share/ShareDialog.tsx')),
  'ping-target': lazyPart(() => import('../features/canvas/PingTargetDialog.tsx')),
  'live-edge': lazyPart(() => import('../features/actions/LiveEdgeDialog.tsx')),
  'make-start': lazyPart(() => import('../features/actions/MakeStartDialog.tsx')),
  command: lazyPart(() => import('../features/command/CommandDialog.tsx')),
  unmodelled: lazyPart(() => import('../features/problems/UnmodelledDialog.tsx')),
  shortcuts: lazyPart(() => import('./ShortcutsDialog.tsx')),
} as const satisfies Record<PageDialog, unknown>

const EmbeddedLayout = lazyPart(() => import('./EmbeddedLayout.tsx'))

export function App({ isEmbedded }: { readonly isEmbedded: boolean }) {
  const session = useSession()
  const isNarrow = useMediaQuery('(max-width: 900px)')
  const dialog = useView((state) => state.dialog)
  const Dialog = dialog === undefined ? undefined : DIALOGS[dialog]
  useTheme()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => handleShortcut(session, event)
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [session])
  usePreloading()
  const Layout = isNarrow ? NarrowLayout : WideLayout
  return (
    <div className="app">
      {isEmbedded ? (
        <EmbeddedLayout />
      ) : (
        <>
          <Header isNarrow={isNarrow} />
          {/* The dividers between panels belong to no panel, but to the page's main part. */}
          <main className="app__body">
            <Layout />
          </main>
        </>
      )}
      <Messages />
      <LiveNarration />
      <FileDrop />
      {Dialog !== undefined && <Dialog onClose={() => session.view.setState({ dialog: undefined })} />}
    </div>
  )
}

/** What a single key opens is at hand soon after the first lab is: whoever types on must not wait for it. */
function usePreloading(): void {
  const isReady = useLab((state) => state.phase === 'ready')
  useEffect(() => {
    if (!isReady) return undefined
    const timer = setTimeout(() => {
      DIALOGS.gallery.preload()
      DIALOGS['ping-target'].preload()
    }, 300)
    return () => clearTimeout(timer)
  }, [isReady])
}

/** The theme stands on the root element, where the tokens look for it. */
function useTheme(): void {
  const theme = useSettings((state) => state.theme)
  const language = useSettings((state) => state.language)
  const isSystemDark = useMediaQuery('(prefers-color-scheme: dark)')
  useEffect(() => {
    const isDark = theme === 'dark' || (theme === 'system' && isSystemDark)
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
    document.documentElement.lang = language
  }, [theme, language, isSystemDark])
}
