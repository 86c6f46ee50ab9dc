// Keeps the lab of this tab while one works on it, and brings it back after a reload or a crash of the browser.
import { createStore, del, entries, get, set } from 'idb-keyval'
import { t } from '../../i18n/i18n.ts'
import { NO_EDITS } from '../stores/editing-store.ts'
import { pointOf } from './history.ts'
import { keepLab, keptLab, keptLabs } from './kept-labs.ts'
import type { KeptLab, KeptStore } from './kept-labs.ts'
import { takeOpeningTurn } from './built-lab.ts'
import { openLab } from './open-lab.ts'
import { rebuild } from './rebuild.ts'
import type { LabSession } from './session.ts'

/** After the last change. */
const PAUSE_MS = 700
/** Which lab this tab works on: lives as long as the tab, through reloads. */
const TAB_KEY = 'vethlab.tab'

/** The browser's own table. */
export function browserStore(): KeptStore {
  const table = createStore('vethlab', 'labs')
  return {
    get: (key) => get<unknown>(key, table),
    set: (key, value) => set(key, value, table),
    delete: (key) => del(key, table),
    entries: async () => (await entries<string, unknown>(table)).map(([key, value]) => [key, value] as const),
  }
}

/** Starts to keep what is done in this tab. Storage that fails costs the reader the keeping, never the lab. */
export function startAutosave(session: LabSession, store: KeptStore): void {
  let id = restored.get(session) ?? ''
  let { opening } = session.lab.getState()
  let timer: ReturnType<typeof setTimeout> | undefined
  const save = async (): Promise<void> => {
    const { title, origin } = session.lab.getState()
    if (!isWorkedOn(session)) return
    if (id === '') id = await claim(crypto.randomUUID())
    rememberTab(id)
    const { text, inputs } = pointOf(session)
    await keepLab(store, { id, title, origin, text, inputs, savedAt: Date.now() })
  }
  const onChange = (): void => {
    const { lab } = session
    if (lab.getState().opening !== opening) {
      opening = lab.getState().opening
      // Another lab is another entry; one that was brought back goes on under its own.
      id = restored.get(session) ?? ''
      restored.delete(session)
    }
    clearTimeout(timer)
    timer = setTimeout(() => {
      save().catch(() => undefined)
    }, PAUSE_MS)
  }
  session.lab.subscribe(onChange)
  session.actions.subscribe(onChange)
}

/** Whether there is anything that opening the lab again would not bring back. */
function isWorkedOn({ lab, actions }: LabSession): boolean {
  const { document, openedText } = lab.getState()
  if (document === undefined) return false
  return document.text !== openedText || actions.getState().actions.some(({ line }) => line === 0)
}

/** The entry under which a lab that was brought back is kept on. */
const restored = new WeakMap<LabSession, string>()

/** Brings back the lab that this tab worked on before it was reloaded; resolves to whether there was one. */
export async function restoreTab(session: LabSession, store: KeptStore, turn: number): Promise<boolean> {
  const id = tabLab()
  if (id === undefined) return false
  const lab = await keptLab(store, id).catch(() => undefined)
  // A tab that was duplicated brings the number along; the lab is then copied, not shared.
  return lab === undefined ? false : openKept(session, { ...lab, id: await claim(id) }, turn)
}

/** Opens a kept lab as it was left. */
export async function openKept(session: LabSession, lab: KeptLab, turn = takeOpeningTurn(session)): Promise<boolean> {
  restored.set(session, lab.id)
  const isOpen = await openLab(session, { text: lab.text, origin: lab.origin, turn })
  if (!isOpen) return false
  if (lab.inputs.length > 0) await rebuild(session, lab)
  session.editing.setState(NO_EDITS)
  rememberTab(lab.id)
  return true
}

/** Tells of a lab that another visit left behind, once, where nothing else was asked for. */
export async function offerLast(session: LabSession, store: KeptStore): Promise<void> {
  const [last] = await keptLabs(store).catch(() => [])
  if (last === undefined || tabLab() !== undefined) return
  session.messages.getState().show({
    severity: 'info',
    title: t('autosave.kept', { title: last.title }),
    details: [t('autosave.where')],
    action: { label: t('autosave.open'), run: () => void openKept(session, last) },
  })
}

/** A number that no other tab works under: the one asked for, or a new one. */
async function claim(id: string): Promise<string> {
  const isFree = await new Promise<boolean>((resolve) => {
    void navigator.locks.request(`vethlab.lab.${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null)
      // Held as long as the tab lives.
      return lock === null ? undefined : new Promise<never>(() => undefined)
    })
  })
  return isFree ? id : crypto.randomUUID()
}

function tabLab(): string | undefined {
  try {
    return sessionStorage.getItem(TAB_KEY) ?? undefined
  } catch {
    return undefined
  }
}

function rememberTab(id: string): void {
  try {
    sessionStorage.setItem(TAB_KEY, id)
  } catch {
    // Without it a reload opens the example, and the list still has the lab.
  }
}
