// Where the value of a check came from. A sysctl of an interface has two inputs, `all` and its own, and a rule that combines them.

export interface PairSource {
  readonly kind: 'pair'
  readonly all: string
  readonly own: string
  readonly rule: 'or' | 'and' | 'max'
}

export interface PlainSource {
  readonly kind: 'plain'
  readonly text: string
}

const PAIR = /^(net\.\S+\.all\.\S+ = -?\d+), (net\.\S+ = -?\d+) \((or|and|max)\)$/

/** Takes a source apart. */
export function parseSource(source: string): PairSource | PlainSource {
  const match = PAIR.exec(source)
  const rule = match?.[3]
  if (match?.[1] === undefined || match[2] === undefined) return { kind: 'plain', text: source }
  if (rule !== 'or' && rule !== 'and' && rule !== 'max') return { kind: 'plain', text: source }
  return { kind: 'pair', all: match[1], own: match[2], rule }
}
