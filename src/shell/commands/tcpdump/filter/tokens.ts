/** Words and signs of a capture filter, as the scanner of pcap-filter(7) cuts them. */

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  /** A name behind a backslash, which is no keyword: `ip proto \icmp`. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  /** Two to four numbers with dots between. */
  | { readonly kind: 'address'; readonly text: string }
  | { readonly kind: 'mac'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string }

/** A filter that cannot be used, in the words of libpcap. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
}

export function syntaxError(): FilterError {
  return new FilterError("can't parse filter expression: syntax error")
}

const MAC = /^[0-9a-fA-F]{1,2}(?:[:-][0-9a-fA-F]{1,2}){5}(?![0-9A-Za-z:-])/
const CUT_MAC = /^(?:[0-9a-fA-F]{1,2}:)+[0-9a-fA-F]{0,2}/
const NUMBER = /^(?:0[xX][0-9a-fA-F]+|\d+)(?![\w.])/
const ADDRESS = /^\d+(?:\.\d+){1,3}(?![\w.])/
const WORD = /^[A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?/
const SIGNS = '&& || << >> <= >= != == ! ( ) [ ] < > = + - * / % & | ^ :'.split(' ')

/** Cuts a filter into tokens. Throws FilterError. */
export function filterTokens(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^\s+/.exec(rest)
    const token = blank === null ? nextToken(rest) : undefined
    at += blank?.[0].length ?? (token!.kind === 'name' ? token!.text.length + 1 : token!.text.length)
    if (token !== undefined) tokens.push(token)
  }
  return tokens
}

function nextToken(rest: string): Token {
  const mac = MAC.exec(rest)?.[0]
  if (mac !== undefined) return { kind: 'mac', text: mac }
  const number = NUMBER.exec(rest)?.[0]
  const isCutMac = CUT_MAC.test(rest) && !/^\d+:\d+\]/.test(rest)
  if (number !== undefined && !isCutMac) return { kind: 'number', text: number, value: numberValue(number) }
  const address = ADDRESS.exec(rest)?.[0]
  if (address !== undefined) return { kind: 'address', text: address }
  const cut = CUT_MAC.exec(rest)?.[0]
  if (cut !== undefined && cut.split(':').length > 2)
    throw new FilterError(`bogus ethernet address ${cut.replace(/[^:]*$/, '')}`)
  if (rest.startsWith('\\')) {
    const name = /^\\(\\?[^\s()]+)/.exec(rest)?.[1]
    if (name === undefined) throw syntaxError()
    return { kind: 'name', text: name }
  }
  const word = WORD.exec(rest)?.[0]
  if (word !== undefined) return { kind: 'word', text: word }
  const sign = SIGNS.find((text) => rest.startsWith(text))
  if (sign === undefined) throw syntaxError()
  return { kind: 'sign', text: sign }
}

/** Hexadecimal, octal or decimal, as strtoul reads it. */
function numberValue(text: string): number {
  if (/^0[xX]/.test(text)) return Number.parseInt(text.slice(2), 16)
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text)
}
