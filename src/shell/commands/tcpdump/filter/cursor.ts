import type { Token } from './tokens.ts'

/** A place in a filter's tokens. */
export class TokenCursor {
  readonly #tokens: readonly Token[]
  at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get isDone(): boolean {
    return this.at >= this.#tokens.length
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.at + ahead]
  }

  take(): Token | undefined {
    return this.#tokens[this.at++]
  }

  /** The next word, if it is one of these. */
  acceptWord<T extends string>(words: readonly T[]): T | undefined {
    const token = this.peek()
    const found = token?.kind === 'word' ? words.find((word) => word === token.text) : undefined
    if (found !== undefined) this.at += 1
    return found
  }

  acceptSign(signs: readonly string[]): string | undefined {
    const token = this.peek()
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined
    this.at += 1
    return token.text
  }

  takeSign(): string | undefined {
    const token = this.take()
    return token?.kind === 'sign' ? token.text : undefined
  }
}
