/** Words for the shell from plain texts, and plain texts from words. */
import type { Word } from './ast.ts'

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/

/** The text as one shell word, quoted only where it must be. */
export function quoteWord(text: string): string {
  if (PLAIN.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** What a word means without running anything, or undefined if that depends on variables, commands or braces. */
export function staticText(word: Word): string | undefined {
  let text = ''
  for (const part of word.parts) {
    if (part.kind !== 'text') return undefined
    text += part.text
  }
  return text
}
