// Texts by typed key, in the reader's language. English is complete and always there; other languages are loaded when chosen.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'

/** Texts of another language: the same keys as English. */
export type Translation = { readonly [Section in keyof typeof en]: { readonly [Key in keyof (typeof en)[Section]]: string } }

const i18n = i18next.createInstance()
const LOADERS: Readonly<Record<string, () => Promise<Translation>>> = {
  'zh-CN': async () => (await import('./zh-cn.ts')).zhCn,
}

void i18n.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'page',
  resources: { en: { page: en } },
  // Synchronous, because English is part of the program.
  initAsync: false,
  interpolation: { escapeValue: false },
})

/** The text of a key, for code outside of components; components use `useTranslation`. */
export const t = i18n.t.bind(i18n)

/** Loads a language if need be, then shows it. */
export async function changeLanguage(language: string): Promise<void> {
  const load = LOADERS[language]
  if (load !== undefined && !i18n.hasResourceBundle(language, 'page')) {
    i18n.addResourceBundle(language, 'page', await load())
  }
  await i18n.changeLanguage(language)
}
