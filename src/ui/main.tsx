// The composition root of the page: an engine in a worker, a session around it, the components, and the first lab.
import './theme/fonts.css'
import './theme/tokens.css'
import './theme/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { workerTransport } from '../client/worker-transport.ts'
import { changeLanguage } from '../i18n/i18n.ts'
import { App } from './app/App.tsx'
import { readAddress } from './features/opening/address.ts'
import { SessionContext } from './lab/context.tsx'
import { drivePlayback } from './lab/playback.ts'
import { createSession } from './lab/session.ts'
import type { SettingsStorage } from './stores/settings-store.ts'

const session = createSession({
  connect: workerTransport(
    () => new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'engine' }),
  ),
  storage: usableStorage(),
  languages: navigator.languages,
})

drivePlayback(session, {
  request: (onFrame) => requestAnimationFrame(onFrame),
  cancel: (handle) => cancelAnimationFrame(handle),
})
void changeLanguage(session.settings.getState().language)
session.settings.subscribe(({ language }, previous) => {
  if (language !== previous.language) void changeLanguage(language)
})

const address = readAddress(window.location)
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id root')
createRoot(root).render(
  <StrictMode>
    <SessionContext value={session}>
      <App isEmbedded={address.isEmbedded} />
    </SessionContext>
  </StrictMode>,
)
// The reader of lab texts is loaded while the frame of the page is drawn.
void import('./features/opening/boot.ts').then(({ boot }) => boot(session, address))

// A link pasted into the address bar of the open page changes only the part after `#`.
window.addEventListener('hashchange', () => {
  const { hash } = window.location
  if (hash.length > 1)
    void import('./features/opening/sources.ts').then(({ openFragment }) => openFragment(session, hash))
})

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // Without it the page works, only not offline.
  navigator.serviceWorker.register(new URL('sw.js', document.baseURI)).catch(() => undefined)
}

/** Browsers may refuse storage altogether, even by throwing at the mention. */
function usableStorage(): SettingsStorage | undefined {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}
