// Sequence numbers: 32 bits that wrap around, so they compare by their distance (RFC 9293 3.4). Linux: before, after.

const MODULUS = 0x1_0000_0000

/** `a` moved on by `count`, which may be negative. */
export function seqAdd(a: number, count: number): number {
  return (((a + count) % MODULUS) + MODULUS) % MODULUS
}

/** How far `a` is ahead of `b`: negative when it is behind. */
export function seqDiff(a: number, b: number): number {
  return (a - b) | 0
}

/** True when `a` comes before `b`. */
export function seqBefore(a: number, b: number): boolean {
  return seqDiff(a, b) < 0
}

/** True when `a` comes after `b`. */
export function seqAfter(a: number, b: number): boolean {
  return seqDiff(a, b) > 0
}
