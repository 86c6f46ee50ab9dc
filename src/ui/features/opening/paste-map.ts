// The places that a person chose for a report's prompts and blocks.
type Places<K extends string | number> = Readonly<Record<K, readonly string[]>>

/** Places with one of them set, or taken out so that it is guessed again. */
export function withPlace<K extends string | number>(
  places: Places<K> | undefined,
  key: K,
  place: readonly string[] | undefined,
): Places<K> {
  const others = Object.entries<readonly string[]>(places ?? {}).filter(([other]) => other !== String(key))
  const next = place === undefined ? others : [...others, [String(key), place] as const]
  // Object.fromEntries knows nothing of the keys' type.
  return Object.fromEntries(next) as Places<K>
}
