/** Random choices of one part of a lab: the same seed and part always choose the same, whatever other parts draw. */
import { keyedInteger, keyedRandom } from '../../src/base/keyed-random.ts'

export class Draw {
  readonly #seed: number
  readonly #part: readonly string[]
  #count = 0

  constructor(seed: number, ...part: readonly string[]) {
    this.#seed = seed
    this.#part = part
  }

  /** The choices of a part of this part. */
  sub(name: string): Draw {
    return new Draw(this.#seed, ...this.#part, name)
  }

  /** An integer in [min, max], both included. */
  integer(min: number, max: number): number {
    return keyedInteger(min, max, this.#seed, ...this.#part, this.#count++)
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return keyedRandom(this.#seed, ...this.#part, this.#count++) < probability
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    const [chosen] = list.slice(this.integer(0, list.length - 1))
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }

  /** The list in another order. */
  shuffle<T>(list: readonly T[]): T[] {
    const rest = [...list]
    const shuffled: T[] = []
    while (rest.length > 0) shuffled.push(...rest.splice(this.integer(0, rest.length - 1), 1))
    return shuffled
  }
}
