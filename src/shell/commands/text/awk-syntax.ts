/** Reads awk's language. */
import { CommandError } from '../command-error.ts'
import { type Token, tokenizeAwk } from './awk-tokens.ts'
import type { AwkFunction, AwkProgram, Expression, Rule, Statement } from './awk-tree.ts'

export function parseAwk(text: string): AwkProgram {
  return new AwkParser(tokenizeAwk(text)).program()
}

/** Binary operators from loose to tight; concatenation stands between comparison and sums. */
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['in'], ['~', '!~'], ['<', '<=', '==', '!=', '>', '>=']]

class AwkParser {
  readonly #tokens: readonly Token[]
  #at = 0
  /** Inside `print a > b` the sign redirects. */
  #isPrinting = false

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  program(): AwkProgram {
    const rules: Rule[] = []
    const functions = new Map<string, AwkFunction>()
    this.#skipLines(true)
    while (this.#peek.kind !== 'end') {
      if (this.#accept('function') || this.#accept('func')) {
        const name = this.#next().text
        this.#expect('(')
        const parameters = this.#list(')', () => this.#next().text)
        this.#skipLines(false)
        functions.set(name, { parameters, body: this.#block() })
      } else rules.push(this.#rule())
      this.#skipLines(true)
    }
    return { rules, functions }
  }

  #rule(): Rule {
    const when = this.#accept('BEGIN') ? 'BEGIN' : this.#accept('END') ? 'END' : 'line'
    const isBare = when !== 'line' || this.#peek.text === '{'
    const from = isBare ? undefined : this.#expression()
    const to = from !== undefined && this.#accept(',') ? this.#expression() : undefined
    const action = this.#peek.kind === 'sign' && this.#peek.text === '{' ? this.#block() : undefined
    if (when !== 'line' && action === undefined) throw this.#wrong()
    return { when, from, to, action }
  }

  #block(): Statement {
    this.#expect('{')
    const body: Statement[] = []
    this.#skipLines(true)
    while (!this.#accept('}')) {
      body.push(this.#statement())
      this.#skipLines(true)
    }
    return { kind: 'block', body }
  }

  #statement(): Statement {
    if (this.#peek.kind === 'sign' && this.#peek.text === '{') return this.#block()
    if (this.#accept('if')) return this.#if()
    if (this.#accept('while')) {
      const test = this.#parenthesized()
      return { kind: 'loop', start: undefined, test, step: undefined, body: this.#body(), bodyFirst: false }
    }
    if (this.#accept('do')) {
      const body = this.#body()
      this.#skipLines(true)
      this.#expect('while')
      return { kind: 'loop', start: undefined, test: this.#parenthesized(), step: undefined, body, bodyFirst: true }
    }
    if (this.#accept('for')) return this.#for()
    return this.#simple()
  }

  #if(): Statement {
    const test = this.#parenthesized()
    const yes = this.#body()
    const back = this.#at
    this.#skipLines(true)
    if (this.#accept('else')) return { kind: 'if', test, yes, no: this.#body() }
    this.#at = back
    return { kind: 'if', test, yes, no: undefined }
  }

  #for(): Statement {
    this.#expect('(')
    const [name, word, array] = this.#tokens.slice(this.#at, this.#at + 3)
    if (
      name?.kind === 'name' &&
      word?.text === 'in' &&
      array?.kind === 'name' &&
      this.#tokens[this.#at + 3]?.text === ')'
    ) {
      this.#at += 4
      return { kind: 'for-in', name: name.text, array: array.text, body: this.#body() }
    }
    const start = this.#peek.text === ';' ? undefined : this.#simple()
    this.#expect(';')
    const test = this.#peek.text === ';' ? undefined : this.#expression()
    this.#expect(';')
    const step = this.#peek.text === ')' ? undefined : this.#simple()
    this.#expect(')')
    return { kind: 'loop', start, test, step, body: this.#body(), bodyFirst: false }
  }

  #body(): Statement {
    this.#skipLines(false)
    if (this.#accept(';')) return { kind: 'block', body: [] }
    return this.#statement()
  }

  #simple(): Statement {
    for (const jump of ['next', 'break', 'continue'] as const) if (this.#accept(jump)) return { kind: 'jump', jump }
    for (const kind of ['exit', 'return'] as const) {
      if (this.#accept(kind)) return { kind, value: this.#isAtEnd ? undefined : this.#expression() }
    }
    if (this.#accept('delete')) {
      const name = this.#next().text
      return { kind: 'delete', name, keys: this.#accept('[') ? this.#list(']', () => this.#expression()) : undefined }
    }
    if (this.#accept('print')) return this.#print(false)
    if (this.#accept('printf')) return this.#print(true)
    return { kind: 'expression', expression: this.#expression() }
  }

  #print(isFormatted: boolean): Statement {
    this.#isPrinting = true
    const args: Expression[] = []
    while (!this.#isAtEnd && !this.#redirects) {
      const grouped = this.#groupedArguments()
      if (grouped !== undefined) args.push(...grouped)
      else args.push(this.#expression())
      if (!this.#accept(',')) break
    }
    this.#isPrinting = false
    const target = this.#accept('>') || this.#accept('>>') ? this.#concatenation() : undefined
    return { kind: 'print', isFormatted, args, target }
  }

  /** `print(a, b)`: the parentheses hold the whole list. */
  #groupedArguments(): readonly Expression[] | undefined {
    if (this.#peek.text !== '(') return undefined
    const back = this.#at
    this.#next()
    this.#isPrinting = false
    const args = this.#list(')', () => this.#expression())
    this.#isPrinting = true
    if (this.#isAtEnd || this.#redirects) return args
    this.#at = back
    return undefined
  }

  #parenthesized(): Expression {
    this.#expect('(')
    const expression = this.#expression()
    this.#expect(')')
    return expression
  }

  #expression(): Expression {
    const left = this.#ternary()
    const operator = this.#peek.kind === 'sign' ? this.#peek.text : ''
    if (!/^[-+*/%^]?=$/.test(operator)) return left
    this.#next()
    this.#skipLines(false)
    return { kind: 'assign', operator: operator.slice(0, -1), target: left, value: this.#expression() }
  }

  #ternary(): Expression {
    const test = this.#binary(0)
    if (!this.#accept('?')) return test
    const yes = this.#expression()
    this.#expect(':')
    return { kind: 'condition', test, yes, no: this.#expression() }
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#concatenation()
    let left = this.#binary(level + 1)
    for (;;) {
      const { text, kind } = this.#peek
      if (kind === 'text' || !operators.includes(text) || (text === '>' && this.#isPrinting)) return left
      this.#next()
      this.#skipLines(false)
      if (text === 'in') left = { kind: 'in', keys: [left], name: this.#next().text }
      else left = { kind: 'binary', operator: text, left, right: this.#binary(level + 1) }
    }
  }

  #concatenation(): Expression {
    let left = this.#sum()
    while (this.#startsOperand) left = { kind: 'binary', operator: ' ', left, right: this.#sum() }
    return left
  }

  get #startsOperand(): boolean {
    const { kind, text } = this.#peek
    if (kind === 'name') return text !== 'in'
    if (['number', 'text', 'regexp', 'call'].includes(kind)) return true
    return kind === 'sign' && ['$', '!', '(', '-', '+', '++', '--'].includes(text)
  }

  #sum(): Expression {
    let left = this.#product()
    for (let operator = this.#oneOf('+', '-'); operator !== undefined; operator = this.#oneOf('+', '-'))
      left = { kind: 'binary', operator, left, right: this.#product() }
    return left
  }

  #product(): Expression {
    let left = this.#unary()
    for (let operator = this.#oneOf('*', '/', '%'); operator !== undefined; operator = this.#oneOf('*', '/', '%'))
      left = { kind: 'binary', operator, left, right: this.#unary() }
    return left
  }

  #unary(): Expression {
    const operator = this.#oneOf('!', '-', '+')
    if (operator === undefined) return this.#power()
    return { kind: 'unary', operator: operator as '!' | '-' | '+', operand: this.#unary() }
  }

  #power(): Expression {
    const base = this.#postfix()
    return this.#accept('^') ? { kind: 'binary', operator: '^', left: base, right: this.#unary() } : base
  }

  #postfix(): Expression {
    const prefix = this.#oneOf('++', '--')
    if (prefix !== undefined)
      return { kind: 'step', by: prefix === '++' ? 1 : -1, isPrefix: true, target: this.#primary() }
    const target = this.#primary()
    const isTarget = target.kind === 'name' || target.kind === 'element' || target.kind === 'field'
    const operator = isTarget ? this.#oneOf('++', '--') : undefined
    return operator === undefined ? target : { kind: 'step', by: operator === '++' ? 1 : -1, isPrefix: false, target }
  }

  #primary(): Expression {
    const token = this.#next()
    switch (token.kind) {
      case 'number':
        return { kind: 'number', value: Number(token.text) }
      case 'text':
        return { kind: 'text', value: token.text }
      case 'regexp':
        return { kind: 'regexp', source: token.text }
      case 'call':
        this.#expect('(')
        return { kind: 'call', name: token.text, args: this.#list(')', () => this.#expression()) }
      case 'name':
        if (token.text === 'getline') throw new CommandError('awk: “getline” is not modelled in vethlab.', 2)
        if (this.#accept('['))
          return { kind: 'element', name: token.text, keys: this.#list(']', () => this.#expression()) }
        return token.text === 'length' ? { kind: 'call', name: 'length', args: [] } : { kind: 'name', name: token.text }
      default:
        if (token.text === '$') return { kind: 'field', index: this.#postfixOfField() }
        if (token.text === '(') return this.#group()
        throw this.#wrong()
    }
  }

  /** `$i++` steps the field and `$NF-1` subtracts from it: only what binds tighter belongs to the number. */
  #postfixOfField(): Expression {
    const prefix = this.#oneOf('++', '--')
    if (prefix === undefined) return this.#primary()
    return { kind: 'step', by: prefix === '++' ? 1 : -1, isPrefix: true, target: this.#primary() }
  }

  #group(): Expression {
    const wasPrinting = this.#isPrinting
    this.#isPrinting = false
    const keys = this.#list(')', () => this.#expression())
    this.#isPrinting = wasPrinting
    if (keys.length === 1) return keys[0]!
    this.#expect('in')
    return { kind: 'in', keys, name: this.#next().text }
  }

  #list<T>(end: string, item: () => T): T[] {
    const items: T[] = []
    this.#skipLines(false)
    while (!this.#accept(end)) {
      items.push(item())
      this.#skipLines(false)
      if (!this.#accept(',') && this.#peek.text !== end) throw this.#wrong()
      this.#skipLines(false)
    }
    return items
  }

  get #peek(): Token {
    return this.#tokens[this.#at]!
  }

  get #isAtEnd(): boolean {
    const { kind, text } = this.#peek
    return kind === 'end' || kind === 'end-of-line' || (kind === 'sign' && [';', '}', ')', '|'].includes(text))
  }

  get #redirects(): boolean {
    return this.#peek.text === '>' || this.#peek.text === '>>'
  }

  #next(): Token {
    const token = this.#peek
    if (token.kind !== 'end') this.#at += 1
    return token
  }

  #accept(text: string): boolean {
    const { kind, text: found } = this.#peek
    if (found !== text || kind === 'text' || kind === 'regexp' || kind === 'end') return false
    this.#at += 1
    return true
  }

  #oneOf(...texts: readonly string[]): string | undefined {
    const { text } = this.#peek
    return texts.includes(text) && this.#accept(text) ? text : undefined
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#wrong()
  }

  #skipLines(withSemicolons: boolean): void {
    while (this.#peek.kind === 'end-of-line' || (withSemicolons && this.#accept(';')))
      if (this.#peek.kind === 'end-of-line') this.#at += 1
  }

  #wrong(): CommandError {
    const { text, kind } = this.#peek
    return new CommandError(`awk: syntax error near ${kind === 'end' ? 'the end' : text.trim()}`, 2)
  }
}
