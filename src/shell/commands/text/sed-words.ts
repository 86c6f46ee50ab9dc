/** Patterns and replacements of sed as they are written. */
import type { SedReplacement } from './sed-script.ts'

/** What the C library says about a pattern that it cannot compile. */
export function faultOf(source: string, extended: boolean): string {
  if (/\[[^\]]*$/.test(source)) return 'Unmatched [, [^, [:, [., or [='
  const plain = source.replace(/\[[^\]]*\]/g, '').replace(/\\[^()]/g, '')
  const count = (sign: RegExp): number => plain.match(sign)?.length ?? 0
  const opens = count(extended ? /(?<!\\)\(/g : /\\\(/g)
  const closes = count(extended ? /(?<!\\)\)/g : /\\\)/g)
  if (opens !== closes) return opens > closes ? 'Unmatched ( or \\(' : 'Unmatched ) or \\)'
  return 'Invalid preceding regular expression'
}

/** `\n` and `\t` are a newline and a tab wherever they stand. */
export function escapes(source: string): string {
  return source.replace(/\\([nt\\])/g, (whole, letter: string) =>
    letter === 'n' ? '\n' : letter === 't' ? '\t' : whole,
  )
}

/** A replacement taken apart: text, groups and changes of case. */
export function replacementParts(source: string): SedReplacement[] {
  const parts: SedReplacement[] = []
  let text = ''
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text })
    text = ''
  }
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? ''
    if (character === '&') {
      flush()
      parts.push({ kind: 'group', number: 0 })
    } else if (character !== '\\') text += character
    else {
      at++
      const next = source[at] ?? ''
      if (/\d/.test(next)) {
        flush()
        parts.push({ kind: 'group', number: Number(next) })
      } else if (/[ULulE]/.test(next)) {
        flush()
        parts.push({ kind: 'case', to: next as 'U' })
      } else text += next === 'n' ? '\n' : next === 't' ? '\t' : next
    }
  }
  flush()
  return parts
}
