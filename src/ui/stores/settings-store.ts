// What the reader prefers. Kept in the browser; anything unreadable there is ignored.
import { createStore } from 'zustand/vanilla'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

export interface SettingsState {
  readonly theme: Theme
  readonly language: Language
  /** Frames highlight instead of travelling: the system's wish, or the reader's own. */
  readonly motion: 'system' | 'reduced'
}

/** The part of Storage that settings need; a browser may refuse it altogether. */
export interface SettingsStorage {
  readonly getItem: (key: string) => string | null
  readonly setItem: (key: string, value: string) => void
}

const KEY = 'vethlab.settings'

/** Reads settings, and writes them back at each change. */
export function createSettingsStore(storage: SettingsStorage | undefined, preferred: readonly string[] = []) {
  const store = createStore<SettingsState>(() => readSettings(storage, preferred))
  store.subscribe((state) => {
    try {
      storage?.setItem(KEY, JSON.stringify(state))
    } catch {
      // A full or forbidden storage costs the reader a preference, not the lab.
    }
  })
  return store
}
export type SettingsStore = ReturnType<typeof createSettingsStore>

function readSettings(storage: SettingsStorage | undefined, preferred: readonly string[]): SettingsState {
  const language: Language = preferred[0]?.toLowerCase().startsWith('zh') === true ? 'zh-CN' : 'en'
  const fallback: SettingsState = { theme: 'system', language, motion: 'system' }
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? '{}')
    if (typeof kept !== 'object' || kept === null) return fallback
    const read = new Map(Object.entries(kept))
    return {
      theme: THEMES.find((theme) => theme === read.get('theme')) ?? fallback.theme,
      language: LANGUAGES.find((name) => name === read.get('language')) ?? fallback.language,
      motion: read.get('motion') === 'reduced' ? 'reduced' : 'system',
    }
  } catch {
    return fallback
  }
}
