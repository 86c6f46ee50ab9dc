// How /proc/sys reads numbers: proc_dointvec, proc_get_long.

const INT_MIN = -0x8000_0000
const INT_MAX = 0x7fff_ffff

/** The number that a word stands for: decimal, 0x hexadecimal, leading 0 octal (simple_strtoul with base 0). */
function parseNumber(word: string): number | undefined {
  const match = /^(-?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9]\d*))$/.exec(word)
  if (match === null) return undefined
  const [, sign, hex, octal, decimal] = match
  const size =
    hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal)
  return sign === '-' ? 0 - size : size
}

/**
 * The first `count` numbers of a text, each a 32-bit integer, or undefined when there are fewer or one is none (EINVAL). Further words are
 * not looked at.
 */
export function parseProcInts(text: string, count: number): readonly number[] | undefined {
  const words = text.trim().split(/\s+/)
  const numbers: number[] = []
  for (const word of words.slice(0, count)) {
    const value = parseNumber(word)
    if (value === undefined || value < INT_MIN || value > INT_MAX) return undefined
    numbers.push(value)
  }
  return numbers.length === count ? numbers : undefined
}
