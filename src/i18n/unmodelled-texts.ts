// What the lab leaves out, in the reader's language: the sentences are those of the command line, in English, unless there is a translation.
import { i18n } from './i18n.ts'

type Sentences = Readonly<Record<string, string>>

const LOADERS: Readonly<Record<string, () => Promise<Sentences>>> = {
  'zh-CN': async () => (await import('./zh-cn/unmodelled.ts')).unmodelled,
}

/** The sentences of the language that is shown, by the English ones; none for English itself. */
export async function loadUnmodelledTexts(language = i18n.language): Promise<Sentences> {
  return (await LOADERS[language]?.()) ?? {}
}
