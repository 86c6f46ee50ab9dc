/** Patterns of `case`, `[[ == ]]`, `${x#pattern}`: `*`, `?`, `[…]`, and a backslash before what stands for itself. */

/** A pattern as a regular expression for a whole text. */
function patternRegExp(pattern: string, options: { readonly shortest?: boolean } = {}): RegExp {
  const star = options.shortest === true ? '[^]*?' : '[^]*'
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    if (character === '\\' && at + 1 < pattern.length) {
      at += 1
      source += escapeRegExp(pattern[at]!)
    } else if (character === '*') source += star
    else if (character === '?') source += '[^]'
    else if (character === '[') {
      const close = pattern.indexOf(']', at + 2)
      if (close < 0) source += '\\['
      else {
        const inner = pattern
          .slice(at + 1, close)
          .replace(/^!/, '^')
          .replaceAll('\\', '\\\\')
        source += `[${inner}]`
        at = close
      }
    } else source += escapeRegExp(character)
  }
  return new RegExp(`^${source}$`)
}

export function matchesPattern(text: string, pattern: string): boolean {
  return patternRegExp(pattern).test(text)
}

/** The text with every sign of a pattern made literal. */
export function literalPattern(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&')
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
  if (pattern === '') return text
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
