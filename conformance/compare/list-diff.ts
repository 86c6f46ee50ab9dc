/** The smallest difference between two lists of lines, by their longest common subsequence. */

/**
 * Lines only in `real` come back as "- line", lines only in `ours` as "+ line", in reading order; an empty list means
 * that the two are equal. Where a line could be told either way, what is missing comes before what is new.
 */
export function diffLines(real: readonly string[], ours: readonly string[]): string[] {
  let start = 0
  while (start < real.length && start < ours.length && real[start] === ours[start]) start++
  if (start === real.length && start === ours.length) return []
  return walk(real.slice(start), ours.slice(start))
}

function walk(real: readonly string[], ours: readonly string[]): string[] {
  const width = ours.length + 1
  const common = commonLengths(real, ours)
  const difference: string[] = []
  let i = 0
  let j = 0
  while (i < real.length || j < ours.length) {
    if (i < real.length && j < ours.length && real[i] === ours[j]) {
      i++
      j++
      continue
    }
    const dropOne = i < real.length ? (common[(i + 1) * width + j] ?? 0) : -1
    const addOne = j < ours.length ? (common[i * width + j + 1] ?? 0) : -1
    if (dropOne >= addOne) difference.push(`- ${real[i++]}`)
    else difference.push(`+ ${ours[j++]}`)
  }
  return difference
}

/** Row i, column j: the length of the longest common subsequence of what follows line i and line j. */
function commonLengths(real: readonly string[], ours: readonly string[]): Uint16Array {
  const width = ours.length + 1
  const lengths = new Uint16Array((real.length + 1) * width)
  for (let i = real.length - 1; i >= 0; i--) {
    for (let j = ours.length - 1; j >= 0; j--) {
      const below = lengths[(i + 1) * width + j] ?? 0
      const right = lengths[i * width + j + 1] ?? 0
      const diagonal = lengths[(i + 1) * width + j + 1] ?? 0
      lengths[i * width + j] = real[i] === ours[j] ? diagonal + 1 : Math.max(below, right)
    }
  }
  return lengths
}
