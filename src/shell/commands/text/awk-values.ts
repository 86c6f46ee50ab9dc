/** The values of an awk program: fields, variables, arrays, and what expressions make of them. What looks like a number in the input is one. */
import { formatValues } from '../../interpreter/printf.ts'
import { CommandError } from '../command-error.ts'
import type { AwkFunction, Expression, Statement } from './awk-tree.ts'
import type { PosixRegExp } from '../../regexp/regexp.ts'
import { matchesOf, posixRegExp, replaceMatches, splitAtMatches } from './regexp.ts'

export type Value = string | number
type AwkArray = Map<string, Value>

/** Text from the input that may count as a number. */
const NUMERIC = /^[ \t\n]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t\n]*$/

/** Leaves statements: a line, a loop, a function, the program. */
export class Jump extends Error {
  readonly jump: 'next' | 'break' | 'continue' | 'exit' | 'return'
  readonly value: Value
  constructor(jump: Jump['jump'], value: Value = '') {
    super(jump)
    this.jump = jump
    this.value = value
  }
}

export class AwkValues {
  readonly globals = new Map<string, Value>([
    ['FS', ' '],
    ['OFS', ' '],
    ['ORS', '\n'],
    ['NR', 0],
    ['NF', 0],
    ['SUBSEP', '\u001c'],
    ['CONVFMT', '%.6g'],
    ['OFMT', '%.6g'],
  ])
  line = ''
  readonly #functions: ReadonlyMap<string, AwkFunction>
  readonly #runBody: (body: Statement) => void
  readonly #arrays = new Map<string, AwkArray>()
  readonly #regexps = new Map<string, PosixRegExp>()
  /** Variables of the function calls that run, innermost last. */
  readonly #locals: Map<string, Value | AwkArray>[] = []
  #fields: string[] = []

  constructor(functions: ReadonlyMap<string, AwkFunction>, runBody: (body: Statement) => void) {
    this.#functions = functions
    this.#runBody = runBody
  }

  /** A variable that the language itself uses, as a text. */
  setting(name: string): string {
    return this.text(this.globals.get(name) ?? '')
  }

  /** A new record. */
  setLine(line: string): void {
    this.line = line
    this.#fields = splitText(line, this.setting('FS'))
    this.globals.set('NF', this.#fields.length)
  }

  #setField(index: number, text: string): void {
    if (index === 0) {
      this.setLine(text)
      return
    }
    while (this.#fields.length < index) this.#fields.push('')
    this.#fields[index - 1] = text
    this.globals.set('NF', this.#fields.length)
    this.line = this.#fields.join(this.setting('OFS'))
  }

  /** printf and sprintf. */
  format(values: readonly Value[]): string {
    const [format = '', ...rest] = values
    // The text of the program has had its escapes read already.
    const { text } = formatValues(this.text(format).replaceAll('\\', '\\\\'), rest.map(String), 'once')
    return text
  }

  /** Whether a condition holds. */
  isTrue(expression: Expression): boolean {
    const value = this.value(expression)
    if (typeof value === 'number') return value !== 0
    const isInput = expression.kind === 'field' || expression.kind === 'name' || expression.kind === 'element'
    return isInput && NUMERIC.test(value) ? Number(value) !== 0 : value !== ''
  }

  /** A value as a number. */
  number(value: Value): number {
    if (typeof value === 'number') return value
    const start = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(value)
    return start === null ? 0 : Number(start[0])
  }

  /** A value as a text. */
  text(value: Value): string {
    if (typeof value === 'string') return value
    if (Number.isInteger(value)) return String(value)
    return formatValues(this.setting('CONVFMT'), [String(value)], 'once').text
  }

  /** The value of an expression. */
  value(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
      case 'text':
        return expression.value
      case 'regexp':
        return this.#regexp(expression.source).test(this.line) ? 1 : 0
      case 'name':
        return this.#variable(expression.name)
      case 'element': {
        const array = this.array(expression.name)
        const key = this.key(expression.keys)
        if (!array.has(key)) array.set(key, '')
        return array.get(key)!
      }
      case 'field': {
        const index = this.number(this.value(expression.index))
        if (index < 0) throw new CommandError(`awk: trying to access out of range field ${index}`, 2)
        return index === 0 ? this.line : (this.#fields[index - 1] ?? '')
      }
      case 'unary': {
        if (expression.operator === '!') return this.isTrue(expression.operand) ? 0 : 1
        const value = this.number(this.value(expression.operand))
        return expression.operator === '-' ? -value : value
      }
      case 'step': {
        const before = this.number(this.value(expression.target))
        this.assign(expression.target, before + expression.by)
        return expression.isPrefix ? before + expression.by : before
      }
      case 'binary':
        return this.#binary(expression)
      case 'condition':
        return this.value(this.isTrue(expression.test) ? expression.yes : expression.no)
      case 'assign': {
        const { operator, target } = expression
        const value = this.value(expression.value)
        const result =
          operator === '' ? value : arithmetic(operator, this.number(this.value(target)), this.number(value))
        this.assign(target, result)
        return result
      }
      case 'in':
        return this.array(expression.name).has(this.key(expression.keys)) ? 1 : 0
      case 'call':
        return this.#call(expression.name, expression.args)
    }
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>): Value {
    switch (operator) {
      case '&&':
        return this.isTrue(left) && this.isTrue(right) ? 1 : 0
      case '||':
        return this.isTrue(left) || this.isTrue(right) ? 1 : 0
      case '~':
      case '!~': {
        const text = this.text(this.value(left))
        const source = right.kind === 'regexp' ? right.source : this.text(this.value(right))
        return this.#regexp(source).test(text) === (operator === '~') ? 1 : 0
      }
      case ' ':
        return this.text(this.value(left)) + this.text(this.value(right))
      case '<':
      case '<=':
      case '==':
      case '!=':
      case '>':
      case '>=':
        return this.#compare(operator, left, right)
      default:
        return arithmetic(operator, this.number(this.value(left)), this.number(this.value(right)))
    }
  }

  #compare(operator: string, left: Expression, right: Expression): number {
    const [a, b] = [this.value(left), this.value(right)]
    const isNumeric = (value: Value, { kind }: Expression): boolean =>
      typeof value === 'number' ||
      (kind !== 'text' && kind !== 'binary' && kind !== 'call' && NUMERIC.test(value)) ||
      (value === '' && kind === 'name')
    const order =
      isNumeric(a, left) && isNumeric(b, right)
        ? this.number(a) - this.number(b)
        : this.text(a) < this.text(b)
          ? -1
          : this.text(a) > this.text(b)
            ? 1
            : 0
    const truths: Readonly<Record<string, boolean>> = {
      '<': order < 0,
      '<=': order <= 0,
      '==': order === 0,
      '!=': order !== 0,
      '>': order > 0,
      '>=': order >= 0,
    }
    return truths[operator] === true ? 1 : 0
  }

  #variable(name: string): Value {
    const local = this.#locals.at(-1)?.get(name)
    if (local !== undefined) return local instanceof Map ? '' : local
    return this.globals.get(name) ?? ''
  }

  /** Gives a variable, an element or a field a value. */
  assign(target: Expression, value: Value): void {
    if (target.kind === 'field') this.#setField(this.number(this.value(target.index)), this.text(value))
    else if (target.kind === 'element') this.array(target.name).set(this.key(target.keys), value)
    else if (target.kind !== 'name') throw new CommandError('awk: assignment to something that is no variable', 2)
    else if (this.#locals.at(-1)?.has(target.name) === true) this.#locals.at(-1)!.set(target.name, value)
    else {
      this.globals.set(target.name, value)
      if (target.name === 'NF') {
        this.#fields.length = Math.min(this.#fields.length, this.number(value))
        this.#setField(this.number(value), this.#fields[this.number(value) - 1] ?? '')
      }
    }
  }

  /** The array under a name, made if there is none. */
  array(name: string): AwkArray {
    const frame = this.#locals.at(-1)
    const local = frame?.get(name)
    if (local instanceof Map) return local
    if (local === '' && frame !== undefined) {
      const made: AwkArray = new Map()
      frame.set(name, made)
      return made
    }
    const found = this.#arrays.get(name) ?? new Map<string, Value>()
    this.#arrays.set(name, found)
    return found
  }

  /** The key of an element. */
  key(keys: readonly Expression[]): string {
    return keys.map((key) => this.text(this.value(key))).join(this.setting('SUBSEP'))
  }

  #regexp(source: string): PosixRegExp {
    const known = this.#regexps.get(source)
    if (known !== undefined) return known
    const made = posixRegExp(source, { extended: true, escapesInSets: true, who: 'awk' })
    this.#regexps.set(source, made)
    return made
  }

  #call(name: string, args: readonly Expression[]): Value {
    const own = this.#functions.get(name)
    if (own !== undefined) return this.#callOwn(own.parameters, own.body, args)
    const text = (k: number): string => (args[k] === undefined ? this.line : this.text(this.value(args[k])))
    const number = (k: number): number => this.number(args[k] === undefined ? this.line : this.value(args[k]))
    switch (name) {
      case 'length': {
        const [arg] = args
        return arg?.kind === 'name' && this.#arrays.has(arg.name) ? this.array(arg.name).size : text(0).length
      }
      case 'substr': {
        const start = Math.round(number(1))
        const end = args[2] === undefined ? Infinity : start + Math.round(number(2))
        return text(0).slice(Math.max(0, start - 1), Math.max(0, end === Infinity ? text(0).length : end - 1))
      }
      case 'index':
        return text(0).indexOf(text(1)) + 1
      case 'split':
        return this.#split(text(0), args)
      case 'sub':
      case 'gsub':
        return this.#substitute(args, name === 'gsub')
      case 'match': {
        const [found = null] = matchesOf(this.#regexp(this.#source(args[1])), text(0))
        this.globals.set('RSTART', found === null ? 0 : found.index + 1).set('RLENGTH', found?.[0].length ?? -1)
        return found === null ? 0 : found.index + 1
      }
      case 'sprintf':
        return this.format(args.map((arg) => this.value(arg)))
      case 'tolower':
        return text(0).toLowerCase()
      case 'toupper':
        return text(0).toUpperCase()
      case 'int':
        return Math.trunc(number(0))
      case 'sqrt':
        return Math.sqrt(number(0))
      case 'exp':
        return Math.exp(number(0))
      case 'log':
        return Math.log(number(0))
      case 'sin':
        return Math.sin(number(0))
      case 'cos':
        return Math.cos(number(0))
      default:
        throw new CommandError(`awk: the function “${name}” is not modelled in vethlab.`, 2)
    }
  }

  #source(expression: Expression | undefined): string {
    if (expression === undefined) return ''
    return expression.kind === 'regexp' ? expression.source : this.text(this.value(expression))
  }

  #split(text: string, args: readonly Expression[]): number {
    const [, target, separator] = args
    if (target?.kind !== 'name') throw new CommandError('awk: split needs an array', 2)
    const by = separator === undefined ? this.setting('FS') : this.#source(separator)
    const array = this.array(target.name)
    array.clear()
    const parts = splitText(text, by)
    for (const [k, part] of parts.entries()) array.set(String(k + 1), part)
    return parts.length
  }

  #substitute(args: readonly Expression[], everywhere: boolean): number {
    const target: Expression = args[2] ?? { kind: 'field', index: { kind: 'number', value: 0 } }
    const replacement = this.text(this.value(args[1] ?? { kind: 'text', value: '' }))
    const pattern = this.#regexp(this.#source(args[0]))
    let count = 0
    const put = (found: string): string => {
      count += 1
      return replacement.replace(/\\\\|\\&|&/g, (sign) => (sign === '&' ? found : sign.slice(1)))
    }
    const changed = replaceMatches(this.text(this.value(target)), pattern, put, everywhere)
    if (count > 0) this.assign(target, changed)
    return count
  }

  #callOwn(parameters: readonly string[], body: Statement, args: readonly Expression[]): Value {
    if (this.#locals.length >= 200) throw new CommandError('awk: a function has called itself 200 times without end', 2)
    const frame = new Map<string, Value | AwkArray>()
    for (const [k, name] of parameters.entries()) {
      const arg = args[k]
      const isArray =
        arg?.kind === 'name' && (this.#arrays.has(arg.name) || this.#locals.at(-1)?.get(arg.name) instanceof Map)
      frame.set(name, arg === undefined ? '' : isArray ? this.array(arg.name) : this.value(arg))
    }
    this.#locals.push(frame)
    try {
      this.#runBody(body)
    } catch (error) {
      if (error instanceof Jump && error.jump === 'return') return error.value
      throw error
    } finally {
      this.#locals.pop()
    }
    return ''
  }
}

function arithmetic(operator: string, left: number, right: number): number {
  if ((operator === '/' || operator === '%') && right === 0) throw new CommandError('awk: division by zero', 2)
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    default:
      return left ** right
  }
}

/** Fields of a text: at blanks for a single blank, at a character, or at a regular expression. */
function splitText(text: string, separator: string): string[] {
  if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/)
  if (text === '') return []
  if (separator === '') return Array.from(text)
  if (separator.length === 1) return text.split(separator)
  return splitAtMatches(text, posixRegExp(separator, { extended: true, escapesInSets: true, who: 'awk' }))
}
