// Texts by typed key, in the reader's language. English is complete and always there; other languages are loaded when chosen.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { WhyAnswer } from '../contract/protocol.ts'
import { en } from './en.ts'
import type { later } from './en/later.ts'
import type { KernelTranslation } from './en/kernel.ts'

type English = typeof en & typeof later

/** Texts of another language: the same keys as English. */
export type Translation = {
  readonly [Section in keyof English]: { readonly [Key in keyof English[Section]]: string }
}

export const i18n = i18next.createInstance()
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
  // No key names its namespace: looking for one in every key is a good part of what a text costs.
  nsSeparator: false,
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

/** Brings the English sentences about the kernel's decisions; a translation comes with its own. */
export async function loadKernelTexts(): Promise<void> {
  if (!i18n.hasResourceBundle('en', 'kernel')) addKernelTexts((await import('./en/kernel.ts')).kernel)
}

/** Brings the English texts of the parts of the page that are loaded later; a translation comes with its own. */
export async function loadLaterTexts(): Promise<void> {
  if (!i18n.exists('script.title', { lng: 'en' })) {
    i18n.addResourceBundle('en', 'page', (await import('./en/later.ts')).later, true)
  }
}

/** What stopped an action, in the reader's language; causes that have no sentence there in English. Needs the kernel's texts. */
export function causeSentence({ key, params, text }: Pick<WhyAnswer, 'key' | 'params' | 'text'>): string {
  // The key comes from the engine; whether it names a cause is known only now.
  const cause = `causes.${key}` as 'causes.dropped'
  return i18n.exists(cause, { ns: 'kernel' }) ? i18n.t(cause, { ns: 'kernel', ...params }) : text
}

/** Why a gesture could not be carried out, in the reader's language. */
export function refusalSentence({ code, params }: { readonly code: string; readonly params: object }): string {
  // Codes come from the planner, which has a text for each; whether it does is known only now.
  const key = `build.${code}` as 'editing.refused'
  return i18n.exists(key) ? i18n.t(key, { ...params }) : i18n.t('editing.refused', { ...params })
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
