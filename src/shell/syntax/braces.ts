/** Brace expansion of words without variables inside the braces. */

/** Most words that one pair of braces may make. */
const MOST_ALTERNATIVES = 1024

/** What `{a,b,c}` or `{1..5}` stands for; the text itself if it stands for nothing else. */
export function braceAlternatives(text: string): readonly string[] {
  const inner = text.slice(1, -1)
  const range = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(inner)
  if (range !== null) return rangeOf(range) ?? [text]
  const items = splitTop(inner)
  if (items.length < 2) return [text]
  return items.flatMap((item) => {
    const open = item.indexOf('{')
    if (open < 0) return [item]
    const close = item.lastIndexOf('}')
    return braceAlternatives(item.slice(open, close + 1)).map(
      (middle) => item.slice(0, open) + middle + item.slice(close + 1),
    )
  })
}

function rangeOf([, first, last, by]: RegExpExecArray): readonly string[] | undefined {
  const isNumber = /\d/.test(first!)
  if (isNumber !== /\d/.test(last!)) return undefined
  const from = isNumber ? Number(first) : first!.charCodeAt(0)
  const to = isNumber ? Number(last) : last!.charCodeAt(0)
  const step = Math.max(1, Math.abs(Number(by ?? 1)))
  if (Math.abs(to - from) / step >= MOST_ALTERNATIVES) return undefined
  const width = isNumber && /^-?0\d/.test(first!) ? first!.length : 0
  const items: string[] = []
  for (let value = from; from <= to ? value <= to : value >= to; value += from <= to ? step : -step) {
    items.push(isNumber ? String(value).padStart(width, '0') : String.fromCharCode(value))
  }
  return items
}

/** Splits at the commas that no inner pair of braces encloses. */
function splitTop(text: string): string[] {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    else if (character === ',' && depth === 0) {
      items.push(text.slice(start, at))
      start = at + 1
    }
  }
  items.push(text.slice(start))
  return items
}
