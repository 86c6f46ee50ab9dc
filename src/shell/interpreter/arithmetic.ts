/** `$((…))`: whole numbers with the operators of C, in the shell's order of precedence. */

export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError'
}

export interface Variables {
  get(name: string): string | undefined
  set(name: string, value: string): void
}

type Token =
  { readonly kind: 'number'; readonly value: number } | { readonly kind: 'name' | 'sign'; readonly text: string }

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
export function evaluateArithmetic(text: string, variables: Variables, depth = 0): number {
  if (depth > 20) throw new ArithmeticError(`${text}: expression recursion level exceeded`)
  return new Evaluator(text, variables, depth).whole()
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let rest = text
  for (;;) {
    rest = rest.trimStart()
    if (rest === '') return tokens
    const number = /^(?:0[xX][0-9a-fA-F]+|\d+)/.exec(rest)?.[0]
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0]
    const sign = SIGNS.exec(rest)?.[0]
    const found = number ?? name ?? sign
    if (found === undefined)
      throw new ArithmeticError(`${text}: syntax error: operand expected (error token is "${rest}")`)
    if (number !== undefined) tokens.push({ kind: 'number', value: numberOf(number) })
    else tokens.push({ kind: name === undefined ? 'sign' : 'name', text: found })
    rest = rest.slice(found.length)
  }
}

function numberOf(text: string): number {
  if (/^0\d/.test(text)) return Number.parseInt(text, 8)
  return Number(text)
}

class Evaluator {
  readonly #text: string
  readonly #variables: Variables
  readonly #depth: number
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string, variables: Variables, depth: number) {
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
      const value = operator === '' ? right : this.#apply(operator, this.#variable(token.text), right)
      this.#variables.set(token.text, String(value))
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
        const value = this.#variable(token.text) + (operator === '++' ? 1 : -1)
        this.#variables.set(token.text, String(value))
        return value
      }
    }
  }

  #postfix(): number {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'number') return token.value
    if (token?.kind === 'name') {
      const value = this.#variable(token.text)
      const operator = this.#accept('++', '--')
      if (operator !== undefined) this.#variables.set(token.text, String(value + (operator === '++' ? 1 : -1)))
      return value
    }
    if (token?.text === '(') {
      const value = this.#comma()
      if (this.#accept(')') === undefined) throw this.#wrong("missing `)'")
      return value
    }
    throw this.#wrong('syntax error: operand expected')
  }

  #variable(name: string): number {
    const text = this.#variables.get(name) ?? ''
    return text.trim() === '' ? 0 : evaluateArithmetic(text, this.#variables, this.#depth + 1)
  }

  #accept(...signs: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined
    this.#at += 1
    return token.text
  }

  #apply(operator: string, left: number, right: number): number {
    if ((operator === '/' || operator === '%') && right === 0) throw this.#wrong('division by 0')
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
