/** Runs awk's rules over lines. */
import type { AwkProgram, Expression, Statement } from './awk-tree.ts'
import { AwkValues, Jump } from './awk-values.ts'

export interface AwkHost {
  /** Prints to standard output, or to a file or /dev/stderr. */
  readonly print: (text: string, target: string | undefined) => void
  /** Counts a step of the budget that ends loops without end. */
  readonly step: () => void
}

export class AwkMachine {
  readonly #program: AwkProgram
  readonly #host: AwkHost
  readonly #values: AwkValues
  readonly #inRange = new Set<number>()
  exit: number | undefined

  constructor(program: AwkProgram, host: AwkHost) {
    this.#program = program
    this.#host = host
    this.#values = new AwkValues(program.functions, (body) => this.#run(body))
  }

  set(name: string, value: string): void {
    this.#values.globals.set(name, value)
  }

  get hasExited(): boolean {
    return this.exit !== undefined
  }

  get hasLines(): boolean {
    return this.#program.rules.some(({ when }) => when !== 'BEGIN')
  }

  /** Runs the BEGIN or END rules. */
  runRules(when: 'BEGIN' | 'END'): void {
    for (const { when: own, action } of this.#program.rules) if (own === when && action !== undefined) this.#top(action)
  }

  /** Runs the rules for a line; false when the program wants no more. */
  runLine(line: string): boolean {
    this.#values.globals
      .set('NR', this.#values.number(this.#values.globals.get('NR') ?? 0) + 1)
      .set('FNR', this.#values.globals.get('NR') ?? 0)
    this.#values.setLine(line)
    for (const [k, { when, from, to, action }] of this.#program.rules.entries()) {
      if (when !== 'line' || !this.#selects(k, from, to)) continue
      if (action === undefined) this.#host.print(this.#values.line + this.#values.setting('ORS'), undefined)
      else if (this.#top(action) === 'next' || this.exit !== undefined) break
    }
    return this.exit === undefined
  }

  #selects(rule: number, from: Expression | undefined, to: Expression | undefined): boolean {
    if (from === undefined) return true
    if (to === undefined) return this.#values.isTrue(from)
    if (!this.#inRange.has(rule) && !this.#values.isTrue(from)) return false
    if (this.#values.isTrue(to)) this.#inRange.delete(rule)
    else this.#inRange.add(rule)
    return true
  }

  #top(action: Statement): 'next' | undefined {
    try {
      this.#run(action)
    } catch (error) {
      if (!(error instanceof Jump)) throw error
      if (error.jump === 'exit') this.exit = this.#values.number(error.value) & 255
      return 'next'
    }
    return undefined
  }

  #run(statement: Statement): void {
    this.#host.step()
    switch (statement.kind) {
      case 'block':
        for (const each of statement.body) this.#run(each)
        return
      case 'expression':
        this.#values.value(statement.expression)
        return
      case 'print':
        this.#print(statement)
        return
      case 'if':
        if (this.#values.isTrue(statement.test)) this.#run(statement.yes)
        else if (statement.no !== undefined) this.#run(statement.no)
        return
      case 'loop':
        this.#loop(statement)
        return
      case 'for-in':
        for (const key of [...this.#values.array(statement.array).keys()]) {
          this.#values.assign({ kind: 'name', name: statement.name }, key)
          if (!this.#turn(statement.body)) break
        }
        return
      case 'delete':
        if (statement.keys === undefined) this.#values.array(statement.name).clear()
        else this.#values.array(statement.name).delete(this.#values.key(statement.keys))
        return
      case 'jump':
        throw new Jump(statement.jump)
      case 'exit':
      case 'return':
        throw new Jump(statement.kind, statement.value === undefined ? '' : this.#values.value(statement.value))
    }
  }

  #loop(loop: Extract<Statement, { kind: 'loop' }>): void {
    if (loop.start !== undefined) this.#run(loop.start)
    for (let isFirst = true; ; isFirst = false) {
      const skipsTest = loop.bodyFirst && isFirst
      if (!skipsTest && loop.test !== undefined && !this.#values.isTrue(loop.test)) return
      if (!this.#turn(loop.body)) return
      if (loop.step !== undefined) this.#run(loop.step)
    }
  }

  /** One turn of a loop; false after `break`. */
  #turn(body: Statement): boolean {
    try {
      this.#run(body)
    } catch (error) {
      if (!(error instanceof Jump) || (error.jump !== 'break' && error.jump !== 'continue')) throw error
      return error.jump === 'continue'
    }
    return true
  }

  #print({ isFormatted, args, target }: Extract<Statement, { kind: 'print' }>): void {
    const values = args.map((arg) => this.#values.value(arg))
    const file = target === undefined ? undefined : this.#values.text(this.#values.value(target))
    if (isFormatted) {
      this.#host.print(this.#values.format(values), file)
      return
    }
    const ofs = this.#values.setting('OFS')
    const text = args.length === 0 ? this.#values.line : values.map((value) => this.#values.text(value)).join(ofs)
    this.#host.print(text + this.#values.setting('ORS'), file)
  }
}
