// Fingerprints of runs: one number an event, which also stands for everything before it. Equal inputs give equal chains; where two
// runs part, the first number that differs is the first event that does.
import { hashBytes, hashInit, hashInteger53, hashNumber } from '../base/hash.ts'

/** A run as number columns, each at least `count` long, with bytes for some events. */
export interface EventColumns {
  readonly count: number
  readonly columns: readonly ArrayLike<number>[]
  /** The bytes that belong to an event; an empty array for none. */
  readonly bytesOf: (index: number) => Uint8Array
}

/** The chained hash of each event from `from` on: integers below 2^53. */
export function eventChain({ count, columns, bytesOf }: EventColumns, from = 0): Float64Array {
  const chain = new Float64Array(Math.max(0, count - from))
  const state = hashInit()
  for (let index = from; index < count; index++) {
    for (const column of columns) hashNumber(state, column[index] ?? 0)
    hashBytes(state, bytesOf(index))
    chain[index - from] = hashInteger53(state)
  }
  return chain
}

/** The position of the first event that differs, also where one run ends before the other; undefined when the chains are equal. */
export function firstDifference(a: Float64Array, b: Float64Array): number | undefined {
  const shorter = Math.min(a.length, b.length)
  // Once chains have parted they stay apart, so halving finds the place.
  let low = 0
  let high = shorter
  while (low < high) {
    const middle = (low + high) >>> 1
    if (a[middle] === b[middle]) low = middle + 1
    else high = middle
  }
  return low === shorter && a.length === b.length ? undefined : low
}
