// Keeps the objects of before for what is as before: whoever looks at the tables sees by identity what has changed.

/** The later data, with each part that equals its earlier one replaced by that. Both are plain data: objects, arrays, texts, numbers. */
export function keepSame<T>(before: unknown, later: T): T
export function keepSame(before: unknown, later: unknown): unknown {
  if (Object.is(before, later)) return later
  if (typeof before !== 'object' || typeof later !== 'object' || before === null || later === null) return later
  if (Array.isArray(before) !== Array.isArray(later) || !isPlain(before) || !isPlain(later)) return later
  const [old, fresh] = [before as Record<string, unknown>, later as Record<string, unknown>]
  const keys = Object.keys(fresh)
  let isSame = keys.length === Object.keys(old).length
  let changed: Record<string, unknown> | undefined
  for (const key of keys) {
    const kept = keepSame(old[key], fresh[key])
    if (!Object.is(kept, old[key]) || !(key in old)) isSame = false
    if (Object.is(kept, fresh[key])) continue
    changed ??= Array.isArray(later) ? (later.slice() as unknown as Record<string, unknown>) : { ...fresh }
    changed[key] = kept
  }
  return isSame ? before : (changed ?? later)
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}
