/** Bracket expressions: `[a-z_]`, `[^[:space:]]`, `[]x]`. */
import { POSIX_CLASSES } from '../posix-classes.ts'

/** Whether a character matches. */
export type CharacterTest = (character: string) => boolean

interface SetSyntax {
  readonly ignoreCase: boolean
  readonly escapesInSets: boolean
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' }

/** Reads the expression that begins at `start`; `end` is behind its `]`, and undefined where it has none. */
export function setTest(
  source: string,
  start: number,
  { ignoreCase, escapesInSets }: SetSyntax,
): { readonly test: CharacterTest; readonly end: number | undefined } {
  const tests: CharacterTest[] = []
  let at = start + 1
  const isNegated = source[at] === '^'
  if (isNegated) at += 1
  let isFirst = true
  /** The next single character, behind whatever writes it. */
  const take = (): string => {
    const named = /^\[([.=])(.)\1\]/s.exec(source.slice(at, at + 5))
    if (named !== null) {
      at += 5
      return named[2]!
    }
    if (escapesInSets && source[at] === '\\' && at + 1 < source.length) {
      at += 2
      const escaped = source[at - 1]!
      return ESCAPES[escaped] ?? escaped
    }
    at += 1
    return source[at - 1]!
  }
  while (at < source.length && (isFirst || source[at] !== ']')) {
    isFirst = false
    const name = /^\[:(\w+):\]/.exec(source.slice(at))
    if (name !== null) {
      tests.push(classTest(name[1]!))
      at += name[0].length
      continue
    }
    const first = take()
    if (source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length) {
      at += 1
      const last = take()
      tests.push((character) => character >= first && character <= last)
    } else tests.push((character) => character === first)
  }
  const has = (character: string): boolean => tests.some((test) => test(character))
  const hasEither = ignoreCase
    ? (character: string): boolean => has(character) || has(character.toLowerCase()) || has(character.toUpperCase())
    : has
  return {
    test: isNegated ? (character) => !hasEither(character) : hasEither,
    end: source[at] === ']' && !isFirst ? at + 1 : undefined,
  }
}

/** A class by its name; one that does not exist has no member. */
function classTest(name: string): CharacterTest {
  const members = POSIX_CLASSES[name]
  if (members === undefined) return () => false
  const pattern = new RegExp(`^[${members}]$`)
  return (character) => pattern.test(character)
}
