/** `$((…))`: whole numbers of 64 bits that wrap around, with the operators of C, in the shell's order of precedence. */

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
  | { readonly kind: 'number'; readonly value: bigint; readonly text: string }
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

/** A number of 64 bits with a sign, as bash counts: what does not fit wraps around. */
const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value)

/** The value of an expression. Throws `ArithmeticError`. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables, depth = 0): bigint {
  if (depth > 20) throw new ArithmeticError(`${text}: expression recursion level exceeded`)
  return new Evaluator(text, variables, depth).whole()
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let rest = text
  for (;;) {
    rest = rest.trimStart()
    if (rest === '') return tokens
    const number = /^(?:0[xX][0-9a-fA-F]+|\d+#[0-9A-Za-z@_]+|\d[0-9A-Za-z@_]*)/.exec(rest)?.[0]
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0]
    const index = name === undefined ? undefined : indexAfter(rest.slice(name.length))
    const sign = SIGNS.exec(rest)?.[0]
    const found = number ?? name ?? sign
    if (found === undefined) {
      const what = tokens.length === 0 ? 'operand expected' : 'invalid arithmetic operator'
      throw new ArithmeticError(`${text}: syntax error: ${what} (error token is "${rest}")`)
    }
    if (number !== undefined) tokens.push({ kind: 'number', value: numberOf(text, number), text: number })
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
function numberOf(expression: string, text: string): bigint {
  const based = /^(\d+)#(.+)$/.exec(text)
  const wrong = (what: string): ArithmeticError =>
    new ArithmeticError(`${expression}: ${what} (error token is "${text}")`)
  if (based === null) {
    const isHex = /^0[xX]/.test(text)
    const base = isHex ? 16 : text.startsWith('0') ? 8 : 10
    return digitsOf(isHex ? text.slice(2).toLowerCase() : text, base, () => wrong('value too great for base'))
  }
  const base = Number(based[1])
  if (base < 2 || base > 64) throw wrong('invalid arithmetic base')
  const digits = base <= 36 ? based[2]!.toLowerCase() : based[2]!
  return digitsOf(digits, base, () => wrong('value too great for base'))
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_'

function digitsOf(digits: string, base: number, tooGreat: () => ArithmeticError): bigint {
  let value = 0n
  for (const digit of digits) {
    const worth = DIGITS.indexOf(digit)
    if (worth < 0 || worth >= base) throw tooGreat()
    value = wrapped(value * BigInt(base) + BigInt(worth))
  }
  return value
}

class Evaluator {
  readonly #text: string
  readonly #variables: ArithmeticVariables
  readonly #depth: number
  readonly #tokens: readonly Token[]
  #at = 0
  /** Above 0 where a value does not matter: behind `0 &&`, in the branch of `?:` that is not taken. */
  #skipped = 0

  constructor(text: string, variables: ArithmeticVariables, depth: number) {
    this.#text = text
    this.#variables = variables
    this.#depth = depth
    this.#tokens = tokenize(text)
  }

  whole(): bigint {
    if (this.#tokens.length === 0) return 0n
    const value = this.#comma()
    const left = this.#tokens[this.#at]
    if (left !== undefined) {
      const isAssignment = left.kind === 'sign' && /^(?:[-+*/%&|^]|<<|>>)?=$/.test(left.text)
      throw this.#wrongAt(
        isAssignment ? 'attempted assignment to non-variable' : 'syntax error in expression',
        this.#at,
      )
    }
    return value
  }

  #comma(): bigint {
    let value = this.#assignment()
    while (this.#accept(',') !== undefined) value = this.#assignment()
    return value
  }

  #assignment(): bigint {
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

  #ternary(): bigint {
    const test = this.#binary(0)
    if (this.#accept('?') === undefined) return test
    const yes = this.#unless(test === 0n, () => this.#assignment())
    if (this.#accept(':') === undefined)
      throw this.#wrongAt("`:' expected for conditional expression", Math.min(this.#at, this.#tokens.length - 1))
    const no = this.#unless(test !== 0n, () => this.#assignment())
    return test === 0n ? no : yes
  }

  #binary(level: number): bigint {
    const signs = LEVELS[level]
    if (signs === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const operator = this.#accept(...signs)
      if (operator === undefined) return left
      const isDecided = (operator === '&&' && left === 0n) || (operator === '||' && left !== 0n)
      const right = this.#unless(isDecided, () => this.#binary(operator === '**' ? level : level + 1))
      left = this.#apply(operator, left, right)
    }
  }

  /** Reads a part without doing what it says when its value does not matter. */
  #unless(isDecided: boolean, read: () => bigint): bigint {
    if (isDecided) this.#skipped += 1
    const value = read()
    if (isDecided) this.#skipped -= 1
    return value
  }

  #unary(): bigint {
    const operator = this.#accept('!', '~', '-', '+', '++', '--')
    switch (operator) {
      case undefined:
        return this.#postfix()
      case '!':
        return this.#unary() === 0n ? 1n : 0n
      case '~':
        return ~this.#unary()
      case '-':
        return wrapped(-this.#unary())
      case '+':
        return this.#unary()
      default: {
        const token = this.#tokens[this.#at]
        // Before anything but a name they are two signs: --5 is 5.
        if (token?.kind !== 'name') return this.#unary()
        this.#at += 1
        const value = wrapped(this.#variable(token) + (operator === '++' ? 1n : -1n))
        this.#assign(token, value)
        return value
      }
    }
  }

  #postfix(): bigint {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'number') return token.value
    if (token?.kind === 'name') {
      const value = this.#variable(token)
      const operator = this.#accept('++', '--')
      if (operator !== undefined) this.#assign(token, wrapped(value + (operator === '++' ? 1n : -1n)))
      return value
    }
    if (token?.kind === 'sign' && token.text === '(') {
      const value = this.#comma()
      if (this.#accept(')') === undefined) throw this.#wrongAt("missing `)'", this.#at - 1)
      return value
    }
    throw this.#wrongAt('syntax error: operand expected', Math.min(this.#at, this.#tokens.length) - 1)
  }

  /** The key of an element: a text, or the value of an expression. */
  #key({ text, index }: NameToken): string | undefined {
    if (index === undefined || this.#variables.isAssociative(text)) return index
    return String(evaluateArithmetic(index, this.#variables, this.#depth + 1))
  }

  #assign(token: NameToken, value: bigint): void {
    if (this.#skipped > 0) return
    this.#variables.set(token.text, String(value), this.#key(token))
  }

  #variable(token: NameToken): bigint {
    const text = this.#variables.get(token.text, this.#key(token)) ?? ''
    if (this.#skipped > 0) return 0n
    return text.trim() === '' ? 0n : evaluateArithmetic(text, this.#variables, this.#depth + 1)
  }

  #accept(...signs: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined
    this.#at += 1
    return token.text
  }

  #apply(operator: string, left: bigint, right: bigint): bigint {
    if ((operator === '/' || operator === '%') && right === 0n) {
      if (this.#skipped > 0) return 0n
      throw this.#wrongAt('division by 0', this.#at - 1)
    }
    if (operator === '**' && right < 0n) throw this.#wrongAt('exponent less than 0', this.#at - 1)
    return operate(operator, left, right)
  }

  /** The message with the rest of the expression, which begins at a token. */
  #wrongAt(what: string, at: number): ArithmeticError {
    const rest = this.#tokens
      .slice(Math.max(at, 0))
      .map((token) =>
        token.kind === 'name' && token.index !== undefined ? `${token.text}[${token.index}]` : token.text,
      )
      .join(' ')
    return new ArithmeticError(`${this.#text}: ${what} (error token is "${rest}")`)
  }
}

function operate(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return wrapped(left + right)
    case '-':
      return wrapped(left - right)
    case '*':
      return wrapped(left * right)
    case '/':
      return wrapped(left / right)
    case '%':
      return left % right
    case '**':
      return power(left, right)
    case '<<':
      return wrapped(left << (right & 63n))
    case '>>':
      return left >> (right & 63n)
    case '&':
      return left & right
    case '|':
      return left | right
    case '^':
      return left ^ right
    default:
      return compare(operator, left, right) ? 1n : 0n
  }
}

/** By squares, so that a great exponent takes no time. */
function power(base: bigint, exponent: bigint): bigint {
  let value = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) value = wrapped(value * square)
    square = wrapped(square * square)
  }
  return value
}

function compare(operator: string, left: bigint, right: bigint): boolean {
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
      return left !== 0n && right !== 0n
    case '||':
      return left !== 0n || right !== 0n
    default:
      throw new ArithmeticError(`${operator}: unknown operator`)
  }
}
