/** The variables of a shell: texts, indexed and associative arrays, and what `declare` says of each. */
import { quoteWord } from '../syntax/quote.ts'

/** An array; keys of an indexed one are whole numbers in decimal. */
export interface ShellArray {
  readonly isAssociative: boolean
  readonly items: Map<string, string>
}

/** All that is known of one name, to be put back when a function or a command ends. */
export interface SavedVariable {
  readonly text: string | undefined
  readonly array: ShellArray | undefined
  readonly isInteger: boolean
}

/** Thrown by a change of what `readonly` protects. */
export class ReadonlyVariable extends Error {
  override readonly name = 'ReadonlyVariable'
}

export class Variables {
  readonly #texts: Map<string, string>
  readonly #arrays = new Map<string, ShellArray>()
  readonly #readonly = new Set<string>()
  readonly #integers = new Set<string>()

  constructor(texts: Iterable<readonly [string, string]> = []) {
    this.#texts = new Map(texts)
  }

  clone(): Variables {
    const copy = new Variables(this.#texts)
    for (const [name, { isAssociative, items }] of this.#arrays)
      copy.#arrays.set(name, { isAssociative, items: new Map(items) })
    for (const name of this.#readonly) copy.#readonly.add(name)
    for (const name of this.#integers) copy.#integers.add(name)
    return copy
  }

  /** The text of a variable; of an array, that of its element 0. */
  get(name: string): string | undefined {
    const array = this.#arrays.get(name)
    return array === undefined ? this.#texts.get(name) : array.items.get('0')
  }

  /** Sets a text, or element 0 of an array. Throws `ReadonlyVariable`. */
  set(name: string, text: string): this {
    this.#check(name)
    const array = this.#arrays.get(name)
    if (array === undefined) this.#texts.set(name, text)
    else array.items.set('0', text)
    return this
  }

  array(name: string): ShellArray | undefined {
    return this.#arrays.get(name)
  }

  /** The array under a name, made if there is none; a text becomes its element 0. Throws `ReadonlyVariable`. */
  makeArray(name: string, isAssociative = false): ShellArray {
    this.#check(name)
    const old = this.#arrays.get(name)
    if (old !== undefined) return old
    const text = this.#texts.get(name)
    const array: ShellArray = { isAssociative, items: new Map(text === undefined ? [] : [['0', text]]) }
    this.#texts.delete(name)
    this.#arrays.set(name, array)
    return array
  }

  /** Elements in the order in which bash lists them: an indexed array by number. */
  elements(name: string): readonly (readonly [key: string, value: string])[] {
    const array = this.#arrays.get(name)
    if (array === undefined) {
      const text = this.#texts.get(name)
      return text === undefined ? [] : [['0', text]]
    }
    const items = [...array.items]
    return array.isAssociative ? items : items.sort(([a], [b]) => Number(a) - Number(b))
  }

  delete(name: string): void {
    this.#check(name)
    this.#texts.delete(name)
    this.#arrays.delete(name)
    this.#integers.delete(name)
  }

  markReadonly(name: string): void {
    this.#readonly.add(name)
  }

  markInteger(name: string, isInteger = true): void {
    if (isInteger) this.#integers.add(name)
    else this.#integers.delete(name)
  }

  isInteger(name: string): boolean {
    return this.#integers.has(name)
  }

  save(name: string): SavedVariable {
    const array = this.#arrays.get(name)
    return {
      text: this.#texts.get(name),
      array: array === undefined ? undefined : { ...array, items: new Map(array.items) },
      isInteger: this.#integers.has(name),
    }
  }

  restore(name: string, { text, array, isInteger }: SavedVariable): void {
    this.#texts.delete(name)
    this.#arrays.delete(name)
    if (array !== undefined) this.#arrays.set(name, array)
    else if (text !== undefined) this.#texts.set(name, text)
    this.markInteger(name, isInteger)
  }

  names(): readonly string[] {
    return [...this.#texts.keys(), ...this.#arrays.keys()].sort()
  }

  /** Each variable's value as a shell would read it: `'a b'`, `(1 2)`. */
  sources(): ReadonlyMap<string, string> {
    return new Map(this.names().map((name) => [name, this.source(name)]))
  }

  source(name: string): string {
    const array = this.#arrays.get(name)
    if (array === undefined) return quoteWord(this.#texts.get(name) ?? '')
    return `(${this.elements(name)
      .map(([key, value]) => `[${quoteWord(key)}]=${quoteWord(value)}`)
      .join(' ')})`
  }

  isAssociative(name: string): boolean {
    return this.#arrays.get(name)?.isAssociative === true
  }

  #check(name: string): void {
    if (this.#readonly.has(name)) throw new ReadonlyVariable(`${name}: readonly variable`)
  }
}
