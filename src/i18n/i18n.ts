// Texts by typed key, in the reader's language. English is complete and always there; other languages are loaded when chosen.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'
import type { KernelTranslation } from './en/kernel.ts'

/** Texts of another language: the same keys as English. */
export type Translation = {
  readonly [Section in keyof typeof en]: { readonly [Key in keyof (typeof en)[Section]]: string }
}

const i18n = i18next.createInstance()
const LOADERS: Readonly<
  Record<string, () => Promise<{ readonly page: Translation; readonly kernel: KernelTranslation }>>
> = {
  'zh-CN': async () => {
    const [{ zhCn }, { kernel }] = await Promise.all([import('./zh-cn.ts'), import('./zh-cn/kernel.ts')])
    return { page: zhCn, kernel }
  },
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

/** Adds the English sentences about the kernel's decisions; other languages bring theirs along. */
export function addKernelTexts(texts: KernelTranslation): void {
  i18n.addResourceBundle('en', 'kernel', texts)
}

/** Loads a language if need be, then shows it. */
export async function changeLanguage(language: string): Promise<void> {
  const load = LOADERS[language]
  if (load !== undefined && !i18n.hasResourceBundle(language, 'page')) {
    const { page, kernel } = await load()
    i18n.addResourceBundle(language, 'page', page)
    i18n.addResourceBundle(language, 'kernel', kernel)
  }
  await i18n.changeLanguage(language)
}
