/** The words of an awk program. */
import { CommandError } from '../command-error.ts'

export interface Token {
  readonly kind: 'number' | 'text' | 'regexp' | 'name' | 'call' | 'sign' | 'end-of-line' | 'end'
  readonly text: string
}

const SIGNS = /^(?:\*\*=|\*\*|&&|\|\||\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|>>|[-+*/%^!<>~?:=,;(){}[\]$|])/
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

export function tokenizeAwk(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^(?:[ \t\r]|\\\n|#[^\n]*)+/.exec(rest)?.[0]
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const token = nextToken(rest, tokens.at(-1))
    tokens.push(token.token)
    at += token.length
  }
  return [...tokens, { kind: 'end', text: '' }]
}

/** After an operand a slash divides; elsewhere it begins a regular expression. */
function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false
  return ['number', 'text', 'regexp', 'name'].includes(token.kind) || [')', ']', '$', '++', '--'].includes(token.text)
}

function nextToken(rest: string, last: Token | undefined): { readonly token: Token; readonly length: number } {
  const made = (kind: Token['kind'], text: string, length: number) => ({ token: { kind, text }, length })
  if (rest.startsWith('\n')) return made('end-of-line', '\n', 1)
  const text = /^"((?:[^"\\\n]|\\[^])*)"/.exec(rest)
  if (text !== null) return made('text', unescaped(text[1]!), text[0].length)
  const regexp = endsOperand(last) ? null : /^\/((?:[^/\\\n[]|\\[^]|\[(?:[^\]\\\n]|\\[^])*\])+)\//.exec(rest)
  if (regexp !== null) return made('regexp', regexp[1]!.replace(/\\\//g, '/'), regexp[0].length)
  const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest)?.[0]
  if (number !== undefined) return made('number', number, number.length)
  const name = /^[A-Za-z_]\w*/.exec(rest)?.[0]
  if (name !== undefined) return made(rest[name.length] === '(' ? 'call' : 'name', name, name.length)
  const sign = SIGNS.exec(rest)?.[0]
  if (sign === undefined) throw new CommandError(`awk: syntax error near ${rest.slice(0, 20).trim()}`, 2)
  return made('sign', sign === '**' ? '^' : sign === '**=' ? '^=' : sign, sign.length)
}

function unescaped(text: string): string {
  return text.replace(/\\(\n|[0-7]{1,3}|.)/gs, (whole, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    if (code === '\n') return ''
    return ESCAPES[code] ?? (/["\\/]/.test(code) ? code : whole)
  })
}
