// What the kernel checked, decided and dropped, in English. Apart from the page's own texts, because only who asks why needs them.
import { causes } from './causes.ts'
import { checks } from './checks.ts'
import { decisions } from './decisions.ts'
import { drops } from './drops.ts'

export const kernel = { decisions, drops, checks, causes }

/** The same sentences in another language. */
export type KernelTranslation = {
  readonly [Section in keyof typeof kernel]: { readonly [Key in keyof (typeof kernel)[Section]]: string }
}
