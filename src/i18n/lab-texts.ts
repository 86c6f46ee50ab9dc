// What the gallery says about its labs, in the reader's language: loaded when first asked for, then at hand.
import type { linkLabs } from './en/labs-link.ts'
import type { networkLabs } from './en/labs-network.ts'
import { i18n } from './i18n.ts'

/** A lab of the gallery, as its file is called. */
export type LabName = keyof typeof linkLabs | keyof typeof networkLabs
/** By the lab's name: its title, and one sentence about what it shows. */
export type LabTexts = Readonly<Record<string, readonly [title: string, shows: string]>>

const LOADERS: Readonly<Record<string, () => Promise<LabTexts>>> = {
  en: async () => {
    const [link, network] = await Promise.all([import('./en/labs-link.ts'), import('./en/labs-network.ts')])
    return { ...link.linkLabs, ...network.networkLabs }
  },
  'zh-CN': async () => {
    const [link, network] = await Promise.all([import('./zh-cn/labs-link.ts'), import('./zh-cn/labs-network.ts')])
    return { ...link.linkLabs, ...network.networkLabs }
  },
}

const loaded = new Map<string, LabTexts>()

/** Brings the texts of a language, by default of the one that is shown. */
export async function loadLabTexts(language = i18n.language): Promise<LabTexts> {
  const known = loaded.get(language)
  if (known !== undefined) return known
  const texts = await (LOADERS[language] ?? LOADERS['en']!)()
  loaded.set(language, texts)
  return texts
}

/** The texts of the language that is shown, if they are here already. */
export function labTextsAtHand(): LabTexts | undefined {
  return loaded.get(i18n.language)
}
