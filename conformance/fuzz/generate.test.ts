import { describe, expect, test } from 'vitest'
import { parseLab } from '../../src/lab/document.ts'
import { Draw } from './draw.ts'
import type { Suite } from './feature.ts'
import { APPEARANCES_AT_LEAST, FEATURES, recipeOf, WINDOW } from './features.ts'
import { generateLab } from './generate.ts'
import { NAMESPACES_AT_MOST } from './plan.ts'

const SUITE_NAMES: readonly Suite[] = ['plain', 'stateful', 'wide', 'mixed']

describe.each(SUITE_NAMES)('random labs of the suite %s', (suite) => {
  const labs = Array.from({ length: WINDOW[suite] }, (_, seed) => generateLab(seed, suite))
  const documents = labs.map(({ text }) => parseLab(text))

  test('every feature appears at least five times in any window of consecutive seeds', () => {
    const window = WINDOW[suite]
    const count = new Map(FEATURES[suite].map((name) => [name, 0]))
    const add = (seed: number, amount: number): void => {
      const { shape, twists } = recipeOf(seed, suite)
      for (const name of [...shape.features, ...twists.map((twist) => twist.name)]) {
        count.set(name, (count.get(name) ?? 0) + amount)
      }
    }
    const rare = new Set<string>()
    for (let seed = 0; seed < 20 * window; seed++) {
      add(seed, 1)
      if (seed >= window) add(seed - window, -1)
      if (seed < window - 1) continue
      for (const [name, times] of count) if (times < APPEARANCES_AT_LEAST) rare.add(`${name}: ${times} up to ${seed}`)
    }
    expect([...rare]).toEqual([])
  })

  test('a lab has the features of its recipe, each once, and all of them are listed', () => {
    for (const { seed, features } of labs) {
      const { shape, twists } = recipeOf(seed, suite)
      expect(features.slice(0, shape.features.length + twists.length)).toEqual([
        ...shape.features,
        ...twists.map(({ name }) => name),
      ])
      expect(new Set(features).size).toBe(features.length)
      expect(features.filter((name) => !FEATURES[suite].includes(name))).toEqual([])
    }
  })

  test('the same seed gives the same text, and other seeds give other labs', () => {
    for (const { seed, text } of labs.slice(0, 50)) expect(generateLab(seed, suite).text).toBe(text)
    const bodies = new Set(labs.map(({ text }) => text.slice(text.indexOf('\n'))))
    expect(bodies.size).toBe(labs.length)
  })

  test('they are labs without a problem, small, and quick enough', () => {
    for (const lab of documents) {
      expect(lab.problems).toEqual([])
      expect(lab.run).toBeDefined()
      expect(lab.actions.length).toBeGreaterThan(0)
      expect(lab.actions.length).toBeLessThanOrEqual(8)
      const made = lab.setup.filter(({ source }) => source.startsWith('ip netns add'))
      expect(made.length).toBeLessThanOrEqual(NAMESPACES_AT_MOST)
      expect(lab.actions.reduce((sum, { source }) => sum + atMostSeconds(source), 0)).toBeLessThan(30)
    }
  })

  test('they use the commands of this folder only, and what they build refers to what they made', () => {
    for (const lab of documents) {
      const setup = lab.setup.map(({ source }) => source)
      for (const statement of [...setup, ...lab.actions.map(({ source }) => source)])
        expect(statement).toMatch(ALLOWED[suite])
      const namespaces = setup.flatMap((line) => /^ip netns add (\S+)/.exec(line)?.[1] ?? [])
      const used = setup.flatMap((line) => /^(?:ip|bridge) (?:-n|netns exec) (\S+)/.exec(line)?.[1] ?? [])
      expect(used.filter((ns) => !namespaces.includes(ns))).toEqual([])
    }
  })

  test('nothing is left undefined in a command', () => {
    for (const { text } of labs) expect(text).not.toMatch(/undefined|NaN|\[object| {2}\S/)
  })
})

test('a part draws the same whatever other parts draw', () => {
  const one = new Draw(7, 'part')
  const other = new Draw(7, 'other')
  other.integer(0, 9)
  const again = new Draw(7, 'part')
  for (let k = 0; k < 20; k++) expect(one.integer(0, 1000)).toBe(again.integer(0, 1000))
  expect(new Draw(7).sub('part').shuffle([1, 2, 3, 4, 5])).toEqual(new Draw(7, 'part').shuffle([1, 2, 3, 4, 5]))
})

const PLAIN =
  /^(?:ip (?:-n \S+ )?(?:-(?:br|d|s|o) )?(?:netns|link|addr|neigh|route|rule)\b|bridge -n \S+ (?:-d )?(?:fdb|link|vlan)\b|ip netns exec \S+ (?:ping|arping|arp|route|sysctl|traceroute|brctl) |ip -n nosuch link$|sleep [\d.]+$)/

const SPEECH = /(?:echo [\w-]+|sleep \d+|\(sleep \d+; echo \w+\)|printf '%\d+s' '' \| tr ' ' x|printf '[^']+')/
const STATEFUL = new RegExp(
  `^(?:${SPEECH.source} \\| )?ip netns exec \\S+ (?:nc|ss|iptables|iptables-save|iptables-restore|conntrack)\\b|^modprobe br_netfilter$`,
)

const WIDE = /^\(sleep \d+; .*\) \| ip netns exec \S+ nc |^printf .* \| ip netns exec \S+ nc /

const MIXED =
  /^ip netns exec \S+ (?:ifconfig|cat \/(?:proc|sys)\/\S+$|timeout 4 bash -c "exec (?:tcpdump|ip monitor|conntrack -E)\b)|^(?:ip|bridge) -n \S+ /

const ALLOWED: Readonly<Record<Suite, RegExp>> = {
  plain: PLAIN,
  stateful: new RegExp(`${PLAIN.source}|${STATEFUL.source}`),
  wide: new RegExp(`${PLAIN.source}|${STATEFUL.source}|${WIDE.source}`),
  mixed: new RegExp(`${PLAIN.source}|${STATEFUL.source}|${WIDE.source}|${MIXED.source}`),
}

/** An upper bound of how long an action takes. */
function atMostSeconds(source: string): number {
  const count = Number(/ -c (\d+)/.exec(source)?.[1] ?? 0)
  const interval = Number(/ -i ([\d.]+)/.exec(source)?.[1] ?? 1)
  if (source.includes(' traceroute ')) return 5
  if (source.includes(' nc ')) return Number(/ -w (\d+)/.exec(source)?.[1] ?? 1)
  if (source.includes(' ping ')) return (count - 1) * interval + 1
  if (source.includes(' arping ')) return Number(/ -w (\d+)/.exec(source)?.[1] ?? count)
  return Number(/^sleep ([\d.]+)/.exec(source)?.[1] ?? 0)
}
