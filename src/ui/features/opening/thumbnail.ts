// A small picture of a lab from its text alone: namespaces as dots in rings, lines where links lead. Rough on purpose.
export interface Thumbnail {
  readonly nodes: readonly {
    readonly name: string
    readonly x: number
    readonly y: number
    readonly isSwitch: boolean
  }[]
  readonly lines: readonly { readonly from: number; readonly to: number; readonly isChild: boolean }[]
}

const PAIR = /ip (?:-n (\S+) )?link add \S+ type veth peer name \S+(?: netns (\S+))?/
const CHILD = /ip (?:-n (\S+) )?link add link \S+ name (\S+) type (?:macvlan|ipvlan|vlan)/
const MOVE = /ip (?:-n (\S+) )?link set (\S+) netns (\S+)/
const BRIDGE = /ip (?:-n (\S+) )?link add (?:name )?\S+ type bridge/

/** Reads the links of a text and places its namespaces on a unit square. */
export function thumbnailOf(text: string): Thumbnail {
  const names: string[] = []
  const bridges = new Set<string>()
  const children = new Set<string>()
  const pairs = new Map<string, { readonly from: string; readonly to: string; readonly isChild: boolean }>()
  const join = (from: string | undefined, to: string | undefined, isChild: boolean): void => {
    if (from !== undefined && to !== undefined && from !== to)
      pairs.set([from, to].sort().join('|'), { from, to, isChild })
  }
  for (const line of text.split('\n')) {
    const added = /ip netns add (\S+)/.exec(line)?.[1]
    if (added !== undefined) names.push(added)
    const pair = PAIR.exec(line)
    if (pair !== null) join(pair[1], pair[2], false)
    const child = CHILD.exec(line)
    if (child !== null) children.add(`${child[1]}/${child[2]}`)
    const move = MOVE.exec(line)
    if (move !== null) join(move[1], move[3], children.has(`${move[1]}/${move[2]}`))
    const bridge = BRIDGE.exec(line)?.[1]
    if (bridge !== undefined) bridges.add(bridge)
  }
  return placed(names, [...pairs.values()], bridges)
}

function placed(
  names: readonly string[],
  pairs: readonly { readonly from: string; readonly to: string; readonly isChild: boolean }[],
  bridges: ReadonlySet<string>,
): Thumbnail {
  const degree = (name: string): number => pairs.filter(({ from, to }) => from === name || to === name).length
  const depth = new Map<string, number>()
  for (const start of [...names].sort((a, b) => degree(b) - degree(a))) {
    if (depth.has(start)) continue
    depth.set(start, 0)
    const queue = [start]
    for (const name of queue) {
      for (const { from, to } of pairs) {
        const next = from === name ? to : to === name ? from : undefined
        if (next === undefined || depth.has(next)) continue
        depth.set(next, (depth.get(name) ?? 0) + 1)
        queue.push(next)
      }
    }
  }
  const deepest = Math.max(0, ...depth.values())
  const rows = Array.from({ length: deepest + 1 }, (_, level) => names.filter((name) => depth.get(name) === level))
  const nodes = names.map((name) => {
    const level = depth.get(name) ?? 0
    const row = rows[level] ?? []
    const x = (row.indexOf(name) + 0.5) / Math.max(1, row.length)
    return { name, x, y: (level + 0.5) / (deepest + 1), isSwitch: bridges.has(name) }
  })
  const indexOf = new Map(names.map((name, index) => [name, index]))
  const lines = pairs.flatMap(({ from, to, isChild }) => {
    const [a, b] = [indexOf.get(from), indexOf.get(to)]
    return a === undefined || b === undefined ? [] : [{ from: a, to: b, isChild }]
  })
  return { nodes, lines }
}
