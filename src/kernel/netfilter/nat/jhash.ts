// Bob Jenkins' hash of 32-bit words (lookup3), where what Linux draws by it can be seen. Linux: jhash2 in jhash.h.

const INITIAL = 0xdeadbeef

/** Rotations of the mixing of three words, and of the last stir. */
const MIX = [4, 6, 8, 16, 19, 4] as const
const FINAL = [14, 11, 25, 16, 4, 14, 24] as const

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

/** The hash of some words and a first value, as an unsigned 32-bit number. */
export function jhash2(words: readonly number[], first: number): number {
  const begin = (INITIAL + words.length * 4 + first) | 0
  let state: [number, number, number] = [begin, begin, begin]
  let at = 0
  const add = (count: number): void => {
    state = state.map((word, k) => (k < count ? (word + (words[at + k] ?? 0)) | 0 : word)) as typeof state
  }
  for (; words.length - at > 3; at += 3) {
    add(3)
    for (const [k, by] of MIX.entries()) {
      // Each step works on the next word of the three, with the two around it.
      const [here, next, before] = [k % 3, (k + 1) % 3, (k + 2) % 3] as const
      const [word, other] = [state[here] ?? 0, state[before] ?? 0]
      state[before] = (other + (state[next] ?? 0)) | 0
      state[here] = ((word - other) ^ rotate(other, by)) | 0
    }
  }
  if (at === words.length) return state[2] >>> 0
  add(words.length - at)
  for (const [k, by] of FINAL.entries()) {
    const [here, before] = [(k + 2) % 3, (k + 1) % 3] as const
    const other = state[before] ?? 0
    state[here] = (((state[here] ?? 0) ^ other) - rotate(other, by)) | 0
  }
  return state[2] >>> 0
}
