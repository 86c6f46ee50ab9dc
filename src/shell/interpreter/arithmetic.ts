/** `$((…))`: whole numbers with the operators of C, in the shell's order of precedence. */

export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError'
}

/** Where names get their values; `key` is that of an array's element. */
export interface ArithmeticVariables {
  get(name: string, key?: string): string | undefined
  set(name: string, value: string, key?: string): void
  isAssociative(name: string): boolean
}

type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly text: string; readonly index: string | undefined }
  | { readonly kind: 'sign'; readonly text: string }

type NameToken = Extract<Token, { kind: 'name' }>

const SIGNS = /^(?:\*\*|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%&|^]=|[-+*/%<>=!~&|^?:(),])/

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
]

/** The value of an expression. Throws `ArithmeticError`. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables, depth = 0): number {
  if (depth > 20) throw new ArithmeticError(`${text}: expression recursion level exceeded`)
  return new Evaluator(text, variables, depth).whole()
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let rest = text
  for (;;) {
    rest = rest.trimStart()
    if (rest === '') return tokens
    const number = /^(?:0[xX][0-9a-fA-F]+|\d+#[0-9A-Za-z@_]+|\d+)/.exec(rest)?.[0]
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0]
    const index = name === undefined ? undefined : indexAfter(rest.slice(name.length))
    const sign = SIGNS.exec(rest)?.[0]
    const found = number ?? name ?? sign
    if (found === undefined)
      throw new ArithmeticError(`${text}: syntax error: operand expected (error token is "${rest}")`)
    if (number !== undefined) tokens.push({ kind: 'number', value: numberOf(text, number) })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, index })
    else tokens.push({ kind: 'sign', text: found })
    rest = rest.slice(found.length + (index === undefined ? 0 : index.length + 2))
  }
}

/** What stands in the brackets that a name may be followed by. */
function indexAfter(rest: string): string | undefined {
  if (!rest.startsWith('[')) return undefined
  let depth = 0
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === '[') depth += 1
    else if (rest[at] === ']' && --depth === 0) return rest.slice(1, at)
  }
  return undefined
}

/** A number: decimal, 0x…, octal with a leading 0, or BASE#digits. */
function numberOf(expression: string, text: string): number {
  const based = /^(\d+)#(.+)$/.exec(text)
  const tooGreat = (): ArithmeticError =>
    new ArithmeticError(`${expression}: value too great for base (error token is "${text}")`)
  if (based !== null) {
    const base = Number(based[1])
    const digits = base <= 36 ? based[2]!.toLowerCase() : based[2]!
    return Array.from(digits).reduce((value, digit) => {
      const worth = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_'.indexOf(digit)
      if (worth >= base) throw tooGreat()
      return value * base + worth
    }, 0)
  }
  if (/^0\d/.test(text)) {
    if (/[89]/.test(text)) throw tooGreat()
    return Number.parseInt(text, 8)
  }
  return Number(text)
}

class Evaluator {
  readonly #text: string
  readonly #variables: ArithmeticVariables
  readonly #depth: number
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string, variables: ArithmeticVariables, depth: number) {
    this.#text = text
    this.#variables = variables
    this.#depth = depth
    this.#tokens = tokenize(text)
  }

  whole(): number {
    if (this.#tokens.length === 0) return 0
    const value = this.#comma()
    if (this.#at < this.#tokens.length) throw this.#wrong('syntax error in expression')
    return value
  }

  #comma(): number {
    let value = this.#assignment()
    while (this.#accept(',') !== undefined) value = this.#assignment()
    return value
  }

  #assignment(): number {
    const token = this.#tokens[this.#at]
    const next = this.#tokens[this.#at + 1]
    if (token?.kind === 'name' && next?.kind === 'sign' && /^(?:[-+*/%&|^]|<<|>>)?=$/.test(next.text)) {
      this.#at += 2
      const right = this.#assignment()
      const operator = next.text.slice(0, -1)
      const value = operator === '' ? right : this.#apply(operator, this.#variable(token), right)
      this.#assign(token, value)
      return value
    }
    return this.#ternary()
  }

  #ternary(): number {
    const test = this.#binary(0)
    if (this.#accept('?') === undefined) return test
    const yes = this.#assignment()
    if (this.#accept(':') === undefined) throw this.#wrong("`:' expected for conditional expression")
    const no = this.#assignment()
    return test === 0 ? no : yes
  }

  #binary(level: number): number {
    const signs = LEVELS[level]
    if (signs === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const operator = this.#accept(...signs)
      if (operator === undefined) return left
      left = this.#apply(operator, left, this.#binary(operator === '**' ? level : level + 1))
    }
  }

  #unary(): number {
    const operator = this.#accept('!', '~', '-', '+', '++', '--')
    switch (operator) {
      case undefined:
        return this.#postfix()
      case '!':
        return this.#unary() === 0 ? 1 : 0
      case '~':
        return -this.#unary() - 1
      case '-':
        return -this.#unary()
      case '+':
        return this.#unary()
      default: {
        const token = this.#tokens[this.#at]
        if (token?.kind !== 'name') throw this.#wrong('syntax error: operand expected')
        this.#at += 1
        const value = this.#variable(token) + (operator === '++' ? 1 : -1)
        this.#assign(token, value)
        return value
      }
    }
  }

  #postfix(): number {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'number') return token.value
    if (token?.kind === 'name') {
      const value = this.#variable(token)
      const operator = this.#accept('++', '--')
      if (operator !== undefined) this.#assign(token, value + (operator === '++' ? 1 : -1))
      return value
    }
    if (token?.kind === 'sign' && token.text === '(') {
      const value = this.#comma()
      if (this.#accept(')') === undefined) throw this.#wrong("missing `)'")
      return value
    }
    throw this.#wrong('syntax error: operand expected')
  }

  /** The key of an element: a text, or the value of an expression. */
  #key({ text, index }: NameToken): string | undefined {
    if (index === undefined || this.#variables.isAssociative(text)) return index
    return String(evaluateArithmetic(index, this.#variables, this.#depth + 1))
  }

  #assign(token: NameToken, value: number): void {
    this.#variables.set(token.text, String(value), this.#key(token))
  }

  #variable(token: NameToken): number {
    const text = this.#variables.get(token.text, this.#key(token)) ?? ''
    return text.trim() === '' ? 0 : evaluateArithmetic(text, this.#variables, this.#depth + 1)
  }

  #accept(...signs: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined
    this.#at += 1
    return token.text
  }

  #apply(operator: string, left: number, right: number): number {
    if ((operator === '/' || operator === '%') && right === 0)
      throw this.#wrong(`division by 0 (error token is "${this.#lastText()}")`)
    switch (operator) {
      case '+':
        return left + right
      case '-':
        return left - right
      case '*':
        return left * right
      case '/':
        return Math.trunc(left / right)
      case '%':
        return left % right
      case '**':
        return left ** right
      default:
        return applyBits(operator, left, right)
    }
  }

  /** The operand that was read last. */
  #lastText(): string {
    const token = this.#tokens[this.#at - 1]
    return token === undefined ? '' : token.kind === 'number' ? String(token.value) : token.text
  }

  #wrong(what: string): ArithmeticError {
    return new ArithmeticError(`${this.#text}: ${what}`)
  }
}

/** Comparisons, and bits by way of big integers so that 48-bit numbers stay whole. */
function applyBits(operator: string, left: number, right: number): number {
  const [a, b] = [BigInt(Math.trunc(left)), BigInt(Math.trunc(right))]
  switch (operator) {
    case '<<':
      return Number(BigInt.asIntN(64, a << (b & 63n)))
    case '>>':
      return Number(a >> (b & 63n))
    case '&':
      return Number(a & b)
    case '|':
      return Number(a | b)
    case '^':
      return Number(a ^ b)
    default:
      return compare(operator, left, right) ? 1 : 0
  }
}

function compare(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '&&':
      return left !== 0 && right !== 0
    case '||':
      return left !== 0 || right !== 0
    default:
      throw new ArithmeticError(`${operator}: unknown operator`)
  }
}
