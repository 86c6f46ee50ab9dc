// What stopped an action: the contract's sentences, with i18next's braces.
import { CAUSES } from '../../contract/causes.ts'
import type { CauseCode } from '../../contract/causes.ts'

export const causes = Object.fromEntries(
  Object.entries(CAUSES).map(([code, { text }]) => [code, text.replaceAll('{', '{{').replaceAll('}', '}}')]),
) as Readonly<Record<CauseCode, string>>
