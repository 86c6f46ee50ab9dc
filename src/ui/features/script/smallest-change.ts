// The one stretch in which two texts differ.

export interface TextChange {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** What to replace in `before` to get `after`; nothing when they are the same. */
export function smallestChange(before: string, after: string): TextChange | undefined {
  if (before === after) return undefined
  const shortest = Math.min(before.length, after.length)
  let from = 0
  while (from < shortest && before[from] === after[from]) from++
  let end = 0
  while (end < shortest - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) }
}
