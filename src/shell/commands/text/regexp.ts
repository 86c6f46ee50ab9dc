/** Regular expressions of the text tools, with what the tools say of those that are wrong. */
import { RegExpFault } from '../../regexp/regexp-parse.ts'
import { posixRegExpOf, RegExpBudgetExceeded } from '../../regexp/regexp.ts'
import type { PosixMatch, PosixRegExp, PosixRegExpOptions } from '../../regexp/regexp.ts'
import { CommandError } from '../command-error.ts'

/** An expression that ends the tool `who` with a message when it is wrong, or when it would search for ever. */
export function posixRegExp(source: string, options: PosixRegExpOptions & { readonly who: string }): PosixRegExp {
  const inTime = <T>(search: () => T): T => {
    try {
      return search()
    } catch (error) {
      if (!(error instanceof RegExpBudgetExceeded)) throw error
      throw new CommandError(`${options.who}: the expression takes too many steps on this line: ${source}`, 2)
    }
  }
  const made = faultsAsErrors(source, options)
  return {
    get lastIndex() {
      return made.lastIndex
    },
    set lastIndex(place) {
      made.lastIndex = place
    },
    exec: (text) => inTime(() => made.exec(text)),
    test: (text) => inTime(() => made.test(text)),
  }
}

function faultsAsErrors(source: string, options: PosixRegExpOptions & { readonly who: string }): PosixRegExp {
  try {
    return posixRegExpOf(source, options)
  } catch (error) {
    if (!(error instanceof RegExpFault)) throw error
    throw new CommandError(`${options.who}: ${error.message}`, 2)
  }
}

/** Every match, from left to right; none is empty right behind another. */
export function matchesOf(pattern: PosixRegExp, text: string): PosixMatch[] {
  const matches: PosixMatch[] = []
  let behind = -1
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const isEmpty = found[0] === ''
    if (!isEmpty || found.index !== behind) matches.push(found)
    behind = found.index + found[0].length
    if (isEmpty) pattern.lastIndex = found.index + 1
    else pattern.lastIndex = behind
  }
  pattern.lastIndex = 0
  return matches
}

/** The text with matches exchanged: all of them, or the first. */
export function replaceMatches(
  text: string,
  pattern: PosixRegExp,
  replacement: (found: string) => string,
  everywhere: boolean,
): string {
  let result = ''
  let from = 0
  for (const { index, 0: found } of everywhere ? matchesOf(pattern, text) : matchesOf(pattern, text).slice(0, 1)) {
    result += text.slice(from, index) + replacement(found)
    from = index + found.length
  }
  return result + text.slice(from)
}

/** The text cut at every match that is not empty. */
export function splitAtMatches(text: string, pattern: PosixRegExp): string[] {
  const parts: string[] = []
  let from = 0
  for (const { index, 0: found } of matchesOf(pattern, text)) {
    if (found === '') continue
    parts.push(text.slice(from, index))
    from = index + found.length
  }
  return [...parts, text.slice(from)]
}
