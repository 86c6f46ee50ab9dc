import 'i18next'
import type { en } from './en.ts'
import type { later } from './en/later.ts'
import type { kernel } from './en/kernel.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page'
    resources: { page: typeof en & typeof later; kernel: typeof kernel }
  }
}
