// Inside another page: the canvas, the means to play it, and the way to the whole page.
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Canvas } from '../features/canvas/Canvas.tsx'
import { PlaybackBar } from '../features/playback/PlaybackBar.tsx'
import { linkOf } from '../features/share/share-lab.ts'
import { useLab, useSession } from '../lab/context.tsx'
import { BrandMark } from './Header.tsx'

export default function EmbeddedLayout() {
  const { t } = useTranslation()
  const session = useSession()
  useEffect(() => session.building.setState({ isFixed: true }), [session])
  const title = useLab((state) => state.title)
  // The link follows the text: layout that was changed here goes along.
  useLab((state) => state.document)
  const { url } = linkOf(session, { location: window.location, isRunWished: false })
  return (
    <>
      <main className="app__body" aria-label={t('canvas.title')}>
        <Canvas />
      </main>
      <footer className="embedded__bar">
        <BrandMark />
        <h1>{title}</h1>
        <PlaybackBar />
        <a href={url} target="_blank" rel="noreferrer">
          {t('embed.open')}
        </a>
      </footer>
    </>
  )
}
