/** Patterns of `case`, `[[ == ]]`, `${x#pattern}` and of file names: `*`, `?`, `[…]`, `@(a|b)`, and a backslash before what stands for itself. */
import { POSIX_CLASSES } from '../posix-classes.ts'

/** A pattern as the source of a regular expression. */
function patternSource(pattern: string): string {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    const close = pattern[at + 1] === '(' && '@?*+!'.includes(character) ? closingParenthesis(pattern, at + 1) : -1
    if (close > 0) {
      source += extendedSource(character, pattern.slice(at + 2, close))
      at = close
    } else if (character === '\\' && at + 1 < pattern.length) {
      at += 1
      source += escapeRegExp(pattern[at]!)
    } else if (character === '*') source += '[^]*'
    else if (character === '?') source += '[^]'
    else if (character === '[') {
      const end = bracketEnd(pattern, at)
      source += end < 0 ? '\\[' : bracketSource(pattern.slice(at + 1, end))
      if (end > 0) at = end
    } else source += escapeRegExp(character)
  }
  return source
}

/** Where the parenthesis at `open` closes, or -1. */
function closingParenthesis(pattern: string, open: number): number {
  let depth = 0
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === '\\') at += 1
    else if (pattern[at] === '(') depth += 1
    else if (pattern[at] === ')' && --depth === 0) return at
  }
  return -1
}

/** `+(a|b)` and its relatives. */
function extendedSource(operator: string, inner: string): string {
  const alternatives = splitAlternatives(inner).map(patternSource).join('|')
  switch (operator) {
    case '@':
      return `(?:${alternatives})`
    case '!':
      return `(?:(?!(?:${alternatives})$)[^]*)`
    default:
      return `(?:${alternatives})${operator}`
  }
}

function splitAlternatives(inner: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === '\\') at += 1
    else if (inner[at] === '(') depth += 1
    else if (inner[at] === ')') depth -= 1
    else if (inner[at] === '|' && depth === 0) {
      parts.push(inner.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, inner.slice(from)]
}

/** Where `[…]` ends: a `]` right after the opening, and those of `[:digit:]`, do not end it. */
function bracketEnd(pattern: string, open: number): number {
  let at = open + 1
  if (pattern[at] === '!' || pattern[at] === '^') at += 1
  if (pattern[at] === ']') at += 1
  for (; at < pattern.length; at++) {
    if (pattern.startsWith('[:', at)) {
      const end = pattern.indexOf(':]', at + 2)
      if (end > 0) at = end + 1
    } else if (pattern[at] === ']') return at
  }
  return -1
}

function bracketSource(inner: string): string {
  const isNegated = /^[!^]/.test(inner)
  const text = isNegated ? inner.slice(1) : inner
  let body = ''
  for (let at = 0; at < text.length; at++) {
    const named = /^\[:(\w+):\]/.exec(text.slice(at))
    if (named !== null) {
      body += POSIX_CLASSES[named[1]!] ?? ''
      at += named[0].length - 1
    } else if (text[at] === '\\' && at + 1 < text.length) body += `\\${text[++at]!}`.replace(/^\\(\w)$/, '$1')
    else body += /[\]\\[^]/.test(text[at]!) ? `\\${text[at]!}` : text[at]!
  }
  return body === '' ? '\\[\\]' : `[${isNegated ? '^' : ''}${body}]`
}

/** A pattern as a regular expression for a whole text. */
function patternRegExp(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${patternSource(pattern)})$`)
  } catch {
    return new RegExp(`^${escapeRegExp(pattern)}$`)
  }
}

export function matchesPattern(text: string, pattern: string): boolean {
  return patternRegExp(pattern).test(text)
}

/** Whether a text has a sign of a pattern that no backslash quotes. */
export function hasPattern(pattern: string): boolean {
  return /[*?[]|[@+!]\(/.test(pattern.replace(/\\./gs, ''))
}

/** The text with every sign of a pattern made literal. */
export function literalPattern(text: string): string {
  return text.replace(/[*?[\]\\()|!@+^-]/g, '\\$&')
}

/** What a pattern without unquoted signs stands for. */
export function plainText(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1')
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`. */
export function removePattern(text: string, operator: '#' | '##' | '%' | '%%', pattern: string): string {
  const matcher = patternRegExp(pattern)
  const fromStart = operator.startsWith('#')
  const longest = operator.length === 2
  for (let k = 0; k <= text.length; k++) {
    const length = longest ? text.length - k : k
    const part = fromStart ? text.slice(0, length) : text.slice(text.length - length)
    if (matcher.test(part)) return fromStart ? text.slice(length) : text.slice(0, text.length - length)
  }
  return text
}

/** `${x/p/r}` and its relatives. */
export function replacePattern(
  text: string,
  operator: '/' | '//' | '/#' | '/%',
  pattern: string,
  replacement: string,
): string {
  if (pattern === '') return operator === '/#' ? replacement + text : operator === '/%' ? text + replacement : text
  const matcher = patternRegExp(pattern)
  let result = ''
  let at = 0
  while (at < text.length) {
    const length = matchLength(text, at, matcher, operator)
    if (length > 0) {
      result += replacement
      at += length
      if (operator !== '//') break
    } else {
      if (operator === '/#') break
      result += text[at]!
      at += 1
    }
  }
  return result + text.slice(at)
}

/** Length of the longest match that begins at an offset, 0 for none. */
function matchLength(text: string, at: number, matcher: RegExp, operator: string): number {
  if (operator === '/%') return matcher.test(text.slice(at)) ? text.length - at : 0
  for (let end = text.length; end > at; end--) if (matcher.test(text.slice(at, end))) return end - at
  return 0
}
